"""The bilateral issues of a readout: one sentence, one list, split where a reader would."""

from __future__ import annotations

import re

from monitor.core.parts import BILATERAL
from monitor.core.topics import Series

_ITEMS = re.compile(
    r"(?:\b(?:including|includes?|such\s+as|among\s+them|in\s+particular|namely|notably)\b:?|"
    r"(?<=\w):)\s+"
    r"(?P<issues>(?:trade\s+)?issues\s+)?(?P<areas>(?:(?:in|on)\s+)?(?:the\s+)?areas?\s+of\s+)?",
    re.IGNORECASE,
)
# What follows the list in the same sentence is no item of it.
_AFTERWARDS = re.compile(
    r",?\s+(?:and|but|while)\s+(?:then\s+)?(?:(?:the\s+two\s+sides|they|both(?:\s+sides)?|"
    r"the\s+United\s+States\s+and\s+\w+)\s+)?"
    r"(?:look|looked|agreed|will|plan|planned|expect|expected|intend|decided|committed|welcomed)\b.*$",
    re.IGNORECASE,
)
_NEXT_CLAUSE = re.compile(r"[,;]?\s+(?:while|whereas|and)\s+(?=[^,;]{0,60}\bbilateral\b)")

_AMONG_OTHERS = re.compile(
    r",?\s*(?:among\s+(?:other\s+(?:issues|topics|things)|others)|"
    r"(?:and\s+|as\s+well\s+as\s+)?(?:many\s+|some\s+)?(?:others?|other\s+\w+|more)|etc\.?)\s*$",
    re.IGNORECASE,
)

_CONTINUES = re.compile(
    r"^(?:including|such|as|particularly|especially|notably|which|those|where)\b"
)


def items_of(sentence: str, series: Series) -> list[str]:
    """The items of a sentence's lists: an Oxford comma, items with "and" and commas inside."""
    return [
        item for clause in _NEXT_CLAUSE.split(sentence) for item in _items_of_clause(clause, series)
    ]


def _items_of_clause(clause: str, series: Series) -> list[str]:
    topic = BILATERAL.search(clause) or re.search(r"\bbilateral\b", clause)
    opener = _ITEMS.search(clause, topic.end() if topic else 0)
    if topic is None or opener is None:
        return []
    text = _AFTERWARDS.sub("", clause[opener.end() :].rstrip(" .;"))
    text = re.sub(r",?\s+as\s+well\s+as\s+", ", and ", _AMONG_OTHERS.sub("", text))
    pieces: list[str] = []
    for piece in re.split(r";\s+" if ";" in text else r",\s+", text):
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
