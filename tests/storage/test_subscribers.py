from __future__ import annotations

from datetime import timedelta

import pytest

from storage import outbox, subscribers
from storage.database import Database
from storage.records import Balance
from tests.storage.builders import (
    MINUTE,
    NOON,
    SERIES,
    at_once,
    enqueue,
    file_round,
    readout,
    rows,
)

READER = "reader@example.org"


def test_a_reader_subscribes_once_however_often_and_in_whatever_case(database: Database) -> None:
    with database.transaction() as tx:
        reader, created = subscribers.subscribe(tx, address=READER, series=SERIES, now=NOON)
        again = subscribers.subscribe(
            tx, address="Reader@EXAMPLE.org", series=SERIES, now=NOON + MINUTE
        )
    assert created is True
    assert (reader.address, reader.series, reader.created_at) == (READER, SERIES, NOON)
    assert again == (reader, False)
    assert rows(database, ["subscribers", "subscriptions"]) == {
        "subscribers": 1,
        "subscriptions": 1,
    }


@pytest.mark.parametrize("other", ["ÜBER@example.org", "ÜbeR@Example.org"])
def test_case_is_ignored_beyond_ascii_on_both_databases(database: Database, other: str) -> None:
    with database.transaction() as tx:
        subscribers.subscribe(tx, address="über@example.org", series=SERIES, now=NOON)
        assert subscribers.subscribe(tx, address=other, series=SERIES, now=NOON)[1] is False


def test_a_reader_may_follow_two_series(database: Database) -> None:
    with database.transaction() as tx:
        one, _ = subscribers.subscribe(tx, address=READER, series=SERIES, now=NOON)
        two, created = subscribers.subscribe(tx, address=READER, series="another", now=NOON)
        subscribers.subscribe(tx, address="b@example.org", series="another", now=NOON)
        assert subscribers.subscribers(tx, SERIES) == (one,)
        assert [r.address for r in subscribers.subscribers(tx, "another")] == [
            READER,
            "b@example.org",
        ]
        assert len(subscribers.subscribers(tx)) == 3
    assert created is True
    assert one.id == two.id


def test_of_many_who_subscribe_one_address_at_once_one_creates_it(database: Database) -> None:
    def subscribe(_: int) -> bool:
        with database.transaction() as tx:
            return subscribers.subscribe(tx, address=READER, series=SERIES, now=NOON)[1]

    assert sorted(at_once(6, subscribe)) == [False] * 5 + [True]


def test_an_erased_reader_is_nowhere_in_the_database(database: Database) -> None:
    with database.transaction() as tx:
        for address in (READER, "other@example.org"):
            subscribers.subscribe(tx, address=address, series=SERIES, now=NOON)
        filed, readout_id = file_round(tx, readout())
        enqueue(tx, filed, readout_id)
        delivery = outbox.claim(tx, owner="w", now=NOON, lease=timedelta(minutes=5))
        assert delivery is not None
        outbox.settle_failed(
            tx, delivery.id, owner="w", error=f"550 no such user <{READER}>", now=NOON
        )
        enqueue(tx, filed, readout_id, kind="correction")
        assert subscribers.erase(tx, READER.upper()) is True
        assert subscribers.erase(tx, READER) is False
        assert [reader.address for reader in subscribers.subscribers(tx)] == ["other@example.org"]
        assert outbox.balance(tx) == Balance(queued=2, sending=0, sent=0, failed=1, abandoned=0)
    with database.reading() as tx:
        for table in ("subscribers", "subscriptions", "deliveries", "digests"):
            kept = tx.exec_driver_sql(f"select * from {table}").all()
            assert "reader@" not in str(kept).lower()


def test_what_was_sent_to_an_erased_reader_stays_in_the_books(database: Database) -> None:
    with database.transaction() as tx:
        subscribers.subscribe(tx, address=READER, series=SERIES, now=NOON)
        filed, readout_id = file_round(tx, readout())
        enqueue(tx, filed, readout_id)
        delivery = outbox.claim(tx, owner="w", now=NOON, lease=MINUTE)
        assert delivery is not None
        outbox.settle_sent(tx, delivery.id, owner="w", now=NOON)
        subscribers.erase(tx, READER)
        assert outbox.balance(tx).sent == 1


def test_a_delivery_under_way_is_abandoned_and_never_claimed_again(database: Database) -> None:
    with database.transaction() as tx:
        subscribers.subscribe(tx, address=READER, series=SERIES, now=NOON)
        enqueue(tx, *file_round(tx, readout()))
        delivery = outbox.claim(tx, owner="w", now=NOON, lease=MINUTE)
        assert delivery is not None
        subscribers.erase(tx, READER)
        assert outbox.settle_sent(tx, delivery.id, owner="w", now=NOON) is False
        assert outbox.claim(tx, owner="w", now=NOON + 9 * MINUTE, lease=MINUTE) is None
        assert outbox.balance(tx).abandoned == 1


def test_a_reader_who_comes_back_is_not_taken_for_the_erased_one(database: Database) -> None:
    with database.transaction() as tx:
        before, _ = subscribers.subscribe(tx, address=READER, series=SERIES, now=NOON)
        enqueue(tx, *file_round(tx, readout()))
        first = outbox.claim(tx, owner="w", now=NOON, lease=MINUTE)
        subscribers.erase(tx, READER)
        after, created = subscribers.subscribe(tx, address=READER, series=SERIES, now=NOON)
        enqueue(tx, *file_round(tx, readout(5), key="b"), round=5)
        second = outbox.claim(tx, owner="w", now=NOON, lease=MINUTE)
    assert created is True
    assert after.id != before.id
    assert first is not None
    assert second is not None
    assert second.subscription_id != first.subscription_id


def test_erasing_while_a_digest_is_being_enqueued_leaves_nothing_behind(database: Database) -> None:
    with database.transaction() as tx:
        for number in range(10):
            subscribers.subscribe(tx, address=f"{number}@example.org", series=SERIES, now=NOON)
        filed = [file_round(tx, readout(n), key=str(n)) for n in range(1, 6)]

    def work(number: int) -> None:
        with database.transaction() as tx:
            if number % 2:
                subscribers.erase(tx, f"{number}@example.org")
            else:
                enqueue(tx, *filed[number // 2], round=number)

    at_once(10, work)
    with database.reading() as tx:
        left = outbox.balance(tx).queued
        assert len(subscribers.subscribers(tx)) == 5
    assert left == 25
