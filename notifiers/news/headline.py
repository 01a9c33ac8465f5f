"""The headline: the biggest news in one line, in the labels as published.

The subject of a mail is the same line in less room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from notifiers.labels import quoted
from notifiers.news.facts import Case, Facts, by_certainty, of
from notifiers.news.leads import rank_in_short
from notifiers.news.reshaped import parted
from notifiers.news.texts import is_renamed, is_reworded
from notifiers.wording import clipped, listed, many
from storage.records import Certainty, Presence, Readout

LONGEST_HEADLINE = 90
"""Characters."""

MOST_NAMES = 3

BREAKS_OFF = "the page breaks off"

_DID: dict[Presence, str] = {"dropped": "dropped", "returned": "returned", "introduced": "new"}
_ORDER: tuple[Presence, ...] = ("dropped", "split", "merged", "returned", "introduced")
_DOUBT: dict[Certainty, str] = {"certain": "", "likely": "likely ", "unsure": "perhaps "}

Clause = Callable[[int], str]
"""A piece of news that names so many topics; with none, it tells how many there are."""


def headline_of(facts: Facts, room: int = LONGEST_HEADLINE) -> str:
    """As much of the news as has room, the biggest first."""
    torn = not facts.readout.complete
    kept = _filled(list(_clauses(facts)), room - (len(BREAKS_OFF) + 2) * torn)
    return _as_one([*kept, *([BREAKS_OFF] if torn else [])], room)


def headline_of_first(readout: Readout, room: int = LONGEST_HEADLINE) -> str:
    """A round that has no earlier one: its topics, as many as have room."""
    labels = [quoted(m.label) for m in readout.mentions if m.strand == "common-interest"]
    start = "first round on file"
    for most in range(len(labels), 0, -1):
        told = f"{start}: {_some(labels, most)}"
        if len(told) <= room:
            return _as_one([told], room)
    return _as_one([start], room)


def _as_one(clauses: Sequence[str], room: int) -> str:
    joined = clipped("; ".join(clauses), room)
    return joined[:1].upper() + joined[1:]


def _filled(clauses: Sequence[Clause], room: int) -> list[str]:
    """Each clause with as many names as still have room; one that has none is left out."""
    kept: list[str] = []
    for clause in clauses:
        left = room - sum(len(each) + 2 for each in kept)
        tried = (clause(most) for most in range(MOST_NAMES, -1, -1))
        fitting = next((words for words in tried if len(words) <= left), "")
        kept += [fitting] if fitting else []
    return kept or [clause(0) for clause in clauses[:1]]


def _clauses(facts: Facts) -> Iterator[Clause]:
    topics, issues = facts.topics, facts.issues
    news = [*_of_each_kind(topics, "topic")]
    yield from news
    changed = of(issues, *_ORDER)
    if changed:
        yield _of_issues(changed)
    rank = rank_in_short(facts)
    if rank:
        yield _always(rank)
    if facts.torn_before:
        yield _always(f"the page of {facts.old} breaks off")
    elif facts.readout.complete and not of(topics, "dropped"):
        yield _always("no topic dropped" if news else "no topic dropped or new")
    reworded = sum(is_reworded(case) or is_renamed(case) for case in topics)
    if reworded and not news:
        yield _always(f"{many(reworded, 'text')} reworded")


def _always(words: str) -> Clause:
    return lambda _most: words


def _of_issues(changed: Sequence[Case]) -> Clause:
    """All kinds by name, or only how many changed: no kind is told and another left out."""
    kinds = [*_of_each_kind(changed, "bilateral issue")]

    def told(most: int) -> str:
        named = "; ".join(kind(most) for kind in kinds)
        counted = f"{many(len(changed), 'bilateral issue')} changed"
        return named if most or len(kinds) == 1 else counted

    return told


def _of_each_kind(cases: Sequence[Case], noun: str) -> Iterator[Clause]:
    for presence in _ORDER:
        for sure, group in by_certainty(of(cases, presence)):
            yield _clause(group, presence, sure, noun)


def _clause(cases: Sequence[Case], presence: Presence, sure: Certainty, noun: str) -> Clause:
    did = _DID.get(presence) or ("split off" if presence == "split" else "merged")
    labels = [label for case in cases for label in _labels(case)]

    def told(most: int) -> str:
        return f"{_some(labels, most) if most else many(len(labels), noun)} {_DOUBT[sure]}{did}"

    return told


def _labels(case: Case) -> list[str]:
    shaped = case.change.change in ("split", "merged")
    labels = parted(case) if shaped else case.change.after or case.change.before
    return [quoted(label) for label in labels]


def _some(labels: Sequence[str], most: int) -> str:
    more = len(labels) - most
    return f"{', '.join(labels[:most])} +{more}" if more > 0 else listed(labels)
