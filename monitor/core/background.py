"""What a series' own past says about one of its comparisons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor.core.absences import absences
from monitor.core.history import Step, times_stood
from monitor.core.kinship import may_be_one, same_topic
from monitor.core.ranks import rank_changes
from monitor.core.topics import Series
from monitor.core.usual import counts
from storage.records import Background, Comparison, Readout


def background(now: Step, steps: Iterable[Step], series: Series) -> Background:
    """What the rounds on file up to a step say about it.

    Args:
        now: the step.
        steps: every step of the series on file, in any order; later ones are not looked at.
        series: the series, with its reviewed topics.
    """
    number = _number(now.after.readout)
    earlier = [step for step in steps if _number(step.after.readout) < number]
    readouts = _readouts([*earlier, now])
    known = tuple(r.round for r in readouts if r.round is not None and r.round < number)
    return Background(
        rounds=known,
        torn=tuple(r.round for r in readouts if r.round is not None and not r.complete),
        times_stood=_times_stood(now.comparison, readouts),
        earlier_labels=_earlier_labels(now.comparison, readouts, series),
        absences=absences(earlier, readouts, series),
        counts=counts(now, earlier),
        ranks=rank_changes(now.before.readout, now.after.readout),
    )


def _readouts(steps: Sequence[Step]) -> tuple[Readout, ...]:
    """Every readout that stands in the steps, first to last."""
    filed = {f.id: f.readout for step in steps for f in (step.before, step.after)}
    return tuple(sorted(filed.values(), key=_number))


def _times_stood(comparison: Comparison, readouts: Sequence[Readout]) -> dict[str, int]:
    until = comparison.before_round or 0
    return {
        change.topic: times_stood(readouts, change.topic, until)
        for change in comparison.changes
        if change.change == "dropped"
    }


def _earlier_labels(
    comparison: Comparison, readouts: Sequence[Readout], series: Series
) -> dict[str, str]:
    rounds = {readout.round: readout for readout in readouts}
    found = {
        change.topic: _label_in(rounds.get(change.last_seen_round), change.after[0], series)
        for change in comparison.changes
        if change.change == "returned"
    }
    return {topic: label for topic, label in found.items() if label}


def _label_in(readout: Readout | None, label: str, series: Series) -> str:
    """What a round called a topic: by name or list, or else the only label that may be it."""
    labels = list(dict.fromkeys(m.label for m in readout.mentions)) if readout else []
    same = [each for each in labels if same_topic(each, label, series)]
    kin = [each for each in labels if may_be_one(each, label, series)]
    return same[0] if same else kin[0] if len(kin) == 1 else ""


def _number(readout: Readout) -> int:
    return readout.round or 0
