"""The circumstances under which pages are looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

READER = "3"
"""The version of the reader: raised when it comes to understand pages differently. Together with
what it is told to follow it makes the edition (`monitor.series.edition`); a page that another
edition understood is fetched anew rather than taken as unchanged."""

QUIET = timedelta(days=21)
"""A listing may name nothing new for so long before anybody wonders. USTR publishes some 40
releases a month."""


@dataclass(frozen=True, slots=True)
class Look:
    """The circumstances of a look: may it announce, and is it of what the first one named?"""

    today: date
    quiet: bool
    first: bool


_LATE = timedelta(days=7)  # so long after its day a release may come to stand on the listing


def is_past(
    *, named_at: datetime, published: date | None, begun: datetime | None, newest: date | None
) -> bool:
    """Whether a release is of the time before anybody looked.

    What the first look named is; and what is a week older than the newest of that, though it was
    shown half a listing and another look names it.

    Args:
        named_at: when a listing first named it.
        published: its day, if known.
        begun: when the first good look was over; None before it.
        newest: the latest day that it named, if it named days.
    """
    if begun is None or named_at <= begun:
        return True
    return published is not None and newest is not None and published < newest - _LATE
