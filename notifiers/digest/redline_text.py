"""A redline in plain text: `[-gone-] {+new+}`, as wdiff writes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from storage.records import Op, Piece

_MARKS: dict[Op, tuple[str, str]] = {
    "keep": ("", ""),
    "delete": ("[-", "-]"),
    "insert": ("{+", "+}"),
}


def marked(pieces: Sequence[Piece]) -> str:
    """The redline as one text."""
    return "".join(f"{' ' if touches else ''}{_marked(piece)}" for piece, touches in apart(pieces))


def apart(pieces: Sequence[Piece]) -> Iterator[tuple[Piece, bool]]:
    """The pieces, each with whether it has to be set apart from the one before.

    Where words that came touch words that went, `goal` gone and `economy` new would read as one.
    """
    before: Piece | None = None
    for piece in pieces:
        yield piece, before is not None and _touch(before, piece)
        before = piece


def _touch(before: Piece, piece: Piece) -> bool:
    return (
        "keep" not in (before.op, piece.op)
        and not before.text[-1:].isspace()
        and not piece.text[:1].isspace()
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
