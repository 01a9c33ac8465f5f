"""Who leads the delegations now, and whether with a higher or a lower rank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from notifiers.digest.news.facts import Facts
from notifiers.digest.news.line import Line, line
from notifiers.words.phrase import Phrase
from notifiers.words.phrasebook import Lead
from notifiers.words.wording import clipped, one_line, visible
from storage.records import DelegationChange, Evidence, RankChange

MOST_SIDES = 2
"""Delegations told of in one sentence; the digest names all."""


def who_leads_now(facts: Facts) -> Line | None:
    """Another rank first, then other people, then delegations whose lead is not named any more."""
    ranks = {each.country: each for each in facts.background.ranks if each.direction != "same"}
    changed = [side for side in facts.comparison.delegations if side.before != side.after]
    changed.sort(key=lambda side: side.country not in ranks)
    found = [(side, _evidence(side, ranks.get(side.country), facts)) for side in changed]
    clauses = [
        words
        for side, evidence in found
        for words in _told(side, ranks.get(side.country), evidence, facts)
    ]
    if not clauses:
        return None
    grammar = facts.words.grammar
    sentence = grammar.sentence(grammar.joined(clauses[:MOST_SIDES]))
    return line(sentence, [evidence for _, evidence in found], [])


def rank_in_short(facts: Facts) -> str:
    """The first change of rank, for a headline."""
    changed = [each for each in facts.background.ranks if each.direction != "same"]
    headline = facts.words.headline
    told = (headline.rank(e.direction, _country(e.country, facts)) for e in changed)
    return next(told, "")


def _told(
    side: DelegationChange, rank: RankChange | None, evidence: Evidence, facts: Facts
) -> Iterator[Phrase]:
    lead, say = Lead(_country(side.country, facts), facts.old, evidence), facts.words.leads
    new = [name for name in side.after if name not in side.before]
    gone = [name for name in side.before if name not in side.after]
    now, then = _names(side.after, facts), _names(side.before, facts)
    if rank:
        title = _brief(rank.after, 60)
        yield say.other_rank(lead, now, title, rank.direction, then)
    elif side.before and not side.after and facts.readout.complete:
        yield say.nobody(lead)
    elif side.after and side.before and new:
        came = _names(new, facts)
        if gone:
            yield say.in_place_of(lead, came, _names(gone, facts))
        else:
            yield say.beside(lead, came, then)
    elif side.after and gone:
        yield say.no_longer(lead, _names(gone, facts))


def _evidence(side: DelegationChange, rank: RankChange | None, facts: Facts) -> Evidence:
    reason = facts.words.leads.then_and_now(
        side.country, side.before, side.after, facts.old, facts.new
    )
    if rank:
        reason += f" {facts.words.cards.rank(rank.reason)}"
    return Evidence(facts.comparison.after_round, None, None, reason)


def _country(name: str, facts: Facts) -> str:
    return facts.words.grammar.country(_brief(name, 40))


def _names(people: Sequence[str], facts: Facts) -> str:
    return facts.words.grammar.people([_brief(name, 40) for name in people[:3]])


def _brief(words: str, longest: int) -> str:
    return clipped(visible(one_line(words)), longest)
