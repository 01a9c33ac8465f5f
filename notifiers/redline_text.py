"""A redline in plain text: `[-gone-] {+new+}`, as wdiff writes it, wrapped."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

from storage.records import Op, Piece

COLUMNS = 72
"""Where plain text is wrapped: it survives being quoted once in an 80-column window."""

LEGEND = "[-gone-]  {+new+}"

_MARKS: dict[Op, tuple[str, str]] = {
    "keep": ("", ""),
    "delete": ("[-", "-]"),
    "insert": ("{+", "+}"),
}


def marked(pieces: Sequence[Piece]) -> str:
    """The redline as one text; neighboring marks are kept apart by a space."""
    joined = "".join(_marked(piece) for piece in pieces)
    return re.sub(r"(-\]|\+\})(?=\[-|\{\+)", r"\1 ", joined)


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
        textwrap.fill(
            line,
            COLUMNS,
            initial_indent=indent if position == 0 else rest,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for position, line in enumerate(lines)
    )


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
