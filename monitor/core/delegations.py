"""Who led each delegation: names and titles, in either order, with all their commas."""

from __future__ import annotations

import re

from monitor.core.topics import Party, Series
from monitor.core.words import sentences
from storage.records import Delegation, Lead

_RANK = (
    r"(?:(?i:acting|assistant|associate|deputy|director|vice|minister|ambassador|chief|secretary|"
    r"under|senior|special|head|commissioner|counselor|principal|parliamentary|state)|"
    r"U\.S\.|United|Trade\s+Representative)"
)
_NAME = r"[A-Z][\w’'-]+(?:\s+(?:[A-Z]\.|[A-Z][\w’'-]+)){1,3}"
_NAMED_FIRST = rf"{_NAME},\s+(?:the\s+)?{_RANK}\b"
# A new lead begins where a name and a rank follow, or a rank behind "and"; a title's own commas
# and its own "and" are followed by neither.
_NEW_LEAD = re.compile(
    rf"(?:,\s*and|;\s*and|;|,|\s+and)\s+(?={_NAMED_FIRST})|,?\s+and\s+(?={_RANK}\s+\w)"
)
_TITLE_WORD = re.compile(
    rf"^(?:{_RANK}|Representative|General|Affairs|Negotiator|Officer|Advis[eo]r|States|Trade|"
    r"for|of|the|and|to)[,]?$"
)
_HONORIFIC = re.compile(r"^(?:Ambassador|Minister|Secretary|Dr\.|Mr\.|Ms\.|Mrs\.)\s+(?=[A-Z])")
_AND_OTHERS = re.compile(
    r",?\s+and\s+(?:included|comprised|consisted|was|were|joined)\b.*$", re.DOTALL
)
_NAME_LENGTH = (2, 4)  # words of a name behind a title


def delegations_in(intro: str, series: Series) -> tuple[Delegation, ...]:
    """The delegations that an opening names, in the order of the series' parties."""
    found = []
    for party in series.parties:
        led = re.search(
            rf"(?:the\s+)?{party.of_pattern}(?:[’']s)?\s+(?:delegation|side|team),?\s+"
            r"(?:(?:was|were)\s+)?(?:co-)?(?:led|headed|chaired)\s+by\s+(?P<leads>.*)",
            intro,
            re.IGNORECASE | re.DOTALL,
        )
        if led:
            leads = _AND_OTHERS.sub("", _until_next_party(led["leads"], series, party))
            found.append(Delegation(party.country, _leads(leads)))
    return tuple(found)


def _until_next_party(text: str, series: Series, party: Party) -> str:
    text = sentences(text)[0].rstrip(".")
    for other in series.parties:
        if other is not party:
            text = re.split(
                rf",?\s*(?:and|while|;)\s+(?:the\s+)?{other.of_pattern}(?:[’']s)?\s+"
                r"(?:delegation|side|team)\b",
                text,
                maxsplit=1,
                flags=re.IGNORECASE,
            )[0]
    return text.strip(" ,;")


def _leads(text: str) -> tuple[Lead, ...]:
    return tuple(_lead(piece.strip(" ,;")) for piece in _NEW_LEAD.split(text) if piece.strip(" ,;"))


def _lead(text: str) -> Lead:
    honorific = _HONORIFIC.match(text)
    name, comma, title = text[honorific.end() if honorific else 0 :].partition(", ")
    if comma and not _TITLE_WORD.match(name.split()[0]):
        before = honorific[0].strip() if honorific else ""
        return Lead(name.strip(), ", ".join(part for part in (before, title.strip()) if part))
    return _titled_first(text)


def _titled_first(text: str) -> Lead:
    """A lead whose title stands before the name: the name is the capitalised words at the end."""
    words = text.split()
    start = len(words)
    while start > 0 and words[start - 1][:1].isupper() and not _TITLE_WORD.match(words[start - 1]):
        start -= 1
    # "Director for Rice Ada Bell": the word behind "for" is still the title's.
    if start > 0 and words[start - 1] in {"for", "of"} and len(words) - start > _NAME_LENGTH[0]:
        start = len(words) - _NAME_LENGTH[0]
    if _NAME_LENGTH[0] <= len(words) - start <= _NAME_LENGTH[1] and start > 0:
        return Lead(" ".join(words[start:]), " ".join(words[:start]).rstrip(","))
    return Lead(text, None)
