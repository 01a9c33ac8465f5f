"""Who led, in English."""

from __future__ import annotations

from collections.abc import Sequence

from notifiers.words.phrase import Phrase, Words, say
from notifiers.words.phrasebook import Lead
from storage.records import RankDirection


def other_rank(lead: Lead, who: str, title: str, direction: RankDirection, before: str) -> Phrase:
    """`A (Director) led for Japan, of lower rank than B in round 4`."""
    than = f"of {direction} rank than {before} in {lead.old}"
    return say(_linked(f"{who} ({title})", lead), f" led for {lead.country}, {than}")


def nobody(lead: Lead) -> Phrase:
    """`no lead is named for Japan this time`."""
    return say(_linked("no lead", lead), f" is named for {lead.country} this time")


def in_place_of(lead: Lead, new: str, gone: str) -> Phrase:
    """`A led for Japan in place of B`."""
    return say(_linked(new, lead), f" led for {lead.country} in place of {gone}")


def beside(lead: Lead, new: str, stayed: str) -> Phrase:
    """`A led for Japan beside B`."""
    return say(_linked(new, lead), f" led for {lead.country} beside {stayed}")


def no_longer(lead: Lead, gone: str) -> Phrase:
    """`A no longer led for Japan`."""
    return say(_linked(gone, lead), f" no longer led for {lead.country}")


def then_and_now(country: str, then: Sequence[str], now: Sequence[str], old: str, new: str) -> str:
    """`Japan: A in round 4; B, C in round 5.`."""
    before, after = (", ".join(names) or "nobody named" for names in (then, now))
    return f"{country}: {before} in {old}; {after} in {new}."


def not_named() -> str:
    """In place of a name."""
    return "not named in this readout"


def not_named_in(old: str) -> str:
    """In place of an earlier name."""
    return f"not named in the readout of {old}"


def _linked(words: str, lead: Lead) -> Phrase:
    return (Words(words, lead.about),)
