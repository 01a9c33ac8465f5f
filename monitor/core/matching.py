"""Which topic of one round is which of the other: the cascade.

Each step is the explanation the reader gets: the same name; the same entry of the reviewed topic
list; one label inside the other. What shares no more than words in its text is not matched.
`docs/comparing.md`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from monitor.core.entries import Entry
from monitor.core.sentences import STRANDS, Sides, quoted, sentence
from monitor.core.topics import Series
from monitor.core.words import folded, label_form
from storage.records import Certainty


@dataclass(frozen=True, eq=False)
class Match:
    """A topic that stands in both rounds, how sure that is, and why."""

    before: Entry
    after: Entry
    certainty: Certainty
    reason: str

    @cached_property
    def gone(self) -> frozenset[str]:
        """The words under which it stood and stands no more."""
        return self.before.said - self.after.said

    @cached_property
    def come(self) -> frozenset[str]:
        """The words under which it stands for the first time."""
        return self.after.said - self.before.said


def match_entries(
    before: Sequence[Entry], after: Sequence[Entry], series: Series, sides: Sides
) -> list[Match]:
    """Match the topics of two rounds, each with one of the other or none, surest step first.

    A topic that stands in the same strand goes before one that stands in the other.
    """
    matches: list[Match] = []
    for step in (_same_strand, _other_strand, _contained):
        old = _left(before, (match.before for match in matches))
        new = _left(after, (match.after for match in matches))
        matches += [_explained(*pair, step is _contained, series, sides) for pair in step(old, new)]
    return matches


def is_contained(one: Entry, other: Entry) -> bool:
    """Whether one label has all the meaningful words of the other, and not only generic ones."""
    shared = one.label_words & other.label_words
    specific = one.specific & other.specific
    return bool(specific) and shared in (one.label_words, other.label_words)


def _left(entries: Sequence[Entry], matched: Iterable[Entry]) -> list[Entry]:
    taken = {id(entry) for entry in matched}
    return [entry for entry in entries if id(entry) not in taken]


def _same_strand(old: list[Entry], new: list[Entry]) -> list[tuple[Entry, Entry]]:
    there = {(entry.strand, entry.key): entry for entry in new}
    pairs = ((entry, there.get((entry.strand, entry.key))) for entry in old)
    return [(one, other) for one, other in pairs if other is not None]


def _other_strand(old: list[Entry], new: list[Entry]) -> list[tuple[Entry, Entry]]:
    there = {entry.key: entry for entry in new}
    pairs = ((entry, there.get(entry.key)) for entry in old)
    return [(one, other) for one, other in pairs if other is not None]


def _contained(old: list[Entry], new: list[Entry]) -> list[tuple[Entry, Entry]]:
    """The pairs of which each is the other's only candidate: two equal ones decide nothing."""
    by_word: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in new:
        for word in entry.specific:
            by_word[word].append(entry)
    pairs = [
        (one, other)
        for one in old
        for other in {id(e): e for word in sorted(one.specific) for e in by_word[word]}.values()
        if one.strand == other.strand and is_contained(one, other)
    ]
    times: defaultdict[int, int] = defaultdict(int)
    for pair in pairs:
        for entry in pair:
            times[id(entry)] += 1
    return [(one, other) for one, other in pairs if times[id(one)] == times[id(other)] == 1]


def _explained(old: Entry, new: Entry, contained: bool, series: Series, sides: Sides) -> Match:
    if contained:
        longer, shorter = (new, old) if old.label_words <= new.label_words else (old, new)
        why = (
            f"One label holds the other: {quoted(longer.label)} has all the words of "
            f"{quoted(shorter.label)}; or else they are two topics."
        )
        return Match(old, new, "likely", why)
    said = (_same_key(old, new, series), _strands(old, new), *_twice(old, new, sides))
    return Match(old, new, "certain", " ".join(filter(None, said)))


def _same_key(old: Entry, new: Entry, series: Series) -> str:
    """How two entries of one key come to be one topic."""
    for one in old.labels:
        if one in new.labels:
            return f"Both rounds name {quoted(one)}."
    one, other = old.label, new.label
    names = f"{quoted(one)}, now {quoted(other)}"
    if folded(one) == folded(other):
        return f"The same name but for its style: {names}."
    if label_form(one) == label_form(other):
        return f"The same name in another form: {names}."
    topic = series.topic_name(old.key[1])
    return f"The same topic under another name, by the reviewed list ({topic}): {names}."


def _strands(old: Entry, new: Entry) -> str:
    if old.strand == new.strand:
        return ""
    return f"It stood among the {STRANDS[old.strand]} and stands among the {STRANDS[new.strand]}."


def _twice(old: Entry, new: Entry, sides: Sides) -> list[str]:
    return [
        f"{sentence(name)} names it {len(entry.labels)} times: "
        f"{', '.join(quoted(label) for label in entry.labels)}."
        for name, entry in ((sides.old, old), (sides.new, new))
        if len(entry.labels) > 1
    ]
