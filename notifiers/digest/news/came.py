"""What came: back after an absence, or new to the rounds on file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from notifiers.digest.news.facts import Case, Facts, Fit, by_certainty, of
from notifiers.digest.news.line import Line
from notifiers.words.phrase import Phrase, say
from notifiers.words.phrasebook import Group


def what_returned(facts: Facts) -> Line | None:
    """The topics that are back, and since when they had been away."""
    returned = of(facts.topics, "returned")

    def build(fit: Fit) -> Phrase:
        clauses = [*_back(returned, facts, fit), *_back_renamed(returned, facts, fit)]
        return say(facts.words.grammar.joined(clauses), _or_else_new(returned, facts))

    return facts.line(build, returned) if returned else None


def what_is_new(facts: Facts) -> Line | None:
    """The topics that no earlier round on file names."""
    fresh = of(facts.topics, "introduced")

    def build(fit: Fit) -> Phrase:
        clauses = facts.words.grammar.running(new_clauses(fresh, facts, fit))
        return say(clauses, _never_before(fresh, facts))

    return facts.line(build, fresh) if fresh else None


def back_clauses(returned: Sequence[Case], facts: Facts, fit: Fit) -> list[Phrase]:
    """That these are back, by the names they had then."""
    return [
        facts.words.came.are_back(Group(_then(group, facts, fit), len(group), sure), None)
        for sure, group in by_certainty(returned)
    ]


def new_clauses(fresh: Sequence[Case], facts: Facts, fit: Fit) -> list[Phrase]:
    """That these are new, and the same for what is doubtful."""
    return [
        facts.words.came.are_new(facts.group(group, sure, fit))
        for sure, group in by_certainty(fresh)
    ]


def earlier_name(case: Case, facts: Facts) -> str:
    """What it was called when it was last named, where that is another name."""
    label = facts.background.earlier_labels.get(case.change.topic, "")
    same = label.casefold() in {after.casefold() for after in case.change.after}
    return "" if same else label


def _then(cases: Sequence[Case], facts: Facts, fit: Fit) -> Phrase:
    named = []
    for case in cases:
        earlier = earlier_name(case, facts)
        name = case.called(earlier, fit) if earlier else case.name(fit)
        named.append(facts.words.came.last_named(name, case.change.last_seen_round))
    return facts.words.grammar.some(named, fit.most)


def _back(returned: Sequence[Case], facts: Facts, fit: Fit) -> Iterator[Phrase]:
    """Those that go by the name they had, for each round that last named some."""
    alike = [case for case in returned if not earlier_name(case, facts)]
    for sure, group in by_certainty(alike):
        for last, same in groupby(sorted(group, key=_last), key=_last):
            yield facts.words.came.are_back(facts.group([*same], sure, fit), last or None)


def _back_renamed(returned: Sequence[Case], facts: Facts, fit: Fit) -> Iterator[Phrase]:
    for case in returned:
        if earlier := earlier_name(case, facts):
            yield facts.words.came.back_under(
                case.called(earlier, fit),
                case.name(fit),
                case.change.certainty,
                case.change.last_seen_round,
            )


def _or_else_new(returned: Sequence[Case], facts: Facts) -> str:
    """The other reading of what is not certain."""
    came = facts.words.came
    if facts.torn_before:
        return came.may_have_stood(facts.old, len(returned))
    return "" if _is_certain(returned) else came.or_else_new(len(returned))


def _never_before(fresh: Sequence[Case], facts: Facts) -> str:
    """How far back it is new; and the other reading where that is not certain."""
    came = facts.words.came
    if facts.torn_before:
        return came.may_have_stood(facts.old, len(fresh))
    since = came.never_before(len(facts.background.rounds), facts.old, len(fresh))
    return since if _is_certain(fresh) else f"{since}{came.or_else_continues(len(fresh))}"


def _is_certain(cases: Sequence[Case]) -> bool:
    return all(case.change.certainty == "certain" for case in cases)


def _last(case: Case) -> int:
    return case.change.last_seen_round or 0
