"""What went: dropped out, or not seen on a page that breaks off."""

from __future__ import annotations

from collections.abc import Sequence

from notifiers.news.facts import DOUBT, Case, Facts, Fit, by_certainty, names, of, told
from notifiers.news.line import Line, Phrase, running, say, some
from notifiers.wording import many
from storage.records import Certainty


def what_went(facts: Facts) -> Line | None:
    """The topics that dropped out: how long they had stood, and when they were last seen."""
    dropped = of(facts.topics, "dropped")

    def build(fit: Fit) -> Phrase:
        clauses = running(went_clauses(dropped, facts, fit))
        return say(clauses, f", last seen in {facts.old}", _or_else(dropped, fit))

    return told(build, dropped) if dropped else None


def what_cannot_be_said(facts: Facts) -> Line | None:
    """What may still stand on the missing part of a page that breaks off."""
    unseen = of([*facts.topics, *facts.issues], "not-seen")
    start = f"the page of {facts.new} breaks off before its end: whether "

    def build(fit: Fit) -> Phrase:
        shown = names(unseen, fit) if unseen else say("anything")
        return say(start, shown, " went cannot be said")

    return None if facts.readout.complete else told(build, unseen)


def went_clauses(
    dropped: Sequence[Case], facts: Facts, fit: Fit, *, aged: bool = True
) -> list[Phrase]:
    """`A and B dropped out after one round each`, and the same for what is doubtful."""
    return [_went(group, sure, facts, fit, aged) for sure, group in by_certainty(dropped)]


def _went(cases: Sequence[Case], sure: Certainty, facts: Facts, fit: Fit, aged: bool) -> Phrase:
    ages = [_age(case, facts) if aged else "" for case in cases]
    verb = f" {DOUBT[sure]}dropped out"
    if len(set(ages)) == 1:
        after = f" after {ages[0]}" if ages[0] else ""
        return say(names(cases, fit), verb, after, " each" if after and len(cases) > 1 else "")
    told_apart = [
        say(case.name(fit), f" (after {age})" if age else "")
        for case, age in zip(cases, ages, strict=True)
    ]
    return say(some(told_apart, fit.most), verb)


def _age(case: Case, facts: Facts) -> str:
    """`one round`, `three rounds in a row`; with rounds missing, those on file were counted."""
    times = facts.background.times_stood.get(case.change.topic)
    if not times:
        return ""
    if facts.comparison.missing_rounds:
        return f"{many(times, 'round')} on file"
    return f"{many(times, 'round')}{' in a row' if times > 1 else ''}"


def _or_else(dropped: Sequence[Case], fit: Fit) -> Phrase:
    """The other reading of what is not certain."""
    doubted = [case for case in dropped if case.change.certainty != "certain"]
    one = len(doubted) == 1
    pronoun = say("it" if one else "they")
    which = names(doubted, fit) if len(doubted) < len(dropped) else pronoun
    goes_on = "goes on under another name" if one else "go on under other names"
    return say("; or else ", which, f" {goes_on}") if doubted else ()
