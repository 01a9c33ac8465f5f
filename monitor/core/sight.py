"""A listing is not taken at its word: what it names, held against what it named before.

A listing may be understood and still not be the one that there is: cut short, an old copy from a
cache, the wrong way round, or the same for weeks. None of that is news, and none may pass in
silence. What is usual comes from the looks that nobody doubted, so that a break never becomes the
measure (docs/decisions/0028).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from monitor.core.look import QUIET
from storage.records import Named

LOOKS = 20
"""So many looks at which the listing had changed say what is usual: two or three weeks of USTR."""
DAYS = 200
"""So many days with releases say how long the source is quiet at times: about a year of USTR."""
OVER_AFTER = timedelta(hours=1)
"""A suspicion is over once it was not seen for so long: a cache may come and go with each look."""

TOO_SHORT, TOO_LONG = "listing-too-short", "listing-too-long"
BACKWARDS, OUT_OF_ORDER = "listing-backwards", "listing-out-of-order"
STALE = "listing-stale"
SUSPICIONS = frozenset({TOO_SHORT, TOO_LONG, BACKWARDS, OUT_OF_ORDER, STALE})
"""The kinds of issues about a listing that was understood."""

_MOST = 500  # USTR's listings have named 10 to 50; one that names all there is, is another page
_TIMES = 3
_JUDGED_FROM = 6  # releases: half of less than this is lost with two or three taken off a page
# Listings pin a release or three to their top, and a date is mistyped now and then.
_STRAY, _STRAY_SHARE = 3, 5  # three, or a fifth of the page
_AHEAD = timedelta(days=1)  # Tokyo's day; what is dated further ahead is a slip, and no measure
_RHYTHM_FROM = 10  # days with releases: fewer tell no rhythm


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Why a listing cannot be quite what it seems.

    `summary` holds no count, so that the same thing is told once; those are in the `evidence`.
    """

    kind: str
    summary: str
    evidence: Mapping[str, str]
    todo: str


@dataclass(frozen=True, slots=True)
class Usual:
    """What looks that nobody doubted saw: how many releases each named, and the newest day."""

    named: tuple[int, ...]
    newest: date | None

    @property
    def length(self) -> float:
        """How many releases the listing usually names; 0 where nobody knows."""
        return median(self.named) if self.named else 0


def newest_day(named: Sequence[Named], today: date) -> date | None:
    """The latest day that a listing names, but for days that are still far ahead."""
    days = (release.published for release in named)
    return max((day for day in days if day and day <= today + _AHEAD), default=None)


def suspicions(named: Sequence[Named], usual: Usual, today: date) -> Iterator[Suspicion]:
    """What is odd about a listing that was read.

    Args:
        named: what it names, in its order.
        usual: what earlier looks saw.
        today: the day of the look.
    """
    counts = {"named": str(len(named)), "usually": f"{usual.length:g}"}
    if usual.length >= _JUDGED_FROM and len(named) * 2 < usual.length:
        yield Suspicion(
            TOO_SHORT,
            "the listing names fewer than half as many releases as usual",
            counts,
            "open it in a browser; if it is so for good, close the issue",
        )
    if len(named) > _MOST or (usual.length >= _JUDGED_FROM and len(named) > usual.length * _TIMES):
        yield Suspicion(
            TOO_LONG,
            "the listing names far more releases than usual",
            counts | {"most": str(_MOST)},
            "open it in a browser; only what could be a readout is fetched meanwhile; if it is so "
            "for good, close the issue",
        )
    yield from _backwards(named, usual.newest, today)
    yield from _out_of_order([release.published for release in named if release.published])


def silence(days: Sequence[date], today: date) -> Suspicion | None:
    """That nothing new has been named for longer than the source was ever quiet.

    Args:
        days: the days on which something was published, the latest first.
        today: the day of the look.
    """
    if len(days) < _RHYTHM_FROM:
        return None
    longest = max(later - earlier for later, earlier in pairwise(days))
    limit = max(QUIET, longest * 2)
    if today - days[0] <= limit:
        return None
    return Suspicion(
        STALE,
        f"the listing has named nothing new for more than {limit.days} days",
        {"latest": str(days[0]), "longest quiet before, in days": str(longest.days)},
        "open the site in a browser: has it moved its releases, or does it show us an old copy?",
    )


def _backwards(named: Sequence[Named], before: date | None, today: date) -> Iterator[Suspicion]:
    newest = newest_day(named, today)
    if before and newest and newest < before:
        yield Suspicion(
            BACKWARDS,
            "the listing has gone back in time: an old copy of it, or a release was taken off",
            {"newest": str(newest), "newest before": str(before)},
            "open it in a browser; an old copy passes by itself, and nothing of it is believed; "
            "if it is right, close the issue",
        )


def _out_of_order(days: Sequence[date]) -> Iterator[Suspicion]:
    stray = len(days) - _longest_fall(days)
    if stray > max(_STRAY, len(days) // _STRAY_SHARE):
        yield Suspicion(
            OUT_OF_ORDER,
            "the days of the listing do not fall from its top to its end",
            {"days": str(len(days)), "out of order": str(stray)},
            "open it in a browser: what is new must stand on the first page; if it does, close "
            "the issue",
        )


def _longest_fall(days: Sequence[date]) -> int:
    """How many of some days, at most, never rise from one to the next (patience sorting)."""
    ends: list[int] = []
    for day in days:
        value = -day.toordinal()
        place = bisect_right(ends, value)
        ends[place : place + 1] = [value]
    return len(ends)
