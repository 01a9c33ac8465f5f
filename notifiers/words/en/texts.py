"""Other names and texts, in English."""

from __future__ import annotations

from notifiers.words.en.grammar import DOUBT, number_word, quoted
from notifiers.words.phrase import Phrase, say
from storage.records import Certainty


def called_now(old: Phrase, new: Phrase, sure: Certainty) -> Phrase:
    """`A is likely called B now`."""
    return say(old, f" is {DOUBT[sure]}called ", new, " now")


def shortened(name: Phrase, sure: Certainty, lost: str) -> Phrase:
    """`A lost “words”`."""
    return say(name, f" {DOUBT[sure]}lost {quoted(lost)}" if lost else " was shortened")


def extended(name: Phrase, sure: Certainty, added: str) -> Phrase:
    """`A added “words”`."""
    return say(name, f" {DOUBT[sure]}added {quoted(added)}" if added else " was extended")


def reworded(names: Phrase, count: int) -> Phrase:
    """`A and B were reworded`."""
    return say(names, f" {_was(count)} reworded")


def replaced(names: Phrase, count: int) -> Phrase:
    """`A was given another text`."""
    return say(names, f" {_was(count)} given another text")


def more_reworded(count: int) -> Phrase:
    """`three more reworded`."""
    return say(f"{number_word(count)} more reworded")


def _was(count: int) -> str:
    return "was" if count == 1 else "were"
