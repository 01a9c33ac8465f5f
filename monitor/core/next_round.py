"""What a readout says of the round to come: when, in the words of the page, or no time at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import MAXYEAR, date, timedelta

from monitor.core.dates import YearHint
from monitor.core.ordinals import ORDINAL, ordinal_number
from monitor.core.periods import period_in
from monitor.core.words import sentences, spaced
from storage.records import Span

_AHEAD = (
    r"(?:look(?:s|ed|ing)?\s+forward\s+to|expect(?:s|ed)?\s+(?:to|that)|plan(?:s|ned)?\s+(?:to|for)|"
    r"intend(?:s|ed)?\s+to|agreed\s+(?:to|that|on)|decided\s+(?:to|that|on)|anticipate(?:s|d)?|will|"
    r"aim(?:s|ed)?\s+to|committed\s+to|hope(?:s|d)?\s+to|scheduled)"
)
_ROUND = (
    rf"(?:(?:next|(?!opening|inaugural)(?P<ordinal>{ORDINAL}))\s+"
    r"(?:(?!next\b)[\w-]+\s+){0,2}?(?:rounds?|meetings?|sessions?)|round\s+(?P<count>\d{1,2})\b|"
    r"(?:another|further|future|subsequent|additional)\s+(?:[\w-]+\s+)?(?:rounds?|meetings?|sessions?))"
    r"(?:\s+(?:of|under|for)\s+(?:the\s+)?(?:[\w.’'-]+\s+){0,6}?(?:meetings|Trade|talks|negotiations))?"
)
_EVENT = rf"(?:{_ROUND}|(?:meet|convene|gather)(?:ing)?\s+(?:again|next)|reconvene)"
_VERB_FIRST = re.compile(
    rf"\b(?P<words>{_AHEAD}\b(?:(?!{_AHEAD}\b)[^;])*?\b{_EVENT})", re.IGNORECASE
)
_EVENT_FIRST = re.compile(
    rf"(?:^|[,;]\s+(?:and\s+|with\s+|while\s+)?)"
    rf"(?P<words>(?:(?:the|their|a)\s+)?{_ROUND}\s+(?:[\w-]+\s+){{0,8}}?"
    r"(?:will|is|are|was|were|to\s+be|expected|scheduled|planned)\b[^;]*)",
    re.IGNORECASE,
)
_DATES_OF = re.compile(
    rf"\b(?P<words>(?:dates?|timing|details)\s+(?:of|for|on)\s+(?:the\s+|a\s+)?{_ROUND}[^;]*)",
    re.IGNORECASE,
)
# "following the ministerial in May 2023": a time that belongs to something else.
_ANOTHER_TIME = re.compile(
    r"\b(?:following|after|since|building\s+on|as\s+agreed|launched)\b"
    r"(?:[^,;]|,(?=\s*(?:19|20)\d\d))*",
    re.IGNORECASE,
)
# "In September 2025, both sides expect ...": what else stands before the event is another's time.
_LEAD_IN = re.compile(r"(?:[^,;]|,(?=\s*(?:19|20)\d\d))*,")
_VAGUE = re.compile(
    r"(?:in|over|during|within)\s+the\s+(?:coming|next\s+few|following)\s+(?:days|weeks|months|year)|"
    r"in\s+the\s+(?:\w+\s+)?(?:(?:near|not\s+too\s+distant)\s+future|(?:weeks|months)\s+ahead)|"
    r"in\s+due\s+course|at\s+an?\s+(?:later|early|future|mutually\s+\w+)\s+(?:date|time)|"
    r"as\s+soon\s+as\s+(?:possible|practicable)|"
    r"(?:on\s+)?(?:a\s+)?(?:dates?|time|timing)\s+(?:to\s+be|yet\s+to\s+be)\s+\w+|soon\b|shortly\b",
    re.IGNORECASE,
)


def next_round_in(
    paragraphs: list[str],
    this_round: int | None,
    held: date | None,
    *,
    published: date | None = None,
) -> Span | None:
    """The expectation of the next round: of several sentences about it, the last.

    Args:
        paragraphs: those that may speak of it, in the page's order.
        this_round: the number of the round reported: an ordinal of a later one is the next.
        held: its first day: nothing before it is the next round's time.
        published: the release's own date: what "next month" is counted from. A month or a season
            without a year is the first one behind it, or else behind `held`.
    """
    for paragraph in reversed(paragraphs):
        for sentence in reversed(sentences(spaced(paragraph))):
            for pattern in (_EVENT_FIRST, _DATES_OF, _VERB_FIRST):
                match = pattern.search(sentence)
                if match and _is_later(match, this_round):
                    return _when(sentence, match, held, published)
    return None


def year_counted_from(
    expected: Span | None, held: date | None, published: date | None
) -> str | None:
    """Where the days of an expectation are from whose words name no year, for the evidence."""
    if expected is None or expected.start is None or re.search(r"(?:19|20)\d\d", expected.text):
        return None
    return f"the release's date, {published}" if published else f"the day of this round, {held}"


def _is_later(match: re.Match[str], this_round: int | None) -> bool:
    if match["ordinal"] is None and match["count"] is None:
        return True
    number = int(match["count"]) if match["count"] else ordinal_number(match["ordinal"])
    return this_round is not None and number > this_round


def _when(sentence: str, match: re.Match[str], held: date | None, published: date | None) -> Span:
    """The time that stands nearest behind the event, or else before it, or the words alone."""
    hints = _year_ahead(published or held)
    for text in _stretches(sentence, match):
        period = period_in(text, hints, published=published)
        if period and (held is None or period.end is None or period.end > held):
            return period
        if vague := _VAGUE.search(text):
            return Span(vague[0], None, None, "unstated")
    return Span(match["words"].strip().rstrip("."), None, None, "unstated")


def _year_ahead(day: date | None) -> tuple[YearHint, ...]:
    """The bounds of what is expected without a year: within a year of the last day known."""
    if day is None or day.year >= MAXYEAR:
        return ()
    return (YearHint(day, day + timedelta(days=364), ""),)


def _stretches(sentence: str, match: re.Match[str]) -> Iterator[str]:
    """The parts of a sentence in which the time may stand, the likeliest first."""
    event = match.start("ordinal") if match["ordinal"] else match.end("words")
    for text in (sentence[event:], sentence[match.end() :], match["words"]):
        yield from _ANOTHER_TIME.split(text)
    if lead_in := _LEAD_IN.match(sentence, 0, match.start()):
        yield lead_in[0]
