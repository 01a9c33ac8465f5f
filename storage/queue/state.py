"""How the queue stands: who works, what waits and since when, what failed."""

from __future__ import annotations

from sqlalchemy import Connection, text

from storage.queue.jobs import queued
from storage.records import JobsByState, QueueState

SIGN_OF_LIFE = 20.0
"""Seconds without a sign of life after which a worker counts as gone."""

_BY_STATE = text(
    "select queue_name, status::text, count(*) from procrastinate_jobs"
    " where status in ('todo', 'doing', 'failed') and (status <> 'todo' or"
    " coalesce(scheduled_at, now()) <= now()) group by queue_name, status"
)
_ALIVE = text(
    "select count(*) from procrastinate_workers"
    " where last_heartbeat > now() - make_interval(secs => :seconds)"
)
_TICKED = text(
    "select exists (select from ticks where taken_at"
    " between now() - interval '30 seconds' and now() + interval '30 seconds')"
)
_WAITING_SINCE = text(
    "select min(greatest(event.at, coalesce(job.scheduled_at, event.at)))"
    " from procrastinate_jobs as job join procrastinate_events as event on event.job_id = job.id"
    " where job.status = 'todo' and event.type = 'deferred'"
    " and coalesce(job.scheduled_at, now()) <= now()"
)
_FAILED = text(
    "select job.task_name, count(distinct job.id), max(event.at) from procrastinate_jobs as job"
    " join procrastinate_events as event on event.job_id = job.id"
    " where job.status = 'failed' and event.type = 'failed' group by job.task_name order by 1"
)


def state(tx: Connection) -> QueueState | None:
    """Return how the queue stands; None on SQLite, where there is none.

    A worker has several hands, each of which shows signs of life of its own: they are what is
    counted.
    """
    if not queued(tx):
        return None
    jobs: dict[str, JobsByState] = {}
    for queue, status, count in tx.execute(_BY_STATE):
        jobs.setdefault(queue, {})[status] = count
    return QueueState(
        jobs=jobs,
        hands=int(tx.execute(_ALIVE, {"seconds": SIGN_OF_LIFE}).scalar_one()),
        waiting_since=tx.execute(_WAITING_SINCE).scalar_one(),
        failed={row[0]: (int(row[1]), row[2]) for row in tx.execute(_FAILED)},
    )


def anybody_works(tx: Connection) -> bool:
    """Whether a worker shows signs of life, or a scheduler took a tick within half a minute.

    On PostgreSQL. A scheduler that runs takes one every 15 seconds.
    """
    alive = tx.execute(_ALIVE, {"seconds": SIGN_OF_LIFE}).scalar_one()
    return bool(alive or tx.execute(_TICKED).scalar_one())
