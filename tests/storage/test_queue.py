"""Jobs go in with the transaction that made them necessary; on SQLite there are none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from procrastinate.schema import SchemaManager
from sqlalchemy import text

from storage import outbox, queue
from storage.database import Database, Transaction
from storage.errors import StorageError
from storage.queue.steps import NEWEST_STEP, take_steps
from storage.schema import queue_steps
from tests.databases import PostgresqlServer
from tests.storage.builders import NOON, address, at_once, crowd, digest, letter

STEPS = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
PARTS = (
    "select proname from pg_proc where proname like 'procrastinate%' union"
    " select concat(table_name, '.', column_name, ' ', data_type)"
    " from information_schema.columns where table_name like 'procrastinate%'"
)


@pytest.fixture
def queued(
    postgresql: PostgresqlServer, open_database: Callable[..., Database]
) -> Iterator[Database]:
    """A migrated database that has a queue."""
    url = postgresql.ready()
    yield open_database(url)
    postgresql.drop(url)


@pytest.fixture
def bare(
    postgresql: PostgresqlServer, open_database: Callable[..., Database]
) -> Iterator[Database]:
    """A PostgreSQL database without tables."""
    url = postgresql.empty()
    yield open_database(url)
    postgresql.drop(url)


def waiting(database: Database) -> dict[str, int]:
    with database.reading() as tx:
        return dict(queue.waiting(tx))


class Fault(Exception):
    """Something that goes wrong after a job was put in."""


# --- In the same transaction ------------------------------------------------------------------


def test_a_rollback_leaves_no_job(queued: Database) -> None:
    def put_in_and_fail() -> None:
        with queued.transaction() as tx:
            letter(tx, "reader@example.org")
            queue.enqueue(tx, "poll")
            raise Fault

    with pytest.raises(Fault):
        put_in_and_fail()
    assert waiting(queued) == {}
    assert jobs(queued, "count(*)") == [(0,)]


def test_a_job_is_seen_by_others_together_with_what_made_it_necessary(queued: Database) -> None:
    with queued.transaction() as tx:
        letter(tx, "reader@example.org")
        assert waiting(queued) == {}
    assert waiting(queued) == {"letters": 1}


def test_a_digest_puts_in_a_job_for_each_five_hundred_that_are_due(queued: Database) -> None:
    with queued.transaction() as tx:
        crowd(tx, 1200)
        assert address(tx, digest(tx)) == 1200
    assert outbox.CHUNK == 500
    assert waiting(queued) == {"digests": 3}


def test_what_is_due_later_puts_in_nothing(queued: Database) -> None:
    with queued.transaction() as tx:
        crowd(tx, 3)
        address(tx, digest(tx), NOON + timedelta(hours=1))
    assert waiting(queued) == {}


def test_on_sqlite_nothing_is_put_in(database: Database) -> None:
    with database.transaction() as tx:
        queue.enqueue(tx, "poll", jobs=3)
        found = queue.waiting(tx)
    assert dict(found) == ({} if database.on_sqlite else {"poll": 3})


def test_more_jobs_than_one_statement_holds_are_all_put_in(queued: Database) -> None:
    with queued.transaction() as tx:
        queue.enqueue(tx, "digests", jobs=2001)
    assert waiting(queued) == {"digests": 2001}


def test_many_put_in_at_once_without_waiting_for_each_other(queued: Database) -> None:
    def put_in(_: int) -> None:
        with queued.transaction() as tx:
            queue.enqueue(tx, "intake")

    at_once(5, put_in)
    assert waiting(queued) == {"intake": 5}


def test_a_job_of_a_database_that_has_no_queue_is_refused_in_our_words(bare: Database) -> None:
    with bare.transaction() as tx, pytest.raises((StorageError, psycopg.Error)) as refused:
        queue.enqueue(tx, "poll")
    assert "procrastinate_job_to_defer_v1" in str(refused.value)


# --- Which goes first -------------------------------------------------------------------------


def test_the_most_urgent_is_taken_first_whatever_was_put_in_before_it(queued: Database) -> None:
    with queued.transaction() as tx:
        for task in reversed(queue.URGENCY):
            queue.enqueue(tx, task)
    taken = [fetched(queued) for _ in queue.URGENCY]
    # One of those that share a lock is taken; the others wait until it is done.
    begun = ["letters", "digests", "intake", "housekeep", "bounces", "check", "rescue", "past"]
    assert taken == [*begun, None, None]


def test_two_that_share_a_lock_are_never_taken_side_by_side(queued: Database) -> None:
    with queued.transaction() as tx:
        queue.enqueue(tx, "poll")
        queue.enqueue(tx, "intake")
        queue.enqueue(tx, "canary")
    assert at_once(3, lambda _: fetched(queued)).count(None) == 2


def test_a_job_is_taken_by_one_however_many_ask(queued: Database) -> None:
    with queued.transaction() as tx:
        queue.enqueue(tx, "check", jobs=4)
    assert sorted(map(str, at_once(8, lambda _: fetched(queued)))) == ["None"] * 4 + ["check"] * 4


def test_a_job_that_was_begun_does_not_wait_any_more(queued: Database) -> None:
    with queued.transaction() as tx:
        queue.enqueue(tx, "poll", jobs=2)
        assert queue.unbegun(tx, "poll") == 2
        assert queue.unbegun(tx, "check") == 0
    assert fetched(queued) == "poll"
    with queued.reading() as tx:
        assert queue.unbegun(tx, "poll") == 1
        assert queue.waits(tx, ["looks"])
        assert not queue.waits(tx, ["letters", "care"])
    assert waiting(queued) == {"poll": 2}  # one of them is being done


# --- What ended badly -------------------------------------------------------------------------


def test_jobs_that_failed_are_forgotten_after_their_days_and_others_are_not(
    queued: Database,
) -> None:
    with queued.transaction() as tx:
        queue.enqueue(tx, "check", jobs=3)
    assert [fetched(queued), fetched(queued)] == ["check", "check"]
    with queued.transaction() as tx:
        doing = text("select id from procrastinate_jobs where status = 'doing'")
        one, two = tx.scalars(doing)
        for job, days in ((one, 8), (two, 6)):
            tx.execute(text(f"select procrastinate_finish_job_v1({job}, 'failed', false)"))
            tx.execute(
                text(
                    f"update procrastinate_events set at = now() - interval '{days} days'"
                    f" where job_id = {job}"
                )
            )
        assert queue.forget_failed(tx, 7) == 1
    assert sorted(jobs(queued, "status::text")) == [("failed",), ("todo",)]


# --- The library's tables ---------------------------------------------------------------------


def test_the_newest_step_of_the_library_is_the_one_we_know() -> None:
    assert STEPS[-1].stem == NEWEST_STEP


@pytest.mark.parametrize("missing", [2, 7])
def test_steps_of_a_newer_library_are_taken_by_the_next_migration(
    bare: Database, queued: Database, missing: int
) -> None:
    with bare.transaction() as tx:
        queue_steps.create(tx)
    for step in STEPS[:-missing]:
        with bare.transaction() as tx:  # each its own: a new value of a type must be committed
            run(tx, step.read_text())
            tx.execute(queue_steps.insert().values(name=step.stem))
    assert parts_of_the_library(queued) - parts_of_the_library(bare)
    with bare.transaction() as tx:
        take_steps(tx)
    assert not parts_of_the_library(queued) - parts_of_the_library(bare)
    with bare.transaction() as tx:
        assert set(tx.scalars(queue_steps.select())) == {step.stem for step in STEPS}
        take_steps(tx)  # a second time nothing is left to do
        queue.enqueue(tx, "poll")
    assert waiting(bare) == {"poll": 1}
    assert fetched(bare) == "poll"


def parts_of_the_library(database: Database) -> set[str]:
    """Its functions, and its columns with their types."""
    with database.reading() as tx:
        return set(tx.scalars(text(PARTS)))


def jobs(database: Database, columns: str) -> list[tuple[object, ...]]:
    with database.reading() as tx:
        found = tx.execute(text(f"select {columns} from procrastinate_jobs order by 1"))
        return [tuple(row) for row in found]


def run(tx: Transaction, script: str) -> None:
    """Run a script of many statements, as the library's are."""
    driver = tx.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    driver.execute(script.encode())


def fetched(database: Database) -> str | None:
    """Take the next job as a worker would; its task."""
    with database.transaction() as tx:
        worker = tx.execute(text("select * from procrastinate_register_worker_v1()")).scalar_one()
        row = tx.execute(
            text("select task_name from procrastinate_fetch_job_v2(null, :worker)"),
            {"worker": worker},
        ).one()
    return None if row[0] is None else str(row[0])
