"""What dropped out, in English."""

from __future__ import annotations

from notifiers.words.en.grammar import DOUBT, many
from notifiers.words.phrase import Phrase, say
from notifiers.words.phrasebook import Age, Group


def dropped_out(group: Group, age: Age | None) -> Phrase:
    """`A and B likely dropped out after one round each`."""
    after = f" after {_age(age)}" if age else ""
    each = " each" if age and group.count > 1 else ""
    return say(group.names, f" {DOUBT[group.sure]}dropped out", after, each)


def aged(name: Phrase, age: Age | None) -> Phrase:
    """`A (after one round)`."""
    return say(name, f" (after {_age(age)})" if age else "")


def last_seen(old: str) -> str:
    """`, last seen in round 4`."""
    return f", last seen in {old}"


def or_else_goes_on(which: Phrase | None, count: int) -> Phrase:
    """`; or else A goes on under another name`."""
    one = count == 1
    pronoun = say("it" if one else "they")
    goes_on = "goes on under another name" if one else "go on under other names"
    return say("; or else ", pronoun if which is None else which, f" {goes_on}")


def cannot_be_said(new: str, names: Phrase | None) -> Phrase:
    """`the page of round 5 breaks off before its end: whether A went cannot be said`."""
    start = f"the page of {new} breaks off before its end: whether "
    return say(start, say("anything") if names is None else names, " went cannot be said")


def _age(age: Age) -> str:
    """`one round`, `three rounds in a row`."""
    if age.on_file:
        return f"{many(age.rounds, 'round')} on file"
    return f"{many(age.rounds, 'round')}{' in a row' if age.rounds > 1 else ''}"
