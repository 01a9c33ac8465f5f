"""Days and times in English."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from notifiers.words.en.grammar import quoted
from notifiers.words.wording import brief, one_line
from storage.records import Span


def span(span: Span, elsewhere: Sequence[Span] = ()) -> str:
    """The page's own words in quotes, then the days they mean: `“July 29-30” (2024-07-29 ...)`."""
    days = [_with_calendar(each) for each in (span, *elsewhere) if days_of(each)]
    return f"{quoted(brief(span.text))} ({'; '.join(days) or 'no date given'})"


def day(when: date | None) -> str:
    """`July 31, 2024`; `on a day not stated` where the page does not say."""
    return f"{when:%B} {when.day}, {when.year}" if when else "on a day not stated"


def minute(when: datetime) -> str:
    """`2024-07-31 18:02 UTC`."""
    return f"{when:%Y-%m-%d %H:%M} UTC"


def days_of(span: Span) -> str:
    """The days of a span as ISO dates, as precise as the page is; empty where it names none."""
    if span.start is None:
        return ""
    if span.precision == "year":
        return f"{span.start:%Y}"
    if span.precision == "month":
        return f"{span.start:%Y-%m}"
    if span.end is None or span.end == span.start:
        return span.start.isoformat()
    return f"{span.start} to {span.end}"


def _with_calendar(span: Span) -> str:
    return f"{days_of(span)}, {one_line(span.calendar)}" if span.calendar else days_of(span)
