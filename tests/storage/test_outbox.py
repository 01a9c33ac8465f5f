from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from storage import archive, outbox, subscribers
from storage.database import Database, Transaction
from storage.records import Balance, Delivery, DeliveryState, Letter, Outcome, Recipient
from tests.databases import SqliteFiles
from tests.storage.builders import (
    MINUTE,
    NOON,
    SERIES,
    address,
    at_once,
    crowd,
    digest,
    in_processes,
    letter,
    reader,
    rows,
)

LEASE = timedelta(minutes=5)


def queue(tx: Transaction, readers: int) -> int:
    """Queue a digest to so many readers; return its id."""
    crowd(tx, readers)
    digest_id = digest(tx)
    assert address(tx, digest_id) == readers
    return digest_id


def claim(tx: Transaction, owner: str = "w", at: int = 0, limit: int = 1) -> tuple[Delivery, ...]:
    return outbox.claim(tx, owner=owner, now=NOON + at * MINUTE, lease=LEASE, limit=limit)


def settle(
    tx: Transaction,
    delivery: Delivery,
    state: DeliveryState = "sent",
    due_at: datetime | None = None,
    *,
    owner: str = "w",
    tried: bool = True,
) -> int:
    outcome = Outcome(delivery.id, state, due_at, None if state == "sent" else "451", tried)
    return outbox.settle(tx, [outcome], owner=owner, now=NOON)


def books(candidates: int, **counts: int) -> Balance:
    states = ("queued", "sending", "uncertain", "sent", "suppressed", "failed", "abandoned")
    return Balance(candidates, **{state: counts.get(state, 0) for state in states})


def test_a_claim_takes_no_more_than_asked_and_those_due_longest_first(database: Database) -> None:
    with database.transaction() as tx:
        reader(tx)
        for number, minutes in ((1, 2), (2, 0), (3, 1)):
            address(tx, digest(tx, number), NOON + minutes * MINUTE)
        found = [each.parts[0].digest_id for each in claim(tx, at=9, limit=2)]
        assert found == [2, 3]
        assert [each.parts[0].digest_id for each in claim(tx, at=9, limit=2)] == [1]
        assert claim(tx, at=9, limit=2) == ()


def test_nothing_is_claimed_before_its_time(database: Database) -> None:
    with database.transaction() as tx:
        reader(tx)
        address(tx, digest(tx), NOON + MINUTE)
        assert claim(tx) == ()
        assert len(claim(tx, at=1)) == 1


def test_a_claimed_delivery_says_whom_it_goes_to_and_how(database: Database) -> None:
    with database.transaction() as tx:
        who, _ = subscribers.add(
            tx,
            address="https://hooks.example.org/in",
            channel="webhook",
            domain="hooks.example.org",
            state="confirmed",
            preferences=reader(tx, language="ja", format="text").preferences,
            now=NOON,
        )
        subscribers.follow(tx, who.id, SERIES, (), NOON)
        address(tx, digest(tx), only=[who.id])
        (one,) = claim(tx)
    assert one.recipient == Recipient(
        address="https://hooks.example.org/in",
        channel="webhook",
        domain="hooks.example.org",
        subscriber_id=who.id,
        generation=0,
        language="ja",
        format="text",
    )
    assert (one.attempts, one.letter) == (1, None)


def share_of(database: Database, owner: str) -> list[int]:
    """Claim and settle in batches until nothing is due; return what was had."""
    mine: list[int] = []
    while True:
        with database.transaction() as tx:
            batch = outbox.claim(tx, owner=owner, now=NOON, lease=LEASE, limit=7)
        if not batch:
            return mine
        mine += [each.id for each in batch]
        time.sleep(0.002)  # sending takes a while, and lets the others come
        with database.transaction() as tx:
            done = [Outcome(each.id, "sent") for each in batch]
            assert outbox.settle(tx, done, owner=owner, now=NOON) == len(batch)


def test_many_threads_claim_three_hundred_deliveries_each_exactly_once(
    database: Database,
) -> None:
    with database.transaction() as tx:
        queue(tx, 300)
    shares = at_once(8, lambda number: share_of(database, f"worker {number}"))
    times = Counter(delivery for share in shares for delivery in share)
    assert len(times) == 300
    assert set(times.values()) == {1}
    assert sum(1 for share in shares if share) > 1, "one worker did it all: no race was tried"
    with database.reading() as tx:
        assert outbox.balance(tx) == books(300, sent=300)


def test_three_processes_claim_three_hundred_deliveries_each_exactly_once(
    database: Database, database_url: str
) -> None:
    with database.transaction() as tx:
        queue(tx, 300)
    script = (
        "import os\n"
        "from tests.storage.test_outbox import share_of\n"
        "print(*share_of(database, str(os.getpid())))\n"
    )
    shares = [printed.split() for printed in in_processes(3, script, database_url)]
    times = Counter(delivery for share in shares for delivery in share)
    assert len(times) == 300
    assert set(times.values()) == {1}
    with database.reading() as tx:
        assert outbox.balance(tx) == books(300, sent=300)


def test_a_delivery_whose_worker_died_is_anybodys_when_the_lease_is_over(
    database: Database,
) -> None:
    with database.transaction() as tx:
        queue(tx, 1)
        (lost,) = claim(tx, "dies")
        early = NOON + LEASE - timedelta(seconds=1)
        assert outbox.claim(tx, owner="next", now=early, lease=LEASE, limit=1) == ()
        (again,) = claim(tx, "next", at=5)
        assert (again.id, again.attempts, again.message_id) == (lost.id, 2, lost.message_id)
        assert settle(tx, lost, owner="dies") == 0
        assert outbox.balance(tx).sending == 1
        assert settle(tx, again, owner="next") == 1
        assert settle(tx, again, owner="next") == 0
        assert outbox.balance(tx) == books(1, sent=1)


def test_a_lease_that_ran_out_is_settled_all_the_same_while_nobody_else_took_it(
    database: Database,
) -> None:
    with database.transaction() as tx:
        queue(tx, 1)
        (slow,) = claim(tx)
        done = [Outcome(slow.id, "sent")]
        assert outbox.settle(tx, done, owner="w", now=NOON + 2 * LEASE) == 1


def test_an_owner_lengthens_the_leases_of_its_own_and_no_other(database: Database) -> None:
    with database.transaction() as tx:
        queue(tx, 3)
        claim(tx, "mine", limit=2)
        (other,) = claim(tx, "other")
        assert outbox.extend(tx, owner="mine", until=NOON + 2 * LEASE) == 2
        assert [each.id for each in claim(tx, "next", at=6, limit=9)] == [other.id]
        assert outbox.extend(tx, owner="nobody", until=NOON + 9 * LEASE) == 0
        assert len(claim(tx, "next", at=10, limit=9)) == 2


@pytest.mark.parametrize("state", ["sent", "failed", "queued", "uncertain"])
def test_only_who_holds_a_delivery_may_settle_it(database: Database, state: DeliveryState) -> None:
    later = NOON if state in ("queued", "uncertain") else None
    with database.transaction() as tx:
        queue(tx, 1)
        (held,) = claim(tx)
        assert settle(tx, held, state, later, owner="other") == 0
        assert outbox.balance(tx) == books(1, sending=1)
        assert settle(tx, held, state, later) == 1
        assert outbox.balance(tx) == books(1, **{state: 1})


def test_a_group_of_outcomes_is_recorded_at_once_and_what_was_lost_is_left_alone(
    database: Database,
) -> None:
    with database.transaction() as tx:
        queue(tx, 6)
        first, second, third, fourth, fifth = claim(tx, limit=5)
        claim(tx, "thief", at=5, limit=2)  # the sixth, and the first: its lease is over
        outcomes = [
            Outcome(first.id, "sent"),
            Outcome(second.id, "sent"),
            Outcome(third.id, "failed", error="550"),
            Outcome(fourth.id, "queued", NOON + MINUTE, "451"),
            Outcome(fifth.id, "uncertain", NOON + MINUTE, "lost"),
        ]
        assert outbox.settle(tx, outcomes, owner="w", now=NOON) == 4
        assert outbox.settle(tx, [], owner="w", now=NOON) == 0
        assert outbox.balance(tx) == books(6, queued=1, sending=2, sent=1, failed=1, uncertain=1)


@pytest.mark.parametrize("state", ["queued", "uncertain"])
def test_what_is_tried_again_waits_for_its_time(database: Database, state: DeliveryState) -> None:
    with database.transaction() as tx:
        queue(tx, 1)
        (held,) = claim(tx)
        settle(tx, held, state, NOON + 10 * MINUTE)
        assert claim(tx, at=9) == ()
        assert outbox.next_attempt(tx) == NOON + 10 * MINUTE
        assert claim(tx, at=10)[0].id == held.id


def test_what_failed_for_good_is_never_tried_again(database: Database) -> None:
    with database.transaction() as tx:
        queue(tx, 1)
        (held,) = claim(tx)
        settle(tx, held, "failed")
        assert claim(tx, at=99) == ()
        assert outbox.next_attempt(tx) is None


def test_an_attempt_is_given_back_where_nothing_at_all_could_be_sent(database: Database) -> None:
    with database.transaction() as tx:
        queue(tx, 1)
        for _ in range(3):
            settle(tx, claim(tx)[0], "queued", NOON, tried=False)
        assert claim(tx)[0].attempts == 1


def test_a_gathered_mail_is_claimed_and_settled_as_one(database: Database) -> None:
    with database.transaction() as tx:
        reader(tx)
        for number in (1, 2, 3):
            address(tx, digest(tx, number), NOON, gathered=True)
        (held,) = claim(tx, limit=9)
        assert outbox.balance(tx) == books(3, sending=3)
        assert settle(tx, held, "queued", NOON) == 3
        (again,) = claim(tx, limit=9)
        assert (again.id, again.parts) == (held.id, held.parts)
        assert settle(tx, again) == 3
        assert outbox.balance(tx) == books(3, sent=3)


def test_a_domain_at_rest_is_left_alone_until_its_time(database: Database) -> None:
    with database.transaction() as tx:
        crowd(tx, 4, domains=2)
        address(tx, digest(tx))
        resting, awake = "d0.example.org", "d1.example.org"
        rest = {"failures": 1, "not_before": NOON + MINUTE, "words": "421 busy"}
        outbox.rest(tx, resting, **rest)  # type: ignore[arg-type]
        assert outbox.resting(tx, NOON) == ((resting, NOON + MINUTE, "421 busy"),)
        assert [each.recipient.domain for each in claim(tx, limit=9)] == [awake] * 2
        assert claim(tx, limit=9) == ()
        assert [each.recipient.domain for each in claim(tx, at=1, limit=9)] == [resting] * 2
        assert outbox.resting(tx, NOON + MINUTE) == ()


def test_a_domain_that_is_full_is_left_out_without_being_touched(database: Database) -> None:
    with database.transaction() as tx:
        crowd(tx, 4, domains=2)
        address(tx, digest(tx))
        full = ["d0.example.org"]
        mails = outbox.claim(tx, owner="w", now=NOON, lease=LEASE, limit=9, full=full)
        assert [each.recipient.domain for each in mails] == ["d1.example.org"] * 2
        assert outbox.oldest_due(tx, NOON) == NOON


def test_a_domain_is_remembered_until_it_takes_a_mail(database: Database) -> None:
    with database.transaction() as tx:
        assert (outbox.troubled(tx), outbox.failures(tx, "a.example")) == (set(), 0)
        for failures in (1, 2):
            outbox.rest(tx, "a.example", failures=failures, not_before=NOON, words="421")
        assert outbox.troubled(tx) == {"a.example"}
        assert outbox.failures(tx, "a.example") == 2
        outbox.wake(tx, "a.example")
        assert (outbox.troubled(tx), outbox.failures(tx, "a.example")) == (set(), 0)


def test_a_letter_goes_the_same_way_as_a_digest(database: Database) -> None:
    with database.transaction() as tx:
        who = reader(tx, state="pending", language="en")
        letter(tx, "new@Elsewhere.example", who.id)
        letter(tx, "operator@example.org")
        assert outbox.balance(tx) == books(2, queued=2)
        first, second = claim(tx, limit=9)
        assert settle(tx, first) == 1
    assert first.letter == Letter(1, "confirm", who.id, "ja", {"series": "A series"}, NOON)
    assert first.message_id == "<letter-1@example.org>"
    assert first.recipient == Recipient(
        "new@Elsewhere.example", domain="elsewhere.example", subscriber_id=who.id, language="ja"
    )
    assert (second.recipient.address, second.recipient.subscriber_id) == (
        "operator@example.org",
        None,
    )
    assert second.parts == ()


def test_a_letter_to_nobody_on_file_is_written_in_its_own_language(database: Database) -> None:
    with database.transaction() as tx:
        letter(tx, "operator@example.org")
        (one,) = claim(tx)
    assert one.recipient.language == "ja"


def test_the_books_tell_how_long_the_outbox_waits(database: Database) -> None:
    with database.transaction() as tx:
        assert outbox.balance(tx) == books(0)
        assert outbox.oldest_due(tx, NOON) is None
        assert outbox.oldest_slot(tx) is None
        assert outbox.next_attempt(tx) is None
        queue(tx, 2)
        assert outbox.oldest_due(tx, NOON - MINUTE) is None
        assert outbox.oldest_due(tx, NOON + MINUTE) == NOON
        (held, _) = claim(tx, limit=2)
        assert outbox.oldest_due(tx, NOON + MINUTE) is None
        settle(tx, held, "queued", NOON + 9 * MINUTE)
        assert outbox.oldest_slot(tx) == NOON
        assert outbox.next_attempt(tx) == NOON + LEASE
        assert outbox.balance(tx) == books(2, queued=1, sending=1)


def test_the_books_of_one_digest_are_its_own(database: Database) -> None:
    with database.transaction() as tx:
        one = queue(tx, 2)
        two = digest(tx, 5)
        address(tx, two)
        settle(tx, claim(tx)[0])
        letter(tx, "operator@example.org")
        assert outbox.balance(tx, one) == books(2, queued=1, sent=1)
        assert outbox.balance(tx, two) == books(2, queued=2)
        assert outbox.balance(tx) == books(5, queued=4, sent=1)


@pytest.mark.parametrize(
    "taken", ["digest_id is not null", "letter_id is not null"], ids=["digest", "letter"]
)
def test_the_books_show_it_when_a_row_is_taken_away_by_hand(database: Database, taken: str) -> None:
    with database.transaction() as tx:
        queue(tx, 2)
        letter(tx, "operator@example.org")
        assert outbox.balance(tx).balanced
        one = f"(select min(id) from deliveries where {taken})"
        tx.exec_driver_sql(f"delete from deliveries where id = {one}")
        assert outbox.balance(tx) == books(3, queued=2)
        assert not outbox.balance(tx).balanced


def test_what_failed_is_put_back_and_is_then_as_good_as_new(database: Database) -> None:
    later = NOON + 9 * MINUTE
    with database.transaction() as tx:
        queue(tx, 2)
        for held in claim(tx, limit=2):
            settle(tx, held, "failed")
        assert outbox.retry_failed(tx, later) == 2
        assert outbox.balance(tx) == books(2, queued=2)
        assert outbox.oldest_slot(tx) == later
        assert claim(tx, at=9)[0].attempts == 1
        assert outbox.retry_failed(tx, later) == 0


def test_a_gathered_mail_that_failed_is_put_back_as_one(database: Database) -> None:
    with database.transaction() as tx:
        reader(tx)
        for number in (1, 2):
            address(tx, digest(tx, number), NOON, gathered=True)
        settle(tx, claim(tx)[0], "failed")
        assert outbox.retry_failed(tx, NOON) == 2
        (again,) = claim(tx, limit=9)
    assert [part.digest_id for part in again.parts] == [1, 2]


def test_a_mail_of_ours_is_known_by_its_message_id_once_it_was_tried(database: Database) -> None:
    with database.transaction() as tx:
        who = reader(tx)
        address(tx, digest(tx))
        letter(tx, "new@example.org", who.id)
        letter(tx, "operator@example.org")
        ids = ("<digest-1.1@example.org>", "<letter-1@example.org>", "<letter-2@example.org>")
        assert [outbox.sent_to(tx, each) for each in ids] == [None] * 3
        claim(tx, limit=9)
        found = [outbox.sent_to(tx, each) for each in ids]
        assert outbox.sent_to(tx, "<digest-9.9@example.org>") is None
    assert found == [(who.id, "reader@example.org"), (who.id, "reader@example.org"), None]


def test_on_sqlite_nothing_asked_of_the_outbox_goes_through_all_of_it(
    sqlite_files: SqliteFiles, open_database: Callable[[str], Database]
) -> None:
    asked: list[tuple[str, Any]] = []
    database = open_database(sqlite_files.ready())
    with database.transaction() as tx:
        who = reader(tx)
        address(tx, digest(tx))
        event.listen(tx, "before_cursor_execute", lambda *seen: asked.append((seen[2], seen[3])))
        archive.wanted_releases(tx, now=NOON)
        outbox.next_attempt(tx)
        outbox.oldest_due(tx, NOON)
        outbox.oldest_slot(tx)
        (held,) = claim(tx)
        outbox.extend(tx, owner="w", until=NOON + LEASE)
        settle(tx, held, "queued", NOON)
        outbox.sent_to(tx, held.message_id)
        outbox.suppress_waiting(tx, who.id, "unsubscribed", NOON)
        outbox.reschedule(tx, who.id, NOON)
        subscribers.erase(tx, who.id, NOON)
        plans = {
            statement: str(tx.exec_driver_sql(f"explain query plan {statement}", words).all())
            for statement, words in tuple(asked)
        }
    assert len(plans) > 15
    whole = ("SCAN deliveries'", "SEARCH deliveries'")  # a search by no index is for a minimum
    assert [words for words, plan in plans.items() if any(each in plan for each in whole)] == []


def test_nobody_is_left_without_a_row_however_the_outbox_is_addressed(
    database: Database,
) -> None:
    with database.transaction() as tx:
        queue(tx, 3)
    assert rows(database, ["deliveries", "subscriptions"]) == {
        "deliveries": 3,
        "subscriptions": 3,
    }
