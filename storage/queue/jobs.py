"""Jobs: put in, counted, forgotten. `monitor.entrypoints.worker` takes them out again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, text

from storage import trace
from storage.driver import in_our_words
from storage.records import Task

if TYPE_CHECKING:
    from procrastinate import App


@dataclass(frozen=True, slots=True)
class Urgency:
    """Where the jobs of a task wait, and how urgent they are: a higher one goes first.

    Jobs with the same `lock` never run side by side: a source is asked by one at a time, and what
    came first is taken in first.
    """

    queue: str
    priority: int
    lock: str | None = None


URGENCY: Mapping[Task, Urgency] = {
    "letters": Urgency("letters", 50),
    "digests": Urgency("digests", 40),
    "poll": Urgency("looks", 30, "looks"),
    "intake": Urgency("looks", 30, "looks"),
    "rescue": Urgency("care", 20),
    "check": Urgency("care", 20),
    "bounces": Urgency("care", 20, "bounces"),
    "canary": Urgency("care", 20, "looks"),
    "housekeep": Urgency("care", 20),
    "past": Urgency("past", 10, "past"),
}
"""Letters go before digests, digests before looks, and a backfill last."""

_AT_ONCE = 1000  # jobs of one statement


def queued(tx: Connection) -> bool:
    """Whether work is done by way of the queue: on PostgreSQL."""
    return tx.dialect.name == "postgresql"


def enqueue(tx: Connection, task: Task, *, jobs: int = 1, **arguments: str | int | None) -> None:
    """Have a task be done once this transaction is committed; on SQLite, nothing.

    Args:
        tx: the writing transaction that makes it necessary: a rollback leaves no job.
        task: what is to be done.
        jobs: how often: how many may do it side by side.
        arguments: what the task is told, beside the id of the work that made it necessary.

    Raises:
        StorageError: as any statement of `storage`.
    """
    if not queued(tx):
        return
    urgency = URGENCY[task]
    told: dict[str, Any] = {"trace": trace.current(), **arguments}
    deferrer = _app().configure_task(
        task,
        queue=urgency.queue,
        priority=urgency.priority,
        lock=urgency.lock,
        connection=tx.connection.driver_connection,
    )
    with _in_our_words(tx):
        for start in range(0, jobs, _AT_ONCE):
            deferrer.batch_defer(*[told] * min(_AT_ONCE, jobs - start))


def waiting(tx: Connection) -> Mapping[Task, int]:
    """Return how many jobs of each task may be done now or are being done; no job, no entry."""
    if not queued(tx):
        return {}
    counts = text(
        "select task_name, count(*) from procrastinate_jobs where status = 'doing' or"
        " status = 'todo' and coalesce(scheduled_at, now()) <= now() group by task_name"
    )
    return {row[0]: row[1] for row in tx.execute(counts) if row[0] in URGENCY}


def unbegun(tx: Connection, task: Task) -> int:
    """Return how many jobs of this task nobody has begun; those put off until later count too."""
    count = text(
        "select count(*) from procrastinate_jobs where status = 'todo' and task_name = :task"
    )
    return int(tx.execute(count, {"task": task}).scalar_one())


def waits(tx: Connection, queues: Collection[str]) -> bool:
    """Return whether a job of these queues waits to be done now."""
    one = text(
        "select from procrastinate_jobs where status = 'todo' and queue_name = any(:queues)"
        " and coalesce(scheduled_at, now()) <= now() limit 1"
    )
    return tx.execute(one, {"queues": list(queues)}).first() is not None


def forget_failed(tx: Connection, days: int) -> int:
    """Delete the jobs that ended badly so many days ago; return how many."""
    if not queued(tx):
        return 0
    ended = text(
        "delete from procrastinate_jobs where status in ('failed', 'cancelled', 'aborted')"
        " and not exists (select from procrastinate_events as event where event.job_id ="
        " procrastinate_jobs.id and event.at > now() - make_interval(days => :days))"
    )
    return tx.execute(ended, {"days": days}).rowcount


@cache
def _app() -> App:
    """The library's way in. It is never opened: each job goes in by a connection of ours."""
    from procrastinate import App, SyncPsycopgConnector

    return App(connector=SyncPsycopgConnector())


@contextmanager
def _in_our_words(tx: Connection) -> Iterator[None]:
    from procrastinate.exceptions import ConnectorException

    try:
        yield
    except ConnectorException as fault:
        cause: Any = fault.__cause__ or fault
        database = tx.engine.url.render_as_string(hide_password=True)
        said = in_our_words(cause, database=database, lost=tx.closed or tx.invalidated)
        raise said or cause from fault
