"""Two texts: how one became the other, and the redline a person would have drawn.

Words and punctuation are the tokens. A kept run that says nothing between two changes is taken into
them; an insertion or deletion that could stand in several places stands where it is a whole
sentence, or else a whole clause. Whatever is done to the runs, the redline stays exact: without its
inserts it is the old text, without its deletes the new one, to the character. Which runs are kept
is found in `alignment.py`, in bounded time.
"""

from __future__ import annotations

import re
from collections import Counter

from monitor.core.alignment import Run, aligned
from monitor.core.words import content_words, letters_only, parts, stems
from storage.records import Op, Piece, TextChange

# Marks that a letter carries (accents, vowel signs, joiners) belong to it.
_MARK = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0903"
    "\u093a-\u094f\u0e31\u0e34-\u0e4e\u200c\u200d\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
)
_LETTERS = rf"\w[\w{_MARK}]*"
_TOKEN = re.compile(
    rf"(?:[A-Z]\.){{2,}}(?!\w)|{_LETTERS}(?:[-‐‑’'.]{_LETTERS})*(?:(?<=s)[’'](?!\w))?|[^\w\s][{_MARK}]*"
)
_SENTENCE_END = frozenset(".?!")
_CLAUSE_END = frozenset(",;:.?!–—(")
_CONJUNCTIONS = frozenset(("and", "or", "but", "including", "which", "as", "with", "for", "on"))
_BIG = 3  # tokens: a change smaller than this does not make a lonely word beside it an island

_LITTLE_SHARED = 0.15  # of the shorter text's content words: below it a text was replaced


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
    kept = aligned(old.words, new.words)
    kept = _slid(_without_islands(kept, old, new), old, new)
    return _merged(_pieces(kept, old, new))


def replaced(before: str, after: str) -> tuple[Piece, ...]:
    """The redline of two texts that share next to nothing: out with one, in with the other."""
    return _merged([Piece("delete", before), Piece("insert", after)])


def text_change(before: str, after: str) -> TextChange:
    """How one text became the other, by its words.

    Content words decide; where none came or went, all words do.
    """
    if before == after:
        return "same"
    one, other = letters_only(before), letters_only(after)
    if one == other:
        return "style"
    gone, new = words_beyond(before, after), words_beyond(after, before)
    if not gone and not new:
        then, now = Counter(one.split()), Counter(other.split())
        return "shortened" if now < then else "extended" if then < now else "reworded"
    if not new:
        return "shortened"
    if not gone:
        return "extended"
    then_words, now_words = stems(before), stems(after)
    fewest = min(len(then_words), len(now_words))
    return "replaced" if len(then_words & now_words) < _LITTLE_SHARED * fewest else "reworded"


def words_beyond(one: str, other: str) -> tuple[str, ...]:
    """The content words of one text that the other lacks, in order; a repeat counts once.

    A compound is not lacking where the other text has its parts: "trade distorting" has those of
    "trade-distorting".
    """
    there = stems(other)
    return tuple(dict.fromkeys(word for word in content_words(one) if not parts(word) <= there))


def _without_islands(kept: list[Run], old: _Tokens, new: _Tokens) -> list[Run]:
    """Drop kept runs that only interrupt: no content word, or a lonely one between big changes."""
    solid: list[Run] = []
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


def _slid(kept: list[Run], old: _Tokens, new: _Tokens) -> list[Run]:
    """Move each pure insertion or deletion between two kept runs to where a person would see it."""
    runs = list(kept)
    for index in range(len(runs) - 1):
        first, second = runs[index], runs[index + 1]
        steps = _best_slide(first, second, old.words, new.words)
        if steps:
            runs[index] = (first[0], first[1] + steps, first[2], first[3] + steps)
            runs[index + 1] = (second[0] + steps, second[1], second[2] + steps, second[3])
    return runs


def _best_slide(first: Run, second: Run, old: list[str], new: list[str]) -> int:
    """By how many tokens, to the right or (negative) left; of two as good the nearer."""
    deleted, inserted = second[0] - first[1], second[2] - first[3]
    if bool(deleted) == bool(inserted):
        return 0
    words, start, end = (old, first[1], second[0]) if deleted else (new, first[3], second[2])
    left = right = 0
    while left < first[1] - first[0] - 1 and words[start - left - 1] == words[end - left - 1]:
        left += 1
    while right < second[1] - second[0] - 1 and words[start + right] == words[end + right]:
        right += 1
    slides = sorted(range(-left, right + 1), key=abs)
    return max(slides, key=lambda by: _wholeness(words, start + by, end + by))


def _wholeness(words: list[str], start: int, end: int) -> int:
    """How much some tokens are a whole: sentences, a clause, or what begins like one."""
    before, first, last = words[start - 1], words[start], words[end - 1]
    if before in _SENTENCE_END and last in _SENTENCE_END:
        return 4
    if first in _CLAUSE_END - _SENTENCE_END and last not in _CLAUSE_END:
        return 3
    if before in _CLAUSE_END and last in _CLAUSE_END:
        return 3
    if before in _CLAUSE_END:
        return 2
    return 1 if first.lower() in _CONJUNCTIONS else 0


def _pieces(kept: list[Run], old: _Tokens, new: _Tokens) -> list[Piece]:
    pieces: list[Piece] = []
    i = j = 0
    for run in [*kept, (len(old.words), len(old.words), len(new.words), len(new.words))]:
        pieces += [Piece("delete", old.slice(i, run[0])), Piece("insert", new.slice(j, run[2]))]
        pieces += _kept(run, old, new)
        i, j = run[1], run[3]
    return pieces


def _kept(run: Run, old: _Tokens, new: _Tokens) -> list[Piece]:
    """A kept run; where only the space behind a word differs, that alone is told apart."""
    text = old.slice(run[0], run[1])
    if text == new.slice(run[2], run[3]):
        return [Piece("keep", text)]
    pieces = []
    for i, j in zip(range(run[0], run[1]), range(run[2], run[3]), strict=True):
        then, now = old.slice(i, i + 1), new.slice(j, j + 1)
        shared = _common_start(then, now)
        pieces += [
            Piece("keep", then[:shared]),
            Piece("delete", then[shared:]),
            Piece("insert", now[shared:]),
        ]
    return pieces


def _common_start(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )


def _merged(pieces: list[Piece]) -> tuple[Piece, ...]:
    """Adjoining runs of a kind become one; between two kept runs deletions come first."""
    merged: list[Piece] = []
    change: dict[Op, str] = {"delete": "", "insert": ""}
    end = Piece("keep", "")
    for piece in [*pieces, end]:
        if piece.op != "keep":
            change[piece.op] += piece.text
            continue
        if not piece.text and piece is not end:
            continue
        space = _shared_space(change["delete"], change["insert"])
        for op, text in change.items():
            _append(merged, op, text.removesuffix(space))
        change = {"delete": "", "insert": ""}
        _append(merged, "keep", space + piece.text)
    return tuple(merged)


def _shared_space(deleted: str, inserted: str) -> str:
    """The space that ends both sides of a change of which one is nothing else: it is kept."""
    for one, other in ((deleted, inserted), (inserted, deleted)):
        if one and one.isspace() and other.endswith(one):
            return one
    return ""


def _append(pieces: list[Piece], op: Op, text: str) -> None:
    if not text:
        return
    if pieces and pieces[-1].op == op:
        text = pieces.pop().text + text
    pieces.append(Piece(op, text))
