"""What stands around the cards, in English."""

from __future__ import annotations

from collections.abc import Sequence

from notifiers.words.en.grammar import is_or_are, rounds


def heading(number: int | None) -> str:
    """`Round 5`."""
    return f"Round {number}" if number is not None else "A round without a number"


def held(days: str, city: str) -> str:
    """`“July 29-30, 2024” (2024-07-29 to 2024-07-30), Tokyo`."""
    return f"{days}, {city}" if city else days


def compared(old: str, held: str, missing: Sequence[int]) -> str:
    """`Compared with round 4, held “...” (...).`."""
    when = f", held {held}" if held else ""
    without = f"; {rounds(missing)} {is_or_are(len(missing))} not in the archive" if missing else ""
    return f"Compared with {old}{when}{without}."


def first_round() -> str:
    """In place of the round compared with."""
    return "The first round in the archive: there is none to compare it with."


def next_unknown() -> str:
    """In place of the next round's days."""
    return "not known: the page breaks off"


def next_not_mentioned() -> str:
    """In place of the next round's days."""
    return "not mentioned in this readout"


def from_file(name: str) -> str:
    """`, from the saved page round-5.html`."""
    return f", from the saved page {name}"


def from_archive(address: str) -> str:
    """`, by the Internet Archive: https://...`."""
    return f", by the Internet Archive: {address}"


def from_address(address: str) -> str:
    """`, from https://...`."""
    return f", from {address}"
