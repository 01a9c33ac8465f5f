"""A reader's own page: what is on file, changed, handed out, or forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from monitor.core.readers.choosing import (
    Choosable,
    choosable,
    faults_of,
    faults_of_topics,
    without_past_pause,
)
from monitor.core.readers.slots import next_slot
from monitor.errors import ChoiceRefused
from monitor.journeys.links import series_as_linked
from monitor.journeys.readers.standing import reader_of
from monitor.journeys.readers.tokens import Signer
from monitor.series import followed
from storage import archive, outbox, subscribers
from storage.database import Database, Transaction
from storage.documents import to_document
from storage.records import Preferences, Subscriber

Following = Mapping[str, tuple[str, ...]]
"""The series that a reader follows, by slug, each with the topics chosen: none means all."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A series that can be followed, and its topics."""

    slug: str
    name: str
    topics: tuple[Choosable, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """What a reader's own page shows: the reader, how things stand, what there is to choose."""

    reader: Subscriber
    preferences: Preferences
    following: Following
    offers: tuple[Offer, ...]


@cache
def zones() -> tuple[str, ...]:
    """The names of all time zones, in the order of the alphabet."""
    return tuple(sorted(available_timezones()))


def offers(database: Database) -> tuple[Offer, ...]:
    """The series that can be followed, each with its topics."""
    with database.reading() as tx:
        return _offers(tx)


def desk(token: str, *, database: Database, signer: Signer, now: datetime) -> Desk:
    """What a reader's own page shows.

    Raises:
        TokenRefused: the link does not count.
    """
    holder = signer.read_reader(token)
    with database.reading() as tx:
        return _desk(tx, reader_of(tx, holder), now)


def change(
    token: str,
    preferences: Preferences,
    following: Following,
    *,
    database: Database,
    signer: Signer,
    now: datetime,
) -> Desk:
    """Keep what a reader wants. What waits to be sent follows it in the same commit.

    Raises:
        TokenRefused: the link does not count.
        ChoiceRefused: something cannot be kept; nothing was. Every fault is named.
    """
    holder = signer.read_reader(token)
    with database.transaction() as tx:
        before = _desk(tx, reader_of(tx, holder), now)
        _refuse_faults(before, preferences, following, now)
        _follow(tx, before, following, now)
        if preferences != before.reader.preferences:
            subscribers.prefer(tx, before.reader.id, preferences)
            outbox.reschedule(tx, before.reader.id, next_slot(preferences, now))
        return _desk(tx, reader_of(tx, holder), now)


def export(token: str, *, database: Database, signer: Signer) -> dict[str, Any]:
    """All that is stored on a reader, as JSON: nothing is left out.

    Raises:
        TokenRefused: the link does not count.
    """
    holder = signer.read_reader(token)
    with database.reading() as tx:
        reader = reader_of(tx, holder)
        rest = subscribers.everything_on(tx, reader.id)
    return {"subscriber": to_document(reader), **to_document(rest)}


def erase(token: str, *, database: Database, signer: Signer, now: datetime) -> None:
    """Forget a reader: the address is nowhere in the database afterwards.

    Raises:
        TokenRefused: the link does not count; one who was erased before is such a case.
    """
    holder = signer.read_reader(token)
    with database.transaction() as tx:
        subscribers.erase(tx, reader_of(tx, holder).id, now)


def _desk(tx: Transaction, reader: Subscriber, now: datetime) -> Desk:
    return Desk(
        reader=reader,
        preferences=without_past_pause(reader.preferences, now),
        following={each.series: each.topics for each in reader.subscriptions},
        offers=_offers(tx),
    )


def _offers(tx: Transaction) -> tuple[Offer, ...]:
    linked = (series_as_linked(tx, each.slug) for each in followed())
    return tuple(
        Offer(each.slug, each.name, choosable(each, archive.current_readouts(tx, each.slug)))
        for each in linked
    )


def _refuse_faults(
    before: Desk, preferences: Preferences, following: Following, now: datetime
) -> None:
    known: dict[str, set[str]] = {
        offer.slug: {topic.slug for topic in offer.topics} for offer in before.offers
    }
    for series, topics in before.following.items():
        known.setdefault(series, set()).update(topics)  # what was chosen once may stay
    faults = faults_of(preferences, zones(), now) | faults_of_topics(following, known)
    if not following:
        faults["series"] = "at least one series is wanted; to get none, unsubscribe"
    if faults:
        raise ChoiceRefused(faults)


def _follow(tx: Transaction, before: Desk, following: Following, now: datetime) -> None:
    for series in set(before.following) - set(following):
        subscribers.unfollow(tx, before.reader.id, series, now)
    for series, topics in following.items():
        chosen = tuple(sorted(set(topics)))
        if before.following.get(series) != chosen:
            subscribers.follow(tx, before.reader.id, series, chosen, now)
