"""Text from outside in Markdown: it stays text, whatever signs it holds.

Made for CommonMark with GitHub's tables and strikethrough, and for pandoc, whose Markdown gives a
meaning to more signs. Each of them is escaped by a backslash, and a bar is written as a reference,
since a table would take it even then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from string import punctuation

from notifiers.digest.redline_text import apart, edges
from notifiers.words.wording import visible
from storage.records import Op, Piece

_BAR = "&#124;"
_SIGNS = re.compile(r"[\\`*_\[\]<>~#&$^{}@|]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_COUNTED = re.compile(r"[A-Za-z0-9]+(?=[.)](?:\s|$))")
"""What begins a list, such as `1.` or `iv)`."""

_OF_THE_WEB = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d+)?(?:[/?#][!-;=?-~]*)?", re.ASCII)
_OPENING = ("-", "+", "=", ":", "%", "(")
_MARKS: dict[Op, str] = {"keep": "", "delete": "~~", "insert": "**"}


def inert(text: str) -> str:
    """Text that stays text in the midst of a line; white space is one space, as it is shown."""
    flat = re.sub(r"[ \t\n]+", " ", text)
    return _SIGNS.sub(_escaped, visible(flat))


def inert_line(text: str) -> str:
    """Text that stays text where it begins a paragraph: it opens no list, and no heading."""
    return _begun(inert(text).strip())


def strong(text: str) -> str:
    """Text in bold letters; nothing at all where there is none."""
    shown = inert(text).strip()
    return f"**{shown}**" if shown else ""


def slanted(text: str) -> str:
    """Text in italics; nothing at all where there is none."""
    shown = inert(text).strip()
    return f"*{shown}*" if shown else ""


def link_to(address: str) -> str:
    """An address of the web as a link; any other is shown as text."""
    if _OF_THE_WEB.fullmatch(address):
        return f"<{address}>"
    return inert(address)


def redline(pieces: Sequence[Piece]) -> str:
    """A redline as a paragraph: ~~what went~~ and **what came**, a space between where they touch.

    A mark that touches a sign on one side and a letter on the other is none (CommonMark 0.31,
    section 6.2, "flanking"): `chains~~, old~~` would show its tildes. The letter is then written as
    a reference (section 2.5), which ends in a sign itself.
    """
    shown = ""
    risky = False
    for piece, touches in apart(_merged(pieces)):
        before, core, after = edges(piece.text)
        mark = _MARKS[piece.op] if core else ""
        run = f"{' ' if touches else ''}{before}{mark}{core}{mark}{after}"
        if mark and run.startswith(mark) and not core[0].isalnum():
            shown = shown[:-1] + _as_reference(shown[-1:])
        if risky:
            run = _as_reference(run[0]) + run[1:]
        shown += run
        risky = bool(mark) and not after and not core[-1].isalnum()
    return _begun(shown.strip())


def _merged(pieces: Iterable[Piece]) -> list[Piece]:
    """Runs of one kind as one: the marks of two that touch would be read as others."""
    said = (piece for piece in pieces if piece.text)
    runs = groupby(said, key=lambda piece: piece.op)
    return [Piece(op, inert("".join(piece.text for piece in run))) for op, run in runs]


def _as_reference(sign: str) -> str:
    """A letter as a reference; white space, and what is a sign already, as it is."""
    return sign if not sign or sign.isspace() or sign in punctuation else f"&#{ord(sign)};"


def _begun(line: str) -> str:
    counted = _COUNTED.match(line)
    if counted:
        return f"{counted[0]}\\{line[counted.end() :]}"
    return f"\\{line}" if line.startswith(_OPENING) else line


def _escaped(sign: re.Match[str]) -> str:
    return _BAR if sign[0] == "|" else f"\\{sign[0]}"
