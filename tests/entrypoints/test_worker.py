"""Workers: what they take, in which order, how they end, and what becomes of a job left behind."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from monitor.bootstrap import Service
from monitor.entrypoints.scheduler import Ticks
from monitor.entrypoints.work import Work
from monitor.entrypoints.worker import Worker
from monitor.errors import UsageError
from monitor.journeys.sending.deliver import _BATCH
from storage import queue
from storage.errors import DatabaseUnreachable
from storage.records import Task
from tests.databases import PostgresqlServer
from tests.entrypoints.user import User
from tests.faults.workplace import queue_letter
from tests.journeys.offices import Clock, office
from tests.journeys.readers import file_round
from tests.servers.counting_smtp import counting_server
from tests.storage.builders import crowd

PATIENCE = 60.0
READERS = 600


@pytest.fixture
def address(postgresql: PostgresqlServer) -> Iterator[str]:
    """A migrated database that has a queue."""
    url = postgresql.ready()
    yield url
    postgresql.drop(url)


@pytest.fixture
def made(address: str, tmp_path: Path) -> Iterator[Service]:
    """A service with a queue; its mail is written to a folder."""
    with office("http://127.0.0.1:9", address, tmp_path / "mail") as made:
        yield made


class Doing:
    """Work whose tasks are written down, and do what a test wants."""

    def __init__(
        self, service: Service, *tasks: Task, does: Callable[[], None] = lambda: None
    ) -> None:
        self.done: list[Task] = []
        self.inside = 0
        self.most_inside = 0
        self._does = does
        self._lock = threading.Lock()
        self.work = Work(service)
        self.work.tasks = {**self.work.tasks, **{task: self._act_of(task) for task in tasks}}

    def _act_of(self, task: Task) -> Callable[[], None]:
        def act() -> None:
            with self._lock:
                self.inside += 1
                self.most_inside = max(self.inside, self.most_inside)
            try:
                self._does()
            finally:
                with self._lock:
                    self.inside -= 1
                    self.done.append(task)

        return act


def put_in(made: Service, *tasks: Task) -> None:
    with made.database.transaction() as tx:
        for task in tasks:
            queue.enqueue(tx, task)


def jobs(made: Service) -> list[tuple[str, str]]:
    """Task and state of all that is in the queue."""
    with made.database.reading() as tx:
        found = tx.execute(text("select task_name, status from procrastinate_jobs order by id"))
        return [(str(row[0]), str(row[1])) for row in found]


def until(so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not so():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.02)


@contextmanager
def working(made: Service, *works: Work) -> Iterator[None]:
    """A block beside which so many workers do jobs."""
    if not works:
        yield
        return
    with Worker(made, works[0]).beside(), working(made, *works[1:]):
        yield


# --- What is taken ----------------------------------------------------------------------------


def test_once_ends_when_nothing_waits_and_leaves_no_job(made: Service) -> None:
    doing = Doing(made, "check", "poll", "past")
    put_in(made, "past", "poll", "check", "check")
    Worker(made, doing.work).run_once()
    assert sorted(doing.done) == ["check", "check", "past", "poll"]
    assert jobs(made) == []


def test_a_worker_for_some_queues_leaves_the_others(made: Service) -> None:
    doing = Doing(made, "poll", "check", "letters")
    put_in(made, "poll", "check", "letters")
    Worker(made, doing.work, ["care", "letters"]).run_once()
    assert sorted(doing.done) == ["check", "letters"]
    assert jobs(made) == [("poll", "todo")]


def test_a_queue_that_is_none_is_refused(made: Service) -> None:
    with pytest.raises(UsageError, match="there is no queue post") as refused:
        Worker(made, Work(made), ["post"])
    assert "letters, digests, looks, care, past" in refused.value.todo


def test_a_letter_is_sent_while_a_digest_to_many_goes_out(address: str) -> None:
    with (
        counting_server() as server,
        office(
            "http://127.0.0.1:9",
            address,
            smtp_url=f"smtp://127.0.0.1:{server.port}?starttls=never",
        ) as made,
    ):
        file_round(made, 1, "Labor: Talked.")
        with made.database.transaction() as tx:
            crowd(tx, READERS)
        file_round(made, 2, "Seafood: Talked.", quiet=False)
        with working(made, Work(made)):
            until(lambda: len(server.accepted) > 20)
            queue_letter(made.database, made.now())
            before = len(server.accepted)
            until(lambda: len(server.accepted) == READERS + 1)
    readers = [reader for _, reader in server.accepted]
    # Two batches at the most: the one in hand, and the one that was claimed meanwhile.
    batch = _BATCH * made.settings.mail_connections
    assert readers.index("operator@example.org") <= before + 2 * batch < READERS


def test_two_tasks_that_share_a_lock_never_run_side_by_side(made: Service) -> None:
    looks: tuple[Task, ...] = ("poll", "intake", "canary")
    locked = Doing(made, *looks, does=lambda: time.sleep(0.02))
    put_in(made, *looks * 4)
    with working(made, locked.work, locked.work, locked.work):
        until(lambda: len(locked.done) == 12)
    assert locked.most_inside == 1


def test_tasks_without_a_lock_run_side_by_side(made: Service) -> None:
    both = threading.Barrier(2)
    free = Doing(made, "check", does=lambda: both.wait(PATIENCE) and None)
    put_in(made, "check", "check")
    with working(made, free.work, free.work):
        until(lambda: len(free.done) == 2)
    assert not both.broken


# --- What goes wrong --------------------------------------------------------------------------


def test_a_task_that_fails_is_logged_and_leaves_no_job(
    made: Service, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise RuntimeError("out of paper")

    doing = Doing(made, "check", does=fail)
    put_in(made, "check")
    Worker(made, doing.work).run_once()
    assert doing.done == ["check"]
    assert jobs(made) == []
    assert "check failed in a way nobody expected" in caplog.text


def test_a_job_that_is_cut_short_is_put_back_and_done_by_another(made: Service) -> None:
    first = Work(made)
    begun = threading.Event()

    def end_in_the_middle() -> None:
        begun.set()
        until(lambda: first.is_stopping)
        first._go_on(0, 0)  # as each piece of work does when it is done

    first.tasks = {**first.tasks, "check": end_in_the_middle}
    put_in(made, "check")
    with working(made, first):
        assert begun.wait(PATIENCE)
    assert jobs(made) == [("check", "todo")]
    second = Doing(made, "check")
    with working(made, second.work):
        until(lambda: second.done == ["check"] and jobs(made) == [])


def test_the_jobs_of_a_worker_that_is_gone_are_done_by_another(
    made: Service, caplog: pytest.LogCaptureFixture
) -> None:
    put_in(made, "poll", "check", "rescue")
    with made.database.transaction() as tx:  # one that took two jobs, and was never heard of again
        gone = tx.execute(text("select * from procrastinate_register_worker_v1()")).scalar_one()
        for task_queue in ("looks", "care"):
            tx.execute(
                text("select procrastinate_fetch_job_v2(array[:queue]::varchar[], :worker)"),
                {"queue": task_queue, "worker": gone},
            )
        tx.execute(
            text(
                "update procrastinate_workers set last_heartbeat = now() - interval '21 seconds'"
                " where id = :worker"
            ),
            {"worker": gone},
        )
    assert [state for _, state in jobs(made)].count("doing") == 2
    doing = Doing(made, "poll", "check")
    with working(made, doing.work):
        until(lambda: sorted(doing.done) == ["check", "poll"] and jobs(made) == [])
    assert "a poll job was left by a worker that is gone" in caplog.text


def test_a_job_that_lost_the_database_is_done_again(made: Service) -> None:
    lost = iter([True])

    def lose_it_once() -> None:
        if next(lost, False):
            raise DatabaseUnreachable("the database is away")

    doing = Doing(made, "intake", does=lose_it_once)
    put_in(made, "intake")
    with working(made, doing.work):
        until(lambda: doing.done == ["intake", "intake"] and jobs(made) == [])


def test_ticks_that_no_worker_was_there_for_are_caught_up_with_one_run(
    address: str, tmp_path: Path
) -> None:
    clock = Clock()
    with office("http://127.0.0.1:9", address, tmp_path / "mail", now=clock) as made:
        ticks = Ticks(made, Work(made))
        for _ in range(3):
            ticks.check()
            clock.later(minutes=5)
        assert jobs(made) == [("check", "todo")]
        doing = Doing(made, "check")
        Worker(made, doing.work).run_once()
        ticks.check()
        Worker(made, doing.work).run_once()
    assert doing.done == ["check", "check"]


def test_a_chunk_whose_worker_may_be_gone_is_put_in_anew_by_the_next_tick(
    address: str, tmp_path: Path
) -> None:
    clock = Clock()
    with office("http://127.0.0.1:9", address, tmp_path / "mail", now=clock) as made:
        queue_letter(made.database, clock())
        with made.database.transaction() as tx:
            gone = tx.execute(text("select * from procrastinate_register_worker_v1()")).scalar_one()
            take = text("select procrastinate_fetch_job_v2(null, :worker)")
            tx.execute(take, {"worker": gone})
        assert jobs(made) == [("letters", "doing")]
        clock.later(seconds=10)
        ticks = Ticks(made, Work(made))
        ticks.deliver()
        ticks.deliver()  # the same tick: it is taken once
        assert jobs(made) == [("letters", "doing"), ("letters", "todo")]
        Worker(made, Work(made)).run_once()
        assert made.books().sent == 1


def test_a_job_of_a_task_that_this_version_does_not_know_is_logged_and_kept_for_a_look(
    made: Service, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    put_in(made, "check")
    with made.database.transaction() as tx:
        tx.execute(text("update procrastinate_jobs set task_name = 'of-tomorrow'"))
    Worker(made, Work(made)).run_once()
    assert jobs(made) == [("of-tomorrow", "failed")]
    assert "of-tomorrow" in caplog.text


def test_a_lost_database_is_told_of_once_and_so_is_its_return(
    made: Service, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    name = made.database.url.database
    admin = made.database.url.set(drivername="postgresql", database="postgres")
    doing = Doing(made, "check")
    with (
        psycopg.connect(admin.render_as_string(hide_password=False), autocommit=True) as server,
        working(made, doing.work),
    ):
        put_in(made, "check")
        until(lambda: doing.done == ["check"])
        server.execute(f'alter database "{name}" allow_connections false'.encode())
        server.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name]
        )
        until(lambda: "cannot be used" in caplog.text)
        time.sleep(5)  # each of the three hands tries it again meanwhile
        server.execute(f'alter database "{name}" allow_connections true'.encode())
        until(lambda: "database: it answers again" in caplog.text)
        put_in(made, "check")
        until(lambda: doing.done == ["check", "check"])
    told = [each.getMessage() for each in caplog.records if each.levelno >= logging.INFO]
    ours = [line for line in told if line.startswith("database: ")]
    assert len(ours) == 2, ours
    assert [line for line in told if "rror" in line and line not in ours] == []


# --- The command ------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [(), ("--once",), ("--queue", "letters")])
def test_on_sqlite_a_worker_is_refused_and_told_what_to_do(
    operator: User, words: tuple[str, ...]
) -> None:
    done = operator.runs("worker", *words)
    assert (done.code, done.said) == (2, "")
    assert "has no queue: on SQLite `roundwatch run` does all the work" in done.complained
    assert "set ROUNDWATCH_DATABASE_URL to a PostgreSQL database" in done.complained


def test_the_command_does_what_waits_and_ends(operator: User, made: Service, address: str) -> None:
    put_in(made, "housekeep", "bounces")
    words, mail = ("worker", "--once", "--queue", "care"), operator.home.as_uri()
    done = operator.runs(*words, database_url=address, smtp_url=mail)
    assert (done.code, done.said) == (0, "")
    assert jobs(made) == []


def test_the_command_refuses_a_queue_that_is_none(operator: User, address: str) -> None:
    done = operator.runs("worker", "--queue", "post", database_url=address)
    assert done.code == 2
    assert "there is no queue post" in done.complained
    assert "letters, digests, looks, care, past" in done.complained


def test_mail_that_is_written_on_one_of_several_machines_is_told_of(
    operator: User, made: Service, address: str
) -> None:
    queue_letter(made.database, made.now())
    done = operator.runs("deliver", database_url=address)
    assert (done.code, done.said.splitlines()[0]) == (0, "1 sent, 0 to be tried again, 0 failed")
    assert "only this machine has it" in done.complained
    assert "set ROUNDWATCH_SMTP_URL as the workers have it" in done.complained
