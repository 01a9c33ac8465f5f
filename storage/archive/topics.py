"""Topics as a person and the reader know them: links on file, and the slugs of stored mentions."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, delete, select, update

from storage.records import TopicLink
from storage.schema import mentions, readouts, topic_links
from storage.upsert import insert


def topic_links_of(tx: Connection, series: str) -> tuple[TopicLink, ...]:
    """Return the links of a series, oldest first."""
    query = select(topic_links).where(topic_links.c.series == series)
    rows = tx.execute(query.order_by(topic_links.c.linked_at, topic_links.c.label)).mappings()
    return tuple(TopicLink(**row) for row in rows)


def file_topic_link(tx: Connection, link: TopicLink) -> None:
    """Keep a link; one of the same label is replaced."""
    said = {"topic": link.topic, "name": link.name, "linked_at": link.linked_at}
    new = insert(tx, topic_links).values(series=link.series, label=link.label, **said)
    tx.execute(new.on_conflict_do_update(index_elements=["series", "label"], set_=said))


def drop_topic_link(tx: Connection, series: str, label: str) -> None:
    """Forget a link, if it is there."""
    ours = (topic_links.c.series == series, topic_links.c.label == label)
    tx.execute(delete(topic_links).where(*ours))


def name_topics_anew(tx: Connection, series: str, slug_of: Callable[[str], str]) -> None:
    """Give every stored mention of a series the slug that its label has now."""
    ours = select(readouts.c.id).where(readouts.c.series == series)
    theirs = mentions.c.readout_id.in_(ours)
    said = select(mentions.c.label, mentions.c.topic).where(theirs).distinct()
    for label, topic in tx.execute(said).all():
        if slug_of(label) != topic:
            where = (theirs, mentions.c.label == label, mentions.c.topic == topic)
            tx.execute(update(mentions).where(*where).values(topic=slug_of(label)))
