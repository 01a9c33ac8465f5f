"""The bilateral issues of a readout: one sentence, one list, split where a reader would.

An item is a piece of the page, to the character: it is cut out and never put together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.core.topics import Series
from monitor.core.words import spaced

BILATERAL = re.compile(
    r"\b(?:discussed|covered|addressed|raised|touched\s+(?:up)?on|reviewed|went\s+over|considered|"
    r"took\s+up|spoke\s+(?:about|of)|exchanged\s+\w+\s+on|discussions\s+on)\b"
    r"[^.]{0,160}\bbilateral\s+(?:trade\s+)?(?:issues|matters|concerns|interest|irritants)\b|"
    r"\bbilateral\s+(?:trade\s+)?(?:issues|matters|concerns)\s+(?:were|was)\b",
    re.IGNORECASE,
)
"""Finds the words that say that bilateral issues were spoken of."""

_OPENER = re.compile(
    r"(?:\b(?:including(?:,?\s+but\s+(?:is\s+|are\s+)?not\s+limited\s+to,?)?|includes?|included|"
    r"such\s+as|among\s+them|in\s+particular|particularly|specifically|namely|notably|"
    r"for\s+example|like)\b:?,?|(?<=\w):)\s+",
    re.IGNORECASE,
)
# "bilateral issues related to A and B": a list without "including", right behind the noun.
_RELATION = re.compile(
    r"\s+(?:(?:that\s+are\s+)?relat(?:ed|ing)\s+to|with\s+respect\s+to|regarding|concerning|"
    r"pertaining\s+to|in\s+the\s+areas?\s+of|in\s+areas\s+of|about)\s+",
    re.IGNORECASE,
)
_AREAS = re.compile(
    r"(?:(?:trade\s+)?(?:issues|matters|concerns)\s+)?(?:(?:in|on)\s+)?(?:the\s+)?areas?\s+of\s+",
    re.IGNORECASE,
)
_RELATED_ISSUES = re.compile(
    r"(?:trade\s+)?(?:issues|matters|concerns)\s+(?:relat(?:ed|ing)\s+to|with\s+respect\s+to|"
    r"regarding|concerning)\s+",
    re.IGNORECASE,
)
# What follows the list in the same sentence is no item of it.
_AFTERWARDS = re.compile(
    r",?\s+(?:and|but|while)\s+(?:then\s+|also\s+)?(?:(?:the\s+two\s+sides|they|both(?:\s+sides)?|"
    r"the\s+United\s+States\s+and\s+\w+)\s+(?:also\s+)?)?"
    r"(?:look|looked|agreed|will|plan|planned|expect|expected|intend|decided|committed|welcomed|noted|"
    r"discussed|reviewed|underscored|emphasized|affirmed|reaffirmed)\b|"
    r",\s+(?:with\s+(?:a\s+view|the\s+(?:aim|goal|hope))|in\s+order\s+to|as\s+part\s+of|"
    r"and\s+how\s+(?:to|they)|and\s+ways\s+to\s+address\s+them|all\s+of\s+which)\b",
    re.IGNORECASE,
)
_NEXT_CLAUSE = re.compile(
    r"[,;]?\s+(?:while|whereas|and)\s+"
    r"(?=[^,;]{0,60}\bbilateral\s+(?:trade\s+)?(?:issues|matters|concerns)\b)",
    re.IGNORECASE,
)
_AMONG_OTHERS = re.compile(
    r"(?:,\s*|\s+)(?:among\s+(?:other\s+(?:issues|topics|things|matters)|others)|"
    r"(?:and\s+|as\s+well\s+as\s+)(?:many\s+|some\s+|several\s+)?"
    r"(?:others?|other\s+(?:trade\s+)?(?:issues|matters|topics|areas|things|concerns)|more)|etc\.?)$",
    re.IGNORECASE,
)
_CONTINUES = re.compile(
    r"(?:including|such|as\s+(?!well)|particularly|especially|notably|namely|which|those|where|"
    r"e\.g\.|i\.e\.)",
    re.IGNORECASE,
)
_SEMICOLONS = re.compile(r";\s+(?P<last>(?:and|as\s+well\s+as)\s+)?")
_COMMAS = re.compile(r",\s+(?P<last>(?:and|as\s+well\s+as)\s+)?|\s+(?P<well>as\s+well\s+as)\s+")
_BRACKETED = re.compile(r"\([^()]*\)")
_WIDEST = 4  # pieces of which a known topic's label may be made
_MOST = 60  # pieces: a list of more is no list of issues, and not worth the search for labels


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of a list between two cuts; `last` where "and" stands before it."""

    start: int
    end: int
    last: bool = False


def items_of(sentence: str, series: Series) -> list[str]:
    """The items of a sentence's lists: an Oxford comma, items with "and" and commas inside."""
    return [
        item
        for clause in _NEXT_CLAUSE.split(spaced(sentence))
        for item in _items_of_clause(clause, series)
    ]


def _items_of_clause(clause: str, series: Series) -> list[str]:
    topic = BILATERAL.search(clause) or re.search(r"\bbilateral\b", clause)
    opener = topic and (_RELATION.match(clause, topic.end()) or _OPENER.search(clause, topic.end()))
    if not opener:
        return []
    start, plain = opener.end(), opener.re is _RELATION
    if areas := _AREAS.match(clause, start):
        start, plain = areas.end(), True
    return split_list(clause[start:].rstrip(" .;\u00a0\n\t"), series, plain=plain)


def split_list(text: str, series: Series, *, plain: bool) -> list[str]:
    """The items of a list in a sentence, from behind the words that open it to the sentence's end.

    Args:
        text: the list, without the sentence's full stop.
        series: whose known labels are never cut.
        plain: "a and b" without a comma is two items, unless it is a known label.
    """
    text = _AFTERWARDS.split(text, maxsplit=1)[0]
    text = _AMONG_OTHERS.sub("", text.rstrip(","))
    pieces = _joined(text, _pieces(text), series)
    if len(pieces) > 1:
        *first, last = pieces
        items = [text[piece.start : piece.end] for piece in first]
        rest = text[last.start : last.end]
        items += [rest] if last.last or ";" in text else _pair(rest, series, plain=True)
    elif related := _RELATED_ISSUES.match(text):
        pair = _pair(text[related.end() :], series, plain=True)
        items = pair if len(pair) > 1 else [text]
    else:
        items = _pair(text, series, plain=plain)
    return [item for item in (item.strip() for item in items) if item]


def _pieces(text: str) -> list[_Piece]:
    """A list cut at semicolons, else at commas and "as well as"; never within brackets."""
    hidden = _BRACKETED.sub(lambda match: "_" * len(match[0]), text)
    start, last = 0, False
    pieces = []
    for cut in (_SEMICOLONS if ";" in hidden else _COMMAS).finditer(hidden):
        pieces.append(_Piece(start, cut.start(), last))
        start, last = cut.end(), bool(cut["last"] or cut.groupdict().get("well"))
    return [*pieces, _Piece(start, len(text), last)]


def _joined(text: str, pieces: list[_Piece], series: Series) -> list[_Piece]:
    """Pieces that belong together: a known topic's label, and "including ..." with what it is of.

    What goes on with the list's last item goes on to its end: "and fuels, including corn, soy, and
    wheat".
    """
    found: list[_Piece] = []
    for piece in _known_joined(text, pieces, series):
        goes_on = found and _CONTINUES.match(text, piece.start)
        within_last = found and found[-1].last and "," in text[found[-1].start : found[-1].end]
        if goes_on or within_last:
            found[-1] = _Piece(found[-1].start, piece.end, found[-1].last)
        else:
            found.append(piece)
    return found


def _known_joined(text: str, pieces: list[_Piece], series: Series) -> list[_Piece]:
    if len(pieces) > _MOST:
        return pieces
    found, index = [], 0
    while index < len(pieces):
        wide = next(
            (
                width
                for width in range(min(_WIDEST, len(pieces) - index), 1, -1)
                if series.topic_of(text[pieces[index].start : pieces[index + width - 1].end])
            ),
            1,
        )
        first, last = pieces[index], pieces[index + wide - 1]
        found.append(_Piece(first.start, last.end, first.last))
        index += wide
    return found


def _pair(text: str, series: Series, *, plain: bool) -> list[str]:
    """Two items joined by "and" without a comma, unless the whole is known as one issue."""
    if series.topic_of(text) or (not plain and len(re.findall(r"\sand\s", text)) != 1):
        return [text]
    return re.split(r"\s+and\s+", text, maxsplit=1)
