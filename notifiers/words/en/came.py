"""What is back or new, in English."""

from __future__ import annotations

from notifiers.words.en.grammar import DOUBT, is_or_are, number_word
from notifiers.words.phrase import Phrase, say
from notifiers.words.phrasebook import Group
from storage.records import Certainty


def last_named(name: Phrase, last: int | None) -> Phrase:
    """`A (round 3)`."""
    return say(name, f" (round {last})" if last is not None else "")


def are_back(group: Group, last: int | None) -> Phrase:
    """`A and B are likely back, last named in round 3`."""
    since = f", last named in round {last}" if last else ""
    return say(group.names, f" {is_or_are(group.count)} {DOUBT[group.sure]}back{since}")


def back_under(earlier: Phrase, name: Phrase, sure: Certainty, last: int | None) -> Phrase:
    """`A, last named in round 3, is likely back as B`."""
    when = f", last named in round {last}," if last is not None else ""
    return say(earlier, f"{when} is {DOUBT[sure]}back as ", name)


def are_new(group: Group) -> Phrase:
    """`A and B are likely new`."""
    return say(group.names, f" {is_or_are(group.count)} {DOUBT[group.sure]}new")


def may_have_stood(old: str, count: int) -> str:
    """`; but the page of round 4 breaks off, and may have named it`."""
    return f"; but the page of {old} breaks off, and may have named {_it(count)}"


def or_else_new(count: int) -> str:
    """`; or else it is new`."""
    return f"; or else {'it is' if count == 1 else 'some of these are'} new"


def or_else_continues(count: int) -> str:
    """`; or else it continues another topic`."""
    return f"; or else {'it continues' if count == 1 else 'some continue'} another topic"


def never_before(earlier: int, old: str, count: int) -> str:
    """`: none of the four earlier rounds on file names it`."""
    if earlier > 1:
        return f": none of the {number_word(earlier)} earlier rounds on file names {_it(count)}"
    only = f": {old}, the only earlier one on file, does not name {_it(count)}"
    return only if earlier else ""


def _it(count: int) -> str:
    return "it" if count == 1 else "them"
