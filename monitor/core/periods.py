"""The grammar of longer times: a month, a season, a year, and "later this year".

A precision is never made up: a quarter or a half is the year that it is of, "early", "mid" and
"late" stay in the words. What is told by the release's date ("next month") has days only where that
date is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import MAXYEAR, date

from monitor.core.dates import (
    MONTH,
    YEAR,
    YearHint,
    belongs_elsewhere,
    days_in,
    hinted_year,
    month_end,
    month_number,
)
from monitor.core.words import spaced
from storage.records import Precision, Span

_SEASONS = {
    "spring": (3, 5),
    "summer": (6, 8),
    "fall": (9, 11),
    "autumn": (9, 11),
    "winter": (12, 2),
}
_SEASON = rf"(?<!\w)(?i:{'|'.join(_SEASONS)})(?!\w)"
_AT = (
    r"(?<!\w)(?i:(?:later\s+|early\s+|late\s+)?(?:in|during|by|before|around|towards?)|"
    r"no\s+later\s+than|as\s+early\s+as|between|from)\s+"
)
_PART_OF = (
    r"(?:(?<!\w)(?i:early|mid|late)(?:(?:\s+to\s+|\s+or\s+|-to-)(?:mid|late))?[\s-]+|"
    r"(?<!\w)(?i:first|second|third|fourth|last|latter)\s+(?:half|quarter|week|weeks|part|days)\s+of\s+|"
    r"(?<!\w)Q[1-4](?:\s+of)?\s+|(?<!\w)(?i:beginning|start|middle|end)\s+of\s+)"
)
_PART = rf"(?:(?i:the)\s+)?{_PART_OF}?(?:the\s+)?"
_OR = r"(?:\s*[-–—/]\s*|\s+(?:to|through|and|or)\s+)"
_OF_YEAR = rf"(?:\s+of|,)?\s+(?P<year>{YEAR})(?:[-–/](?:{YEAR}|\d\d(?!\d)))?"

MONTHLY = re.compile(
    rf"(?:{_AT})?{_PART}(?P<first>{MONTH})(?:{_OR}{_PART}(?P<last>{MONTH}))?{_OF_YEAR}"
)
"""Finds a month, or several in a row, with the year."""
_SEASONAL = re.compile(
    rf"(?:{_AT})?{_PART}(?P<first>{_SEASON})(?:{_OR}{_PART}(?P<last>{_SEASON}))?{_OF_YEAR}"
)
_YEARLY = re.compile(
    rf"(?:{_AT}{_PART}|(?:(?<!\w)(?i:the)\s+)?{_PART_OF})(?P<year>{YEAR})(?:{_OR}(?P<until>{YEAR}))?"
)
_THIS = r"(?P<which>this|next|last|the\s+coming|the\s+following)\s+(?:coming\s+)?"
# Without a year a month or a season is a time only behind such a word.
_BARE = re.compile(
    rf"(?:(?:{_AT})(?:{_PART})|(?:{_AT})?(?:(?i:early|mid|late|later)[\s-]+)?(?i:{_THIS})|"
    rf"(?<!\w)(?i:early|mid|late)[\s-]+)"
    rf"(?:(?P<month>{MONTH})(?!\.?\s+\d)|(?P<season>{_SEASON}))(?!\s+of\b)"
)
_COUNTED = re.compile(
    rf"(?:{_AT})?(?:(?:the\s+)?(?:(?:early|mid|late|later|earlier|sometime)(?:\s+in)?\s+|"
    r"(?:end|beginning|start|middle|(?:first|second)\s+half|first\s+quarter|last\s+quarter)\s+of\s+))?"
    r"(?<!\w)(?:(?P<which>this|next|last)\s+(?:calendar\s+)?(?P<unit>month|year)|"
    r"(?P<rest>the\s+(?P<rest_unit>month|year))(?<=\w)(?!\s+of\b))(?![\w’'-])",
    re.IGNORECASE,
)
_REST = re.compile(
    r"(?:\bend|\bbeginning|\bhalf|\bquarter|\bmiddle)\s+of\s|\blater\s+in\s", re.IGNORECASE
)


def period_in(
    text: str, hints: tuple[YearHint, ...] = (), *, published: date | None = None
) -> Span | None:
    """When something was or is expected, in the words of the page: the first time in a text.

    Days, a month, a season or a year; of two that begin at one word the more precise.

    Args:
        text: a sentence, or a piece of one.
        hints: where a year may come from that is not written, best first.
        published: the release's own date, from which "next month" is counted.
    """
    found = list(_periods(spaced(text), hints, published))
    return min(found, key=lambda period: period[0])[1] if found else None


def month_in(text: str) -> tuple[date, str] | None:
    """The first month with a year in a text: its first day, and the words."""
    match = MONTHLY.search(text)
    if match is None:
        return None
    return date(int(match["year"]), month_number(match["first"]), 1), match[0]


def _periods(
    text: str, hints: tuple[YearHint, ...], published: date | None
) -> Iterator[tuple[int, Span]]:
    """The first time of each kind, with its place; the more precise kinds first."""
    if days := days_in(text, hints, published=published):
        yield days.start_index, days.span
    for pattern, read in ((MONTHLY, _monthly), (_SEASONAL, _seasonal), (_YEARLY, _yearly)):
        match = _own(pattern, text)
        if match:
            yield match.start(), read(match)
    if match := _own(_BARE, text):
        yield match.start(), _without_year(match, hints, published)
    if match := _own(_COUNTED, text):
        yield match.start(), _counted(match, published)


def _own(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The first match that is the time of the meeting and not of something else."""
    return next((m for m in pattern.finditer(text) if not belongs_elsewhere(text, m.start())), None)


def _monthly(match: re.Match[str]) -> Span:
    first = month_number(match["first"])
    last = month_number(match["last"]) if match["last"] else first
    year = int(match["year"])
    return _months(match[0], year - (last < first), first, last, "month")


def _seasonal(match: re.Match[str]) -> Span:
    """Seasons by the calendar's months; the year of a winter is that of its December."""
    first = _SEASONS[match["first"].lower()][0]
    last = _SEASONS[(match["last"] or match["first"]).lower()][1]
    return _months(match[0], int(match["year"]), first, last, "season")


def _yearly(match: re.Match[str]) -> Span:
    first, last = int(match["year"]), int(match["until"] or match["year"])
    if last < first:
        return Span(match[0].strip(), None, None, "year")
    return Span(match[0].strip(), date(first, 1, 1), date(last, 12, 31), "year")


def _months(words: str, year: int, first: int, last: int, precision: Precision) -> Span:
    start, end = date(year, first, 1), month_end(year + (last < first), last)
    return Span(words.strip(), start, end, precision)


def _without_year(
    match: re.Match[str], hints: tuple[YearHint, ...], published: date | None
) -> Span:
    """A month or season without a year: "this" and "next" by the release's date, else by hints."""
    precision: Precision = "month" if match["month"] else "season"
    first, last = (
        (month_number(match["month"]),) * 2 if match["month"] else _SEASONS[match["season"].lower()]
    )
    which = " ".join((match["which"] or "").lower().split())
    year = _year_meant(which, first, last, published) if which else _year_hinted(first, hints)
    if year is None:
        return Span(match[0].strip(), None, None, precision)
    return _months(match[0], year, first, last, precision)


def _year_hinted(month: int, hints: tuple[YearHint, ...]) -> int | None:
    found = hinted_year(lambda year: date(year, month, 1), hints)
    return found[0] if found else None


def _year_meant(which: str, first: int, last: int, published: date | None) -> int | None:
    """The year of "this fall", "next spring", "last May"; None where it may be two.

    "Next" is the following year's once this year's has begun; before that, some mean this year's.
    """
    if published is None:
        return None
    begun = published >= date(published.year, first, 1)
    over = last >= first and published > month_end(published.year, last)
    if which in {"this", "the coming"} and last >= first and not over:
        return published.year
    if which in {"next", "the following"} and begun:
        return published.year + 1
    if which == "last" and not begun and last >= first:
        return published.year - 1
    return None


def _counted(match: re.Match[str], published: date | None) -> Span:
    """Counted from the release's date: "next month", "later this year", "the end of the year"."""
    unit = (match["unit"] or match["rest_unit"]).lower()
    precision: Precision = "month" if unit == "month" else "year"
    steps = {"next": 1, "last": -1}.get((match["which"] or "").lower(), 0)
    unclear = match["rest"] and not _REST.search(match[0])
    if published is None or unclear or not 1 < published.year < MAXYEAR:
        return Span(match[0].strip(), None, None, precision)
    if precision == "year":
        return _months(match[0], published.year + steps, 1, 12, precision)
    year, month = divmod(published.year * 12 + published.month - 1 + steps, 12)
    return _months(match[0], year, month + 1, month + 1, precision)
