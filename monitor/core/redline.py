"""Two texts: how one became the other, and the redline a person would have drawn.

Words and punctuation are the tokens, matched by difflib; a kept run that says nothing between two
changes is taken into them; an insertion or deletion that could stand in two places stands at the
start of its clause. Whatever is done to the runs, the redline stays exact: without its inserts it
is the old text, without its deletes the new one, to the character.
"""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher

from monitor.core.words import content_words, letters_only, singular, stems
from storage.records import Op, Piece, TextChange

_TOKEN = re.compile(r"(?:[A-Z]\.){2,}|\w+(?:[-’'.]\w+)*|[^\w\s]")
_CLAUSE_END = frozenset(",;:.–—(")
_BIG = 3  # tokens: a change smaller than this does not make a lonely word beside it an island

_LITTLE_SHARED = 0.15  # of the shorter text's content words: below it a text was replaced

_Run = tuple[int, int, int, int]  # a kept run: old start, old end, new start, new end, in tokens


class _Tokens:
    """A text as tokens, each knowing where it starts and where the next one does."""

    def __init__(self, text: str) -> None:
        found = list(_TOKEN.finditer(text))
        self.words = [match[0] for match in found]
        self._text = text
        self._starts = (
            [0, *(match.start() for match in found[1:]), len(text)] if found else [0, len(text)]
        )
        if not found:
            self.words = [text] if text else []

    def slice(self, start: int, end: int) -> str:
        """The text of some tokens with the white space behind each."""
        return self._text[self._starts[start] : self._starts[end]] if start < end else ""


def redline(before: str, after: str) -> tuple[Piece, ...]:
    """The redline from one text to another.

    Returns:
        Runs in reading order, a deletion before the insertion that takes its place; empty for two
        empty texts.
    """
    old, new = _Tokens(before), _Tokens(after)
    matcher = SequenceMatcher(a=old.words, b=new.words, autojunk=False)
    kept = [(i, i + n, j, j + n) for i, j, n in matcher.get_matching_blocks() if n]
    kept = _slid(_without_islands(kept, old, new), old, new)
    return _merged(_pieces(kept, old, new))


def replaced(before: str, after: str) -> tuple[Piece, ...]:
    """The redline of two texts that share next to nothing: out with one, in with the other."""
    return _merged([Piece("delete", before), Piece("insert", after)])


def text_change(before: str, after: str) -> TextChange:
    """How one text became the other, by its content words."""
    if before == after:
        return "same"
    if letters_only(before) == letters_only(after):
        return "style"
    gone, new = words_beyond(before, after), words_beyond(after, before)
    if gone and not new:
        return "shortened"
    if new and not gone:
        return "extended"
    one, other = stems(before), stems(after)
    little = len(one & other) < _LITTLE_SHARED * min(len(one), len(other))
    return "replaced" if little else "reworded"


def words_beyond(one: str, other: str) -> tuple[str, ...]:
    """The content words of one text that the other lacks, in order; a repeat counts once."""
    left = Counter(singular(word) for word in content_words(other))
    return tuple(dict.fromkeys(w for w in content_words(one) if not left[singular(w)]))


def _without_islands(kept: list[_Run], old: _Tokens, new: _Tokens) -> list[_Run]:
    """Drop kept runs that only interrupt: no content word, or a lonely one between big changes."""
    solid: list[_Run] = []
    for index, run in enumerate(kept):
        before_old, before_new = (solid[-1][1], solid[-1][3]) if solid else (0, 0)
        following = kept[index + 1] if index + 1 < len(kept) else None
        after_old, after_new = (
            (following[0], following[2]) if following else (len(old.words), len(new.words))
        )
        left = max(run[0] - before_old, run[2] - before_new)
        right = max(after_old - run[1], after_new - run[3])
        if not _is_island(old.slice(run[0], run[1]), left, right):
            solid.append(run)
    return solid


def _is_island(text: str, left: int, right: int) -> bool:
    if not left or not right:
        return False
    words = len(content_words(text))
    if words == 0:
        return True
    return words == 1 and min(left, right) >= _BIG


def _slid(kept: list[_Run], old: _Tokens, new: _Tokens) -> list[_Run]:
    """Move each pure insertion or deletion between two kept runs to the start of its clause."""
    runs = list(kept)
    for index in range(len(runs) - 1):
        first, second = runs[index], runs[index + 1]
        steps = _steps_left(first, second, old.words, new.words)
        if steps:
            runs[index] = (first[0], first[1] - steps, first[2], first[3] - steps)
            runs[index + 1] = (second[0] - steps, second[1], second[2] - steps, second[3])
    return runs


def _steps_left(first: _Run, second: _Run, old: list[str], new: list[str]) -> int:
    deleted, inserted = second[0] - first[1], second[2] - first[3]
    if bool(deleted) == bool(inserted):
        return 0
    words, start, end = (old, first[1], second[0]) if deleted else (new, first[3], second[2])
    if words[start - 1] in _CLAUSE_END:
        return 0
    for steps in range(1, first[1] - first[0]):
        if words[start - steps] != words[end - steps]:
            return 0
        if words[start - steps - 1] in _CLAUSE_END:
            return steps
    return 0


def _pieces(kept: list[_Run], old: _Tokens, new: _Tokens) -> list[Piece]:
    pieces: list[Piece] = []
    i = j = 0
    for run in [*kept, (len(old.words), len(old.words), len(new.words), len(new.words))]:
        pieces += [Piece("delete", old.slice(i, run[0])), Piece("insert", new.slice(j, run[2]))]
        pieces += _kept(old.slice(run[0], run[1]), new.slice(run[2], run[3]))
        i, j = run[1], run[3]
    return pieces


def _kept(old: str, new: str) -> list[Piece]:
    """A kept run; where only the space behind or between its words differs, that is told apart."""
    if old == new:
        return [Piece("keep", old)]
    shared = old.rstrip()
    if shared == new.rstrip():
        return [
            Piece("keep", shared),
            Piece("delete", old[len(shared) :]),
            Piece("insert", new[len(shared) :]),
        ]
    return [Piece("delete", old), Piece("insert", new)]


def _merged(pieces: list[Piece]) -> tuple[Piece, ...]:
    """Adjoining runs of a kind become one; between two kept runs deletions come first."""
    merged: list[Piece] = []
    change: dict[Op, str] = {"delete": "", "insert": ""}

    def settle() -> None:
        merged.extend(Piece(op, text) for op, text in change.items() if text)
        change["delete"] = change["insert"] = ""

    for piece in pieces:
        if piece.op != "keep":
            change[piece.op] += piece.text
        elif piece.text:
            settle()
            if merged and merged[-1].op == "keep":
                merged[-1] = Piece("keep", merged[-1].text + piece.text)
            else:
                merged.append(piece)
    settle()
    return tuple(merged)
