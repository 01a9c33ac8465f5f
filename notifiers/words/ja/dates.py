"""Days and times in Japanese."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from notifiers.words.ja.grammar import quoted
from notifiers.words.wording import brief, one_line
from storage.records import Span


def span(span: Span, elsewhere: Sequence[Span] = ()) -> str:
    """The page's own words in quotes, then the days: `「July 29-30」（2024年7月29日～30日）`."""
    days = [_with_calendar(each) for each in (span, *elsewhere) if days_of(each)]
    return f"{quoted(brief(span.text))}（{'、'.join(days) or '日付の記載なし'}）"


def day(when: date | None) -> str:
    """`2024年7月31日`; `日付の記載なし` where the page does not say."""
    return f"{when.year}年{when.month}月{when.day}日" if when else "日付の記載なし"


def minute(when: datetime) -> str:
    """`2024年7月31日 18:02（UTC）`."""
    return f"{day(when)} {when:%H:%M}（UTC）"


def days_of(span: Span) -> str:
    """The days of a span, as precise as the page is; empty where it names none."""
    if span.start is None:
        return ""
    if span.precision == "year":
        return f"{span.start.year}年"
    if span.precision == "month":
        return f"{span.start.year}年{span.start.month}月"
    if span.end is None or span.end == span.start:
        return day(span.start)
    return f"{day(span.start)}～{_until(span.start, span.end)}"


def _until(start: date, end: date) -> str:
    """The last day, without what it has in common with the first."""
    if start.year != end.year:
        return day(end)
    return f"{end.day}日" if start.month == end.month else f"{end.month}月{end.day}日"


def _with_calendar(span: Span) -> str:
    """The page's words for whose calendar it is stand behind the days."""
    zone = f"＝{quoted(one_line(span.calendar))}" if span.calendar else ""
    return f"{days_of(span)}{zone}"
