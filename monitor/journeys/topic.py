"""One topic's history, from all rounds on file."""

from __future__ import annotations

from monitor.core.topic_history import TopicHistory, topic_history
from monitor.core.topics import Series
from monitor.journeys.links import series_as_linked, topic_called
from storage import archive
from storage.database import Transaction
from storage.records import FiledReadout


def history_of(tx: Transaction, called: str, slug: str) -> TopicHistory:
    """What all rounds on file say of a topic.

    Args:
        tx: a transaction.
        called: the topic's slug, its name, or any label of it.
        slug: the series.

    Raises:
        NotFound: there is no such topic, or no round on file.
        UnknownSeries: there is no such series.
    """
    return history_with_rounds(tx, called, series_as_linked(tx, slug))[0]


def history_with_rounds(
    tx: Transaction, called: str, series: Series
) -> tuple[TopicHistory, tuple[FiledReadout, ...]]:
    """The same, with the rounds on file that it was taken from, in the same order.

    Raises:
        NotFound: as `history_of`.
    """
    topic = topic_called(tx, called, series)
    filed = archive.current_readouts(tx, series.slug)
    comparisons = archive.comparisons_for(tx, [one.id for one in filed])
    return topic_history(filed, comparisons, topic.slug, topic.name, series), filed
