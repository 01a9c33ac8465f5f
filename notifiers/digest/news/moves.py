"""What stands elsewhere: in the other strand, or at another place in the list."""

from __future__ import annotations

from notifiers.digest.news.facts import Case, Facts, Fit
from notifiers.digest.news.line import Line
from notifiers.words.phrase import Phrase
from notifiers.words.phrasebook import Place
from storage.records import Readout, Strand


def what_changed_strand(facts: Facts) -> Line | None:
    """The topics that became bilateral issues, and the issues that became topics."""
    strands: tuple[tuple[Strand, list[Case]], ...] = (
        ("common-interest", _moved(facts.topics, "strand")),
        ("bilateral", _moved(facts.issues, "strand")),
    )

    def build(fit: Fit) -> Phrase:
        clauses = [
            facts.words.shapes.moved_to(strand, facts.names(cases, fit))
            for strand, cases in strands
            if cases
        ]
        return facts.words.grammar.joined(clauses)

    every = [case for _, cases in strands for case in cases]
    return facts.line(build, every) if every else None


def what_changed_place(facts: Facts) -> Line | None:
    """The topics of common interest that stand at another place in the list."""
    moved = _moved(facts.topics, "order")

    def build(fit: Fit) -> Phrase:
        moves = [_from_to(case, facts, fit) for case in moved]
        return facts.words.shapes.changed_place(moves, fit.most)

    return facts.line(build, moved) if moved else None


def _moved(cases: list[Case], how: str) -> list[Case]:
    return [case for case in cases if case.change.moved == how]


def _from_to(case: Case, facts: Facts, fit: Fit) -> Phrase:
    before = _place(case.change.before, facts.before)
    after = _place(case.change.after, facts.readout)
    return facts.words.shapes.from_to(case.name(fit), before, after)


def _place(labels: tuple[str, ...], readout: Readout | None) -> Place | None:
    """Where a topic stands among those of common interest."""
    mentions = readout.mentions if readout else ()
    listed = [each.label for each in mentions if each.strand == "common-interest"]
    if not labels or labels[0] not in listed:
        return None
    place = listed.index(labels[0])
    is_last = place == len(listed) - 1 and readout is not None and readout.complete
    return "last" if is_last and place > 0 else place
