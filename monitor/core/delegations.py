"""Who led each delegation: names and titles, in either order, with all their commas."""

from __future__ import annotations

import re

from monitor.core.topics import Party, Series
from monitor.core.words import sentences
from storage.records import Delegation, Lead

_RANK = (
    r"(?:Acting|Assistant|Associate|Deputy|Director|Vice|Minister|Ambassador|Chief|Secretary|Under|Senior|"
    r"Special|Head|Commissioner|Counselor|Principal|Parliamentary|State|Trade\s+Representative|U\.S\.|United)"
)

_NEW_LEAD = re.compile(
    rf"(?:,\s*and|;\s*and|;|\s+and)\s+(?=(?:[A-Z][\w’'.-]+\s+){{1,3}}?[A-Z][\w’'.-]+,\s+(?:the\s+)?{_RANK}\b)"
)

_TITLE_WORDS = re.compile(
    rf"^(?:{_RANK}|Representative|General|Affairs|Negotiator|Officer|Advis[eo]r|States|Trade|for|of|the|and|to)[,]?$"
)

_NAME_LENGTH = (2, 4)  # words of a name behind a title


def delegations_in(intro: str, series: Series) -> tuple[Delegation, ...]:
    """The delegations that an opening names, in the order of the series' parties."""
    found = []
    for party in series.parties:
        led = re.search(
            rf"(?:the\s+)?{party.of_pattern}(?:[’']s)?\s+delegation\s+(?:was|were)\s+led\s+by\s+(?P<leads>.*)",
            intro,
            re.IGNORECASE | re.DOTALL,
        )
        if led:
            found.append(
                Delegation(party.country, _leads(_until_next_party(led["leads"], series, party)))
            )
    return tuple(found)


def _until_next_party(text: str, series: Series, party: Party) -> str:
    text = sentences(text)[0].rstrip(".")
    for other in series.parties:
        if other is not party:
            text = re.split(
                rf",?\s*(?:and|while|;)\s+(?:the\s+)?{other.of_pattern}(?:[’']s)?\s+(?:delegation|side)\b",
                text,
                maxsplit=1,
                flags=re.IGNORECASE,
            )[0]
    return text.strip(" ,;")


def _leads(text: str) -> tuple[Lead, ...]:
    return tuple(_lead(piece.strip(" ,;")) for piece in _NEW_LEAD.split(text) if piece.strip(" ,;"))


def _lead(text: str) -> Lead:
    name, comma, title = text.partition(", ")
    if comma and not _TITLE_WORDS.match(name.split()[0]):
        return Lead(name.strip(), title.strip())
    words = text.split()
    start = len(words)
    while start > 0 and words[start - 1][:1].isupper() and not _TITLE_WORDS.match(words[start - 1]):
        start -= 1
    if _NAME_LENGTH[0] <= len(words) - start <= _NAME_LENGTH[1] and start > 0:
        return Lead(" ".join(words[start:]), " ".join(words[:start]).rstrip(","))
    return Lead(text, None)
