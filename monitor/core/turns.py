"""Whose turn it is to ask a host, among all processes on one database."""

from __future__ import annotations

from datetime import datetime, timedelta

PACED_FROM = 0.2
"""Seconds between two requests from which on turns are shared and given some jitter, and each
request is put on record at once. Below it (tests, a copy of the site on this machine) the
transactions would cost more than the requests."""

JITTER = 0.1
"""The most that an interval grows by chance, as a share of it; it never shrinks."""

_AHEAD = timedelta(seconds=10)


def is_paced(interval: float) -> bool:
    """Whether requests so many seconds apart take turns with those of other processes."""
    return interval >= PACED_FROM


def jittered(interval: float, chance: float) -> float:
    """An interval in seconds, longer by chance where it is paced.

    Args:
        interval: seconds.
        chance: from 0 to 1.
    """
    return interval * (1 + JITTER * chance) if is_paced(interval) else interval


def wait_for_turn(next_turn: datetime | None, now: datetime, interval: float) -> float:
    """How many seconds to wait before asking for the turn again; 0: it may be taken.

    A turn is never set further ahead than one interval. One that lies much further off (twice
    ours, or ten seconds for a process with a slower pace) was set by a clock that has gone back
    since, and does not count.

    Args:
        next_turn: when the next request may go out, as the last one left it.
        now: the present.
        interval: seconds that will lie between our request and the next one.
    """
    if next_turn is None:
        return 0.0
    wait = next_turn - now
    if wait > max(timedelta(seconds=2 * interval), _AHEAD):
        return 0.0
    return max(0.0, wait.total_seconds())
