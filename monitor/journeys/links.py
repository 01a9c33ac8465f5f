"""A confirmed guess: a label that is linked to a topic is an alias of it from then on.

The link is kept as data. In the same commit the stored rounds of the series get the topic they have
now, and their comparisons are made anew; nobody is mailed about it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from monitor.core.topics import Series, with_topics
from monitor.core.words import label_form
from monitor.errors import NotFound, UsageError
from monitor.journeys.comparisons import refresh_comparisons
from monitor.series import series_named
from storage import archive
from storage.database import Database, Transaction
from storage.records import Mention, Reading, TopicLink

_SEEN = "`roundwatch matrix --json` shows the labels on file"


@dataclass(frozen=True, slots=True)
class TopicKnown:
    """A topic by its slug and its name; reviewed by a person, or named by a page alone."""

    slug: str
    name: str


def series_as_linked(tx: Transaction, slug: str) -> Series:
    """The followed series with this slug, with the aliases that were linked to its topics.

    Raises:
        UnknownSeries: there is none.
    """
    links = archive.topic_links_of(tx, slug)
    return series_named(slug).with_aliases((link.label, link.topic, link.name) for link in links)


def reading_as_linked(tx: Transaction, reading: Reading) -> Reading:
    """A reading whose topics are those that a person has linked their labels to."""
    readouts = tuple(
        with_topics(readout, series_as_linked(tx, readout.series)) for readout in reading.readouts
    )
    return replace(reading, readouts=readouts)


def link(label: str, topic: str, slug: str, *, database: Database, now: datetime) -> TopicLink:
    """Link a label to a topic.

    Args:
        label: a label on file, or the slug made from it.
        topic: the topic it is: by slug, name or any label of it.
        slug: the series.
        database: the archive.
        now: the time to file it under, aware.

    Raises:
        NotFound: nothing on file is called so; or the label has another topic already, by the
            reviewed list or by a link.
        UsageError: the label and the topic are the same.
        UnknownSeries: there is no such series.
    """
    with database.transaction() as tx:
        series = series_as_linked(tx, slug)
        said = _on_file(tx, series)
        ours = _label(label, said, series)
        target = _target(topic, said, series)
        made = TopicLink(slug, ours, target.slug, target.name, now)
        if _refuse(made, archive.topic_links_of(tx, slug), series):
            return made
        archive.file_topic_link(tx, made)
        _apply(tx, slug, now)
    return made


def unlink(label: str, slug: str, *, database: Database, now: datetime) -> TopicLink:
    """Take a link back.

    Args:
        label: the label that was linked, or the slug made from it.
        slug: the series.
        database: the archive.
        now: the time to file the new comparisons under, aware.

    Raises:
        NotFound: no such label is linked.
        UnknownSeries: there is no such series.
    """
    with database.transaction() as tx:
        series = series_named(slug)
        for made in archive.topic_links_of(tx, slug):
            if (
                label_form(made.label) == label_form(label)
                or series.topic_slug(made.label) == label
            ):
                archive.drop_topic_link(tx, slug, made.label)
                _apply(tx, slug, now)
                return made
    raise NotFound(
        f"no label “{label}” is linked in the {series.name}",
        todo="`roundwatch topic links` lists what is",
    )


def topic_called(tx: Transaction, called: str, series: Series) -> TopicKnown:
    """The topic with this slug, name or label, on the list or on file.

    Raises:
        NotFound: there is none.
    """
    return _target(called, _on_file(tx, series), series)


def _apply(tx: Transaction, slug: str, now: datetime) -> None:
    series = series_as_linked(tx, slug)
    archive.name_topics_anew(tx, slug, series.topic_slug)
    refresh_comparisons(tx, [series], now)


def _on_file(tx: Transaction, series: Series) -> list[Mention]:
    """Every mention of the series' rounds, latest first."""
    filed = archive.current_readouts(tx, series.slug)
    if not filed:
        raise NotFound(
            f"the archive has no round of the {series.name} yet",
            todo="`roundwatch backfill` takes the past in",
        )
    return [mention for one in reversed(filed) for mention in one.readout.mentions]


def _label(called: str, said: list[Mention], series: Series) -> str:
    """The label on file that is called so, as its page has it."""
    for mention in said:
        if label_form(mention.label) == label_form(called):
            return mention.label
    reviewed = series_named(series.slug)
    made = list(dict.fromkeys(m.label for m in said if reviewed.topic_slug(m.label) == called))
    if not made:
        raise NotFound(f"no round of the {series.name} on file names “{called}”", todo=_SEEN)
    if len({label_form(label) for label in made}) > 1 and reviewed.topic_of(made[0]) is None:
        several = ", ".join(f"“{label}”" for label in made)
        raise UsageError(f"“{called}” is the slug of {several}", todo="name one of the labels")
    return made[0]


def _target(called: str, said: list[Mention], series: Series) -> TopicKnown:
    """The topic that is called so: on the list by its slug or any label, else on file."""
    topic = next((t for t in series.topics if t.slug == called), None) or series.topic_of(called)
    if topic:
        return TopicKnown(topic.slug, topic.name)
    for mention in said:
        if mention.topic == called or label_form(mention.label) == label_form(called):
            return TopicKnown(mention.topic, mention.label)
    known = dict.fromkeys(series.topic_name(each.topic) or each.label for each in said)
    raise NotFound(
        f"the {series.name} knows no topic “{called}”", todo=f"on file are: {'; '.join(known)}"
    )


def _refuse(made: TopicLink, links: tuple[TopicLink, ...], series: Series) -> bool:
    """Refuse a link that says nothing or contradicts; True if the very same is on file."""
    known = series.topic_of(made.label)
    for other in links:
        if label_form(other.label) != label_form(made.label):
            continue
        if other.topic == made.topic:
            return True
        raise NotFound(
            f"“{made.label}” is linked to “{other.name}” already",
            todo=f'take that back first: roundwatch topic unlink "{made.label}"',
        )
    if made.topic == (known.slug if known else series.topic_slug(made.label)):
        raise UsageError(
            f"“{made.label}” and “{made.name}” are one topic already",
            todo="link a label to another topic than its own",
        )
    if known and series_named(series.slug).topic_of(made.label):
        raise NotFound(
            f"“{made.label}” is a label of “{known.name}” on the reviewed list, "
            f"and cannot be one of “{made.name}” too",
            todo="a topic's own labels are changed in the series' file, docs/series.md",
        )
    if known:
        linked = next(other.label for other in links if other.topic == known.slug)
        raise NotFound(
            f"“{linked}” is linked to “{made.label}”, which so cannot be “{made.name}”",
            todo=f'take that back first: roundwatch topic unlink "{linked}"',
        )
    return False
