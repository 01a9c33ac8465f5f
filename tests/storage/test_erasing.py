"""A reader is forgotten: the address is nowhere afterwards, and the books still balance."""

from __future__ import annotations

import pytest

from storage import outbox, subscribers
from storage.bounces import file_bounce
from storage.database import Database, Transaction
from storage.records import Bounce, DeliveryState, Outcome
from storage.schema import metadata
from tests.storage.builders import MINUTE, NOON, address, at_once, digest, letter, reader

READER = "reader@example.org"


def everything(tx: Transaction) -> str:
    """All that is stored, as text."""
    tables = (table.name for table in metadata.sorted_tables)
    return str([tx.exec_driver_sql(f"select * from {name}").all() for name in tables])


def settle_one(tx: Transaction, state: DeliveryState, error: str | None = None) -> None:
    (held,) = outbox.claim(tx, owner="w", now=NOON, lease=MINUTE, limit=1)
    again = NOON if state in ("queued", "uncertain") else None
    outbox.settle(tx, [Outcome(held.id, state, again, error)], owner="w", now=NOON)


def test_an_erased_reader_is_nowhere_in_the_database(database: Database) -> None:
    with database.transaction() as tx:
        who, other = reader(tx), reader(tx, "other")
        address(tx, digest(tx, 1), only=[who.id])
        settle_one(tx, "failed", f"550 no such user <{READER}>")
        address(tx, digest(tx, 2))
        letter(tx, READER, who.id)
        letter(tx, "Reader@new.example.org", who.id)
        bounce = Bounce("hard", READER, "5.1.1", None, f"no such user {READER}")
        file_bounce(tx, bounce, report="r1", subscriber_id=who.id, now=NOON)
        assert everything(tx).lower().count("reader@") > 5
        subscribers.erase(tx, who.id, NOON)
        subscribers.erase(tx, who.id, NOON)
        assert "reader@" not in everything(tx).lower()
        assert [each.id for each in subscribers.subscribers(tx)] == [other.id]
        books = outbox.balance(tx)
        assert (books.failed, books.suppressed, books.queued) == (1, 3, 1)
        assert books.balanced


@pytest.mark.parametrize(
    ("state", "becomes"),
    [
        ("queued", "suppressed"),
        ("uncertain", "abandoned"),
        ("sent", "sent"),
        ("failed", "failed"),
    ],
)
def test_the_books_keep_what_became_of_an_erased_readers_mail(
    database: Database, state: DeliveryState, becomes: str
) -> None:
    with database.transaction() as tx:
        who = reader(tx)
        address(tx, digest(tx))
        settle_one(tx, state)
        subscribers.erase(tx, who.id, NOON)
        books = outbox.balance(tx)
    assert getattr(books, becomes) == 1
    assert books.balanced


def test_a_mail_under_way_is_abandoned_and_never_claimed_again(database: Database) -> None:
    with database.transaction() as tx:
        who = reader(tx)
        address(tx, digest(tx, 1), gathered=True)
        address(tx, digest(tx, 2), gathered=True)
        (held,) = outbox.claim(tx, owner="w", now=NOON, lease=MINUTE, limit=1)
        subscribers.erase(tx, who.id, NOON)
        done = [Outcome(held.id, "sent")]
        assert outbox.settle(tx, done, owner="w", now=NOON) == 0
        assert outbox.claim(tx, owner="w", now=NOON + 9 * MINUTE, lease=MINUTE, limit=1) == ()
        assert outbox.balance(tx).abandoned == 2


def test_what_failed_for_an_erased_reader_is_abandoned_when_the_rest_is_put_back(
    database: Database,
) -> None:
    with database.transaction() as tx:
        who = reader(tx)
        address(tx, digest(tx))
        settle_one(tx, "failed")
        letter(tx, READER, who.id)
        settle_one(tx, "failed")
        subscribers.erase(tx, who.id, NOON)
        assert outbox.retry_failed(tx, NOON) == 0
        assert outbox.claim(tx, owner="w", now=NOON, lease=MINUTE, limit=9) == ()
        books = outbox.balance(tx)
    assert (books.abandoned, books.candidates) == (2, 2)


def test_a_reader_who_comes_back_is_not_taken_for_the_erased_one(database: Database) -> None:
    with database.transaction() as tx:
        before = reader(tx)
        subscribers.erase(tx, before.id, NOON)
        after = reader(tx)
    assert after.id > before.id
    assert after.subscriptions[0].id > before.subscriptions[0].id


def test_erasing_while_digests_are_addressed_and_sent_leaves_nothing_behind(
    database: Database,
) -> None:
    with database.transaction() as tx:
        everybody = [reader(tx, str(number)).id for number in range(12)]
        filed = [digest(tx, number) for number in range(1, 5)]

    def work(number: int) -> None:
        if number < 4:
            with database.transaction() as tx:
                address(tx, filed[number], gathered=bool(number % 2))
        elif number < 8:
            for one in everybody[number - 4 : 6 : 4]:
                with database.transaction() as tx:
                    subscribers.erase(tx, one, NOON)
        else:
            for _ in range(10):
                with database.transaction() as tx:
                    mails = outbox.claim(tx, owner="w", now=NOON, lease=MINUTE, limit=5)
                with database.transaction() as tx:
                    done = [Outcome(each.id, "sent") for each in mails]
                    outbox.settle(tx, done, owner="w", now=NOON)

    at_once(9, work)
    with database.transaction() as tx:
        while mails := outbox.claim(tx, owner="x", now=NOON, lease=MINUTE, limit=50):
            done = [Outcome(each.id, "sent") for each in mails]
            outbox.settle(tx, done, owner="x", now=NOON)
        books = outbox.balance(tx)
        addresses = [each.address for each in subscribers.subscribers(tx)]
    assert addresses == [f"{number}@example.org" for number in range(6, 12)]
    assert books.balanced
    assert books.done
    assert books.sent >= 4 * 6
