"""Does what does the work work? Judged from what is on record and from the disk."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.records import QueueState, Room

WORKERS_GONE = timedelta(minutes=1)
"""A job that waits so long, with nobody there to do it, is left alone."""

TICKS_GONE = timedelta(minutes=15)
"""Three checks of a scheduler's; it is called for every five minutes."""

LEAST_ROOM = 500_000_000
"""Bytes free below which a disk counts as nearly full."""


def is_left_alone(queue: QueueState, now: datetime) -> bool:
    """Whether jobs wait and no worker shows a sign of life."""
    since = queue.waiting_since
    return queue.hands == 0 and since is not None and now - since >= WORKERS_GONE


def has_stopped(ticked: datetime | None, looked: datetime | None, now: datetime) -> bool:
    """Whether a scheduler ran, and runs no more.

    Where looks were taken since, without a tick, somebody else has them taken: cron, or a person.

    Args:
        ticked: the last tick that was taken; None if there never was one.
        looked: when the last good look began.
        now: the time, aware.
    """
    if ticked is None or now - ticked < TICKS_GONE:
        return False
    return looked is None or looked - ticked < TICKS_GONE


def is_nearly_full(room: Room) -> bool:
    """Whether the disk has less room than half a gigabyte, or than the database takes.

    An upgrade copies a SQLite file first.
    """
    return room.free < max(LEAST_ROOM, room.size)
