"""Workers cut off from the database and from the mail server: they come back by themselves.

A line is cut (every connection is reset), or falls silent (nothing arrives, and nobody is told) and
is reset when it is mended. Nothing may be lost, and what was sent twice was on its way when the
line failed. What is put off for minutes after a fault falls due at the test's word.

ROUNDWATCH_TEST_CABLE=1, as root: a worker in a network namespace of its own whose cable is pulled
for 40 seconds, so that not even the kernels are told.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from monitor.bootstrap import utc_now
from storage.database import Database
from tests.faults.counted_mail import Postbox, books, until
from tests.faults.workplace import CONNECTIONS, queue_letter, with_digest, workplace
from tests.servers.apart import HERE, CannotBeApart, apart
from tests.servers.cutting import Line, cutting_line
from tests.servers.postgresql import DurableServer, NoServer, durable_server

READERS = 300
WORKERS = 2
SECONDS = 2.0
"""For which a line is cut or silent."""

PULLED = 40.0
"""Seconds for which the cable is out: longer than both ends take to notice."""


@pytest.fixture
def database(server: DurableServer, tmp_path: Path) -> Iterator[Database]:
    """Its database, with a digest to all readers in the outbox."""
    with with_digest(server.address(), tmp_path / "mail", READERS) as database:
        yield database


def test_cut_off_from_the_database_and_the_mail_server_workers_lose_nothing(
    server: DurableServer, database: Database, postbox: Postbox, tmp_path: Path
) -> None:
    with cutting_line(server.port) as to_database, cutting_line(postbox.port) as to_mail:
        faults = [(to_database, Line.cut), (to_mail, Line.cut)]
        faults += [(to_database, Line.silence), (to_mail, Line.silence)]
        with workplace(
            tmp_path,
            database_url=server.address(to_database.port),
            smtp_url=f"smtp://127.0.0.1:{to_mail.port}?starttls=never",
            source_url="http://127.0.0.1:9",
        ) as place:
            place.start("schedule")
            place.start("worker", count=WORKERS)
            for number, (line, fail) in enumerate(faults):
                goal = READERS * (number + 0.5) / (len(faults) + 1)
                until(lambda goal=goal: goes_on(database) and len(postbox.mails()) > goal)  # type: ignore[misc]
                fail(line)
                time.sleep(SECONDS)
                line.mend()
            until(lambda: goes_on(database) and books(database).done)
            queue_letter(database, utc_now())
            until(lambda: books(database).sent == READERS + 1)
            assert len(place.names("worker")) == WORKERS
            logs = "".join(place.log(name) for name in place.names(""))
    assert_whole(database, postbox, CONNECTIONS * WORKERS * len(faults))
    assert "Traceback" not in logs


def test_a_worker_whose_cable_is_pulled_holds_nobody_up_and_comes_back(
    postbox: Postbox, tmp_path: Path
) -> None:
    if not os.environ.get("ROUNDWATCH_TEST_CABLE"):
        pytest.skip("it takes two minutes and root: ROUNDWATCH_TEST_CABLE=1 runs it")
    try:
        with apart() as cable, durable_server(HERE, admits=(cable.network,)) as server:
            words = {
                "database_url": server.address(),
                "smtp_url": f"file://{tmp_path}/far",
                "source_url": "http://127.0.0.1:9",
            }
            near = {**words, "smtp_url": f"smtp://127.0.0.1:{postbox.port}?starttls=never"}
            with (
                with_digest(server.address(), tmp_path / "mail", READERS) as database,
                workplace(tmp_path, before=cable.there, **words) as far_away,
                workplace(tmp_path, **near) as here,
            ):
                far_away.start("worker")
                until(lambda: books(database).sent > READERS // 10)
                cable.pull()
                pulled = time.monotonic()
                here.start("schedule")
                here.start("worker")
                until(lambda: books(database).done)
                done = time.monotonic() - pulled
                time.sleep(max(0.0, PULLED - done))
                cable.plug()
                here.close()
                queue_letter(database, utc_now())
                until(lambda: books(database).sent == READERS + 1)
                back = time.monotonic() - pulled - max(PULLED, done)
                assert "Traceback" not in far_away.log("worker 1")
                assert books(database).balanced
    except (CannotBeApart, NoServer) as reason:
        pytest.skip(str(reason))
    print(  # noqa: T201 - the figures of docs/benchmarks.md, with pytest -s
        f"all sent by another {done:.0f} s after the cable was pulled; back {back:.0f} s after "
        "it was plugged in"
    )


def goes_on(database: Database) -> bool:
    """Have what was put off fall due now, as if the minutes had passed."""
    with database.transaction() as tx:
        tx.execute(
            text(
                "update deliveries set due_at = now()"
                " where state in ('queued', 'uncertain') and due_at > now()"
            )
        )
        tx.execute(text("update domains set not_before = now() where not_before > now()"))
    return True


def assert_whole(database: Database, postbox: Postbox, most_repeats: int) -> None:
    """Every mail was sent, and few of them twice."""
    found, mails = books(database), postbox.mails()
    assert found.balanced
    assert (found.sent, found.candidates) == (READERS + 1, READERS + 1)
    assert len(set(mails)) == len({message_id for message_id, _ in mails}) == READERS + 1
    assert len(mails) - READERS - 1 <= most_repeats
    print(f"{READERS} mails, {len(mails) - READERS - 1} repeats")  # noqa: T201
