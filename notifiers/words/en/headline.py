"""The headline in English."""

from __future__ import annotations

from collections.abc import Sequence

from notifiers.words.en.grammar import DOUBT, capital, listed, many
from storage.records import Certainty, Presence, RankDirection, Strand

_DID: dict[Presence, str] = {
    "dropped": "dropped",
    "split": "split off",
    "merged": "merged",
    "returned": "returned",
    "introduced": "new",
}
_NOUNS: dict[Strand, str] = {"common-interest": "topic", "bilateral": "bilateral issue"}


def joined(clauses: Sequence[str]) -> str:
    """`a; b; c`."""
    return "; ".join(clauses)


def begun(line: str) -> str:
    """The first letter large."""
    return capital(line)


def gap() -> int:
    """A semicolon and a space."""
    return 2


def some(labels: Sequence[str], most: int) -> str:
    """`a and b`, `a, b +3`."""
    more = len(labels) - most
    return f"{', '.join(labels[:most])} +{more}" if more > 0 else listed(labels)


def count(number: int, strand: Strand) -> str:
    """`three bilateral issues`."""
    return many(number, _NOUNS[strand])


def did(names: str, presence: Presence, sure: Certainty) -> str:
    """`A and B likely dropped`."""
    return f"{names} {DOUBT[sure]}{_DID[presence]}"


def issues_changed(count: int) -> str:
    """`three bilateral issues changed`."""
    return f"{many(count, 'bilateral issue')} changed"


def rank(direction: RankDirection, country: str) -> str:
    """`a lower rank led for Japan`."""
    return f"a {direction} rank led for {country}"


def page_torn(old: str) -> str:
    """`the page of round 4 breaks off`."""
    return f"the page of {old} breaks off"


def breaks_off() -> str:
    """Of this round's page."""
    return "the page breaks off"


def none_dropped(chosen: bool) -> str:
    """Where something else changed."""
    return f"no {'chosen ' if chosen else ''}topic dropped"


def none_dropped_or_new(chosen: bool) -> str:
    """Where nothing else changed."""
    return f"{none_dropped(chosen)} or new"


def reworded(count: int) -> str:
    """`three texts reworded`."""
    return f"{many(count, 'text')} reworded"


def first_round(labels: str) -> str:
    """`first round on file: A, B +3`."""
    return f"first round on file: {labels}" if labels else "first round on file"


def subject(number: int | None) -> str:
    """`Round 5: `."""
    return f"Round {number}: " if number is not None else "A round: "
