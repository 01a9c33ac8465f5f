"""Topics that may have to do with each other: shown to the reader, never counted as a match.

A topic that left and one that came are possibly related if each is the other's best candidate:
their labels share a specific word that no other label of their rounds has; one's label stood under
the other; or their texts share two words that no other topic of their rounds has. Words that
several topics of a round share are its house style and say nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from monitor.core.entries import Entry
from monitor.core.matching import Match
from monitor.core.sentences import Sides, quoted, quoted_list
from monitor.core.words import spoken

_FEWEST_WORDS = 2  # shared by two texts: one is chance

_Pair = tuple[int, int]
"""A dropped and a new topic by their identities."""


@dataclass(frozen=True, slots=True)
class Left:
    """What the cascade left over, with the rounds it stands in.

    `before` and `after` are all topics of the two rounds, `common` the words that say nothing.
    """

    dropped: Sequence[Entry]
    fresh: Sequence[Entry]
    before: Sequence[Entry]
    after: Sequence[Entry]
    matches: Sequence[Match]
    common: frozenset[str]
    sides: Sides


@dataclass(frozen=True, slots=True)
class _Tie:
    """Why two topics may be related; the higher the strength the surer."""

    old: Entry
    new: Entry
    strength: tuple[int, int]
    why: str


def hints(left: Left) -> dict[int, str]:
    """A sentence for each dropped or new topic that may be another, by the entry's identity."""
    found: dict[int, str] = {}
    for tie in _mutual([*_by_labels(left), *_by_texts(left), *_by_label_in_text(left)]):
        old, new = quoted(tie.old.label), quoted(tie.new.label)
        found[id(tie.old)] = (
            f" Possibly related to {new}, not sure: {tie.why}; it was dropped, or goes on as {new}."
        )
        found[id(tie.new)] = (
            f" Possibly related to {old}, not sure: {tie.why}; "
            f"it is new, or {old} under another name."
        )
    for entry in left.dropped:
        found.setdefault(id(entry), _went_to(entry, left))
    for entry in left.fresh:
        found.setdefault(id(entry), _came_from(entry, left))
    return {entry: hint for entry, hint in found.items() if hint}


def _went_to(entry: Entry, left: Left) -> str:
    """Topics that took up the words of one that left, and are no merger."""
    holders = [m.after for m in left.matches if entry.specific and entry.specific <= m.come]
    if not holders:
        return ""
    return (
        f" Possibly related to {_labels(holders)}, not sure: in {left.sides.new} "
        f"{_said(holders[0], entry.specific)} came to stand there; "
        "it was dropped, or goes on there."
    )


def _came_from(entry: Entry, left: Left) -> str:
    """Topics that lost the words of a new one, and are no split."""
    holders = [m.before for m in left.matches if entry.specific and entry.specific <= m.gone]
    if not holders:
        return ""
    return (
        f" Possibly related to {_labels(holders)}, not sure: in {left.sides.old} "
        f"{_said(holders[0], entry.specific)} stood there, and left; "
        "it is new, or came from there."
    )


def _by_labels(left: Left) -> Iterator[_Tie]:
    shared = _shared(left, [e.specific for e in left.before], [e.specific for e in left.after])
    for old, new, words in shared:
        yield _Tie(old, new, (2, len(words)), f"both labels have {_words(old.label, words)}")


def _by_texts(left: Left) -> Iterator[_Tie]:
    texts = [[e.text_words - left.common for e in side] for side in (left.before, left.after)]
    for old, new, words in _shared(left, *texts):
        both = [w for w in spoken(old.text, words) if w in spoken(new.text, words)]
        if old.strand == new.strand and len(both) >= _FEWEST_WORDS:
            yield _Tie(old, new, (0, len(both)), f"both texts have {quoted_list(both)}")


def _by_label_in_text(left: Left) -> Iterator[_Tie]:
    for old in left.dropped:
        for new in left.fresh:
            if new.specific and new.specific <= old.said:
                why = f"in {left.sides.old} {_said(old, new.specific)} stood under it"
            elif old.specific and old.specific <= new.said:
                why = f"in {left.sides.new} {_said(new, old.specific)} stands under it"
            else:
                continue
            yield _Tie(old, new, (1, 0), why)


def _shared(
    left: Left, before: Sequence[frozenset[str]], after: Sequence[frozenset[str]]
) -> Iterator[tuple[Entry, Entry, frozenset[str]]]:
    """The dropped and new topics that alone in their rounds have some words, and those words."""
    old, new = _only(left.before, before), _only(left.after, after)
    gone, fresh = {id(e): e for e in left.dropped}, {id(e): e for e in left.fresh}
    words: defaultdict[_Pair, set[str]] = defaultdict(set)
    for word in old.keys() & new.keys():
        if old[word] in gone and new[word] in fresh:
            words[old[word], new[word]].add(word)
    for pair, both in words.items():
        yield gone[pair[0]], fresh[pair[1]], frozenset(both)


def _only(entries: Sequence[Entry], words: Sequence[frozenset[str]]) -> dict[str, int]:
    """Each word that a single topic of a round has, and which that is."""
    counts = Counter(word for each in words for word in each)
    pairs = zip(entries, words, strict=True)
    return {word: id(entry) for entry, each in pairs for word in each if counts[word] == 1}


def _mutual(ties: Iterable[_Tie]) -> list[_Tie]:
    """The ties between two topics that are each other's best; two equal ones decide nothing."""
    best: dict[int, list[_Tie]] = {}
    for tie in ties:
        for entry in (tie.old, tie.new):
            standing = best.get(id(entry), [])
            if not standing or tie.strength > standing[0].strength:
                best[id(entry)] = [tie]
            elif tie.strength == standing[0].strength:
                standing.append(tie)
    single = [found[0] for found in best.values() if len(found) == 1]
    return [
        tie
        for tie in dict.fromkeys(single)
        if best[id(tie.old)] == [tie] and best[id(tie.new)] == [tie]
    ]


def _labels(entries: Iterable[Entry]) -> str:
    return quoted_list([entry.label for entry in entries])


def _said(entry: Entry, words: frozenset[str]) -> str:
    return _words(" ".join((*entry.labels, entry.text)), words)


def _words(text: str, words: frozenset[str]) -> str:
    return quoted_list(spoken(text, words))
