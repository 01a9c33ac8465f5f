"""Who leads the delegations now, and whether with a higher or a lower rank."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from notifiers.news.facts import Facts
from notifiers.news.line import Line, Phrase, Words, joined, say, sentence
from notifiers.wording import clipped, listed, one_line, visible
from storage.records import DelegationChange, Evidence, RankChange

MOST_SIDES = 2
"""Delegations told of in one sentence; the digest names all."""

_WITH_ARTICLE = re.compile(r"United |European |Dominican |Czech |Netherlands$|Philippines$")


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
    return sentence(joined(clauses[:MOST_SIDES]), [evidence for _, evidence in found], [])


def rank_in_short(facts: Facts) -> str:
    """The first change of rank, for a headline."""
    changed = (each for each in facts.background.ranks if each.direction != "same")
    return next((f"a {e.direction} rank led for {_country(e.country)}" for e in changed), "")


def _told(
    side: DelegationChange, rank: RankChange | None, evidence: Evidence, facts: Facts
) -> Iterator[Phrase]:
    country = _country(side.country)
    new = [name for name in side.after if name not in side.before]
    gone = [name for name in side.before if name not in side.after]
    if rank:
        who = f"{_names(side.after)} ({_brief(rank.after, 60)})"
        than = f"of {rank.direction} rank than {_names(side.before)} in {facts.old}"
        yield say(_linked(who, evidence), f" led for {country}, {than}")
    elif side.before and not side.after and facts.readout.complete:
        yield say(_linked("no lead", evidence), f" is named for {country} this time")
    elif side.after and side.before and new:
        instead = f" in place of {_names(gone)}" if gone else f" beside {_names(side.before)}"
        yield say(_linked(_names(new), evidence), f" led for {country}{instead}")
    elif side.after and gone:
        yield say(_linked(_names(gone), evidence), f" no longer led for {country}")


def _linked(words: str, evidence: Evidence) -> Phrase:
    return (Words(words, evidence),)


def _evidence(side: DelegationChange, rank: RankChange | None, facts: Facts) -> Evidence:
    then, now = (", ".join(names) or "nobody named" for names in (side.before, side.after))
    reason = f"{side.country}: {then} in {facts.old}; {now} in {facts.new}."
    if rank:
        reason += f" {rank.reason}"
    return Evidence(facts.comparison.after_round, None, None, reason)


def _country(name: str) -> str:
    return f"{'the ' if _WITH_ARTICLE.match(name) else ''}{_brief(name, 40)}"


def _names(people: Sequence[str]) -> str:
    return listed([_brief(name, 40) for name in people[:3]])


def _brief(words: str, longest: int) -> str:
    return clipped(visible(one_line(words)), longest)
