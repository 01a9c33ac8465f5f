"""What is old is forgotten, nothing else is, and the books balance at every moment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from storage import journal, outbox, retention, subscribers
from storage.bounces import file_bounce
from storage.database import Database, Transaction
from storage.records import Bounce, Outcome
from storage.schema import bounces, deliveries, letters, polls
from storage.schema import subscribers as subscribers_table
from tests.storage.builders import MINUTE, NOON, address, crowd, digest, letter, reader

DAY = timedelta(days=1)
LATER = NOON + 366 * DAY


def sends_all(tx: Transaction, *, fails: int = 0) -> None:
    held = outbox.claim(tx, owner="w", now=NOON, lease=MINUTE, limit=9999)
    ends = ["failed"] * fails + ["sent"] * len(held)
    outcomes = [Outcome(each.id, end) for each, end in zip(held, ends, strict=False)]  # type: ignore[arg-type]
    outbox.settle(tx, outcomes, owner="w", now=NOON)


def on_file(tx: Transaction, table: object) -> int:
    return int(tx.scalar(select(func.count()).select_from(table)) or 0)  # type: ignore[arg-type]


def test_deliveries_of_a_year_ago_are_forgotten_and_their_numbers_are_not(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "PIECE", 7)
    with database.transaction() as tx:
        crowd(tx, 20)
        first, second = digest(tx, 1), digest(tx, 2)
        address(tx, first, gathered=True)
        address(tx, second, gathered=True)
        sends_all(tx, fails=3)
        before = outbox.balance(tx, first), outbox.balance(tx, second), outbox.balance(tx)
    assert before[2].sent + before[2].failed == 40
    pieces = 0
    while True:
        with database.transaction() as tx:
            piece = retention.forget_deliveries(tx, NOON + DAY)
            assert outbox.balance(tx) == before[2]
        if not piece:
            break
        assert piece <= 7
        pieces += 1
    assert pieces == 6
    with database.transaction() as tx:
        assert on_file(tx, deliveries) == 0
        assert (outbox.balance(tx, first), outbox.balance(tx, second)) == before[:2]
        assert outbox.balance(tx).balanced


def test_what_waits_and_what_is_younger_is_kept(database: Database) -> None:
    with database.transaction() as tx:
        crowd(tx, 5)
        address(tx, digest(tx, 1))
        assert retention.forget_deliveries(tx, LATER) == 0
        sends_all(tx)
        assert retention.forget_deliveries(tx, NOON) == 0
        assert on_file(tx, deliveries) == 5
        assert retention.forget_deliveries(tx, NOON + DAY) == 5


def test_letters_go_with_their_addresses_and_their_deliveries(database: Database) -> None:
    with database.transaction() as tx:
        letter(tx, "one@example.org")
        sends_all(tx)
        letter(tx, "two@example.org")
        assert retention.forget_letters(tx, NOON) == 0
        assert retention.forget_letters(tx, NOON + DAY) == 1
        assert list(tx.scalars(select(letters.c.address))) == ["two@example.org"]
        assert on_file(tx, deliveries) == 1
        assert outbox.balance(tx).balanced


def test_looks_that_changed_something_and_the_ends_are_kept(database: Database) -> None:
    with database.transaction() as tx:
        for at, outcome in enumerate(("unchanged", "failed", "read", "unchanged", "unchanged")):
            number = journal.start_poll(tx, source="s", now=NOON + at * MINUTE)
            journal.finish_poll(
                tx,
                number,
                now=NOON,
                outcome=outcome,  # type: ignore[arg-type]
                requests=1,
            )
        first, last = journal.first_good_poll(tx, "s"), journal.last_good_poll(tx, "s")
        assert retention.forget_looks(tx, NOON) == 0
        assert retention.forget_looks(tx, NOON + DAY) == 2
        assert list(tx.scalars(select(polls.c.outcome).order_by(polls.c.id))) == [
            "unchanged",
            "read",
            "unchanged",
        ]
        assert (journal.first_good_poll(tx, "s"), journal.last_good_poll(tx, "s")) == (first, last)


def test_who_left_a_year_ago_is_erased_and_nobody_else(database: Database) -> None:
    with database.transaction() as tx:
        stays, gone, late = reader(tx, "stays"), reader(tx, "gone"), reader(tx, "late")
        shut = reader(tx, "shut")
        subscribers.unsubscribe(tx, gone.id, NOON + MINUTE)
        subscribers.unsubscribe(tx, late.id, NOON + 30 * DAY)
        subscribers.suppress(tx, shut.id, "nobody there", NOON)
        assert retention.erase_those_who_left(tx, NOON + DAY, LATER) == 1
        left = {each.id for each in subscribers.subscribers(tx)}
        assert left == {stays.id, late.id, shut.id}
        assert retention.erase_those_who_left(tx, NOON + 31 * DAY, LATER) == 1


def test_for_who_left_before_that_was_kept_the_time_begins_now(database: Database) -> None:
    with database.transaction() as tx:
        subscribers.unsubscribe(tx, reader(tx).id, NOON)
        tx.execute(update(subscribers_table).values(left_at=None))
        assert retention.erase_those_who_left(tx, LATER, LATER) == 0
        assert retention.erase_those_who_left(tx, LATER + DAY, LATER + DAY) == 1


def test_reports_and_domains_go_when_they_are_old(database: Database) -> None:
    with database.transaction() as tx:
        who = reader(tx)
        said = Bounce("soft", who.address, "4.2.2", None, "full")
        file_bounce(tx, said, report="r", subscriber_id=who.id, now=NOON)
        outbox.rest(tx, "d.example", failures=1, not_before=NOON, words="451 later")
        assert (retention.forget_bounces(tx, NOON), retention.forget_domains(tx, NOON)) == (0, 0)
        later = NOON + DAY
        assert (retention.forget_bounces(tx, later), retention.forget_domains(tx, later)) == (1, 1)
        assert on_file(tx, bounces) == 0


def test_a_mail_that_led_another_leaves_no_row_without_its_leader(database: Database) -> None:
    with database.transaction() as tx:
        who = reader(tx)
        address(tx, digest(tx, 1), gathered=True, only=[who.id])
        address(tx, digest(tx, 2), gathered=True, only=[who.id])
        sends_all(tx)
        tx.execute(
            update(deliveries)
            .where(deliveries.c.bundle_id.is_not(None))
            .values(settled_at=NOON + 30 * DAY)
        )
        assert retention.forget_deliveries(tx, NOON + DAY) == 1
        (left,) = tx.execute(select(deliveries.c.bundle_id)).all()
        assert left.bundle_id is None
        retention.optimize(tx)
