"""How the reasons of a comparison are put into words: rounds, quotations, lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storage.records import Readout, Strand

STRANDS: dict[Strand, str] = {
    "common-interest": "areas of common interest",
    "bilateral": "bilateral issues",
}
_MOST_WORDS = 4


@dataclass(frozen=True, slots=True)
class Sides:
    """How the two rounds of a comparison are called in a sentence."""

    old: str
    new: str


def sides_of(before: Readout, after: Readout) -> Sides:
    """The names of two compared rounds."""
    return Sides(named(before, "the earlier readout"), named(after, "the later readout"))


def named(readout: Readout, otherwise: str) -> str:
    """What a round is called: by its number, where it has one."""
    return otherwise if readout.round is None else f"round {readout.round}"


def sentence(words: str) -> str:
    """Words as the beginning of a sentence."""
    return words[:1].upper() + words[1:]


def quoted(words: str) -> str:
    """Words of a page."""
    return f"“{words}”"


def listed(items: Sequence[str]) -> str:
    """Several things: a, b and c."""
    return " and ".join(filter(None, (", ".join(items[:-1]), *items[-1:])))


def quoted_list(words: Sequence[str]) -> str:
    """A few words of a page."""
    return listed([quoted(word) for word in words[:_MOST_WORDS]])


def rounds_listed(numbers: Iterable[int]) -> str:
    """Rounds by number, those in a row as a range: "rounds 1 to 3 and 7"; at least one."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told = [
        word
        for run in runs
        for word in ([f"{run[0]} to {run[-1]}"] if len(run) > 2 else map(str, run))
    ]
    return f"{'rounds' if sum(map(len, runs)) > 1 else 'round'} {listed(told)}"
