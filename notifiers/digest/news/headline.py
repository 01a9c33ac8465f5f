"""The headline: the biggest news in one line, in the labels as published.

The subject of a mail is the same line in less room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from notifiers.digest.labels import called
from notifiers.digest.news.facts import Case, Facts, by_certainty, of
from notifiers.digest.news.leads import rank_in_short
from notifiers.digest.news.reshaped import parted
from notifiers.digest.news.texts import is_renamed, is_reworded
from notifiers.words.columns import columns
from notifiers.words.phrasebook import Headline, Phrasebook
from notifiers.words.wording import clipped
from storage.records import Certainty, Presence, Readout, Strand

LONGEST_HEADLINE = 90
"""Columns."""

MOST_NAMES = 3

_ORDER: tuple[Presence, ...] = ("dropped", "split", "merged", "returned", "introduced")

Clause = Callable[[int], str]
"""A piece of news that names so many topics; with none, it tells how many there are."""


def headline_of(facts: Facts, room: int = LONGEST_HEADLINE) -> str:
    """As much of the news as has room, the biggest first."""
    words = facts.words.headline
    torn = [] if facts.readout.complete else [words.breaks_off()]
    left = room - sum(columns(each) + words.gap() for each in torn)
    return _as_one([*_filled(list(_clauses(facts)), left, words), *torn], room, words)


def headline_of_first(readout: Readout, words: Phrasebook, room: int = LONGEST_HEADLINE) -> str:
    """A round that has no earlier one: its topics, as many as have room."""
    labels = [
        called(m.label, words.grammar) for m in readout.mentions if m.strand == "common-interest"
    ]
    say = words.headline
    for most in range(len(labels), 0, -1):
        told = say.first_round(say.some(labels, most))
        if columns(told) <= room:
            return _as_one([told], room, say)
    return _as_one([say.first_round("")], room, say)


def _as_one(clauses: Sequence[str], room: int, words: Headline) -> str:
    return words.begun(clipped(words.joined(clauses), room))


def _filled(clauses: Sequence[Clause], room: int, words: Headline) -> list[str]:
    """Each clause with as many names as still have room; one that has none is left out."""
    kept: list[str] = []
    for clause in clauses:
        left = room - sum(columns(each) + words.gap() for each in kept)
        tried = (clause(most) for most in range(MOST_NAMES, -1, -1))
        fitting = next((told for told in tried if columns(told) <= left), "")
        kept += [fitting] if fitting else []
    return kept or [clause(0) for clause in clauses[:1]]


def _clauses(facts: Facts) -> Iterator[Clause]:
    topics, issues, words = facts.topics, facts.issues, facts.words.headline
    news = [*_of_each_kind(topics, "common-interest", facts)]
    yield from news
    changed = of(issues, *_ORDER)
    if changed:
        yield _of_issues(changed, facts)
    rank = rank_in_short(facts)
    if rank:
        yield _always(rank)
    if facts.torn_before:
        yield _always(words.page_torn(facts.old))
    elif facts.readout.complete and not of(topics, "dropped") and not (facts.chosen and changed):
        # Of what a reader chose, bilateral issues are topics too.
        none = words.none_dropped if news else words.none_dropped_or_new
        yield _always(none(facts.chosen))
    reworded = sum(is_reworded(case) or is_renamed(case) for case in topics)
    if reworded and not news:
        yield _always(words.reworded(reworded))


def _always(told: str) -> Clause:
    return lambda _most: told


def _of_issues(changed: Sequence[Case], facts: Facts) -> Clause:
    """All kinds by name, or only how many changed: no kind is told and another left out."""
    kinds, words = [*_of_each_kind(changed, "bilateral", facts)], facts.words.headline

    def told(most: int) -> str:
        named = words.joined([kind(most) for kind in kinds])
        return named if most or len(kinds) == 1 else words.issues_changed(len(changed))

    return told


def _of_each_kind(cases: Sequence[Case], strand: Strand, facts: Facts) -> Iterator[Clause]:
    for presence in _ORDER:
        for sure, group in by_certainty(of(cases, presence)):
            yield _clause(group, presence, sure, strand, facts.words)


def _clause(
    cases: Sequence[Case], presence: Presence, sure: Certainty, strand: Strand, words: Phrasebook
) -> Clause:
    say = words.headline
    labels = [called(label, words.grammar) for case in cases for label in _labels(case)]

    def told(most: int) -> str:
        names = say.some(labels, most) if most else say.count(len(labels), strand)
        return say.did(names, presence, sure)

    return told


def _labels(case: Case) -> tuple[str, ...]:
    shaped = case.change.change in ("split", "merged")
    return parted(case) if shaped else case.change.after or case.change.before
