from __future__ import annotations

from datetime import date, timedelta

import pytest

from storage import outbox, subscribers
from storage.bounces import file_bounce
from storage.database import Database, Transaction
from storage.records import (
    Bounce,
    Outcome,
    Preferences,
    Subscriber,
    SubscriberState,
    Subscription,
)
from tests.storage.builders import (
    MINUTE,
    NOON,
    SERIES,
    address,
    at_once,
    digest,
    letter,
    reader,
    rows,
)

READER = "reader@example.org"
PREFERENCES = Preferences("ja", "text", "weekly", 4, 17, "Asia/Tokyo", date(2026, 4, 1))


def add(
    tx: Transaction, to: str = READER, state: SubscriberState = "pending"
) -> tuple[Subscriber, bool]:
    return subscribers.add(
        tx,
        address=to,
        channel="mail",
        domain=to.partition("@")[2],
        state=state,
        preferences=PREFERENCES,
        now=NOON,
    )


def again(tx: Transaction, one: Subscriber) -> Subscriber:
    """The reader as on file now."""
    found = subscribers.of_id(tx, one.id)
    assert found is not None
    return found


def test_a_reader_is_filed_once_however_often_and_in_whatever_case(database: Database) -> None:
    with database.transaction() as tx:
        one, created = add(tx)
        assert add(tx, "Reader@EXAMPLE.org", "confirmed") == (one, False)
        assert subscribers.find(tx, "READER@example.org") == one
        assert subscribers.find(tx, "nobody@example.org") is None
        assert subscribers.of_id(tx, one.id + 1) is None
    assert created is True
    assert (one.address, one.state, one.confirmed_at) == (READER, "pending", None)
    assert (one.preferences, one.subscriptions, one.created_at) == (PREFERENCES, (), NOON)
    assert rows(database, ["subscribers"]) == {"subscribers": 1}


@pytest.mark.parametrize("other", ["ÜBER@example.org", "ÜbeR@Example.org"])
def test_case_is_ignored_beyond_ascii_on_both_databases(database: Database, other: str) -> None:
    with database.transaction() as tx:
        add(tx, "über@example.org")
        assert add(tx, other)[1] is False


def test_case_counts_in_the_address_of_another_channel(database: Database) -> None:
    with database.transaction() as tx:
        for path in ("in", "IN"):
            subscribers.add(
                tx,
                address=f"https://hooks.example.org/{path}",
                channel="webhook",
                domain="hooks.example.org",
                state="confirmed",
                preferences=Preferences(),
                now=NOON,
            )
        assert subscribers.find(tx, "https://hooks.example.org/In", "webhook") is None
        found = subscribers.find(tx, "https://hooks.example.org/IN", "webhook")
    assert found is not None
    assert rows(database, ["subscribers"]) == {"subscribers": 2}


def test_of_many_who_subscribe_one_address_at_once_one_creates_it(database: Database) -> None:
    def subscribe(_: int) -> bool:
        with database.transaction() as tx:
            one, created = add(tx)
            subscribers.follow(tx, one.id, SERIES, (), NOON)
            return created

    assert sorted(at_once(6, subscribe)) == [False] * 5 + [True]
    assert rows(database, ["subscriptions"]) == {"subscriptions": 1}


def test_a_reader_can_be_read_where_nothing_may_be_written(database: Database) -> None:
    with database.transaction() as tx:
        one = reader(tx)
    with database.reading() as tx:
        assert subscribers.of_id(tx, one.id) == one
        assert subscribers.find(tx, READER) == one


def test_readers_are_handed_out_in_the_order_they_came(database: Database) -> None:
    with database.transaction() as tx:
        reader(tx, "a", SERIES, "another")
        reader(tx, "b", "another")
        subscribers.unfollow(tx, reader(tx, "c").id, SERIES, NOON)
        names = [each.address[0] for each in subscribers.subscribers(tx)]
        here = [each.address[0] for each in subscribers.subscribers(tx, SERIES)]
        there = [each.address[0] for each in subscribers.subscribers(tx, "another")]
    assert (names, here, there) == (["a", "b", "c"], ["a"], ["a", "b"])


def test_a_reader_follows_leaves_and_follows_again_as_the_same_subscription(
    database: Database,
) -> None:
    with database.transaction() as tx:
        one, _ = add(tx)
        assert subscribers.follow(tx, one.id, SERIES, ("beef", "apples", "beef"), NOON) is True
        (first,) = again(tx, one).subscriptions
        assert first == Subscription(first.id, SERIES, ("apples", "beef"), NOON)
        assert subscribers.follow(tx, one.id, SERIES, (), NOON + MINUTE) is False
        assert again(tx, one).subscriptions[0].topics == ()
        subscribers.unfollow(tx, one.id, SERIES, NOON + MINUTE)
        assert again(tx, one).subscriptions == ()
        assert subscribers.follow(tx, one.id, SERIES, ("beef",), NOON + 2 * MINUTE) is True
        (last,) = again(tx, one).subscriptions
    assert last == Subscription(first.id, SERIES, ("beef",), NOON)


def test_what_waits_of_a_series_that_is_left_is_not_sent(database: Database) -> None:
    with database.transaction() as tx:
        one = reader(tx, "reader", SERIES, "another")
        address(tx, digest(tx))
        address(tx, digest(tx, series="another"), series="another")
        subscribers.unfollow(tx, one.id, SERIES, NOON)
        (mail,) = outbox.claim(tx, owner="w", now=NOON, lease=MINUTE, limit=9)
        books = outbox.balance(tx)
    assert mail.parts[0].digest_id == 2
    assert (books.suppressed, books.balanced) == (1, True)


def test_whoever_confirms_starts_with_a_clean_slate(database: Database) -> None:
    with database.transaction() as tx:
        one, _ = add(tx)
        subscribers.count_letter(tx, one.id, 3, NOON)
        subscribers.score(tx, one.id, 2.5, NOON)
        subscribers.suppress(tx, one.id, "mailbox full", NOON)
        before = again(tx, one)
        subscribers.confirm(tx, one.id, NOON + MINUTE)
        after = again(tx, one)
    assert (before.letters, before.letter_at, before.bounces, before.bounced_at) == (
        3,
        NOON,
        2.5,
        NOON,
    )
    assert (before.state, before.reason) == ("suppressed", "mailbox full")
    assert (after.letters, after.letter_at, after.bounces, after.bounced_at) == (0, None, 0, None)
    assert (after.state, after.reason) == ("confirmed", None)
    assert after.confirmed_at == NOON + MINUTE


def test_preferences_are_kept_to_the_last(database: Database) -> None:
    with database.transaction() as tx:
        one = reader(tx)
        assert one.preferences == Preferences()
        subscribers.prefer(tx, one.id, PREFERENCES)
        assert again(tx, one).preferences == PREFERENCES


@pytest.mark.parametrize("end", ["unsubscribed", "suppressed"])
def test_who_leaves_is_sent_nothing_that_waits_and_keeps_what_was_chosen(
    database: Database, end: str
) -> None:
    with database.transaction() as tx:
        one = reader(tx, topics=("beef",))
        address(tx, digest(tx))
        letter(tx, "new@example.org", one.id)
        if end == "unsubscribed":
            subscribers.unsubscribe(tx, one.id, NOON)
        else:
            subscribers.suppress(tx, one.id, "550 nobody there", NOON)
        assert outbox.claim(tx, owner="w", now=NOON, lease=MINUTE, limit=9) == ()
        books = outbox.balance(tx)
        found = again(tx, one)
    assert (books.candidates, books.suppressed) == (2, 2)
    assert (found.state, found.subscriptions) == (end, one.subscriptions)


@pytest.mark.parametrize("end", ["unsubscribed", "suppressed", "unfollowed"])
def test_what_failed_is_not_put_back_for_who_has_left_since(database: Database, end: str) -> None:
    with database.transaction() as tx:
        one, _ = reader(tx), reader(tx, "other")
        address(tx, digest(tx))
        for held in outbox.claim(tx, owner="w", now=NOON, lease=MINUTE, limit=9):
            outbox.settle(tx, [Outcome(held.id, "failed", error="550")], owner="w", now=NOON)
        if end == "unsubscribed":
            subscribers.unsubscribe(tx, one.id, NOON)
        elif end == "suppressed":
            subscribers.suppress(tx, one.id, "550 nobody there", NOON)
        else:
            subscribers.unfollow(tx, one.id, SERIES, NOON)
        assert outbox.retry_failed(tx, NOON) == 1
        (mail,) = outbox.claim(tx, owner="w", now=NOON, lease=MINUTE, limit=9)
        books = outbox.balance(tx)
    assert mail.recipient.address == "other@example.org"
    assert (books.failed, books.balanced) == (1, True)


def test_of_a_gathered_mail_that_failed_only_what_is_still_followed_is_put_back(
    database: Database,
) -> None:
    with database.transaction() as tx:
        one = reader(tx, "reader", SERIES, "another")
        for number in (1, 2):
            for slug in (SERIES, "another"):
                address(tx, digest(tx, number, series=slug), series=slug, gathered=True)
        (held,) = outbox.claim(tx, owner="w", now=NOON, lease=MINUTE, limit=9)
        outbox.settle(tx, [Outcome(held.id, "failed", error="550")], owner="w", now=NOON)
        subscribers.unfollow(tx, one.id, SERIES, NOON)
        assert outbox.retry_failed(tx, NOON) == 2
        (mail,) = outbox.claim(tx, owner="w", now=NOON, lease=MINUTE, limit=9)
    assert [part.digest_id for part in mail.parts] == [2, 4]


def test_a_reader_moves_and_what_waits_follows(database: Database) -> None:
    with database.transaction() as tx:
        one = reader(tx)
        subscribers.score(tx, one.id, 2.5, NOON)
        address(tx, digest(tx))
        assert subscribers.readdress(tx, one.id, "new@elsewhere.example", "elsewhere.example")
        (mail,) = outbox.claim(tx, owner="w", now=NOON, lease=MINUTE, limit=9)
        moved = again(tx, one)
        assert subscribers.find(tx, READER) is None
    assert (mail.recipient.address, mail.recipient.domain) == (
        "new@elsewhere.example",
        "elsewhere.example",
    )
    assert (moved.generation, moved.bounces, moved.bounced_at) == (1, 0.0, None)
    assert mail.recipient.generation == 1


def test_nobody_moves_to_the_address_of_another(database: Database) -> None:
    with database.transaction() as tx:
        one, _ = reader(tx), reader(tx, "taken")
        assert not subscribers.readdress(tx, one.id, "Taken@example.org", "example.org")
        assert again(tx, one) == one
        assert subscribers.readdress(tx, one.id, "READER@example.org", "example.org")


def test_of_two_who_move_to_one_address_at_once_one_gets_it(database: Database) -> None:
    with database.transaction() as tx:
        both = [reader(tx, name).id for name in ("a", "b")]

    def move(number: int) -> bool:
        with database.transaction() as tx:
            return subscribers.readdress(tx, both[number], "new@example.org", "example.org")

    assert sorted(at_once(2, move)) == [False, True]


def test_all_that_is_on_file_about_a_reader_can_be_handed_out(database: Database) -> None:
    with database.transaction() as tx:
        one = reader(tx)
        reader(tx, "other")
        address(tx, digest(tx))
        letter(tx, "other@example.org")
        letter(tx, READER, one.id)
        back = Bounce("soft", READER, "4.2.2", "<digest-1.1@example.org>", "mailbox full")
        assert file_bounce(tx, back, report="r1", subscriber_id=one.id, now=NOON) is True
        assert file_bounce(tx, back, report="r1", subscriber_id=one.id, now=NOON) is False
        found = subscribers.everything_on(tx, one.id)
    assert found == {
        "mails": [
            {
                "series": SERIES,
                "round": 4,
                "kind": "news",
                "subject": "Round 4",
                "message_id": "<digest-1.1@example.org>",
                "state": "queued",
                "queued_at": NOON,
                "settled_at": None,
                "attempts": 0,
                "error": None,
            }
        ],
        "letters": [
            {
                "kind": "confirm",
                "address": READER,
                "language": "ja",
                "created_at": NOON,
                "message_id": "<letter-2@example.org>",
                "state": "queued",
                "settled_at": None,
                "attempts": 0,
                "error": None,
            }
        ],
        "bounces": [
            {
                "kind": "soft",
                "status": "4.2.2",
                "message_id": "<digest-1.1@example.org>",
                "words": "mailbox full",
                "taken_at": NOON,
            }
        ],
    }


def test_who_leaves_while_a_digest_is_addressed_gets_it_before_or_not_at_all(
    database: Database,
) -> None:
    """On PostgreSQL the two run at the same moment; whoever has left is sent nothing more."""
    with database.transaction() as tx:
        everybody = [reader(tx, str(number)).id for number in range(12)]
        filed = [digest(tx, number) for number in range(1, 5)]

    def work(number: int) -> None:
        if number < len(filed):
            with database.transaction() as tx:
                address(tx, filed[number], gathered=bool(number % 2))
            return
        for one in everybody[number - len(filed) :: 4]:
            with database.transaction() as tx:
                subscribers.of_id(tx, one)
                subscribers.unsubscribe(tx, one, NOON)

    at_once(8, work)
    with database.transaction() as tx:
        books = outbox.balance(tx)
        later = NOON + timedelta(days=9)
        assert outbox.claim(tx, owner="w", now=later, lease=MINUTE, limit=99) == ()
    assert (books.queued, books.balanced) == (0, True)
