"""The grammar of dates in press releases.

Reads the few ways in which a meeting's days are written, and keeps what a general date finder
throws away: the words themselves, how precise they are, whose calendar they name, and where a year
that is not written came from. What the grammar does not know stays unknown.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime

from storage.records import Span

MONTHS = tuple(
    "January February March April May June July August September October November December".split()
)
_MONTH = "(?i:" + "|".join([*MONTHS, *(f"{m[:3]}\\." for m in MONTHS), "Sept\\."]) + ")"
_DAY = r"(?:[0-2]?\d|3[01])(?:st|nd|rd|th)?(?!\d)"
_WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s+(?:and\s+)?)?"
_TO = r"\s*(?:-|–|—|\bto\b|\bthrough\b|\band\b|&)\s*"
_YEAR = r"(?:19|20)\d\d"
_SEASONS = {
    "spring": (3, 5),
    "summer": (6, 8),
    "fall": (9, 11),
    "autumn": (9, 11),
    "winter": (12, 2),
}

_DAYS = re.compile(
    rf"(?P<lead>(?:from|between|during|in)\s+)?"
    rf"(?P<week>(?:the\s+)?week\s+of\s+)?"
    rf"(?:{_WEEKDAY}(?P<month>{_MONTH})\s+(?P<day>{_DAY})(?:,?\s+(?P<year1>{_YEAR}))?"
    rf"(?:(?:,\s*{_DAY}(?=,|\s+and))*,?{_TO}{_WEEKDAY}(?:(?P<month2>{_MONTH})\s+)?(?P<day2>{_DAY}))?"
    rf"|(?P<day_first>{_DAY})(?:{_TO}(?P<day_last>{_DAY}))?\s+(?P<month_last>{_MONTH}))"
    rf"(?:,?\s+(?P<year>{_YEAR}))?"
    rf"(?P<aside>\s*\((?P<other>[^()]*?\d[^()]*?),?\s+(?P<calendar>[A-Z][\w.]*(?:\s+\w+)?\s+[Tt]ime)\))?"
    rf"(?:,?\s+(?P<year2>{_YEAR}))?"
)
_MONTHLY = re.compile(
    rf"(?P<lead>(?:during|in|by)\s+)?(?:(?:early|mid|late)[\s-]+)?(?P<month>{_MONTH})(?:\s+of)?,?\s+(?P<year>{_YEAR})"
)
_MONTHS_RANGE = re.compile(
    rf"(?P<lead>between\s+|from\s+)?(?P<month>{_MONTH}){_TO}(?P<month2>{_MONTH})(?:\s+of)?,?\s+(?P<year>{_YEAR})"
)
_SEASONAL = re.compile(
    rf"(?P<lead>(?:during|in|by)\s+)?(?:the\s+)?(?:(?:early|mid|late)[\s-]+)?"
    rf"(?P<season>{'|'.join(_SEASONS)})(?:\s+of)?\s+(?P<year>{_YEAR})",
    re.IGNORECASE,
)
_YEARLY = re.compile(
    rf"(?P<lead>(?:during|in|by)\s+)?(?:(?:early|mid|late)[\s-]+|the\s+(?:first|second)\s+half\s+of\s+|"
    rf"the\s+(?:beginning|end)\s+of\s+)?(?P<year>{_YEAR})"
)
_ALONE = re.compile(
    rf"{_WEEKDAY}(?:(?P<month>{_MONTH})\s+(?P<day>{_DAY}),?\s+(?P<year>{_YEAR})"
    rf"|(?P<iso>{_YEAR}-\d\d-\d\d)(?:T.*)?|(?P<us>\d\d?/\d\d?/{_YEAR}))"
)


@dataclass(frozen=True, slots=True)
class YearHint:
    """A bound on a meeting that gives its year: it lies between two days, known from `words`."""

    after: date
    until: date
    words: str


@dataclass(frozen=True, slots=True)
class Found:
    """A span found in a sentence, the same days by another calendar, and where the year is from."""

    span: Span
    elsewhere: tuple[Span, ...]
    year_from: str | None
    start_index: int


def lone_date(text: str) -> date | None:
    """The date that a piece of text is, if it is one and nothing else."""
    match = _ALONE.fullmatch(text.strip())
    if match is None:
        return None
    try:
        if match["iso"]:
            return date.fromisoformat(match["iso"])
        if match["us"]:
            return datetime.strptime(match["us"], "%m/%d/%Y").date()  # noqa: DTZ007 - a day has no zone
        return date(int(match["year"]), _month(match["month"]), _day(match["day"]))
    except ValueError:
        return None


def date_within(text: str) -> date | None:
    """The one full date in a piece of text; None where there is none, or more than one."""
    found = {lone_date(match[0]) for match in _ALONE.finditer(text)} - {None}
    return found.pop() if len(found) == 1 else None


def feed_date(text: str) -> date | None:
    """The day of a feed's entry (RFC 822), in the zone that it was written in."""
    try:
        return parsedate_to_datetime(text).date()
    except (TypeError, ValueError):
        return None


def days_in(text: str, hints: tuple[YearHint, ...] = ()) -> Found | None:
    """The first meeting days in a sentence: a day, several days, or a week.

    A year that is not written is taken from the first hint in whose bounds the day falls exactly
    once; if there is none, start and end stay unknown.
    """
    match = _DAYS.search(text)
    if match is None:
        return None
    written = match["year"] or match["year2"] or match["year1"]
    year, year_from = (int(written), None) if written else _hinted_year(match, hints)
    start, end = _bounds(match, year)
    span = Span(_spoken(match), start, end, "week" if match["week"] else "day")
    return Found(span, _elsewhere(match, start, hints), year_from, match.start())


def period_in(text: str, hints: tuple[YearHint, ...] = ()) -> Span | None:
    """When something is expected, in the words of the page: days, a month, a season, or a year."""
    found = days_in(text, hints)
    if found:
        return found.span
    if match := _MONTHS_RANGE.search(text):
        year, first, last = int(match["year"]), _month(match["month"]), _month(match["month2"])
        start = date(year - (last < first), first, 1)
        return Span(match[0], start, _month_end(year, last), "month")
    if match := _SEASONAL.search(text):
        year = int(match["year"])
        first, last = _SEASONS[match["season"].lower()]
        start = date(year, first, 1)
        return Span(match[0], start, _month_end(year + (last < first), last), "season")
    if match := _MONTHLY.search(text):
        year, month = int(match["year"]), _month(match["month"])
        return Span(match[0], date(year, month, 1), _month_end(year, month), "month")
    if match := _YEARLY.search(text):
        year = int(match["year"])
        return Span(match[0], date(year, 1, 1), date(year, 12, 31), "year")
    return None


def month_in(text: str) -> tuple[date, str] | None:
    """The first month with a year in a text: its first day, and the words."""
    match = _MONTHLY.search(text)
    return (date(int(match["year"]), _month(match["month"]), 1), match[0]) if match else None


def _month(word: str) -> int:
    return next(i for i, name in enumerate(MONTHS, 1) if name.startswith(word[:3].capitalize()))


def _day(word: str) -> int:
    return int(re.sub(r"\D", "", word))


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _spoken(match: re.Match[str]) -> str:
    """The words of the page; "on" belongs to the sentence, "during" and "from" to the time."""
    return match[0].strip()


def _hinted_year(
    match: re.Match[str], hints: tuple[YearHint, ...]
) -> tuple[int | None, str | None]:
    for hint in hints:
        years = [
            year
            for year in range(hint.after.year, hint.until.year + 1)
            if (start := _bounds(match, year)[0]) and hint.after <= start <= hint.until
        ]
        if len(years) == 1:
            return years[0], hint.words
    return None, None


def _bounds(match: re.Match[str], year: int | None) -> tuple[date | None, date | None]:
    if year is None:
        return None, None
    month = _month(match["month"] or match["month_last"])
    month2 = _month(match["month2"]) if match["month2"] else month
    day, day2 = match["day"] or match["day_first"], match["day2"] or match["day_last"]
    try:
        start = date(year, month, _day(day))
        end = date(year + (month2 < month), month2, _day(day2)) if day2 else start
    except ValueError:
        return None, None
    if end < start:
        return None, None
    # A year written behind "December 30 - January 2, 2024" is that of the last day.
    if month2 < month and match["year"] and not match["year1"]:
        start, end = replace_year(start, year - 1), replace_year(end, year)
    return start, end + timedelta(days=6) if match["week"] else end


def replace_year(day: date, year: int) -> date:
    """The same day of another year; February 29 becomes 28 where there is none."""
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def _elsewhere(
    match: re.Match[str], start: date | None, hints: tuple[YearHint, ...]
) -> tuple[Span, ...]:
    if not match["aside"]:
        return ()
    text = match["aside"].strip()[1:-1]
    near = (
        (YearHint(start - timedelta(days=3), start + timedelta(days=10), ""),) if start else hints
    )
    other = days_in(match["other"], near)
    if other is None:
        return ()
    return (replace(other.span, text=text, calendar=match["calendar"]),)
