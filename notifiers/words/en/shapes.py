"""What split, merged or moved, in English."""

from __future__ import annotations

from collections.abc import Sequence

from notifiers.words.en.grammar import DOUBT, running, some
from notifiers.words.phrase import Phrase, say
from notifiers.words.phrasebook import Group, Place
from storage.records import Presence, Strand

_PLACES = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
)
_MOVED: dict[Strand, str] = {
    "common-interest": "moved from the bilateral issues to the areas of common interest",
    "bilateral": "moved from the areas of common interest to the bilateral issues",
}


def parted(group: Group, stayed: Phrase, presence: Presence) -> Phrase:
    """`A likely split off from B`, `A likely merged into B`."""
    verb = "split off from" if presence == "split" else "merged into"
    return say(group.names, f" {DOUBT[group.sure]}{verb} ", stayed)


def parted_or_else(group: Group, stayed: Phrase, presence: Presence, old: str) -> Phrase:
    """`A, until round 4 likely part of B, became a topic of its own; or else it is a new topic`."""
    doubt, several = DOUBT[group.sure], group.count > 1
    own = "topics of their own" if several else "a topic of its own"
    they, are = ("they", "are") if several else ("it", "is")
    if presence == "merged":
        now = say(f", {own} until {old}, {are} {doubt}part of ", stayed, " now")
        return say(group.names, now, f"; or else {they} dropped out" if doubt else "")
    new = "; or else they are new topics" if several else "; or else it is a new topic"
    then = say(f", until {old} {doubt}part of ", stayed, f", became {own}")
    return say(group.names, then, new if doubt else "")


def more_parted(count: int) -> Phrase:
    """`3 more split or merged`."""
    return say(f"{count} more split or merged")


def of_issues(clauses: Sequence[Phrase]) -> Phrase:
    """`bilateral issues: A dropped out and B is new`."""
    return say("bilateral issues: ", running(clauses))


def moved_to(strand: Strand, names: Phrase) -> Phrase:
    """`A moved from the bilateral issues to the areas of common interest`."""
    return say(names, f" {_MOVED[strand]}")


def from_to(name: Phrase, before: Place | None, after: Place | None) -> Phrase:
    """`A moved from first to last place in the list`."""
    then, now = _place(before), _place(after)
    if not then or not now:
        return say(name, " stands at another place in the list")
    return say(name, f" moved from {then} to {now} place in the list")


def changed_place(moves: Sequence[Phrase], most: int) -> Phrase:
    """The moves as a list."""
    return some(moves, most)


def _place(place: Place | None) -> str:
    """`first`, `last`; empty from the thirteenth on, which nobody would count."""
    if place is None or place == "last":
        return place or ""
    return _PLACES[place] if place < len(_PLACES) else ""
