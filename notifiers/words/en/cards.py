"""The words on a card, in English."""

from __future__ import annotations

from notifiers.words.en.grammar import plural
from notifiers.words.phrasebook import Age
from notifiers.words.wording import one_line
from storage.records import Certainty, Presence, Strand, TextChange

_PRESENCE: dict[Presence, str] = {
    "dropped": "Dropped",
    "not-seen": "Not seen",
    "introduced": "Introduced",
    "returned": "Returned",
    "split": "Split",
    "merged": "Merged",
    "continued": "Continued",
}
_CERTAINTY: dict[Certainty, str] = {"certain": "Certain", "likely": "Likely", "unsure": "Not sure"}
_TEXT_CHANGE: dict[TextChange, str] = {
    "same": "same text",
    "style": "style only",
    "shortened": "shortened",
    "extended": "extended",
    "reworded": "reworded",
    "replaced": "text replaced",
}


def presence(presence: Presence) -> str:
    """One word or two."""
    return _PRESENCE[presence]


def text_change(kind: TextChange) -> str:
    """One word or two."""
    return _TEXT_CHANGE[kind]


def had_stood(age: Age) -> str:
    """`had stood in 3 rounds`."""
    return f"had stood in {plural(age.rounds, 'round')}{' on file' if age.on_file else ''}"


def last_seen(number: int) -> str:
    """`last seen in round 3`."""
    return f"last seen in round {number}"


def from_round_before() -> str:
    """Of a text that is not on this round's page."""
    return "as the round before had it"


def renamed() -> str:
    """One word."""
    return "renamed"


def another_place() -> str:
    """Of the order of the list."""
    return "another place in the list"


def was_in(strand: Strand) -> str:
    """`was a bilateral issue`."""
    return f"was a {'bilateral issue' if strand == 'bilateral' else 'common topic'}"


def reason(sure: Certainty, reason: str) -> str:
    """`Certain: Both rounds name “Labor”.`."""
    return f"{_CERTAINTY[sure]}: {one_line(reason)}".rstrip(": ")


def rank(reason: str) -> str:
    """As it was given."""
    return reason
