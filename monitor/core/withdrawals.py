"""Whether a release was withdrawn: what speaks for it, and when that is enough to say so.

One page that is not there is no withdrawal: sites are repaired, moved and walled every day. Values
in, a value out; `monitor.journeys.missing` acts on it (docs/decisions/0027).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.errors import AnotherPage, BlockedPage, Forbidden, Gone, RedirectedAway
from storage.records import Issue, Withdrawal

GONE = frozenset({Gone.kind, RedirectedAway.kind, AnotherPage.kind})
"""What speaks for a page being gone: all else that goes wrong says nothing about it."""

WALLS = frozenset({Forbidden.kind, BlockedPage.kind})
"""What stands before a page without a word about whether it is still there."""

LEAST_DAYS = 5
"""On so many different days a page must have been missing."""

LEAST_SPAN = timedelta(days=14)
"""So long apart the first and the last time must be."""

_WELL_WITHIN = timedelta(days=2)


def days_missing(known: Withdrawal | None, at: datetime) -> int:
    """On how many days a page was missing, with this time among them."""
    if known is None:
        return 1
    return known.days + (at.date() > known.last_at.date())


def is_withdrawn(missing: Withdrawal, listing_well_at: datetime) -> bool:
    """Whether it is time to say that a release was withdrawn.

    Args:
        missing: since when and on how many days it was missing, without a good look between.
        listing_well_at: when the newest listing was last seen and well, aware: while the whole
            site is ill, nothing is said of a page.
    """
    return (
        missing.said_at is None
        and missing.days >= LEAST_DAYS
        and missing.last_at - missing.first_at >= LEAST_SPAN
        and timedelta(0) <= listing_well_at - missing.last_at <= _WELL_WITHIN
    )


def is_walled(wall: Issue, listing_well_at: datetime) -> bool:
    """Whether a wall has stood so long before one page, of a site that is well, to be told apart.

    Args:
        wall: the open issue of the wall.
        listing_well_at: when the newest listing was last seen and well, aware.
    """
    return (
        wall.kind in WALLS
        and wall.opened_at is not None
        and wall.last_seen_at is not None
        and wall.times >= LEAST_DAYS
        and wall.last_seen_at - wall.opened_at >= LEAST_SPAN
        and timedelta(0) <= listing_well_at - wall.last_seen_at <= _WELL_WITHIN
    )
