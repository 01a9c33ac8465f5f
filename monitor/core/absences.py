"""What has not come up again: the topics that no round has named for longer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from monitor.core.history import Step
from monitor.core.kinship import may_be_one
from monitor.core.topics import Series
from storage.records import Absence, Change, Readout, Strand


def absences(
    steps: Iterable[Step], readouts: Iterable[Readout], series: Series
) -> tuple[Absence, ...]:
    """The topics that went in these steps and that no later readout names, longest gone first.

    What was not seen on a page that breaks off is among them, with that certainty.

    Whatever could be one of them under another name speaks against it, by the same cascade that
    matches topics: nothing is called absent that may be there.

    Args:
        steps: in any order.
        readouts: every readout that is looked through.
        series: the series, with its reviewed topics.
    """
    named = _last_named(readouts)
    found = [
        _absence(step, strand, change)
        for step in steps
        for strand, change in _gone(step)
        if not _named_since(change, step, named, series)
    ]
    return tuple(sorted(found, key=lambda absence: absence.last_round))


def _gone(step: Step) -> Iterator[tuple[Strand, Change]]:
    for change in step.comparison.topics:
        if change.change in ("dropped", "not-seen"):
            yield "common-interest", change
    for change in step.comparison.bilateral_issues:
        if change.change in ("dropped", "not-seen"):
            yield "bilateral", change


def _last_named(readouts: Iterable[Readout]) -> dict[tuple[str, str], int]:
    """The last round that names each topic by each label."""
    named: dict[tuple[str, str], int] = {}
    for readout in readouts:
        for mention in readout.mentions:
            name = (mention.topic, mention.label)
            named[name] = max(named.get(name, 0), readout.round or 0)
    return named


def _named_since(
    change: Change, step: Step, named: Mapping[tuple[str, str], int], series: Series
) -> bool:
    since = step.before.readout.round or 0
    later = [name for name, last in named.items() if last > since]
    if any(topic == change.topic for topic, _ in later):
        return True
    labels = {label for _, label in later}
    return any(may_be_one(gone, label, series) for gone in change.before for label in labels)


def _absence(step: Step, strand: Strand, change: Change) -> Absence:
    return Absence(
        strand=strand,
        topic=change.topic,
        label=change.before[0],
        last_round=step.before.readout.round or 0,
        round=step.after.readout.round or 0,
        certainty=change.certainty,
        reason=change.reason,
    )
