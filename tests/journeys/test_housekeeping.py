"""Keeping house: all kinds in turn, in pieces that can be stopped, and a second time is nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.journeys.housekeeping import keep_house
from storage import journal, outbox, requests, retention, subscribers
from storage.bounces import file_bounce
from storage.database import Database
from storage.records import Bounce, Outcome, RequestMade
from tests.storage.builders import MINUTE, NOON, address, crowd, digest, letter, reader

YEARS_LATER = NOON + timedelta(days=800)


class Enough(Exception):
    """Somebody ends it."""


def of_long_ago(database: Database) -> None:
    """Something of every kind, all of it at an end."""
    with database.transaction() as tx:
        crowd(tx, 12)
        address(tx, digest(tx, 1))
        letter(tx, "one@example.org")
        held = outbox.claim(tx, owner="w", now=NOON, lease=MINUTE, limit=99)
        outbox.settle(tx, [Outcome(each.id, "sent") for each in held], owner="w", now=NOON)
        for minutes in range(9):
            at = NOON + minutes * MINUTE
            journal.take_tick(tx, job="check", due_at=at, now=at)
            look = journal.start_poll(tx, source="s", now=at)
            journal.finish_poll(tx, look, now=at, outcome="unchanged", requests=1)
        made = RequestMade(NOON, "s", "https://s/", 200, None, 1, 1)
        requests.record_requests(tx, [made])
        outbox.rest(tx, "d.example", failures=1, not_before=NOON, words="451 later")
        said = Bounce("soft", "0@d0.example.org", "4.2.2", None, "full")
        file_bounce(tx, said, report="r", subscriber_id=None, now=NOON)
        reader(tx, "unsure", state="pending")
        subscribers.unsubscribe(tx, reader(tx, "gone").id, NOON)


def test_all_that_is_old_is_forgotten_and_a_second_time_finds_nothing(database: Database) -> None:
    of_long_ago(database)
    assert not any(keep_house(database=database, now=NOON + timedelta(days=6)).values())
    done = keep_house(database=database, now=YEARS_LATER)
    assert {what: count for what, count in done.items() if count} == {
        "ticks": 9,
        "requests": 1,
        "looks": 7,
        "letters": 1,
        "deliveries": 12,
        "bounces": 1,
        "silent domains": 1,
        "readers who left": 1,
        "unconfirmed readers": 1,
    }
    assert not any(keep_house(database=database, now=YEARS_LATER).values())
    with database.reading() as tx:
        assert outbox.balance(tx).balanced
        assert outbox.balance(tx).sent == 12


def test_it_can_be_ended_after_any_piece_and_goes_on_where_it_was(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "PIECE", 5)
    of_long_ago(database)

    def enough(done: int, _total: int) -> None:
        if done >= 25:
            raise Enough

    with pytest.raises(Enough):
        keep_house(database=database, now=YEARS_LATER, each=enough)
    with database.reading() as tx:
        assert outbox.balance(tx).balanced
    rest = keep_house(database=database, now=YEARS_LATER)
    assert 0 < rest["deliveries"] < 12
