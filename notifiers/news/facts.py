"""What the sentences are made of: one comparison, its readout, and what the past adds to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from notifiers.labels import own_label, quoted
from notifiers.news.line import Line, Phrase, Words, sentence, some, text_of
from notifiers.wording import round_name
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

LONGEST_LINE = 165
"""Characters of a line, as far as the labels in it allow."""


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

DOUBT: dict[Certainty, str] = {"certain": "", "likely": "likely ", "unsure": "perhaps "}


@dataclass(frozen=True, slots=True)
class Case:
    """A change with what a sentence about it needs."""

    change: Change
    evidence: Evidence

    def name(self, fit: Fit) -> Phrase:
        """The label that the topic goes by."""
        return self.called(own_label(self.change), fit)

    def called(self, label: str, fit: Fit) -> Phrase:
        """Any label of it."""
        return (Words(quoted(label, fit.longest), self.evidence),)


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known about a round that has an earlier one."""

    readout: Readout
    comparison: Comparison
    background: Background
    before: Readout | None = None

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
        """`round 4`, or what it is called without a number."""
        return round_name(self.comparison.before_round, "the round before")

    @property
    def new(self) -> str:
        """`round 5`, or what it is called without a number."""
        return round_name(self.comparison.after_round, "this round")

    @property
    def torn_before(self) -> bool:
        """Whether the page of the round compared with breaks off."""
        return self.comparison.before_round in self.background.torn

    def _cases(self, strand: Strand, changes: Iterable[Change]) -> list[Case]:
        number = self.comparison.after_round
        return [
            Case(change, Evidence(number, strand, change.topic, change.reason))
            for change in changes
        ]


def of(cases: Iterable[Case], *presences: Presence) -> list[Case]:
    """Those that came to one of these."""
    return [case for case in cases if case.change.change in presences]


def by_certainty(cases: Sequence[Case]) -> list[tuple[Certainty, list[Case]]]:
    """The cases with the same certainty together, the surest first."""
    groups = ((sure, [c for c in cases if c.change.certainty == sure]) for sure in DOUBT)
    return [(sure, group) for sure, group in groups if group]


def names(cases: Iterable[Case], fit: Fit) -> Phrase:
    """The labels of several as a list."""
    return some([case.name(fit) for case in cases], fit.most)


def told(build: Callable[[Fit], Phrase], cases: Sequence[Case]) -> Line:
    """The sentence that rests on these cases, in the first fit in which it is short enough."""
    evidence = [case.evidence for case in cases]
    return sentence(fitted(build), evidence, [case.change.certainty for case in cases])


def fitted(build: Callable[[Fit], Phrase]) -> Phrase:
    """The phrase in the first fit in which it is short enough, or else in the last."""
    phrases = (build(fit) for fit in FITS[:-1])
    return next((p for p in phrases if len(text_of(p)) < LONGEST_LINE), None) or build(FITS[-1])
