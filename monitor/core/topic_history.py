"""One topic over all rounds on file: what each said of it, and what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from monitor.core.topics import Series
from storage.records import Change, Comparison, FiledReadout, Readout, Span, Strand


@dataclass(frozen=True, slots=True)
class TopicRound:
    """What one round says of a topic.

    Where it does not stand, strand is None, there is no label and the text is empty; `change` is
    what became of it against the round before on file, None where neither names it.
    """

    round: int | None
    held: Span
    complete: bool
    strand: Strand | None
    labels: tuple[str, ...]
    text: str
    change: Change | None


@dataclass(frozen=True, slots=True)
class TopicHistory:
    """One topic over all rounds, first to last."""

    series: str
    topic: str
    name: str
    rounds: tuple[TopicRound, ...]


def topic_history(
    filed: Iterable[FiledReadout],
    comparisons: Mapping[int, Comparison],
    topic: str,
    name: str,
    series: Series,
) -> TopicHistory:
    """Gather what all rounds say of a topic.

    Args:
        filed: the rounds on file, in order.
        comparisons: each round against the one before it, by the readout's id.
        topic: the topic's slug.
        name: its name.
        series: the series, with the aliases that were linked.
    """
    rounds = tuple(_of_round(one.readout, comparisons.get(one.id), topic, series) for one in filed)
    return TopicHistory(series.slug, topic, name, rounds)


def _of_round(
    readout: Readout, comparison: Comparison | None, topic: str, series: Series
) -> TopicRound:
    said = [mention for mention in readout.mentions if mention.topic == topic]
    return TopicRound(
        round=readout.round,
        held=readout.held,
        complete=readout.complete,
        strand=said[0].strand if said else None,
        labels=tuple(mention.label for mention in said),
        text="\n".join(mention.text for mention in said),
        change=changes_by_topic(comparison, series).get(topic) if comparison else None,
    )


def changes_by_topic(comparison: Comparison, series: Series) -> dict[str, Change]:
    """The change that tells of each topic: its own, or that of one it was split from or joined."""
    changes = comparison.changes
    found: dict[str, Change] = {}
    for change in changes:
        found.setdefault(change.topic, change)
    for change in changes:
        for label in (*change.after, *change.before):
            found.setdefault(series.topic_slug(label), change)
    return found
