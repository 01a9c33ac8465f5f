"""The circumstances under which pages are looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from storage.records import Poll

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
_OLD_COPY = timedelta(days=60)  # a listing without anything newer is of another time than ours


def is_past(*, named_at: datetime, published: date | None, first: Poll | None) -> bool:
    """Whether a release is of the time before anybody looked.

    What the first look named is; and what had been published a week before it, though it was shown
    half a listing and another one names it now. Where the first look was at a copy of an earlier
    time, the newest day that it was shown stands for its own.

    Args:
        named_at: when a listing first named it.
        published: its day, if known.
        first: the first good look; None before it.
    """
    if first is None:
        return True
    begun = first.finished_at or first.started_at
    if named_at <= begun:
        return True
    if published is None or first.newest is None:
        return False
    is_of_today = begun.date() - first.newest <= _OLD_COPY
    return published < (begun.date() if is_of_today else first.newest) - _LATE
