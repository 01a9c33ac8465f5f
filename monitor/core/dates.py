"""The grammar of dates in press releases.

Reads the ways in which a meeting's days are written, and keeps what a general date finder throws
away: the words themselves, how precise they are, whose calendar they name, and where what is not
written came from. What the grammar does not know stays unknown. Months, seasons and years are read
in `periods.py`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta
from email.utils import parsedate_to_datetime

from monitor.core.words import spaced
from storage.records import Precision, Span

MONTHS = tuple(
    "January February March April May June July August September October November December".split()
)
# "may" and "march" are words too: a month is written with a capital.
MONTH = (
    rf"(?<!\w)(?:(?:{'|'.join([*MONTHS, *(name.upper() for name in MONTHS)])})(?!\w)|"
    r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)(?:\.|(?=\s)))"
)
"""Matches a month's name, whole or shortened."""
YEAR = r"(?:19|20)\d\d(?!\d)"
"""Matches a year."""
_DAY = r"\d\d?(?:st|nd|rd|th)?(?!\w|/\d|[.,]\d{1,3}(?!\d))"
_WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s+)?"
_IN_YEAR = rf"(?:(?:,?\s+|,)(?:of\s+)?{YEAR})?"
_TO = (
    r"(?:\s*[-–—]\s*|,?\s+(?:to|through|thru|until|till|and(?:\s+(?:again\s+)?on)?|&)\s+|,\s+)"
    r"(?:the\s+)?"
)
# "July 29 and 30 officials" counts officials: only such words may follow a number without a month.
_NOT_COUNTED = (
    r"(?!\s+(?!(?:in|at|by|for|under|with|to|on|between|of|during|via|through|and|but|as|the|this|"
    r"from|where|when|who|that|virtually|online|while|among|local)\b)[a-z])"
)
_MONTH_FIRST = (
    rf"{_WEEKDAY}{MONTH}\s+{_DAY}{_IN_YEAR}"
    rf"(?:{_TO}{_WEEKDAY}(?:{MONTH}\s+{_DAY}|{_DAY}{_NOT_COUNTED}){_IN_YEAR}){{0,6}}"
)
_DAYS_OF_MONTH = (
    rf"{_DAY}(?:{_TO}{_WEEKDAY}{_DAY}){{0,4}}\s+(?:of\s+)?{MONTH}(?!\s+\d\d?(?!\d)){_IN_YEAR}"
)
_DAY_FIRST = (
    rf"(?<![\w.,/–-]){_WEEKDAY}(?:the\s+)?{_DAYS_OF_MONTH}"
    rf"(?:{_TO}{_WEEKDAY}{_DAYS_OF_MONTH}){{0,2}}"
)
_NUMERIC = rf"(?:{YEAR}[-/]\d\d[-/]\d\d|\d\d?/\d\d?/{YEAR})(?![\w/])"
_ZONE = (  # "Japan time", "U.S. Eastern Time", "local time", "JST"
    r"(?:(?:local|[A-Z][\w.]*(?:,?\s+[A-Z][\w.]*){0,3})\s+[Tt]ime|[JKECMP][SD]?T)(?!\w)"
)
_DAYS = re.compile(
    rf"(?:(?<!\w)(?:from|between|during|over)\s+)?"
    rf"(?P<week>(?<!\w)(?:the\s+)?weeks?\s+(?:of|beginning|starting)\s+)?"
    rf"(?:(?P<month_first>{_MONTH_FIRST})|(?P<day_first>{_DAY_FIRST})"
    rf"|(?<![\w/-])(?P<numeric>{_NUMERIC}(?:(?:{_TO}|/){_NUMERIC})?))"
    rf"(?:,?\s+(?P<zone>{_ZONE}))?"
)
_BRACKETS = re.compile(rf"\s*\((?P<inside>[^()]{{1,120}})\)(?:(?:,?\s+|,)(?P<year>{YEAR}))?")
_ELSEWHERE = re.compile(
    rf"(?P<days>[^()]*?\d[^()]*?)(?:,?\s+(?P<zone>{_ZONE})|,?\s+in\s+(?P<place>[A-Z][\w.]*(?:\s+[A-Z]\w*)*))"
)
_WRITTEN = re.compile(
    rf"(?:(?P<before>{MONTH})\s+)?(?P<day>{_DAY})(?:\s+(?:of\s+)?(?P<after>{MONTH}))?"
    rf"(?:(?:,?\s+|,)(?:of\s+)?(?P<year>{YEAR}))?"
)
_IN_FIGURES = re.compile(
    rf"(?P<iso>{YEAR}[-/]\d\d[-/]\d\d)|(?P<month>\d\d?)/(?P<day>\d\d?)/(?P<year>{YEAR})"
)
# "launched in November 2021", "the first meeting since May 5": the time of something else.
_ANOTHERS = re.compile(
    r"\b(?:launched|established|created|founded|formed|signed|set\s+up|since|"
    r"(?:last|first|previously)\s+met|(?:last|previous|prior|earlier)\s+(?:\w+\s+)?"
    r"(?:meetings?|rounds?|visit)|following\s+the|followed|building\s+on|as\s+agreed|agreed\s+in)\b"
    r"[^,;:()]*$",
    re.IGNORECASE,
)
_REACH = 120  # characters before a time in which the words may stand that it belongs to
_COUNTED_FROM_RELEASE = re.compile(
    r"(?<!\w)(?:(?P<today>today)|(?P<yesterday>yesterday)|"
    r"(?:(?:earlier|later)\s+)?(?P<this>this\s+week)|(?P<last>last\s+week))(?![\w’'-])",
    re.IGNORECASE,
)
_ALONE = re.compile(
    rf"{_WEEKDAY}(?:(?P<month>{MONTH})\s+(?P<day>{_DAY}),?\s+(?P<year>{YEAR})"
    rf"|(?P<iso>{YEAR}-\d\d-\d\d)(?:T.*)?|(?P<us>\d\d?/\d\d?/{YEAR}))"
)
_SUNDAY = 6
_LATE, _EARLY = 11, 2  # a meeting that begins in November and ends by February spans New Year


@dataclass(frozen=True, slots=True)
class YearHint:
    """A bound on a meeting that gives its year: it lies between two days, known from `words`."""

    after: date
    until: date
    words: str


@dataclass(frozen=True, slots=True)
class Found:
    """A span found in a sentence, and the same days by another calendar.

    `year_from` says where a year is from that is not written, `days_from` where the days are from
    of words like "today"; both are None where the page says it all.
    """

    span: Span
    elsewhere: tuple[Span, ...]
    year_from: str | None
    start_index: int
    days_from: str | None = None


@dataclass(frozen=True, slots=True)
class _Day:
    """A day as it is written; its year may be missing, and in a list its month."""

    year: int | None
    month: int | None
    day: int


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
        return date(int(match["year"]), month_number(match["month"]), _number(match["day"]))
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


def days_in(
    text: str, hints: tuple[YearHint, ...] = (), *, published: date | None = None
) -> Found | None:
    """The first meeting days in a sentence: a day, several days, or a week.

    A year that is not written is taken from the first hint in whose bounds the day falls exactly
    once; if there is none, start and end stay unknown. The days of something else ("launched on")
    are passed over.

    Args:
        text: a sentence.
        hints: where a year may come from, best first.
        published: the release's own date, from which "today" and "last week" are counted.
    """
    text = spaced(text)
    for match in _DAYS.finditer(text):
        if not belongs_elsewhere(text, match.start()):
            return _found(text, match, hints)
    for match in _COUNTED_FROM_RELEASE.finditer(text):
        if not belongs_elsewhere(text, match.start()):
            return _counted(match, published)
    return None


def belongs_elsewhere(text: str, start: int) -> bool:
    """Whether the time at this place of a text is that of something else than the meeting."""
    return _ANOTHERS.search(text[max(0, start - _REACH) : start]) is not None


def hinted_year(
    first_day: Callable[[int], date | None], hints: tuple[YearHint, ...]
) -> tuple[int, YearHint] | None:
    """The year that is not written, by the first hint in whose bounds a day falls exactly once.

    Args:
        first_day: the day in a year; None where there is no such day.
        hints: the bounds, best first.
    """
    for hint in hints:
        years = [
            year
            for year in range(hint.after.year - 1, hint.until.year + 2)
            if MINYEAR <= year <= MAXYEAR
            and (day := first_day(year))
            and hint.after <= day <= hint.until
        ]
        if len(years) == 1:
            return years[0], hint
    return None


def month_number(word: str) -> int:
    """The number of a month, from its name or the beginning of it."""
    return next(i for i, name in enumerate(MONTHS, 1) if name.startswith(word[:3].capitalize()))


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def _number(word: str) -> int:
    return int(re.sub(r"\D", "", word))


def _found(text: str, match: re.Match[str], hints: tuple[YearHint, ...]) -> Found:
    """The days at a place of a text, with the brackets behind them where these are about days."""
    days, zone, end = _written(match), match["zone"], match.end()
    brackets = _BRACKETS.match(text, end)
    inside = brackets["inside"].strip() if brackets else ""
    aside = _ELSEWHERE.fullmatch(inside)
    if zone is None and re.fullmatch(_ZONE, inside):
        zone, aside = inside, None
    elif aside is None and not (brackets and brackets["year"]):
        brackets = None  # brackets about something else
    if brackets:
        end = brackets.end()
        days = _of_year(days, brackets["year"])
    stretch, year_from = _dated(days, hints)
    span = _span(text[match.start() : end].strip(), stretch, zone, of_weeks=bool(match["week"]))
    elsewhere = _elsewhere(aside, inside, stretch, hints) if aside else ()
    return Found(span, elsewhere, year_from, match.start())


def _span(words: str, stretch: list[date], zone: str | None, *, of_weeks: bool) -> Span:
    precision: Precision = "week" if of_weeks else "day"
    if not stretch:
        return Span(words, None, None, precision, zone)
    last = stretch[-1] + timedelta(days=6) if of_weeks else stretch[-1]
    return Span(words, stretch[0], last, precision, zone)


def _written(match: re.Match[str]) -> list[_Day]:
    """The days in words or figures, each with the month that it shares with its neighbours."""
    if match["numeric"]:
        return [_in_figures(found) for found in _IN_FIGURES.finditer(match["numeric"])]
    days = [
        _Day(
            int(found["year"]) if found["year"] else None,
            month_number(month) if (month := found["before"] or found["after"]) else None,
            _number(found["day"]),
        )
        for found in _WRITTEN.finditer(match["month_first"] or match["day_first"])
    ]
    return _with_months(days) if match["month_first"] else _with_months(days[::-1])[::-1]


def _in_figures(found: re.Match[str]) -> _Day:
    """A day in figures; with slashes the month stands first, as in the site's own dates."""
    if found["iso"]:
        year, month, day = re.split(r"[-/]", found["iso"])
        return _Day(int(year), int(month), int(day))
    return _Day(int(found["year"]), int(found["month"]), int(found["day"]))


def _with_months(days: list[_Day]) -> list[_Day]:
    month: int | None = None
    filled = []
    for day in days:
        month = day.month or month
        filled.append(replace(day, month=month))
    return filled


def _of_year(days: list[_Day], year: str | None) -> list[_Day]:
    return [*days[:-1], replace(days[-1], year=int(year))] if year else days


def _dated(days: list[_Day], hints: tuple[YearHint, ...]) -> tuple[list[date], str | None]:
    """The days as dates, none of them where one cannot be, and where their year is from."""
    if any(day.year for day in days):
        return _stretch(days), None
    found = hinted_year(lambda year: next(iter(_stretch(_in_year(days, year))), None), hints)
    return (_stretch(_in_year(days, found[0])), found[1].words) if found else ([], None)


def _in_year(days: list[_Day], year: int) -> list[_Day]:
    return [replace(days[0], year=year), *days[1:]]


def _stretch(days: list[_Day]) -> list[date]:
    """Days as dates: a year that is not written is that of the day behind it, or else before it."""
    years = [day.year for day in days]
    for i in reversed(range(len(days) - 1)):
        behind = years[i + 1]
        if years[i] is None and behind:
            years[i] = behind - _over_new_year(days[i], days[i + 1])
    for i in range(1, len(days)):
        before = years[i - 1]
        if years[i] is None and before:
            years[i] = before + _over_new_year(days[i - 1], days[i])
    try:
        dates = [
            date(year or 0, day.month or 0, day.day) for day, year in zip(days, years, strict=True)
        ]
    except ValueError:
        return []
    return dates if dates == sorted(dates) else []


def _over_new_year(one: _Day, following: _Day) -> bool:
    return (one.month or 0) >= _LATE and (following.month or 0) <= _EARLY


def _elsewhere(
    aside: re.Match[str], inside: str, stretch: list[date], hints: tuple[YearHint, ...]
) -> tuple[Span, ...]:
    """The same days by the calendar of another place, in brackets behind them."""
    near = stretch and (
        YearHint(stretch[0] - timedelta(days=3), stretch[0] + timedelta(days=3), ""),
    )
    other = days_in(aside["days"], near or hints)
    if other is None:
        return ()
    return (replace(other.span, text=inside, calendar=aside["zone"] or aside["place"]),)


def _counted(match: re.Match[str], published: date | None) -> Found:
    """The days that words like "today" and "last week" mean, counted from the release's date.

    A week is counted from Monday, as in "the week of August 22, 2022". Americans may begin theirs
    on Sunday: for the working days of a release that was published on one of them that is the same
    week, on a Sunday it is not known which week is meant.
    """
    words = match[0]
    precision: Precision = "day" if match["today"] or match["yesterday"] else "week"
    if published is None or (precision == "week" and published.weekday() == _SUNDAY):
        return Found(Span(words, None, None, precision), (), None, match.start())
    if precision == "day":
        first = last = published - timedelta(days=bool(match["yesterday"]))
    else:
        first = published - timedelta(days=published.weekday() + 7 * bool(match["last"]))
        last = first + timedelta(days=6)
    said = f"the release's date, {published}"
    return Found(Span(words, first, last, precision), (), None, match.start(), said)
