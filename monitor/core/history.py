"""A series over all its rounds: which follows which, what each changed, what stood how long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from monitor.core.compare import compare
from monitor.core.topics import Series
from storage.records import Comparison, FiledReadout, Readout, Strand


@dataclass(frozen=True, slots=True)
class Step:
    """Two rounds that follow each other in the archive, and what changed between them."""

    before: FiledReadout
    after: FiledReadout
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Row:
    """One topic over all rounds: its label in each, None where the round does not name it."""

    topic: str
    strand: Strand
    labels: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Topics by rounds."""

    series: str
    rounds: tuple[int, ...]
    rows: tuple[Row, ...]


def in_order(filed: Iterable[FiledReadout]) -> tuple[FiledReadout, ...]:
    """The rounds with a number, first to last: only those have a place in the sequence."""
    numbered = [(f.readout.round, f) for f in filed if f.readout.round is not None]
    return tuple(f for _, f in sorted(numbered, key=lambda pair: pair[0]))


def steps(filed: Iterable[FiledReadout], series: Series) -> tuple[Step, ...]:
    """Every round against the one before it in the archive, with the whole history in view."""
    ordered = in_order(filed)
    history = tuple(f.readout for f in ordered)
    return tuple(
        Step(before, after, compare(before.readout, after.readout, series, history))
        for before, after in pairwise(ordered)
    )


def steps_on_file(
    filed: Iterable[FiledReadout], comparisons: Mapping[int, Comparison]
) -> tuple[Step, ...]:
    """The steps whose comparisons are on file, without comparing anything anew.

    Args:
        filed: the rounds.
        comparisons: what changed up to each of them, by the number of the filed readout.
    """
    rounds = {f.readout.round: f for f in in_order(filed)}
    found = ((after, comparisons.get(after.id)) for after in rounds.values())
    return tuple(
        Step(rounds[comparison.before_round], after, comparison)
        for after, comparison in found
        if comparison is not None and comparison.before_round in rounds
    )


def times_stood(history: Iterable[Readout], topic: str, until: int) -> int:
    """In how many rounds on file, one after the other and up to round `until`, a topic stood."""
    rounds = {r.round: r for r in history if r.round is not None and r.round <= until}
    stood = 0
    for _, readout in sorted(rounds.items(), reverse=True):
        if all(mention.topic != topic for mention in readout.mentions):
            break
        stood += 1
    return stood


def matrix(filed: Iterable[FiledReadout], series: Series) -> Matrix:
    """Topics by rounds, in the order in which they first came up."""
    readouts = [f.readout for f in in_order(filed)]
    keys = dict.fromkeys((m.strand, m.topic) for r in readouts for m in r.mentions)
    rows = tuple(
        Row(topic, strand, tuple(_label(r, strand, topic) for r in readouts))
        for strand, topic in sorted(keys, key=lambda key: key[0] == "bilateral")
    )
    return Matrix(series.slug, tuple(r.round for r in readouts if r.round is not None), rows)


def _label(readout: Readout, strand: Strand, topic: str) -> str | None:
    found = [m.label for m in readout.mentions if (m.strand, m.topic) == (strand, topic)]
    return "; ".join(found) or None
