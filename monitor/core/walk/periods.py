"""Years and months that have a page of their own, and where such a page may stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from monitor.core.addresses import MONTHS
from monitor.core.dates import month_end

FIRST_YEAR = 1962
"""The year in which the office was set up; nothing of it is older."""

_PREFIXES = ("/about-us/policy-offices/", "/about/policy-offices/")


@dataclass(frozen=True, slots=True)
class Period:
    """A year, or a month of one (1 to 12)."""

    year: int
    month: int | None = None

    def __str__(self) -> str:
        return f"{MONTHS[self.month - 1].title()} {self.year}" if self.month else str(self.year)

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, self.month or 1, 1)

    @property
    def last_day(self) -> date:
        """Its last day."""
        return month_end(self.year, self.month or 12)

    @property
    def tail(self) -> str:
        """How an address ends that is its own: `2018`, `2018/march`."""
        return f"{self.year}/{MONTHS[self.month - 1]}" if self.month else str(self.year)

    def before(self) -> Period:
        """The year before a year, the month before a month."""
        if self.month is None:
            return Period(self.year - 1)
        return Period(self.year, self.month - 1) if self.month > 1 else Period(self.year - 1, 12)

    def holding(self, day: date) -> Period:
        """The period of the same kind that a day lies in."""
        return Period(day.year, None if self.month is None else day.month)


def spellings(
    root: str, period: Period, *, linked: Sequence[str], form: int
) -> tuple[tuple[int, str], ...]:
    """Where the page of a period may stand, the likeliest first, each with the form of its address.

    Args:
        root: the listing's own address.
        period: the year or the month.
        linked: the addresses of year and month pages that the listing links to.
        form: the form that the last page stood under.
    """
    forms = [
        f"{root}/{period.tail}",
        f"{root}/archives/{period.tail}",  # as the releases of before 2009
        f"{_under_the_other_prefix(root)}/{period.tail}",
    ]
    order = sorted(range(len(forms)), key=lambda number: number != form)
    guessed = [(number, forms[number]) for number in order]
    known = [
        (forms.index(address) if address in forms else form, address)
        for address in linked
        if is_page_of(address, period)
    ]
    return tuple({address: (number, address) for number, address in [*known, *guessed]}.values())


def is_page_of(address: str, period: Period) -> bool:
    """Whether an address is one of this period's pages."""
    return urlsplit(address).path.rstrip("/").lower().endswith(f"/{period.tail}")


def _under_the_other_prefix(root: str) -> str:
    old, new = _PREFIXES
    return root.replace(old, new) if old in root else root.replace(new, old)
