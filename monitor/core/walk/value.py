"""A walk as a value: where it is, what it found out, and what it has still to try."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from monitor.core.walk.periods import Period

Way = Literal["years", "months", "pager"]
"""What leads into the past: a page for each year, one for each month, or numbered pages."""


@dataclass(frozen=True, slots=True)
class Place:
    """A page of a list, which is the listing itself or that of a period; its pages count from 0."""

    address: str
    period: Period | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class Trial:
    """A way that is tried: the page of a period, and the releases it has to name, and more."""

    way: Way
    period: Period
    must_name: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Walk:
    """A walk over one listing, after some page of it.

    Its size does not depend on how many pages it has come past.

    Args:
        root: the listing's own address.
        since: the first day that is asked for.
        until: the last day that is asked for.
        here: the page to look at next; None: the walk is at its end.
        way: the way it goes.
        untried: the other ways there may be.
        trials: the way that is on trial, and those after it.
        back: the page at which the pager goes on, if it has to.
        last: the number of the last page that the pager has shown to be there.
        others: where else the page of the period may stand.
        form: the form of the address that the last period's page stood under.
        linked: the year and month pages that the listing links to.
        likenesses: of the first page of the list, the one before, and one further back.
        count: how many releases of the period were named so far.
        first_month: the earliest month of the period that was named so far.
        missing: how many periods in a row had no page.
        behind: the last of them, while the pager's last page is looked at for anything older.
        known: a day in the past of which something is known to be listed, on the pager's last page.
        gaps: what was not there, in words.
        failing: whether the last run ended because `here` could not be had or read.
    """

    root: str
    since: date | None
    until: date | None
    here: Place | None
    way: Way = "pager"
    untried: tuple[Way, ...] = ()
    trials: tuple[Trial, ...] = ()
    back: Place | None = None
    last: int | None = None
    others: tuple[str, ...] = ()
    form: int = 0
    linked: tuple[str, ...] = ()
    likenesses: tuple[str, ...] = ()
    count: int = 0
    first_month: int = 12
    missing: int = 0
    behind: Period | None = None
    known: date | None = None
    gaps: tuple[str, ...] = ()
    failing: bool = False

    @property
    def learned(self) -> Way | None:
        """The way that is worth remembering: the pager only where years were tried in vain."""
        return (
            None if self.trials or (self.way == "pager" and "years" in self.untried) else self.way
        )
