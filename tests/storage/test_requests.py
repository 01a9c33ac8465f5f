"""The record of requests, and the turns and standing of a host."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.core import retention
from storage import fetches, requests
from storage.database import Database
from storage.records import RequestMade, StoredManners, Traffic
from tests.storage.builders import MINUTE, NOON

MADE = RequestMade(NOON, "ustr.gov", "https://ustr.gov/a", 200, None, 60_000, 120)
WISHES = StoredManners("User-agent: *", 200, NOON, NOON + MINUTE)
WELL = StoredManners(None, None, None, None)


def put(database: Database, *made: RequestMade) -> None:
    with database.transaction() as tx:
        requests.record_requests(tx, made)


def test_the_last_requests_are_listed_the_newest_last(database: Database) -> None:
    later = replace(MADE, asked_at=NOON + MINUTE, status=None, fault="timed-out", size=0)
    put(database, later, MADE)
    put(database)
    with database.reading() as tx:
        assert requests.requests_made(tx, limit=9) == (MADE, later)
        assert requests.requests_made(tx, limit=1) == (later,)
        assert requests.requests_made(tx, limit=9, since=NOON + MINUTE) == (later,)
        assert requests.requests_made(tx, limit=9, host="example.org") == ()


def test_all_requests_are_summed_up_by_host(database: Database) -> None:
    put(
        database,
        MADE,
        replace(MADE, status=304, size=0, milliseconds=30),
        replace(MADE, status=None, fault="unreachable", size=0, milliseconds=10_000),
        replace(MADE, host="example.org", status=500, fault="server-fault", size=7),
        replace(MADE, asked_at=NOON - MINUTE),
    )
    with database.reading() as tx:
        assert requests.traffic(tx, since=NOON) == (
            Traffic("example.org", 1, 0, 1, 7, 120),
            Traffic("ustr.gov", 3, 1, 1, 60_000, 10_150),
        )
        assert [each.requests for each in requests.traffic(tx, host="ustr.gov")] == [4]
        assert requests.traffic(tx, host="nowhere") == ()


def test_a_request_is_kept_for_ninety_days(database: Database) -> None:
    now = NOON + timedelta(days=90)
    put(database, MADE, replace(MADE, asked_at=NOON - timedelta(seconds=1)))
    with database.transaction() as tx:
        assert requests.prune_requests(tx, now - retention.REQUESTS) == 1
        assert requests.requests_made(tx, limit=9) == (MADE,)


def test_how_a_host_fares_is_changed_by_one_of_all_who_saw_it_the_same(database: Database) -> None:
    failed, other = replace(WELL, failures=1), replace(WELL, failures=5, rests_until=NOON)
    with database.transaction() as tx:
        assert fetches.change_standing(tx, "ustr.gov", WELL, failed)
        assert not fetches.change_standing(tx, "ustr.gov", WELL, other)
        assert fetches.change_standing(tx, "ustr.gov", failed, other)
        assert not fetches.change_standing(tx, "ustr.gov", replace(other, rests_until=None), WELL)
        assert fetches.host_manners(tx, "ustr.gov") == other


def test_wishes_and_standing_do_not_undo_each_other(database: Database) -> None:
    failed = replace(WELL, failures=1)
    with database.transaction() as tx:
        fetches.remember_manners(tx, "ustr.gov", WISHES)
        fetches.change_standing(tx, "ustr.gov", WISHES, failed)
        assert fetches.host_manners(tx, "ustr.gov") == replace(WISHES, failures=1)
        fetches.remember_manners(tx, "ustr.gov", WELL)
        assert fetches.host_manners(tx, "ustr.gov") == failed


@pytest.mark.parametrize(
    ("put_off_to", "then"),
    [(NOON, NOON + MINUTE), (NOON + 2 * MINUTE, NOON + 2 * MINUTE)],
    ids=["not to sooner", "to later"],
)
def test_a_turn_is_taken_and_put_off(
    database: Database, put_off_to: datetime, then: datetime
) -> None:
    with database.transaction() as tx:
        assert fetches.next_turn(tx, "ustr.gov") is None
        fetches.set_next_turn(tx, "ustr.gov", NOON + MINUTE)
        assert fetches.next_turn(tx, "ustr.gov") == NOON + MINUTE
        fetches.put_off_next_turn(tx, "ustr.gov", put_off_to)
        assert fetches.next_turn(tx, "ustr.gov") == then
        fetches.set_next_turn(tx, "ustr.gov", NOON)  # a clock that went back
        assert fetches.next_turn(tx, "ustr.gov") == NOON
