"""What went: dropped out, or not seen on a page that breaks off."""

from __future__ import annotations

from collections.abc import Sequence

from notifiers.digest.news.facts import Case, Facts, Fit, by_certainty, of
from notifiers.digest.news.line import Line
from notifiers.words.phrase import Phrase, say
from notifiers.words.phrasebook import Age, Group
from storage.records import Certainty


def what_went(facts: Facts) -> Line | None:
    """The topics that dropped out: how long they had stood, and when they were last seen."""
    dropped, words = of(facts.topics, "dropped"), facts.words

    def build(fit: Fit) -> Phrase:
        clauses = words.grammar.running(went_clauses(dropped, facts, fit))
        return say(clauses, words.went.last_seen(facts.old), _or_else(dropped, facts, fit))

    return facts.line(build, dropped) if dropped else None


def what_cannot_be_said(facts: Facts) -> Line | None:
    """What may still stand on the missing part of a page that breaks off."""
    unseen = of([*facts.topics, *facts.issues], "not-seen")

    def build(fit: Fit) -> Phrase:
        return facts.words.went.cannot_be_said(
            facts.new, facts.names(unseen, fit) if unseen else None
        )

    return None if facts.readout.complete else facts.line(build, unseen)


def went_clauses(
    dropped: Sequence[Case], facts: Facts, fit: Fit, *, aged: bool = True
) -> list[Phrase]:
    """That these dropped out after so many rounds, and the same for what is doubtful."""
    return [_went(group, sure, facts, fit, aged) for sure, group in by_certainty(dropped)]


def _went(cases: Sequence[Case], sure: Certainty, facts: Facts, fit: Fit, aged: bool) -> Phrase:
    words = facts.words
    ages = [_age(case, facts) if aged else None for case in cases]
    if len(set(ages)) == 1:
        return words.went.dropped_out(facts.group(cases, sure, fit), ages[0])
    told_apart = [
        words.went.aged(case.name(fit), age) for case, age in zip(cases, ages, strict=True)
    ]
    names = words.grammar.some(told_apart, fit.most)
    return words.went.dropped_out(Group(names, len(cases), sure), None)


def _age(case: Case, facts: Facts) -> Age | None:
    times = facts.background.times_stood.get(case.change.topic)
    return Age(times, on_file=bool(facts.comparison.missing_rounds)) if times else None


def _or_else(dropped: Sequence[Case], facts: Facts, fit: Fit) -> Phrase:
    """The other reading of what is not certain."""
    doubted = [case for case in dropped if case.change.certainty != "certain"]
    which = facts.names(doubted, fit) if len(doubted) < len(dropped) else None
    return facts.words.went.or_else_goes_on(which, len(doubted)) if doubted else ()
