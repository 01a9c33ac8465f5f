from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import event

from storage import archive, outbox, subscribers
from storage.database import Database, Transaction
from storage.records import Balance, Delivery
from tests.databases import SqliteFiles
from tests.storage.builders import (
    MINUTE,
    NOON,
    SERIES,
    at_once,
    enqueue,
    file_round,
    readout,
    rendered,
    rows,
)

LEASE = timedelta(minutes=5)


def queue(tx: Transaction, readers: int) -> int:
    """Queue a digest to so many readers; return its id."""
    for number in range(readers):
        subscribers.subscribe(tx, address=f"{number}@example.org", series=SERIES, now=NOON)
    digest_id, queued = enqueue(tx, *file_round(tx, readout()))
    assert queued == readers
    return digest_id


def claim(tx: Transaction, owner: str = "w", at: int = 0) -> Delivery:
    delivery = outbox.claim(tx, owner=owner, now=NOON + at * MINUTE, lease=LEASE)
    assert delivery is not None
    return delivery


def test_a_digest_goes_to_each_reader_of_its_series_and_to_no_other(database: Database) -> None:
    with database.transaction() as tx:
        subscribers.subscribe(tx, address="other@example.org", series="another", now=NOON)
        digest_id = queue(tx, 3)
        claimed = [claim(tx) for _ in range(3)]
        assert outbox.claim(tx, owner="w", now=NOON, lease=LEASE) is None
    assert [one.address for one in claimed] == [f"{n}@example.org" for n in range(3)]
    assert {one.digest_id for one in claimed} == {digest_id}
    assert {one.digest for one in claimed} == {rendered()}


def test_the_message_id_is_fixed_by_digest_and_subscription(database: Database) -> None:
    with database.transaction() as tx:
        digest_id = queue(tx, 1)
        first = claim(tx)
        outbox.settle_retry(tx, first.id, owner="w", error="451", next_attempt_at=NOON)
        second = claim(tx)
    assert first.message_id == f"<digest-{digest_id}.{first.subscription_id}@example.org>"
    assert second.message_id == first.message_id
    assert (first.attempts, second.attempts) == (1, 2)


def test_a_digest_enqueued_twice_is_sent_once_even_to_readers_who_came_between(
    database: Database,
) -> None:
    with database.transaction() as tx:
        first = queue(tx, 2)
        subscribers.subscribe(tx, address="late@example.org", series=SERIES, now=NOON)
        again = enqueue(tx, *file_round(tx, readout()))
    assert again == (first, 0)
    assert rows(database, ["digests", "deliveries"]) == {"digests": 1, "deliveries": 2}


def test_a_round_without_a_number_is_told_of_once_too(database: Database) -> None:
    with database.transaction() as tx:
        filed = file_round(tx, readout(None))
        first, _ = enqueue(tx, *filed, round=None)
        assert enqueue(tx, *filed, round=None) == (first, 0)
        correction, _ = enqueue(tx, *filed, round=None, kind="correction")
    assert correction != first


def test_digests_can_be_looked_up_the_newest_first(database: Database) -> None:
    with database.transaction() as tx:
        filed, readout_id = file_round(tx, readout())
        one, _ = enqueue(tx, filed, readout_id)
        two, _ = enqueue(tx, filed, readout_id, kind="correction")
        assert [found.id for found in outbox.digests(tx)] == [two, one]
        found = outbox.digest(tx, one)
        assert outbox.digest(tx, two + 1) is None
    assert found is not None
    assert found.digest == rendered()
    assert (found.readout_id, found.revision_id) == (readout_id, filed.revision_id)
    assert found.created_at == NOON


def test_many_workers_claim_two_hundred_deliveries_each_exactly_once(database: Database) -> None:
    with database.transaction() as tx:
        queue(tx, 200)

    def work(number: int) -> list[int]:
        mine: list[int] = []
        while True:
            with database.transaction() as tx:
                delivery = outbox.claim(tx, owner=f"worker {number}", now=NOON, lease=LEASE)
            if delivery is None:
                return mine
            mine.append(delivery.id)
            time.sleep(0.002)  # sending takes a while, and lets the others come
            with database.transaction() as tx:
                assert outbox.settle_sent(tx, delivery.id, owner=f"worker {number}", now=NOON)

    shares = at_once(8, work)
    times = Counter(delivery for share in shares for delivery in share)
    assert len(times) == 200
    assert set(times.values()) == {1}
    assert sum(1 for share in shares if share) > 1, "one worker did it all: no race was tried"
    with database.reading() as tx:
        assert outbox.balance(tx) == Balance(0, 0, 200, 0, 0)


def test_a_delivery_whose_worker_died_is_anybodys_when_the_lease_is_over(
    database: Database,
) -> None:
    with database.transaction() as tx:
        queue(tx, 1)
        lost = claim(tx, "dies")
        early = NOON + LEASE - timedelta(seconds=1)
        assert outbox.claim(tx, owner="next", now=early, lease=LEASE) is None
        again = claim(tx, "next", at=5)
        assert (again.id, again.attempts) == (lost.id, 2)
        assert outbox.settle_sent(tx, lost.id, owner="dies", now=NOON) is False
        assert outbox.balance(tx).sending == 1
        assert outbox.settle_sent(tx, again.id, owner="next", now=NOON) is True
        assert outbox.settle_sent(tx, again.id, owner="next", now=NOON) is False
        assert outbox.balance(tx).sent == 1


def test_a_lease_that_ran_out_is_settled_all_the_same_while_nobody_else_took_it(
    database: Database,
) -> None:
    with database.transaction() as tx:
        queue(tx, 1)
        slow = claim(tx)
        assert outbox.settle_sent(tx, slow.id, owner="w", now=NOON + 2 * LEASE) is True


def test_only_who_holds_a_delivery_may_settle_it(database: Database) -> None:
    with database.transaction() as tx:
        queue(tx, 1)
        held = claim(tx)
        other = {"owner": "other", "error": "550"}
        assert not outbox.settle_failed(tx, held.id, **other, now=NOON)
        assert not outbox.settle_retry(tx, held.id, **other, next_attempt_at=NOON)
        assert outbox.balance(tx).sending == 1


def test_what_is_tried_again_waits_for_its_time(database: Database) -> None:
    with database.transaction() as tx:
        queue(tx, 1)
        held = claim(tx)
        later = NOON + 10 * MINUTE
        assert outbox.settle_retry(tx, held.id, owner="w", error="451", next_attempt_at=later)
        assert outbox.claim(tx, owner="w", now=NOON + 9 * MINUTE, lease=LEASE) is None
        assert outbox.next_attempt(tx) == later
        assert claim(tx, at=10).id == held.id


def test_what_failed_for_good_is_never_tried_again(database: Database) -> None:
    with database.transaction() as tx:
        queue(tx, 1)
        held = claim(tx)
        assert outbox.settle_failed(tx, held.id, owner="w", error="550", now=NOON)
        assert outbox.claim(tx, owner="w", now=NOON + 9 * LEASE, lease=LEASE) is None
        assert outbox.balance(tx) == Balance(0, 0, 0, 1, 0)
        assert outbox.next_attempt(tx) is None


def test_an_attempt_is_given_back_where_nothing_at_all_could_be_sent(database: Database) -> None:
    with database.transaction() as tx:
        queue(tx, 1)
        for _ in range(3):
            held = claim(tx)
            given = {"owner": "w", "error": "down", "next_attempt_at": NOON}
            assert outbox.settle_retry(tx, held.id, **given, tried=False)
        assert claim(tx).attempts == 1


def test_what_failed_is_put_back_and_is_then_as_good_as_new(database: Database) -> None:
    later = NOON + 9 * MINUTE
    with database.transaction() as tx:
        queue(tx, 2)
        for held in (claim(tx), claim(tx)):
            outbox.settle_failed(tx, held.id, owner="w", error="550", now=NOON)
        assert outbox.retry_failed(tx, later) == 2
        assert outbox.balance(tx) == Balance(2, 0, 0, 0, 0)
        assert outbox.oldest_queued(tx) == later
        assert claim(tx, at=9).attempts == 1
        assert outbox.retry_failed(tx, later) == 0


def test_what_failed_for_a_reader_who_is_gone_is_abandoned_when_the_rest_is_put_back(
    database: Database,
) -> None:
    with database.transaction() as tx:
        queue(tx, 1)
        held = claim(tx)
        outbox.settle_failed(tx, held.id, owner="w", error="550", now=NOON)
        assert subscribers.erase(tx, "0@example.org")
        assert outbox.retry_failed(tx, NOON) == 0
        assert outbox.balance(tx) == Balance(0, 0, 0, 0, 1)


def test_what_waits_longest_goes_first(database: Database) -> None:
    with database.transaction() as tx:
        queue(tx, 2)
        first, second = claim(tx), claim(tx)
        for delivery, minutes in ((first, 2), (second, 1)):
            outbox.settle_retry(
                tx, delivery.id, owner="w", error="451", next_attempt_at=NOON + minutes * MINUTE
            )
        assert [claim(tx, at=9).id, claim(tx, at=9).id] == [second.id, first.id]


def test_the_books_tell_how_long_the_outbox_waits(database: Database) -> None:
    with database.transaction() as tx:
        assert outbox.balance(tx) == Balance(0, 0, 0, 0, 0)
        assert outbox.oldest_due(tx, NOON) is None
        assert outbox.oldest_queued(tx) is None
        assert outbox.next_attempt(tx) is None
        queue(tx, 2)
        assert outbox.oldest_due(tx, NOON - MINUTE) is None
        assert outbox.oldest_due(tx, NOON + MINUTE) == NOON
        claim(tx)
        claim(tx)
        assert outbox.oldest_due(tx, NOON + MINUTE) is None
        assert outbox.oldest_queued(tx) == NOON
        assert outbox.next_attempt(tx) == NOON + LEASE
        assert outbox.balance(tx) == Balance(0, 2, 0, 0, 0)


def test_on_sqlite_nothing_asked_of_the_outbox_goes_through_all_of_it(
    sqlite_files: SqliteFiles, open_database: Callable[[str], Database]
) -> None:
    asked: list[tuple[str, Any]] = []
    database = open_database(sqlite_files.ready())
    with database.transaction() as tx:
        queue(tx, 1)
        event.listen(tx, "before_cursor_execute", lambda *seen: asked.append((seen[2], seen[3])))
        archive.wanted_releases(tx, now=NOON)
        outbox.next_attempt(tx)
        outbox.oldest_due(tx, NOON)
        outbox.oldest_queued(tx)
        claim(tx)
        plans = [
            str(tx.exec_driver_sql(f"explain query plan {statement}", words).all())
            for statement, words in tuple(asked)
        ]
    assert len(plans) == 6
    assert "ix_releases_wanted" in plans[0]
    assert all("ix_deliveries_due" in plan for plan in plans[1:5]), plans
