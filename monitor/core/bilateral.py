"""The bilateral issues of a readout: one sentence, one list, split where a reader would."""

from __future__ import annotations

import re

from monitor.core.parts import BILATERAL
from monitor.core.topics import Series

_ITEMS = re.compile(
    r"\b(?:including|such\s+as|among\s+them)\s+(?P<issues>(?:trade\s+)?issues\s+)?"
    r"(?P<areas>(?:(?:in|on)\s+)?(?:the\s+)?areas?\s+of\s+)?",
    re.IGNORECASE,
)

_AMONG_OTHERS = re.compile(
    r",?\s*(?:among\s+(?:other\s+(?:issues|topics|things)|others)|and\s+others)\s*$"
)

_CONTINUES = re.compile(
    r"^(?:including|such|as|particularly|especially|notably|which|those|where)\b"
)


def items_of(sentence: str, series: Series) -> list[str]:
    """The items of one sentence's list: an Oxford comma, items with "and" and commas inside."""
    topic = BILATERAL.search(sentence)
    opener = _ITEMS.search(sentence, topic.end() if topic else 0)
    if opener is None:
        return []
    text = _AMONG_OTHERS.sub("", sentence[opener.end() :].rstrip(" .;"))
    pieces: list[str] = []
    for piece in re.split(r"[,;]\s+", text):
        if pieces and _CONTINUES.match(piece):
            pieces[-1] += f", {piece}"
        else:
            pieces.append(piece)
    if len(pieces) == 1:
        return _pair(pieces[0], series, plain=bool(opener["areas"]))
    if re.match(r"and\s", pieces[-1]):
        return [re.sub(r"^and\s+", "", piece) for piece in pieces]
    return [*pieces[:-1], *_pair(pieces[-1], series, plain=True)]


def _pair(text: str, series: Series, *, plain: bool) -> list[str]:
    """Two items joined by "and" without a comma, unless the whole is known as one issue."""
    if series.topic_of(text) or (not plain and text.count(" and ") != 1):
        return [text]
    return re.split(r"\s+and\s+", text, maxsplit=1)
