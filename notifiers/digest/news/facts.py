"""What the sentences are made of: one comparison, its readout, and what the past adds to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from notifiers.digest.labels import called, own_label
from notifiers.digest.news.line import Line, line
from notifiers.words.columns import columns
from notifiers.words.phrase import Phrase, Words, text_of
from notifiers.words.phrasebook import Grammar, Group, Phrasebook
from storage.records import (
    Background,
    Certainty,
    Change,
    Comparison,
    Evidence,
    Presence,
    Readout,
    Strand,
)


@dataclass(frozen=True, slots=True)
class Fit:
    """How much a sentence holds: characters of a label, and names in one list of them."""

    longest: int
    most: int


FITS = (
    *(Fit(64, 9), Fit(45, 9), Fit(36, 9)),
    *(Fit(36, most) for most in (6, 4, 3, 2)),
    Fit(28, 1),
)
"""Tried in turn until the sentence is short enough: labels are cut before any is left out."""

SUREST_FIRST: tuple[Certainty, ...] = ("certain", "likely", "unsure")


@dataclass(frozen=True, slots=True)
class Case:
    """A change with what a sentence about it needs."""

    change: Change
    evidence: Evidence
    grammar: Grammar

    def name(self, fit: Fit) -> Phrase:
        """The label that the topic goes by."""
        return self.called(own_label(self.change), fit)

    def called(self, label: str, fit: Fit) -> Phrase:
        """Any label of it."""
        return (Words(called(label, self.grammar, fit.longest), self.evidence),)


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known about a round that has an earlier one, and the language to say it in.

    `chosen` says that these are the topics which a reader chose: of the others nothing is known.
    """

    words: Phrasebook
    readout: Readout
    comparison: Comparison
    background: Background
    before: Readout | None = None
    chosen: bool = False

    @property
    def topics(self) -> list[Case]:
        """The changes among the topics of common interest."""
        return self._cases("common-interest", self.comparison.topics)

    @property
    def issues(self) -> list[Case]:
        """The changes among the bilateral issues."""
        return self._cases("bilateral", self.comparison.bilateral_issues)

    @property
    def old(self) -> str:
        """What the round compared with is called."""
        return self.words.grammar.before(self.comparison.before_round)

    @property
    def new(self) -> str:
        """What the round told of is called."""
        return self.words.grammar.this(self.comparison.after_round)

    @property
    def torn_before(self) -> bool:
        """Whether the page of the round compared with breaks off."""
        return self.comparison.before_round in self.background.torn

    def names(self, cases: Iterable[Case], fit: Fit) -> Phrase:
        """The labels of several as a list."""
        return self.words.grammar.some([case.name(fit) for case in cases], fit.most)

    def group(self, cases: Sequence[Case], sure: Certainty, fit: Fit) -> Group:
        """Several that one clause tells of."""
        return Group(self.names(cases, fit), len(cases), sure)

    def line(self, build: Callable[[Fit], Phrase], cases: Sequence[Case]) -> Line:
        """The sentence that rests on these cases, in the first fit in which it is short enough."""
        evidence = [case.evidence for case in cases]
        return line(fitted(build, self.words), evidence, [c.change.certainty for c in cases])

    def _cases(self, strand: Strand, changes: Iterable[Change]) -> list[Case]:
        number, grammar = self.comparison.after_round, self.words.grammar
        return [
            Case(change, Evidence(number, strand, change.topic, change.reason), grammar)
            for change in changes
        ]


def of(cases: Iterable[Case], *presences: Presence) -> list[Case]:
    """Those that came to one of these."""
    return [case for case in cases if case.change.change in presences]


def by_certainty(cases: Sequence[Case]) -> list[tuple[Certainty, list[Case]]]:
    """The cases with the same certainty together, the surest first."""
    groups = ((sure, [c for c in cases if c.change.certainty == sure]) for sure in SUREST_FIRST)
    return [(sure, group) for sure, group in groups if group]


def fitted(build: Callable[[Fit], Phrase], words: Phrasebook) -> Phrase:
    """The sentence in the first fit in which it is short enough, or else in the last."""
    longest = words.grammar.longest_line()
    phrases = (build(fit) for fit in FITS[:-1])
    kept = next((p for p in phrases if columns(text_of(p)) < longest), None) or build(FITS[-1])
    return words.grammar.sentence(kept)
