"""Readers on the operator's word: who is added, who stays as is, who is not taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.errors import NotFound, ReaderHasGone, UsageError
from monitor.journeys.readers.orders import (
    Entered,
    Order,
    erase,
    everything_on,
    place_of,
    subscribe,
)
from storage import subscribers
from storage.database import Database
from storage.records import Preferences, Subscriber
from tests.journeys.offices import NOW, SERIES

READER = "reader@example.org"
DAILY = Preferences(rhythm="daily")


def enters(database: Database, order: Order) -> Entered:
    return subscribe(order, database=database, now=NOW)


def on_file(database: Database) -> Subscriber:
    with database.reading() as tx:
        found = subscribers.find(tx, READER)
    assert found is not None
    return found


def test_a_reader_who_is_pending_is_confirmed_and_keeps_what_was_chosen(
    database: Database,
) -> None:
    with database.transaction() as tx:
        subscribers.add(
            tx,
            address=READER,
            channel="mail",
            domain="example.org",
            state="pending",
            preferences=DAILY,
            now=NOW,
        )
    entered = enters(database, Order(READER))
    assert (entered.stood, entered.added) == ("pending", (SERIES.slug,))
    assert (entered.reader.state, entered.reader.preferences) == ("confirmed", DAILY)


def test_one_who_unsubscribed_comes_back_only_when_asked_for(database: Database) -> None:
    reader = enters(database, Order(READER)).reader
    with database.transaction() as tx:
        subscribers.unsubscribe(tx, reader.id, NOW)
    with pytest.raises(ReaderHasGone, match="is unsubscribed"):
        enters(database, Order(READER))
    assert on_file(database).state == "unsubscribed"
    entered = enters(database, Order(READER, again=True))
    assert (entered.stood, entered.reader.state) == ("unsubscribed", "confirmed")


def test_one_who_was_shut_comes_back_only_when_asked_for_and_the_reason_is_told(
    database: Database,
) -> None:
    reader = enters(database, Order(READER)).reader
    with database.transaction() as tx:
        subscribers.suppress(tx, reader.id, "complaint by the reader", NOW)
    with pytest.raises(ReaderHasGone, match="suppressed: complaint by the reader"):
        enters(database, Order(READER))
    back = enters(database, Order(READER, again=True)).reader
    assert (back.state, back.reason) == ("confirmed", None)


def test_topics_of_what_is_followed_stay_the_readers_own(database: Database) -> None:
    enters(database, Order(READER, topics=("labor",)))
    entered = enters(database, replace(Order(READER), topics=("digital-economy",)))
    assert entered.added == ()
    assert on_file(database).subscriptions[0].topics == ("labor",)


def test_all_that_is_on_file_is_told_and_forgotten(database: Database) -> None:
    enters(database, Order(READER))
    assert everything_on("READER@example.org", database=database)["subscriber"]["domain"] == (
        "example.org"
    )
    assert erase(READER, database=database, now=NOW) == READER
    with pytest.raises(NotFound):
        everything_on(READER, database=database)


@pytest.mark.parametrize(
    ("address", "channel", "domain"),
    [
        ("Reader@Example.ORG", "mail", "example.org"),
        (" https://example.org/hook ", "webhook", "example.org"),
        ("https://[2001:db8::1]:8443/hook", "webhook", "2001:db8::1"),
    ],
)
def test_an_address_tells_its_channel_and_what_receives(
    address: str, channel: str, domain: str
) -> None:
    place = place_of(address)
    assert (place.channel, place.domain) == (channel, domain)


def test_an_address_of_apprise_is_taken_with_and_without_its_prefix() -> None:
    pytest.importorskip("apprise")
    with_prefix, without = (
        place_of("apprise:json://example.org/a"),
        place_of("json://example.org/a"),
    )
    assert with_prefix == without
    assert (without.channel, without.address) == ("apprise", "json://example.org/a")


@pytest.mark.parametrize("address", ["http://example.org/a", "apprise:https", "apprise:"])
def test_what_no_channel_can_reach_is_refused(address: str) -> None:
    with pytest.raises(UsageError):
        place_of(address)
