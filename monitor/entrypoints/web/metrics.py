"""`/metrics`: how the service stands, for Prometheus and those who read the same text.

The format: https://prometheus.io/docs/instrumenting/exposition_formats. The names:
https://prometheus.io/docs/practices/naming; times are given as moments, not as ages, so that an age
grows on while nobody is there to tell it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from fastapi import APIRouter, Depends
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Metric,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from monitor import __version__
from monitor.bootstrap import Service
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.api.described import described
from monitor.entrypoints.web.guards.bearer import Bearer
from monitor.series import followed
from storage import alarms, journal, outbox, queue
from storage.database import stored_revision
from storage.errors import StorageError
from storage.figures import figures
from storage.records import (
    Balance,
    DeliveryState,
    DigestKind,
    Figures,
    QueueState,
    Room,
    SubscriberState,
    Verdict,
)
from storage.room import room

KEPT_TIMES = 100
"""The figures are kept so many times as long as it took to read them: asking for them, however
often, takes at most a hundredth of the database's time."""

KEPT_SECONDS = 60.0
"""They are read anew after so long in any case."""


@dataclass(frozen=True, slots=True)
class Read:
    """All that was read of the database at one moment."""

    at: datetime
    seconds: float
    figures: Figures
    books: Balance
    looked: datetime | None
    due: datetime | None
    slot: datetime | None
    alarms: int
    resting: int
    queue: QueueState | None
    ticked: datetime | None
    room: Room | None
    revision: str


@dataclass(frozen=True, slots=True)
class Gauge:
    """One figure: its name and help, the label that tells its values apart, and where it is.

    A figure without a label is a number, or None where there is none to tell.
    """

    name: str
    says: str
    of: Callable[[Read], Mapping[str, float] | float | None]
    label: str | None = None


def _moment(at: datetime | None) -> float | None:
    return at.timestamp() if at else None


def _all(words: object, found: Mapping[Any, float]) -> Mapping[str, float]:
    """The figure of each word of a Literal: 0 where nothing was counted."""
    return {word: found.get(word, 0) for word in get_args(words)}


def _rounds(read: Read) -> Mapping[str, float]:
    return {series.slug: read.figures.rounds.get(series.slug, 0) for series in followed()}


def _releases(read: Read) -> Mapping[str, float]:
    found = read.figures.releases
    return {**_all(Verdict, found), "none": found.get(None, 0)}


def _deliveries(read: Read) -> Mapping[str, float]:
    return {state: getattr(read.books, state) for state in get_args(DeliveryState)}


def _jobs(read: Read, state: Literal["todo", "doing", "failed"]) -> Mapping[str, float]:
    jobs = read.queue.jobs if read.queue else {}
    names = dict.fromkeys(urgency.queue for urgency in queue.URGENCY.values())
    return {name: jobs.get(name, {}).get(state, 0) for name in names}


def _connections(read: Read, which: Literal["used", "limit"]) -> float | None:
    found = read.figures.connections
    return None if found is None else getattr(found, which)


GAUGES: Sequence[Gauge] = (
    Gauge(
        "roundwatch_last_good_poll_timestamp_seconds",
        "When the last good look at the source began; missing before the first.",
        lambda read: _moment(read.looked),
    ),
    Gauge(
        "roundwatch_oldest_due_delivery_timestamp_seconds",
        "Since when the delivery that waits longest is due; missing where none is.",
        lambda read: _moment(read.due),
    ),
    Gauge(
        "roundwatch_oldest_delivery_slot_timestamp_seconds",
        "When the oldest open delivery was meant to go out, or is to; missing where none is open.",
        lambda read: _moment(read.slot),
    ),
    Gauge("roundwatch_deliveries", "Deliveries on file, by state.", _deliveries, "state"),
    Gauge(
        "roundwatch_readers",
        "Readers on file, by state.",
        lambda read: _all(SubscriberState, read.figures.readers),
        "state",
    ),
    Gauge("roundwatch_rounds", "Rounds on file, by series.", _rounds, "series"),
    Gauge(
        "roundwatch_releases",
        "Releases on file, by verdict; none: not read yet.",
        _releases,
        "verdict",
    ),
    Gauge(
        "roundwatch_digests",
        "Digests that were filed, by kind.",
        lambda read: _all(DigestKind, read.figures.digests),
        "kind",
    ),
    Gauge(
        "roundwatch_open_issues",
        "Open issues, by kind; a kind without any is missing.",
        lambda read: read.figures.issues,
        "kind",
    ),
    Gauge(
        "roundwatch_alarms",
        "Alarms that the operator was told of and that are not over.",
        lambda read: read.alarms,
    ),
    Gauge(
        "roundwatch_resting_domains",
        "Receiving domains that put us off and are left alone now.",
        lambda read: read.resting,
    ),
    Gauge(
        "roundwatch_database_size_bytes", "Size of the database.", lambda read: read.figures.size
    ),
    Gauge(
        "roundwatch_waiting_jobs",
        "Jobs that may be done now and that nobody has begun, by queue.",
        lambda read: _jobs(read, "todo"),
        "queue",
    ),
    Gauge(
        "roundwatch_running_jobs",
        "Jobs that are being done, by queue.",
        lambda read: _jobs(read, "doing"),
        "queue",
    ),
    Gauge(
        "roundwatch_failed_jobs",
        "Jobs that nobody could do, by queue.",
        lambda read: _jobs(read, "failed"),
        "queue",
    ),
    Gauge(
        "roundwatch_oldest_waiting_job_timestamp_seconds",
        "Since when the job that waits longest may be done; missing where none waits.",
        lambda read: _moment(read.queue.waiting_since) if read.queue else None,
    ),
    Gauge(
        "roundwatch_worker_hands",
        "Hands of workers with a sign of life of late, up to three a worker; missing on SQLite.",
        lambda read: read.queue.hands if read.queue else None,
    ),
    Gauge(
        "roundwatch_last_tick_timestamp_seconds",
        "When a scheduler last took a tick; missing before the first.",
        lambda read: _moment(read.ticked),
    ),
    Gauge(
        "roundwatch_resting_hosts",
        "Hosts that failed and are left alone now.",
        lambda read: read.figures.resting_hosts,
    ),
    Gauge(
        "roundwatch_open_backfills",
        "Backfills left to the service that are not at their end.",
        lambda read: read.figures.backfills,
    ),
    Gauge(
        "roundwatch_database_connections",
        "Clients of the database's server, of whatever database; missing on SQLite.",
        lambda read: _connections(read, "used"),
    ),
    Gauge(
        "roundwatch_database_connections_limit",
        "How many clients it may have; missing on SQLite.",
        lambda read: _connections(read, "limit"),
    ),
    Gauge(
        "roundwatch_database_disk_free_bytes",
        "Room left where a SQLite file is; missing on PostgreSQL.",
        lambda read: read.room.free if read.room else None,
    ),
    Gauge(
        "roundwatch_database_schema_info",
        "The migration that the tables are at.",
        lambda read: {read.revision: 1},
        "revision",
    ),
    Gauge(
        "roundwatch_database_read_timestamp_seconds",
        "When these figures were read.",
        lambda read: read.at.timestamp(),
    ),
    Gauge(
        "roundwatch_database_read_seconds",
        "How long that took.",
        lambda read: read.seconds,
    ),
)


class DatabaseFigures(Collector):
    """The figures of the database: read in one transaction, kept, and handed out.

    Args:
        service: whose database it is.
        clock: seconds that only grow.
    """

    def __init__(self, service: Service, clock: Callable[[], float] = time.monotonic) -> None:
        self._service, self._clock = service, clock
        self._reading = asyncio.Lock()
        self._kept_until = 0.0
        self._found: tuple[Metric, ...] = ()

    async def refresh(self) -> None:
        """Read them where those kept are too old; who asks meanwhile waits, and holds no thread."""
        async with self._reading:
            if (begun := self._clock()) < self._kept_until:
                return
            self._found = await run_in_threadpool(self._read)
            now = self._clock()
            self._kept_until = now + min(KEPT_TIMES * (now - begun), KEPT_SECONDS)

    def collect(self) -> Iterable[Metric]:
        """The figures as they were read last."""
        return self._found

    def describe(self) -> Iterable[Metric]:
        """Nothing: to be registered is no reason to read."""
        return ()

    def _read(self) -> tuple[Metric, ...]:
        up = GaugeMetricFamily("roundwatch_database_up", "Whether the database could be read.")
        try:
            read = _read(self._service)
        except StorageError:  # the log has it from who needs the database
            up.add_metric((), 0)
            return (up,)
        up.add_metric((), 1)
        return (up, *(_family(gauge, read) for gauge in GAUGES))


def metrics(service: Service, registry: CollectorRegistry, knows: Bearer | None) -> APIRouter:
    """`/metrics`, for everybody, or for who `knows` the operator's token."""
    router = APIRouter(dependencies=[Depends(knows)] if knows else [])
    found = DatabaseFigures(service)
    registry.register(found)
    ProcessCollector(registry=registry)
    build = GaugeMetricFamily("roundwatch_build_info", "The version that runs.", labels=["version"])
    build.add_metric((__version__,), 1)
    registry.register(_Fixed(build))

    @answers(router, "/metrics", **_described(wants_token=knows is not None))
    async def all_figures() -> Response:
        await found.refresh()
        content = await run_in_threadpool(generate_latest, registry)
        return Response(content, media_type=CONTENT_TYPE_LATEST)

    return router


def _described(*, wants_token: bool) -> dict[str, Any]:
    words = described(
        "getFigures",
        "Figures for a monitoring system",
        "How the service stands, in the text format of Prometheus. A database that is away is one "
        "of the figures, and no problem.",
        tag="health",
        gives="The figures.",
        problems=(401, 429) if wants_token else (),
    )
    words["responses"][200]["content"] = {"text/plain": {"schema": {"type": "string"}}}
    return words | {"response_class": Response}


class _Fixed(Collector):
    """A figure that never changes."""

    def __init__(self, *families: Metric) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def _read(service: Service) -> Read:
    now, begun = service.now(), time.perf_counter()
    with service.database.reading() as tx:
        looked = journal.last_good_poll(tx, service.settings.source_url)
        return Read(
            at=now,
            figures=figures(tx, now),
            books=outbox.balance(tx),
            looked=looked.started_at if looked else None,
            due=outbox.oldest_due(tx, now),
            slot=outbox.oldest_slot(tx),
            alarms=len(alarms.standing(tx)),
            resting=len(outbox.resting(tx, now)),
            queue=queue.state(tx),
            ticked=journal.last_tick(tx),
            room=room(tx),
            revision=stored_revision(tx) or "none",
            seconds=time.perf_counter() - begun,
        )


def _family(gauge: Gauge, read: Read) -> Metric:
    family = GaugeMetricFamily(gauge.name, gauge.says, labels=[gauge.label] if gauge.label else [])
    value = gauge.of(read)
    if isinstance(value, Mapping):
        for word, count in value.items():
            family.add_metric((word,), count)
    elif value is not None:
        family.add_metric((), value)
    return family
