"""What took another shape: one topic became two, or two became one."""

from __future__ import annotations

from notifiers.digest.news.facts import Case, Facts, Fit, of
from notifiers.digest.news.line import Line
from notifiers.words.phrase import Phrase
from notifiers.words.phrasebook import Group


def what_took_another_shape(facts: Facts) -> Line | None:
    """The topics that split or merged; where that is not certain, in both readings."""
    reshaped, words = of(facts.topics, "split", "merged"), facts.words

    def build(fit: Fit) -> Phrase:
        shown = [_in_both_readings(case, facts, fit) for case in reshaped[: fit.most]]
        left = len(reshaped) - len(shown)
        more = [words.shapes.more_parted(left)] if left else []
        return words.grammar.joined([*shown, *more])

    return facts.line(build, reshaped) if reshaped else None


def reshaped_clause(case: Case, facts: Facts, fit: Fit) -> Phrase:
    """That one split off from another, or merged into it."""
    shapes, presence = facts.words.shapes, case.change.change
    return shapes.parted(_parted(case, facts, fit), _stayed(case, fit), presence)


def parted(case: Case) -> tuple[str, ...]:
    """The labels that split off, or that merged into another."""
    sides = case.change.after if case.change.change == "split" else case.change.before
    return sides[1:]


def _in_both_readings(case: Case, facts: Facts, fit: Fit) -> Phrase:
    group, stayed = _parted(case, facts, fit), _stayed(case, fit)
    return facts.words.shapes.parted_or_else(group, stayed, case.change.change, facts.old)


def _parted(case: Case, facts: Facts, fit: Fit) -> Group:
    labels = [case.called(label, fit) for label in parted(case)]
    names = facts.words.grammar.some(labels, fit.most)
    return Group(names, len(labels), case.change.certainty)


def _stayed(case: Case, fit: Fit) -> Phrase:
    labels = case.change.before if case.change.change == "split" else case.change.after
    return case.called(labels[0] if labels else "", fit)
