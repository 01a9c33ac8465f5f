"""Who led each delegation: the sentences that say so, in any order of their parts.

A country is never guessed: where a sentence names leads and not their sides, it gives none. How
names and titles are told apart is in `leads.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from monitor.core.leads import leads_in
from monitor.core.topics import Series
from monitor.core.words import sentences, spaced
from storage.records import Delegation, Lead

_LED = r"(?:(?:co-)?(?:led|headed|chaired)|represented)"
_GROUP = r"(?:\w+\s+){0,2}?(?:delegation|side|team)"
_LEADER = (
    r"(?:(?:co-)?(?:led|headed|chaired)|(?:served|acted)\s+as\s+(?:the\s+)?(?:head|leader|chair)\s+of|"
    r"was\s+(?:the\s+)?(?:head|leader|chair)\s+of)"
)
_ABOUT_LEADS = re.compile(
    r"\b(?:co-)?(?:led|lead|leading|head|headed|chair|chaired|represented)\b", re.IGNORECASE
)
# What goes on behind the leads in their sentence is none of them.
_AND_MORE = re.compile(
    r"(?:,\s+(?:who|which|with|along\s+with|together\s+with|accompanied|joined|as\s+the|as\s+well\s+as)|"
    r",?\s+(?:and\s+)?(?:also\s+)?(?:included|includes|including|comprised|consisted|was|were|is|are|"
    r"held|met|concluded|completed|convened|discussed|participated|welcomed|agreed|took|had|has|have))\b"
    r".*$",
    re.DOTALL,
)
_REACH = 60  # characters before a party in which the other one may share its delegation
_END = re.compile(r"(?<!\bJr)(?<!\bSr)\.$")
_LONGEST = 2000  # characters of a sentence about leads: no real one comes near
_OFFICES = {"United States": "USTR"}  # whose "lead official" leads a country's side


@dataclass(frozen=True, slots=True)
class _Side:
    """The patterns of a party: where its leads follow, where they stand before, where they end."""

    country: str
    leads_follow: tuple[re.Pattern[str], ...]
    leads_before: re.Pattern[str]
    marked: re.Pattern[str]
    begins: re.Pattern[str]
    names: re.Pattern[str]


def delegations_in(intro: str, series: Series) -> tuple[Delegation, ...]:
    """The delegations whose leaders an opening names, in the order of the series' parties.

    A delegation that is led by an office or by "officials" has no lead; a party of which nothing
    is said has no delegation.
    """
    sides = tuple(_side(p.country, p.name_pattern, p.of_pattern) for p in series.parties)
    told = [s[:_LONGEST] for s in sentences(spaced(intro)) if _ABOUT_LEADS.search(s)]
    found: dict[str, tuple[Lead, ...]] = {}
    for sentence in told:
        for country, leads in _told_in(_END.sub("", sentence), sides):
            found[country] = found.get(country) or leads
    return tuple(
        Delegation(party.country, found[party.country])
        for party in series.parties
        if party.country in found
    )


@lru_cache
def _side(country: str, name: str, of: str) -> _Side:
    side = rf"(?:the\s+)?(?:{of}(?:[’']s)?\s+{_GROUP}|delegation\s+(?:of|from)\s+(?:the\s+)?{name})"
    on_its_side = rf"(?:for\s+(?:the\s+)?{name}|(?:on|from|for)\s+the\s+{of}\s+side)"
    official = "|".join(filter(None, (of, _OFFICES.get(country))))
    follow = (
        rf"{side},?\s+(?:(?:was|were)\s+)?{_LED}\s+by\s+",
        rf"(?:\band|\bwhile|;)\s+{side}\s+by\s+",
        rf"{on_its_side},?\s+(?:[^,;]{{0,60}}?\b{_LED}\s+)?by\s+",
        rf"\bleading\s+{side}\s+(?:was|were)\s+",
        rf"(?:the\s+)?{name}(?:\s*\([^()]*\))?,\s+{_LED}\s+by\s+",
    )
    before = (
        rf",?\s+(?:{_LEADER}\s+{side}|(?:served|acted)\s+as\s+(?:the\s+)?lead\s+(?:{official})\s+\w+|"
        rf"(?:was|served\s+as)\s+(?:the\s+)?(?:lead|chief)\s+negotiator\s+{on_its_side})\b"
    )
    marked = (
        rf"(?:,\s+for\s+(?:the\s+)?{name}|,?\s+(?:on|from|for)\s+the\s+{of}\s+side|"
        rf"\s+\((?:the\s+)?{name}\))(?=[,;]?\s|[,;]?$)"
    )
    begins = (
        rf"(?:;|,?\s+(?:and|while|whereas|with))\s+(?:{side}|{on_its_side}\s+by\b|"
        rf"(?:the\s+)?{name}(?:,\s+{_LED}|\s+by)\b)"
    )
    flags = re.IGNORECASE
    return _Side(
        country,
        tuple(re.compile(pattern, flags) for pattern in follow),
        re.compile(before, flags),
        re.compile(marked, flags),
        re.compile(begins, flags),
        re.compile(rf"{name}|{of}"),
    )


def _told_in(sentence: str, sides: tuple[_Side, ...]) -> Iterator[tuple[str, tuple[Lead, ...]]]:
    """The countries of whose leads a sentence tells, each with its leads."""
    told = [
        *((side.country, words) for side in sides if (words := _behind(sentence, side, sides))),
        *_before(sentence, sides),
    ] or _marked(sentence, sides)
    if told:
        yield from ((country, leads_in(words)) for country, words in told)
    else:
        yield from _respectively(sentence, sides)


def _behind(sentence: str, side: _Side, sides: tuple[_Side, ...]) -> str | None:
    """The leads that stand behind "the delegation was led by", up to the next side."""
    others = [other for other in sides if other is not side]
    for pattern in side.leads_follow:
        match = pattern.search(sentence)
        if match and not any(_shared(sentence[: match.start()], other) for other in others):
            words = sentence[match.end() :]
            for other in others:
                words = other.begins.split(words, maxsplit=1)[0]
            return _AND_MORE.sub("", words)
    return None


def _shared(before: str, other: _Side) -> bool:
    """Whether a party is one of two that share what follows: "the U.S. and Japanese side"."""
    joined = re.search(r"\s+and\s+(?:the\s+)?$", before[-_REACH:])
    if joined is None:
        return False
    words = before[-_REACH:][: joined.start()]
    return any(match.end() == len(words) for match in other.names.finditer(words))


def _before(sentence: str, sides: tuple[_Side, ...]) -> Iterator[tuple[str, str]]:
    """The leads before "led the U.S. delegation", from where the last such clause ended."""
    clauses = sorted(
        (match.start(), match.end(), side.country)
        for side in sides
        for match in side.leads_before.finditer(sentence)
    )
    start = 0
    for begins, ends, country in clauses:
        words = re.sub(r"^[,;]?\s*(?:and|while|whereas)?\s+", "", sentence[start:begins])
        yield country, words
        start = ends


def _marked(sentence: str, sides: tuple[_Side, ...]) -> list[tuple[str, str]]:
    """The leads of "were led by NAME for the United States and NAME for Japan"."""
    led = re.search(rf"\b{_LED}\s+by\s+", sentence)
    if led is None:
        return []
    marks = sorted(
        (match.start(), match.end(), side.country)
        for side in sides
        if (match := side.marked.search(sentence, led.end()))
    )
    start, found = led.end(), []
    for begins, ends, country in marks:
        found.append((country, re.sub(r"^[,;]?\s*and\s+", "", sentence[start:begins])))
        start = ends
    return found


def _respectively(
    sentence: str, sides: tuple[_Side, ...]
) -> Iterator[tuple[str, tuple[Lead, ...]]]:
    """The leads of "the U.S. and Japanese delegations were led by A and B, respectively"."""
    led = re.search(rf"\b{_LED}\s+by\s+(?P<leads>.*?),?\s+respectively\b", sentence, re.DOTALL)
    if led is None:
        return
    named = sorted(
        (match.start(), side.country)
        for side in sides
        if (match := side.names.search(sentence[: led.start()]))
    )
    leads = leads_in(led["leads"])
    if len(leads) == len(named) == len(sides):
        yield from ((country, (lead,)) for (_, country), lead in zip(named, leads, strict=True))
