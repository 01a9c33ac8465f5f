"""What one page of a listing tells about a walk: of which period it is, how far it goes back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from monitor.core.addresses import dated, page_number
from monitor.core.listing import Listing
from monitor.core.selection import span_of
from monitor.core.walk.periods import Period
from storage.records import Named

# One release out of its order, pinned to a page's end, is no end of the list.
_LAST_FEW = 3


@dataclass(frozen=True, slots=True)
class Seen:
    """A page as it was read. `address` is where it was found in the end, behind any redirect."""

    address: str
    listing: Listing


def month_of(release: Named) -> Period | None:
    """The month of a release, or its year: by its date, else by its address."""
    if release.published:
        return Period(release.published.year, release.published.month)
    hint = dated(release.address)
    return Period(*hint) if hint else None


def of_period(releases: Iterable[Named], period: Period) -> frozenset[str]:
    """The keys of the releases that are of a period by their date or by their address."""
    return frozenset(release.key for release in releases if any(_answers(release, period)))


def surely_of(releases: Iterable[Named], period: Period) -> frozenset[str]:
    """The keys of those where date and address agree on it, as far as both are known."""
    told = [(release.key, _answers(release, period)) for release in releases]
    return frozenset(key for key, answers in told if answers and all(answers))


def oldest_period(releases: Iterable[Named]) -> Period | None:
    """The month of the last release that has one: lists run from the newest to the oldest."""
    return next((month for release in [*releases][::-1] if (month := month_of(release))), None)


def is_before(releases: Sequence[Named], since: date | None) -> bool:
    """Whether a list has come past a day: its last few releases were surely published before."""
    spans = [span_of(release.published, release.address) for release in releases[-_LAST_FEW:]]
    return since is not None and bool(spans) and all(span and span[1] < since for span in spans)


def days_covered(releases: Iterable[Named]) -> int | None:
    """How many days lie between the newest and the oldest release of a page; None: unknown."""
    days = [
        release.published or month.first_day for release in releases if (month := month_of(release))
    ]
    return (max(days) - min(days)).days if days else None


def likeness(releases: Iterable[Named]) -> str:
    """The same for two pages that name the same releases."""
    keys = "\n".join(sorted(release.key for release in releases))
    return hashlib.sha256(keys.encode()).hexdigest()[:16]


def further(page: Seen, number: int) -> dict[int, str]:
    """The further pages of the same list that a page links to, by their numbers.

    Args:
        page: a page of the list.
        number: its own number, counted from 0.
    """
    path = _path(page.address)
    linked = [address for address in page.listing.older if _path(address) == path]
    numbers = {address: page_number(address) for address in reversed(linked)}
    return {there: address for address, there in numbers.items() if there and there > number}


def _answers(release: Named, period: Period) -> list[bool]:
    """Whether a release is of a period: by its date, by its address, as far as they say."""
    told: list[tuple[int, int | None]] = []
    if release.published:
        told.append((release.published.year, release.published.month))
    if hint := dated(release.address):
        told.append(hint)
    return [
        year == period.year and (period.month is None or month == period.month)
        for year, month in told
    ]


def _path(address: str) -> str:
    return urlsplit(address).path.rstrip("/")
