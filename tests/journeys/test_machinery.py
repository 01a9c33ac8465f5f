"""What does the work is checked too: ticks, workers, jobs, the disk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from monitor.bootstrap import utc_now
from monitor.journeys.alarms import sound
from monitor.journeys.machinery import machinery
from monitor.settings import Settings
from storage import alarms, journal, queue
from storage.database import Database
from tests.databases import PostgresqlServer

SOURCE = "http://127.0.0.1:9"
SETTINGS = Settings(database_url="", source_url=SOURCE)


def found(database: Database, now: datetime) -> dict[str, tuple[bool, str]]:
    with database.reading() as tx:
        return {each.name: (each.well, each.says) for each in machinery(tx, SETTINGS, now)}


@pytest.fixture
def queued(postgresql: PostgresqlServer) -> Iterator[Database]:
    """A database with a queue."""
    url = postgresql.ready()
    database = Database(url)
    yield database
    database.close()
    postgresql.drop(url)


def tick(database: Database, at: datetime) -> None:
    with database.transaction() as tx:
        journal.take_tick(tx, job="check", due_at=at, now=at)


def test_a_scheduler_is_missed_where_there_was_one(database: Database) -> None:
    now = utc_now()
    assert "ticks" not in found(database, now)
    tick(database, now - timedelta(minutes=5))
    assert found(database, now)["ticks"][0]
    assert not found(database, now + timedelta(minutes=15))["ticks"][0]
    tick(database, now + timedelta(minutes=15))
    assert found(database, now + timedelta(minutes=15))["ticks"][0]


def test_who_went_from_run_to_cron_is_not_told_of_ticks(database: Database) -> None:
    now = utc_now()
    tick(database, now - timedelta(days=1))
    assert not found(database, now)["ticks"][0]
    with database.transaction() as tx:
        poll = journal.start_poll(tx, source=SOURCE, now=now)
        journal.finish_poll(tx, poll, now=now, outcome="unchanged", requests=1)
    assert found(database, now)["ticks"][0]


def test_a_file_says_how_much_room_it_has_and_a_server_does_not(database: Database) -> None:
    told = found(database, utc_now())
    if database.on_sqlite:
        assert re.fullmatch(r"[\d,]+ [MG]B free, the database takes 1 MB", told["room"][1])
        assert set(told) == {"room"}
    else:
        assert set(told) == {"workers", "jobs"}


def test_jobs_that_wait_with_nobody_there_are_an_alarm_and_it_names_its_runbook(
    queued: Database, caplog: pytest.LogCaptureFixture
) -> None:
    now = utc_now()
    with queued.transaction() as tx:
        queue.enqueue(tx, "poll", jobs=3)
    assert found(queued, now)["workers"][0]
    later = now + timedelta(minutes=2)
    well, says = found(queued, later)["workers"]
    assert not well
    assert says.startswith("no worker shows a sign of life; jobs waiting: 3 since ")
    sound(database=queued, settings=SETTINGS, now=later)
    with queued.reading() as tx:
        assert "workers" in alarms.standing(tx)
    assert "Jobs wait and no worker is there – no worker shows a sign of life;" in caplog.text
    assert "(runbook: workers)" in caplog.text
    with queued.transaction() as tx:
        tx.exec_driver_sql("insert into procrastinate_workers default values")
    at_work = "hands of workers at work: 1, up to three of each worker"
    waiting = says.partition(";")[2]
    assert found(queued, later)["workers"] == (True, f"{at_work};{waiting}")


def test_a_job_that_failed_is_told_by_its_task_and_time(queued: Database) -> None:
    now = utc_now()
    with queued.transaction() as tx:
        queue.enqueue(tx, "digests", jobs=2)
        tx.exec_driver_sql("update procrastinate_jobs set status = 'doing'")
        tx.exec_driver_sql("update procrastinate_jobs set status = 'failed'")
    well, says = found(queued, now)["jobs"]
    assert (well, says.rpartition(", last ")[0]) == (False, "jobs failed: 2 digests")
    with queued.transaction() as tx:
        assert queue.forget_failed(tx, 0) == 2
    assert found(queued, now)["jobs"] == (True, "no job has failed")
