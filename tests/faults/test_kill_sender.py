"""`kill -9` of the sender, again and again, while it sends a digest to many readers.

A mail server in a process of its own counts. Nothing may be lost; and what it has twice was on one
of the open connections when the sender was killed, and came again under the same Message-ID.

In the ordinary suite 8 kills and 400 readers; ROUNDWATCH_TEST_KILLS=100 makes it 100 and 5,000. The
seed is printed where a test fails; ROUNDWATCH_TEST_SEED repeats it.
"""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage.database import Database
from tests.faults.counted_mail import Postbox, books, on_record, until
from tests.faults.processes import Roundwatch, ended
from tests.journeys.offices import office
from tests.journeys.readers import file_round
from tests.storage.builders import crowd

KILLS = int(os.environ.get("ROUNDWATCH_TEST_KILLS") or 8)
READERS = 50 * KILLS
SEED = int(os.environ.get("ROUNDWATCH_TEST_SEED") or time.time_ns() % 1_000_000)
CONNECTIONS = 10
LEASE = 1
"""Seconds that a killed sender's claims are out of reach."""

BYTES_OF_A_LINE = 50
"""In the server's log, about."""

SETTLED_IN = 0.2
"""Seconds until the server has heard what a killed sender had sent."""


@pytest.fixture
def sender(tmp_path: Path, database: Database, database_url: str, postbox: Postbox) -> Roundwatch:
    """The command, with a digest to all readers in its outbox."""
    with office("http://127.0.0.1:9", database_url, tmp_path) as made:
        file_round(made, 1, "Labor: Talked.")
        with database.transaction() as tx:
            crowd(tx, READERS)
        file_round(made, 2, "Seafood: Talked.", quiet=False)
    assert books(database).queued == READERS
    return Roundwatch(
        tmp_path,
        database_url=database_url,
        smtp_url=f"smtp://127.0.0.1:{postbox.port}?starttls=never",
        mail_from="digests@example.org",
        mail_connections=CONNECTIONS,
        delivery_lease_seconds=LEASE,
    )


def test_a_sender_killed_again_and_again_loses_nothing_and_repeats_what_was_on_its_way(
    sender: Roundwatch, database: Database, postbox: Postbox
) -> None:
    started = time.monotonic()
    print(f"seed {SEED}")  # noqa: T201 - shown where the test fails
    chance = random.Random(SEED)
    kills = 0
    while kills < KILLS and not books(database).done:
        # Of half of what is left, so that something is left for the last.
        share = (READERS - books(database).sent) / (KILLS - kills + 1) / 2
        kills += killed(sender, database, postbox, chance, share)
    until(lambda: sends_the_rest(sender, database))
    found, mails = books(database), postbox.mails()
    assert (found.sent, found.candidates) == (READERS, READERS)
    assert found.balanced
    assert len(set(mails)) == READERS  # so also one Message-ID for each reader
    assert len({to for _, to in mails}) == len({message_id for message_id, _ in mails}) == READERS
    repeats = len(mails) - READERS
    assert repeats <= CONNECTIONS * kills
    assert kills >= KILLS * 3 // 4  # a run that was quick may leave nothing to kill
    most = max(Counter(mails).values())
    seconds = time.monotonic() - started
    print(  # noqa: T201 - the figures of docs/benchmarks.md, with pytest -s
        f"{READERS} readers, {kills} kills, {repeats} repeats, a mail at most {most} times, "
        f"{seconds:.0f} s"
    )


def killed(
    sender: Roundwatch,
    database: Database,
    postbox: Postbox,
    chance: random.Random,
    share: float,
) -> bool:
    """Kill a run at a random moment; whether it was still running: it may have had nothing to do.

    One in five is killed at any time before it sends, the others after a random number of mails, on
    average its share. What the server has and the database has not was on an open connection.
    """
    before = postbox.mails()
    with killing(sender.start("deliver")) as process:
        if chance.random() < 0.2:
            time.sleep(chance.random())
        else:
            size = postbox.size() + int(chance.random() * 2 * share) * BYTES_OF_A_LINE
            until(lambda: postbox.size() > size or process.poll() is not None)
            time.sleep(chance.random() * 0.005)
    time.sleep(SETTLED_IN)
    came = {message_id for message_id, _ in postbox.mails()[len(before) :]}
    assert len(came - on_record(database)) <= CONNECTIONS
    assert books(database).balanced
    return process.returncode == -9


@contextmanager
def killing(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    """Kill a process at the end of the block."""
    try:
        yield process
    finally:
        process.kill()
        end = ended(process)
    assert end.code in (0, -9), end


def sends_the_rest(sender: Roundwatch, database: Database) -> bool:
    """Run to the end, as a scheduler would again and again; whether all is done."""
    end = sender.run("deliver")
    assert end.code == 0, end
    return books(database).done
