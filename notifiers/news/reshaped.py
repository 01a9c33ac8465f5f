"""What took another shape: one topic became two, or two became one."""

from __future__ import annotations

from notifiers.news.facts import DOUBT, Case, Facts, Fit, of, told
from notifiers.news.line import Line, Phrase, joined, say, some


def what_took_another_shape(facts: Facts) -> Line | None:
    """The topics that split or merged; where that is not certain, in both readings."""
    reshaped = of(facts.topics, "split", "merged")

    def build(fit: Fit) -> Phrase:
        shown = [_in_both_readings(case, facts, fit) for case in reshaped[: fit.most]]
        left = len(reshaped) - len(shown)
        return joined([*shown, *([say(f"{left} more split or merged")] if left else [])])

    return told(build, reshaped) if reshaped else None


def reshaped_clause(case: Case, fit: Fit) -> Phrase:
    """`A likely split off from B`, `A likely merged into B`."""
    verb = "split off from" if case.change.change == "split" else "merged into"
    parted_, stayed = _parted(case, fit), _stayed(case, fit)
    return say(parted_, f" {DOUBT[case.change.certainty]}{verb} ", stayed)


def parted(case: Case) -> tuple[str, ...]:
    """The labels that split off, or that merged into another."""
    sides = case.change.after if case.change.change == "split" else case.change.before
    return sides[1:]


def _in_both_readings(case: Case, facts: Facts, fit: Fit) -> Phrase:
    doubt = DOUBT[case.change.certainty]
    several, sure = len(parted(case)) > 1, not doubt
    own = "topics of their own" if several else "a topic of its own"
    they, are = ("they", "are") if several else ("it", "is")
    old, stayed = _parted(case, fit), _stayed(case, fit)
    if case.change.change == "merged":
        now = say(f", {own} until {facts.old}, {are} {doubt}part of ", stayed, " now")
        return say(old, now, "" if sure else f"; or else {they} dropped out")
    new = "; or else they are new topics" if several else "; or else it is a new topic"
    then = say(f", until {facts.old} {doubt}part of ", stayed, f", became {own}")
    return say(old, then, "" if sure else new)


def _parted(case: Case, fit: Fit) -> Phrase:
    return some([case.called(label, fit) for label in parted(case)], fit.most)


def _stayed(case: Case, fit: Fit) -> Phrase:
    labels = case.change.before if case.change.change == "split" else case.change.after
    return case.called(labels[0] if labels else "", fit)
