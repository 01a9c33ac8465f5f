"""`kill -9` of workers, schedulers and PostgreSQL itself, from the look to the last mail.

Two schedulers and three workers find four new rounds, take them in, and send the digest of each to
many readers, while one process after the other is killed at random. What is killed is started
again; a worker that lost the database has to come back by itself. Nothing may be lost, no round
told of twice; and what the mail server has twice was on one of the open connections of a worker
that was killed, or that lost the database, and came again under the same Message-ID.

In the ordinary suite 4 kills and 200 readers; ROUNDWATCH_TEST_KILLS=30 makes it 30 and 1,500. The
seed is printed where a test fails; ROUNDWATCH_TEST_SEED repeats it.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.bootstrap import utc_now
from monitor.pressroom import PressRoom, rounds
from storage.database import Database
from tests.faults.counted_mail import Postbox, books, until
from tests.faults.workplace import (
    CONNECTIONS,
    announced,
    on_file,
    queue_letter,
    with_news,
    workplace,
)
from tests.servers.postgresql import DurableServer

KILLS = int(os.environ.get("ROUNDWATCH_TEST_KILLS") or 4)
READERS = 50 * KILLS
MAILS = 4 * READERS
SEED = int(os.environ.get("ROUNDWATCH_TEST_SEED") or time.time_ns() % 1_000_000)
KILLS_OF_THE_INTAKE = 2
WORKERS = 3
DATABASE = "database"


@pytest.fixture
def database(server: DurableServer) -> Iterator[Database]:
    """Its database, as the test sees it."""
    database = Database(server.address())
    database.ensure_schema()
    yield database
    database.close()


def test_workers_schedulers_and_the_database_killed_on_the_way_lose_nothing(
    server: DurableServer, database: Database, postbox: Postbox, tmp_path: Path
) -> None:
    started = time.monotonic()
    print(f"seed {SEED}")  # noqa: T201 - shown where the test fails
    chance = random.Random(SEED)
    victims = [("worker", "schedule", DATABASE)[number % 3] for number in range(KILLS)]
    chance.shuffle(victims)
    with (
        PressRoom(through=rounds()[2] - timedelta(days=1)) as room,
        workplace(
            tmp_path,
            database_url=server.address(),
            source_url=room.base_url,
            smtp_url=f"smtp://127.0.0.1:{postbox.port}?starttls=never",
            max_requests_per_second=4,
        ) as place,
    ):
        with_news(room, server.address(), tmp_path / "mail", READERS)
        read_before = len(room.requests)
        place.start("schedule", count=2)
        place.start("worker", count=WORKERS)
        for number, victim in enumerate(victims):
            # The first ones while pages are taken in, the others between two mails.
            if number < KILLS_OF_THE_INTAKE:
                asked = read_before + 6 * (number + 1)
                until(lambda asked=asked: len(room.requests) > asked)  # type: ignore[misc]
            else:
                share = chance.uniform(number, number + 1) * MAILS / (KILLS + 1)
                until(lambda share=share: len(postbox.mails()) > share)  # type: ignore[misc]
            place.supervise()
            kill(victim, place.names(victim), chance, place.replace, server)
        place.supervise()
        until(lambda: len(announced(database)) == 4 and books(database).done)
        survivors = place.names("worker")
        survivors_said = "".join(place.log(name) for name in survivors)
        assert sends_a_letter(database)
        assert place.names("worker") == survivors

    assert on_file(database) == [1, 2, 3, 4, 5]
    assert [digest.round for digest in announced(database)] == [2, 3, 4, 5]
    found, mails = books(database), postbox.mails()
    assert found.balanced
    assert (found.sent, found.candidates) == (MAILS + 1, MAILS + 1)
    assert len(set(mails)) == len({message_id for message_id, _ in mails}) == MAILS + 1
    repeats = len(mails) - MAILS - 1
    kills = Counter(victims)
    assert repeats <= CONNECTIONS * (kills["worker"] + WORKERS * kills[DATABASE])
    assert "Traceback" not in survivors_said
    print(  # noqa: T201 - the figures of docs/benchmarks.md, with pytest -s
        f"{MAILS} mails, kills {dict(kills)}, {repeats} repeats, a mail at most "
        f"{max(Counter(mails).values())} times, {time.monotonic() - started:.0f} s"
    )


def kill(
    victim: str,
    names: list[str],
    chance: random.Random,
    replace: Callable[[str], None],
    server: DurableServer,
) -> None:
    """Kill one of those that run, and start it again, the database a moment later."""
    if victim != DATABASE:
        replace(chance.choice(names))
        return
    server.kill()
    time.sleep(chance.uniform(0, 1.5))
    server.start()


def sends_a_letter(database: Database) -> bool:
    """Whether a letter that is queued now goes out."""
    before = books(database).sent
    queue_letter(database, utc_now())
    until(lambda: books(database).sent > before)
    return True
