"""One topic's history, as the command line shows it."""

from __future__ import annotations

from monitor.core.topic_history import TopicHistory, topic_history
from monitor.journeys.links import series_as_linked, topic_called
from storage import archive
from storage.database import Transaction


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
    series = series_as_linked(tx, slug)
    topic = topic_called(tx, called, series)
    filed = archive.current_readouts(tx, slug)
    found = ((one.id, archive.comparison_for(tx, one.id)) for one in filed)
    comparisons = {number: comparison for number, comparison in found if comparison}
    return topic_history(filed, comparisons, topic.slug, topic.name, series)
