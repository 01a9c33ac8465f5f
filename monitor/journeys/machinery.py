"""Does what does the work work? The scheduler's ticks, the workers, their jobs, the disk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from monitor.core.machinery import has_stopped, is_left_alone, is_nearly_full
from monitor.journeys.finding import Finding
from monitor.settings import Settings
from storage import journal, queue
from storage.database import Transaction
from storage.records import QueueState
from storage.room import room

_MEGABYTE = 1_000_000
_GIGABYTE = 1_000 * _MEGABYTE
_TEN_GIGABYTES = 10 * _GIGABYTE


def machinery(tx: Transaction, settings: Settings, now: datetime) -> Iterator[Finding]:
    """Check what does the work, as far as there is any of it."""
    yield from _ticks(tx, settings, now)
    state = queue.state(tx)
    if state is not None:
        yield from (_workers(state, now), _jobs(state))
    yield from _room(tx)


def _ticks(tx: Transaction, settings: Settings, now: datetime) -> Iterator[Finding]:
    ticked = journal.last_tick(tx)
    if ticked is None:
        return
    looked = journal.last_good_poll(tx, settings.source_url)
    stopped = has_stopped(ticked, looked.started_at if looked else None, now)
    yield Finding(not stopped, "ticks", f"the last tick was taken at {ticked:%Y-%m-%d %H:%M} UTC")


def _workers(state: QueueState, now: datetime) -> Finding:
    waits = state.count("todo")
    since = f" since {state.waiting_since:%Y-%m-%d %H:%M} UTC" if state.waiting_since else ""
    said = f"{_hands_told(state.hands)}; jobs waiting: {waits}{since}"
    return Finding(not is_left_alone(state, now), "workers", said)


def _hands_told(hands: int) -> str:
    """The queue knows hands alone: a worker has up to three, by the queues that it serves."""
    if not hands:
        return "no worker shows a sign of life"
    return f"hands of workers at work: {hands}, up to three of each worker"


def _jobs(state: QueueState) -> Finding:
    if not state.failed:
        return Finding(True, "jobs", "no job has failed")
    failed = sorted(state.failed.items())
    told = (f"{count} {task}, last {at:%Y-%m-%d %H:%M} UTC" for task, (count, at) in failed)
    return Finding(False, "jobs", f"jobs failed: {'; '.join(told)}")


def _room(tx: Transaction) -> Iterator[Finding]:
    found = room(tx)
    if found is not None:
        said = f"{_told(found.free)} free, the database takes {_told(found.size)}"
        yield Finding(not is_nearly_full(found), "room", said)


def _told(size: int) -> str:
    """Bytes as a person counts them."""
    if size < _TEN_GIGABYTES:
        return f"{max(1, round(size / _MEGABYTE)):,} MB"
    return f"{round(size / _GIGABYTE):,} GB"
