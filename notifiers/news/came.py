"""What came: back after an absence, or new to the rounds on file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from notifiers.news.facts import DOUBT, Case, Facts, Fit, by_certainty, names, of, told
from notifiers.news.line import Line, Phrase, joined, running, say, some
from notifiers.wording import number_word


def what_returned(facts: Facts) -> Line | None:
    """The topics that are back, and since when they had been away."""
    returned = of(facts.topics, "returned")

    def build(fit: Fit) -> Phrase:
        clauses = [*_back(returned, facts, fit), *_back_renamed(returned, facts, fit)]
        return say(joined(clauses), _or_else_new(returned, facts))

    return told(build, returned) if returned else None


def what_is_new(facts: Facts) -> Line | None:
    """The topics that no earlier round on file names."""
    fresh = of(facts.topics, "introduced")

    def build(fit: Fit) -> Phrase:
        return say(running(new_clauses(fresh, fit)), _never_before(fresh, facts))

    return told(build, fresh) if fresh else None


def back_clauses(returned: Sequence[Case], facts: Facts, fit: Fit) -> list[Phrase]:
    """`A (round 3) and B (round 1) are back`, by the names they had then."""
    return [
        say(
            some([_then(case, facts, fit) for case in group], fit.most),
            f" {_are(group)} {DOUBT[sure]}back",
        )
        for sure, group in by_certainty(returned)
    ]


def new_clauses(fresh: Sequence[Case], fit: Fit) -> list[Phrase]:
    """`A and B are new`, and the same for what is doubtful."""
    return [
        say(names(group, fit), f" {_are(group)} {DOUBT[sure]}new")
        for sure, group in by_certainty(fresh)
    ]


def _then(case: Case, facts: Facts, fit: Fit) -> Phrase:
    last = case.change.last_seen_round
    earlier = earlier_name(case, facts)
    named = case.called(earlier, fit) if earlier else case.name(fit)
    return say(named, f" (round {last})" if last is not None else "")


def _back(returned: Sequence[Case], facts: Facts, fit: Fit) -> Iterator[Phrase]:
    """`A and B are back, last named in round 3`."""
    alike = [case for case in returned if not earlier_name(case, facts)]
    for sure, group in by_certainty(alike):
        for last, same in groupby(sorted(group, key=_last), key=_last):
            cases = list(same)
            since = f", last named in round {last}" if last else ""
            yield say(names(cases, fit), f" {_are(cases)} {DOUBT[sure]}back{since}")


def _back_renamed(returned: Sequence[Case], facts: Facts, fit: Fit) -> Iterator[Phrase]:
    """`A, last named in round 3, is likely back as B`."""
    for case in returned:
        if earlier := earlier_name(case, facts):
            last = case.change.last_seen_round
            when = f", last named in round {last}," if last is not None else ""
            back = f"{when} is {DOUBT[case.change.certainty]}back as "
            yield say(case.called(earlier, fit), back, case.name(fit))


def earlier_name(case: Case, facts: Facts) -> str:
    """What it was called when it was last named, where that is another name."""
    label = facts.background.earlier_labels.get(case.change.topic, "")
    same = label.casefold() in {after.casefold() for after in case.change.after}
    return "" if same else label


def _or_else_new(returned: Sequence[Case], facts: Facts) -> str:
    """The other reading of what is not certain."""
    one = len(returned) == 1
    if facts.torn_before:
        it = "it" if one else "them"
        return f"; but the page of {facts.old} breaks off, and may have named {it}"
    if all(case.change.certainty == "certain" for case in returned):
        return ""
    return f"; or else {'it is' if one else 'some of these are'} new"


def _never_before(fresh: Sequence[Case], facts: Facts) -> str:
    """How far back it is new; and the other reading where that is not certain."""
    it = "it" if len(fresh) == 1 else "them"
    earlier = len(facts.background.rounds)
    if facts.torn_before:
        return f"; but the page of {facts.old} breaks off, and may have named {it}"
    if earlier > 1:
        since = f": none of the {number_word(earlier)} earlier rounds on file names {it}"
    else:
        since = f": {facts.old}, the only earlier one on file, does not name {it}" * earlier
    if all(case.change.certainty == "certain" for case in fresh):
        return since
    return f"{since}; or else {'it continues' if it == 'it' else 'some continue'} another topic"


def _last(case: Case) -> int:
    return case.change.last_seen_round or 0


def _are(cases: Sequence[Case]) -> str:
    return "is" if len(cases) == 1 else "are"
