"""Two schedulers and three workers, as processes: each tick is taken once, and its task runs once.

The clock is the test's: it is moved on by five minutes when all that the last five minutes led to
has run. 100 ticks in the ordinary suite; ROUNDWATCH_TEST_TICKS=1000 makes it 1,000.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from monitor.pressroom import PressRoom
from storage import journal
from storage.database import Database
from tests.databases import PostgresqlServer
from tests.entrypoints.saved import EVE
from tests.faults.counted_mail import until
from tests.faults.processes import ROOT

TICKS = int(os.environ.get("ROUNDWATCH_TEST_TICKS") or 100)
MORNING = datetime(2024, 7, 31, 4, 0, tzinfo=UTC)
STEP = timedelta(minutes=5)
EACH_STEP = {"check", "bounces"}
"""What is due every five minutes, day and night; looks are rarer in the night."""


class Clock:
    """The time of day of all processes, in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.now = MORNING
        self.set(MORNING)

    def set(self, now: datetime) -> None:
        """Move it, at once for everybody."""
        self.now = now
        draft = self.path.with_suffix(".draft")
        draft.write_text(str(now.timestamp()))
        draft.replace(self.path)


@pytest.fixture
def database(postgresql: PostgresqlServer) -> Iterator[Database]:
    """A migrated database that has a queue."""
    database = Database(postgresql.ready())
    yield database
    database.close()
    postgresql.drop(database.url.render_as_string(hide_password=False))


@pytest.fixture
def room() -> Iterator[PressRoom]:
    """The bundled pages on the eve of the fifth round."""
    with PressRoom(through=EVE) as room:
        yield room


def test_each_tick_is_taken_once_and_runs_once(
    database: Database, room: PressRoom, tmp_path: Path
) -> None:
    clock, log = Clock(tmp_path / "clock"), tmp_path / "ran"
    log.touch()
    address = database.url.render_as_string(hide_password=False)
    words = (address, room.base_url, str(clock.path), str(log))
    begun = time.monotonic()
    running = [
        subprocess.Popen([sys.executable, "-m", "tests.faults.ticking", what, *words], cwd=ROOT)
        for what in ("schedule", "schedule", "worker", "worker", "worker")
    ]
    try:
        while sum(taken(database).values()) < TICKS:
            until(lambda: has_all(database, clock.now))
            until(lambda: ran(log) == taken(database) and not waits(database))
            clock.set(clock.now + STEP)
        until(lambda: has_all(database, clock.now))
        until(lambda: ran(log) == taken(database) and not waits(database))
        time.sleep(0.5)  # who would run one a second time has had its turn
        assert [process.poll() for process in running] == [None] * 5
    finally:
        for process in running:
            process.kill()
            process.wait()
    ticks = taken(database)
    assert ticks.total() >= TICKS
    assert ran(log) == ticks
    with database.reading() as tx:
        assert len(journal.polls(tx, 10 * TICKS)) == ticks["poll"]
    workers = {line.split()[1] for line in log.read_text().splitlines()}
    assert len(workers) == 3
    print(  # noqa: T201 - the figures of docs/benchmarks.md, with pytest -s
        f"{ticks.total()} ticks {dict(ticks)}, each ran once, {time.monotonic() - begun:.0f} s"
    )


def taken(database: Database) -> Counter[str]:
    """How many ticks of each task were taken."""
    with database.reading() as tx:
        found = tx.execute(text("select job, count(*) from ticks group by job"))
        return Counter({row[0]: row[1] for row in found})


def has_all(database: Database, now: datetime) -> bool:
    """Whether what is due every five minutes was taken at this time."""
    with database.reading() as tx:
        found = tx.execute(text("select job from ticks where due_at = :now"), {"now": now})
        return {row[0] for row in found} >= EACH_STEP


def ran(log: Path) -> Counter[str]:
    """How often each task ran, of those that ticks have done."""
    tasks = (line.split()[0] for line in log.read_text().splitlines())
    return Counter(task for task in tasks if task != "intake")


def waits(database: Database) -> bool:
    """Whether a job waits or is being done."""
    with database.reading() as tx:
        return tx.execute(text("select from procrastinate_jobs limit 1")).first() is not None
