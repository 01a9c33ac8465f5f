"""Which releases of the past are fetched: what could be a readout, its neighbourhood, or all.

Titles and addresses are judged first (`classify.worth_fetching`). A round may have been reported
under a title that gives nothing away, and then most likely within days of another report of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from monitor.core.addresses import dated
from monitor.core.dates import month_end

Reason = Literal["title", "near", "all"]
"""Why a release is fetched: its title or address could be a readout's, it was published near one,
or everything is asked for."""

# How far from its address's month a release was seen to be dated (`2018/february`: March 5).
_EARLIER, _LATER = timedelta(days=31), timedelta(days=62)


@dataclass(frozen=True, slots=True)
class Selection:
    """What is fetched beside the candidates.

    `near`: what was published within so many days of a candidate or of a round on file; None: no
    neighbourhood. `everything`: all that is named.
    """

    near: int | None = None
    everything: bool = False


def span_of(published: date | None, address: str) -> tuple[date, date] | None:
    """The days on which a release can have been published; None: nobody knows.

    Args:
        published: its day, if a listing gives it.
        address: tells at least the year, and mostly the month, though not always the right one.
    """
    if published:
        return published, published
    first, last = _days_in(address) or (None, None)
    return (first - _EARLIER, last + _LATER) if first and last else None


def is_near(published: date | None, address: str, days: Iterable[date], near: int) -> bool:
    """Whether a release was published within `near` days of one of some days.

    Without a day of its own it was if the month of its address touches them.
    """
    span = (published, published) if published else _days_in(address)
    reach = timedelta(days=near)
    return span is not None and any(span[0] - reach <= day <= span[1] + reach for day in days)


def order_of(published: date | None, address: str) -> date:
    """The day by which releases are put in order, the oldest first."""
    return published or (_days_in(address) or (date.min,))[0]


def _days_in(address: str) -> tuple[date, date] | None:
    """The first and the last day of the year or month that an address names."""
    hint = dated(address)
    if hint is None:
        return None
    year, month = hint
    return date(year, month or 1, 1), month_end(year, month or 12)
