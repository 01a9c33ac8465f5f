"""Readers, as the operator adds, shows and forgets them: on the operator's word, at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from monitor.core.readers.choosing import faults_of, faults_of_topics
from monitor.core.readers.mailboxes import checked
from monitor.errors import ChoiceRefused, NotFound, ReaderHasGone, UsageError
from monitor.journeys.readers.preferences import offers
from monitor.journeys.readers.standing import domain_of
from monitor.series import DEFAULT
from storage import subscribers
from storage.database import Database, Transaction
from storage.documents import to_document
from storage.records import Channel, Preferences, Subscriber, SubscriberState

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_LARGEST = 2**31 - 1  # a larger number fits into no database
_DIGITS = 11

GONE: frozenset[SubscriberState] = frozenset({"unsubscribed", "suppressed"})
"""How a reader stands who is told nothing more, for a reason that an operator should know."""


@dataclass(frozen=True, slots=True)
class Place:
    """An address in its normal form, what kind it is, and what receives there."""

    address: str
    channel: Channel
    domain: str


@dataclass(frozen=True, slots=True)
class Order:
    """What the operator wants for somebody: some series, or some topics of one.

    `again` takes back a reader who has unsubscribed, or to whom nothing can be sent.
    """

    address: str
    series: tuple[str, ...] = (DEFAULT,)
    topics: tuple[str, ...] = ()
    preferences: Preferences = field(default_factory=Preferences)
    again: bool = False


@dataclass(frozen=True, slots=True)
class Entered:
    """What came of an order.

    `stood` is how the reader stood before, None for one who is new; `added` the series that are
    new to the reader.
    """

    reader: Subscriber
    stood: SubscriberState | None
    added: tuple[str, ...]


def place_of(address: str) -> Place:
    """What kind of address this is: https of a webhook, any other URL of apprise, else of mail.

    Raises:
        UsageError: it is none; says why.
    """
    given = address.strip()
    bare = given.removeprefix("apprise:")
    scheme = _URL.match(bare)
    if scheme is None and bare == given:
        mailbox = checked(address)
        return Place(mailbox, "mail", domain_of(mailbox))
    is_web = bare == given and scheme is not None and scheme[1].lower() in ("https", "http")
    return _placed(bare, "webhook" if is_web else "apprise")


def subscribe(order: Order, *, database: Database, now: datetime) -> Entered:
    """Add a reader, confirmed at once; one who is there already stays as is.

    To a reader on file, only series that are new are added; preferences, and the topics of what is
    followed, are the reader's own.

    Raises:
        UsageError: it is no address.
        ChoiceRefused: series, topics or preferences cannot be kept; every fault is named.
        ReaderHasGone: the reader has unsubscribed, or nothing can be sent there.
    """
    place = place_of(order.address)
    _refuse_faults(order, database, now)
    with database.transaction() as tx:
        reader, is_new = subscribers.add(
            tx,
            address=place.address,
            channel=place.channel,
            domain=place.domain,
            state="confirmed",
            preferences=order.preferences,
            now=now,
        )
        if not is_new and reader.state != "confirmed":
            _refuse_gone(reader, order)
            subscribers.confirm(tx, reader.id, now)
        added = _follow(tx, reader, order, now)
        entered = subscribers.of_id(tx, reader.id) or reader
    return Entered(entered, None if is_new else reader.state, added)


def known(tx: Transaction, who: str) -> Subscriber:
    """The reader of an address, or of a number (which no address is).

    Raises:
        UsageError: it is neither.
        NotFound: nobody on file has it.
    """
    if who.isascii() and who.isdigit():
        return _numbered(tx, who)
    place = place_of(who)
    reader = subscribers.find(tx, place.address, place.channel)
    if reader is None:
        raise NotFound(f"{place.address} is not on the list")
    return reader


def everything_on(who: str, *, database: Database) -> dict[str, Any]:
    """All that is stored on a reader, as JSON has it.

    Raises:
        UsageError: it is neither an address nor a number.
        NotFound: nobody on file has it.
    """
    with database.reading() as tx:
        reader = known(tx, who)
        rest = subscribers.everything_on(tx, reader.id)
    return {"subscriber": to_document(reader), **to_document(rest)}


def erase(who: str, *, database: Database, now: datetime) -> str:
    """Forget a reader: the address is nowhere in the database afterwards.

    Returns:
        The address that was forgotten, as it stood on file.

    Raises:
        UsageError: it is neither an address nor a number.
        NotFound: nobody on file has it.
    """
    with database.transaction() as tx:
        reader = known(tx, who)
        subscribers.erase(tx, reader.id, now)
    return reader.address


def topics_of(database: Database) -> Mapping[str, Collection[str]]:
    """The slugs of the topics that can be chosen, by series."""
    return {each.slug: {topic.slug for topic in each.topics} for each in offers(database)}


def _numbered(tx: Transaction, digits: str) -> Subscriber:
    number = int(digits[:_DIGITS])
    reader = subscribers.of_id(tx, number) if number <= _LARGEST else None
    if reader is None:
        raise NotFound(f"no reader on the list has the number {digits[:_DIGITS]}")
    return reader


def _placed(address: str, channel: Channel) -> Place:
    from notifiers.channels import receiver_of

    try:
        return Place(address, channel, receiver_of(channel, address))
    except ValueError as fault:
        todo = "an address of mail, https://host/path, or apprise: and an address of apprise"
        raise UsageError(str(fault), todo=todo) from fault


def _refuse_faults(order: Order, database: Database, now: datetime) -> None:
    faults = faults_of(order.preferences, available_timezones(), now)
    if order.topics and len(order.series) > 1:
        faults["topic"] = "topics are those of one series: give one --series with them"
    chosen = dict.fromkeys(order.series, order.topics)
    faults |= faults_of_topics(chosen, topics_of(database))
    if faults:
        raise ChoiceRefused(faults)


def _refuse_gone(reader: Subscriber, order: Order) -> None:
    if reader.state not in GONE or order.again:
        return
    why = f": {reader.reason}" if reader.reason else ""
    raise ReaderHasGone(
        f"{reader.address} is {reader.state}{why}",
        todo="if the reader asks for it, give --again",
    )


def _follow(tx: Transaction, reader: Subscriber, order: Order, now: datetime) -> tuple[str, ...]:
    here = {each.series for each in reader.subscriptions}
    added = tuple(slug for slug in order.series if slug not in here)
    for slug in added:
        subscribers.follow(tx, reader.id, slug, tuple(sorted(set(order.topics))), now)
    return added
