"""A redline in plain text: `[-gone-] {+new+}`, as wdiff writes it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from storage.records import Op, Piece

_MARKS: dict[Op, tuple[str, str]] = {
    "keep": ("", ""),
    "delete": ("[-", "-]"),
    "insert": ("{+", "+}"),
}


def marked(pieces: Sequence[Piece]) -> str:
    """The redline as one text; neighboring marks are kept apart by a space."""
    joined = "".join(_marked(piece) for piece in pieces)
    return re.sub(r"(-\]|\+\})(?=\[-|\{\+)", r"\1 ", joined)


def edges(text: str) -> tuple[str, str, str]:
    """The white space before the words, the words, and the white space behind them."""
    core = text.strip()
    before, _, after = text.partition(core) if core else (text, "", "")
    return before, core, after


def _marked(piece: Piece) -> str:
    """White space stays outside the marks, and a piece of nothing else gets none."""
    before, core, after = edges(piece.text)
    opening, closing = _MARKS[piece.op] if core else ("", "")
    return f"{before}{opening}{core}{closing}{after}"
