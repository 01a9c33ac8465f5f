"""What a readout says of the round to come: when, in the words of the page, or no time at all."""

from __future__ import annotations

import re
from datetime import date

from monitor.core.dates import period_in
from monitor.core.topics import ORDINAL, ordinal_number
from monitor.core.words import sentences
from storage.records import Span

_AHEAD = (
    r"(?:look(?:s|ed|ing)?\s+forward\s+to|expect(?:s|ed)?\s+(?:to|that)|plan(?:s|ned)?\s+to|"
    r"intend(?:s|ed)?\s+to|agreed\s+to|decided\s+to|anticipate(?:s|d)?|will|aim(?:s|ed)?\s+to)"
)
_EVENT = (
    rf"(?:next|(?!opening|inaugural)(?P<ordinal>{ORDINAL}))\s+"
    r"(?:(?!next\b)[\w-]+\s+){0,2}?(?:round|meeting|session)s?"
    r"(?:\s+(?:of|under|for)\s+(?:the\s+)?(?:[\w.’'-]+\s+){0,6}?(?:meetings|Trade|talks))?"
)
_VERB_FIRST = re.compile(
    rf"\b(?P<words>{_AHEAD}\b(?:(?!{_AHEAD}\b)[^.;])*?\b{_EVENT})", re.IGNORECASE
)
_EVENT_FIRST = re.compile(
    rf"^(?P<words>(?:the|their)\s+{_EVENT}\s+(?:will|is|are|was|were)\s+[^.;]*)", re.IGNORECASE
)
# "following the ministerial in May 2023": a time that belongs to something else.
_ANOTHER_TIME = re.compile(
    r"[,;]?\s+\b(?:following|after|since|building\s+on|as\s+agreed)\b.*$", re.IGNORECASE
)


def next_round_in(paragraphs: list[str], this_round: int | None, held: date | None) -> Span | None:
    """The expectation of the next round.

    Args:
        paragraphs: those behind the list of topics, in the page's order.
        this_round: the number of the round reported: an ordinal of a later one is the next.
        held: its first day: nothing before it is the next round's time.
    """
    for paragraph in reversed(paragraphs):
        for sentence in sentences(paragraph):
            match = _VERB_FIRST.search(sentence) or _EVENT_FIRST.search(sentence)
            if match and _is_later(match["ordinal"], this_round):
                return _when(sentence, match, held)
    return None


def _is_later(ordinal: str | None, this_round: int | None) -> bool:
    return ordinal is None or (this_round is not None and ordinal_number(ordinal) > this_round)


def _when(sentence: str, match: re.Match[str], held: date | None) -> Span:
    words = match["words"].strip()
    for text in (
        sentence[match.start("ordinal") + 1 :] if match["ordinal"] else "",
        sentence[match.end() :],
        words,
        sentence[: match.start()],
    ):
        period = period_in(_ANOTHER_TIME.sub("", text))
        if period and (held is None or period.end is None or period.end > held):
            return period
    return Span(words.rstrip("."), None, None, "unstated")
