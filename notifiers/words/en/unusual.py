"""How unusual a change is, in English."""

from __future__ import annotations

from collections.abc import Sequence

from notifiers.words.en.grammar import DOUBT, is_or_are, listed, many, number_word, rounds
from storage.records import Count, Fate

_CANNOT = "How unusual this is cannot be said: "
_DID: dict[Fate, str] = {
    "went": "dropped out",
    "split": "split",
    "merged": "merged into another",
}


def no_round() -> str:
    """Of a first round."""
    return f"{_CANNOT}no earlier round is on file."


def missing(numbers: Sequence[int]) -> str:
    """`...: rounds 2 and 3 are not on file.`."""
    return f"{_CANNOT}{rounds(numbers)} {is_or_are(len(numbers))} not on file."


def torn(numbers: Sequence[int]) -> str:
    """`...: the page of round 4 breaks off.`."""
    if not numbers:
        return f"{_CANNOT}a page breaks off."
    pages, break_ = ("the page", "breaks") if len(numbers) == 1 else ("the pages", "break")
    return f"{_CANNOT}{pages} of {rounds(numbers)} {break_} off."


def too_few(earlier: int) -> str:
    """`...: there is only one earlier comparison.`."""
    return f"{_CANNOT}there is {'only one' if earlier else 'no'} earlier comparison."


def as_usual(counts: Sequence[Count], earlier: int) -> str:
    """`As usual: one topic dropped out (0 to 2); in brackets, how many in the four earlier ...`."""
    told = [f"{_so_many(count)} ({_range(count)})" for count in counts]
    return (
        f"As usual: {listed(told)}; in brackets, how many in the {number_word(earlier)} earlier "
        "comparisons."
    )


def unusual(first: Sequence[Count], others: Sequence[Count], earlier: int) -> str:
    """`Unusual: two topics split, for the first time in four comparisons.`."""
    told = [
        f"{_so_many(count)}, {_beyond(count)} the {number_word(earlier)} earlier comparisons"
        for count in others
    ]
    if first:
        times = f"for the first time in {number_word(earlier + 1)} comparisons"
        each = "each " if len(first) > 1 else ""
        told.insert(0, f"{listed([_so_many(count) for count in first])}, {each}{times}")
    return f"Unusual: {'; '.join(told)}."


def _so_many(count: Count) -> str:
    noun = "topic" if count.strand == "common-interest" else "bilateral issue"
    are = "is" if count.now < 2 else "are"
    doubt = DOUBT[count.certainty]
    did = f"{are} {doubt}new or back" if count.fate == "came" else f"{doubt}{_DID[count.fate]}"
    return f"{many(count.now, noun) if count.now else f'no {noun}'} {did}"


def _beyond(count: Count) -> str:
    which = "either" if len(count.earlier) == 2 else "any"
    return f"{'more' if count.now > max(count.earlier) else 'fewer'} than in {which} of"


def _range(count: Count) -> str:
    least, most = min(count.earlier), max(count.earlier)
    if least == most:
        return f"{least}"
    return f"{least} or {most}" if most - least == 1 else f"{least} to {most}"
