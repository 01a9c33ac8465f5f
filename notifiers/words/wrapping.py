"""Plain text wrapped at the columns a mail has, Japanese by its own rules of what may be parted.

A line ends at a space, or beside a Chinese or Japanese character; but no line begins with what
belongs to the one before (`、`, `。`, `」`), or ends with what belongs to the next (`「`), and a
number stays with its counter (`第5回`, `2024年7月29日`). JIS X 4051 calls these 行頭禁則, 行末禁則.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from notifiers.words.columns import columns

COLUMNS = 72
"""Where plain text is wrapped: it survives being quoted once in an 80-column window."""

_NEVER_FIRST = frozenset(
    "、。，．・：；？！」』）］｝】〉》〕ーゝゞ々～…‥ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ％"
    ",.:;?!”’)]}-+%"
)
_NEVER_LAST = frozenset("「『（［｛【〈《〔＝“‘([{-+")


def wrapped(text: str, indent: str = "", hang: str | None = None) -> str:
    """Each line of the text wrapped to 72 columns; words longer than a line stay whole.

    Args:
        text: one or more lines.
        indent: before the first line.
        hang: before every other one; None for the same as `indent`.
    """
    rest = indent if hang is None else hang
    lines = [" ".join(line.split()) for line in text.split("\n") if line.strip()]
    return "\n".join(
        _filled(line, rest if position else indent, rest) for position, line in enumerate(lines)
    )


def _filled(text: str, indent: str, rest: str) -> str:
    lines, room = [indent], COLUMNS - columns(indent)
    empty = True
    for space, piece in _pieces(text):
        added = piece if empty else space + piece
        if not empty and columns(added) > room:
            lines.append(rest)
            room, added = COLUMNS - columns(rest), piece
        lines[-1] += added
        room -= columns(added)
        empty = False
    return "\n".join(lines)


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """What cannot be parted, each with the space before it, if there is one."""
    for number, word in enumerate(text.split(" ")):
        space, start = " " if number else "", 0
        if word.isascii():
            yield space, word
            continue
        for end in range(1, len(word) + 1):
            if end == len(word) or _may_part(word[end - 1], word[end]):
                yield space, word[start:end]
                space, start = "", end


def _may_part(before: str, after: str) -> bool:
    if after in _NEVER_FIRST or before in _NEVER_LAST:
        return False
    wide = [_is_wide(before), _is_wide(after)]
    return any(wide) and not (before.isdigit() or after.isdigit())


def _is_wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in "WF"
