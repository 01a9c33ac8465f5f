"""The matrix as marks: what became of each topic in each round, in one word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from monitor.core.history import Row, in_order, matrix
from monitor.core.topic_history import changes_by_topic
from monitor.core.topics import Series
from storage.records import Change, Comparison, FiledReadout, Presence, Strand

Mark = Literal[
    "named", "reworded", "came", "returned", "split", "merged", "went", "elsewhere", "unseen", ""
]
"""What became of a topic; `named` in the first round too, "" where neither round names it."""

_THERE: Mapping[Presence, Mark] = {
    "introduced": "came",
    "returned": "returned",
    "split": "split",
    "merged": "merged",
}
_GONE: Mapping[Presence, Mark] = {
    "dropped": "went",
    "not-seen": "unseen",
    "split": "split",
    "merged": "merged",
    "continued": "elsewhere",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A topic in a round: whether it is named there, what became of it, and whether surely so."""

    round: int
    named: bool
    mark: Mark
    certain: bool = True


@dataclass(frozen=True, slots=True)
class MarkedRow:
    """A topic over all rounds."""

    topic: str
    name: str
    strand: Strand
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class MarkedMatrix:
    """Topics by rounds, with what became of each."""

    rounds: tuple[int, ...]
    rows: tuple[MarkedRow, ...]


def marked_matrix(
    filed: Iterable[FiledReadout], comparisons: Mapping[int, Comparison], series: Series
) -> MarkedMatrix:
    """Mark what became of every topic in every round.

    Args:
        filed: the rounds on file.
        comparisons: each round against the one before it, by the readout's id.
        series: the series, with the aliases that were linked.
    """
    rounds = in_order(filed)
    found = [comparisons.get(one.id) for one in rounds]
    changes = [changes_by_topic(one, series) if one else {} for one in found]
    complete = [one.readout.complete for one in rounds]
    made = matrix(rounds, series)
    rows = tuple(_marked(row, made.rounds, changes, complete, series) for row in made.rows)
    return MarkedMatrix(made.rounds, rows)


def _marked(
    row: Row,
    rounds: Sequence[int],
    changes: Sequence[Mapping[str, Change]],
    complete: Sequence[bool],
    series: Series,
) -> MarkedRow:
    latest = next(label for label in reversed(row.labels) if label)
    cells = (
        _cell(number, label, known.get(row.topic), whole)
        for number, label, known, whole in zip(rounds, row.labels, changes, complete, strict=True)
    )
    return MarkedRow(row.topic, series.topic_name(row.topic) or latest, row.strand, tuple(cells))


def _cell(round: int, label: str | None, change: Change | None, complete: bool) -> Cell:
    named = label is not None
    certain = change is None or change.certainty == "certain"
    return Cell(round, named, _mark(named, change, complete), certain)


def _mark(named: bool, change: Change | None, complete: bool) -> Mark:
    if change is None:
        return "named" if named else "" if complete else "unseen"
    if not named:
        return _GONE.get(change.change, "")
    if change.change in _THERE:
        return _THERE[change.change]
    return "reworded" if _reads_otherwise(change) else "named"


def _reads_otherwise(change: Change) -> bool:
    return change.label_changed or change.text_change not in (None, "same", "style")
