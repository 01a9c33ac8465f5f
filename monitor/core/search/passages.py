"""Where the words of a query stand in a release: the passages that show it, with the marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from monitor.core.search.query import Phrase, Query
from monitor.core.search.words import Word, words_of

MOST_PASSAGES = 3
"""How many passages of a release are shown."""

LONGEST_PASSAGE = 320
"""Characters of a passage that are shown, unless what is marked is longer by itself."""

_BEFORE = 100  # characters shown before the first mark, where a passage is cut


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a passage, verbatim: found, and so marked, or what stands around."""

    text: str
    found: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a release that shows what was found.

    `paragraph` counts the paragraphs from 1; 0 is the title. `cut_before` and `cut_after` say
    that the passage goes on there.
    """

    paragraph: int
    runs: tuple[Run, ...]
    cut_before: bool
    cut_after: bool


class _Mark(NamedTuple):
    start: int
    end: int
    phrase: Phrase


def passages_with(query: Query, texts: Sequence[str]) -> tuple[Passage, ...]:
    """The passages of a release that show a query best, in the order of the release.

    Of the first three that show phrases which those before do not, else of the first.

    Args:
        query: what was searched for.
        texts: the title, and then each paragraph.
    """
    marked = {place: _marks(query, text) for place, text in enumerate(texts)}
    shown = _chosen({place: marks for place, marks in marked.items() if marks})
    return tuple(_passage(place, texts[place], marked[place]) for place in shown)


def _marks(query: Query, text: str) -> list[_Mark]:
    """Where the phrases of a query stand in a text."""
    words = list(words_of(text))
    return [mark for phrase in query.phrases for mark in _standing(phrase, words)]


def _standing(phrase: Phrase, words: Sequence[Word]) -> Iterator[_Mark]:
    forms = tuple(word.form for word in words)
    for at in range(len(words) - len(phrase) + 1):
        if forms[at : at + len(phrase)] == phrase:
            yield _Mark(words[at].start, words[at + len(phrase) - 1].end, phrase)


def _chosen(marked: dict[int, list[_Mark]]) -> list[int]:
    """The places to be shown: first those that show something more, then those that come first."""
    seen: set[Phrase] = set()
    telling = []
    for place, marks in marked.items():
        if not {mark.phrase for mark in marks} <= seen:
            seen |= {mark.phrase for mark in marks}
            telling.append(place)
    others = [place for place in marked if place not in telling]
    return sorted([*telling, *others][:MOST_PASSAGES])


def _passage(place: int, text: str, marks: Sequence[_Mark]) -> Passage:
    spans = _joined(marks)
    start, end = _window(text, *spans[0])
    return Passage(
        paragraph=place,
        runs=tuple(_runs(text, start, end, [span for span in spans if span[1] <= end])),
        cut_before=start > 0,
        cut_after=end < len(text),
    )


def _joined(marks: Sequence[_Mark]) -> list[tuple[int, int]]:
    """The marked stretches in order; those that overlap as one."""
    joined: list[tuple[int, int]] = []
    for start, end, _ in sorted(marks):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _window(text: str, first: int, last: int) -> tuple[int, int]:
    """What is shown of a text around its first mark; a long one is cut between two words."""
    if len(text) <= LONGEST_PASSAGE:
        return 0, len(text)
    start = _word_from(text, first - _BEFORE, first)
    end = max(start + LONGEST_PASSAGE, last)
    if end >= len(text):
        return start, len(text)
    space = text.rfind(" ", last, end + 1)
    return start, space if space > 0 else end


def _word_from(text: str, start: int, before: int) -> int:
    """The first word's beginning from a place on, if there is one before another place."""
    if start <= 0:
        return 0
    space = text.find(" ", start, before)
    return space + 1 if space >= 0 else start


def _runs(text: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> Iterator[Run]:
    at = start
    for first, last in spans:
        if at < first:
            yield Run(text[at:first], found=False)
        yield Run(text[first:last], found=True)
        at = last
    if at < end:
        yield Run(text[at:end], found=False)
