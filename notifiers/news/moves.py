"""What stands elsewhere: in the other strand, or at another place in the list."""

from __future__ import annotations

from notifiers.news.facts import Case, Facts, Fit, names, told
from notifiers.news.line import Line, Phrase, joined, say, some
from storage.records import Readout

_PLACES = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
)


def what_changed_strand(facts: Facts) -> Line | None:
    """The topics that became bilateral issues, and the issues that became topics."""
    groups = (
        (facts.topics, "moved from the bilateral issues to the areas of common interest"),
        (facts.issues, "moved from the areas of common interest to the bilateral issues"),
    )
    moved = [(_moved(cases, "strand"), words) for cases, words in groups]

    def build(fit: Fit) -> Phrase:
        return joined([say(names(cases, fit), f" {words}") for cases, words in moved if cases])

    every = [case for cases, _ in moved for case in cases]
    return told(build, every) if every else None


def what_changed_place(facts: Facts) -> Line | None:
    """The topics of common interest that stand at another place in the list."""
    moved = _moved(facts.topics, "order")

    def build(fit: Fit) -> Phrase:
        return say(some([_from_to(case, facts, fit) for case in moved], fit.most))

    return told(build, moved) if moved else None


def _moved(cases: list[Case], how: str) -> list[Case]:
    return [case for case in cases if case.change.moved == how]


def _from_to(case: Case, facts: Facts, fit: Fit) -> Phrase:
    before = _place(case.change.before, facts.before)
    after = _place(case.change.after, facts.readout)
    if not before or not after:
        return say(case.name(fit), " stands at another place in the list")
    return say(case.name(fit), f" moved from {before} to {after} place in the list")


def _place(labels: tuple[str, ...], readout: Readout | None) -> str:
    """`first`, `third`, `last`: where a topic stands among those of common interest."""
    mentions = readout.mentions if readout else ()
    listed = [each.label for each in mentions if each.strand == "common-interest"]
    if not labels or labels[0] not in listed:
        return ""
    place = listed.index(labels[0])
    if place == len(listed) - 1 and readout and readout.complete and place > 0:
        return "last"
    return _PLACES[place] if place < len(_PLACES) else ""
