from __future__ import annotations

from dataclasses import replace

from storage import fetches
from storage.database import Database
from storage.records import FetchState, StoredManners
from tests.storage.builders import MINUTE, NOON

STATE = FetchState("https://example.org/", '"1"', "Mon, 02 Mar 2026 12:00:00 GMT", NOON, "00", "1")
MANNERS = StoredManners("User-agent: *\nDisallow: /admin\n", 200, NOON, NOON + MINUTE)


def test_the_last_fetch_of_an_address_is_remembered(database: Database) -> None:
    later = replace(STATE, etag=None, checked_at=NOON + MINUTE, reader="2")
    with database.transaction() as tx:
        fetches.remember_fetch(tx, STATE)
        fetches.remember_fetch(tx, replace(STATE, address="https://example.org/b"))
        fetches.remember_fetch(tx, later)
    with database.reading() as tx:
        assert fetches.fetch_state(tx, STATE.address) == later
        assert fetches.fetch_state(tx, "https://example.org/b") is not None
        assert fetches.fetch_state(tx, "https://example.org/c") is None


def test_how_a_host_wants_to_be_treated_is_remembered(database: Database) -> None:
    nothing = StoredManners(None, None, None, None)
    with database.transaction() as tx:
        assert fetches.host_manners(tx, "example.org") is None
        fetches.remember_manners(tx, "example.org", MANNERS)
        fetches.remember_manners(tx, "example.com", nothing)
        assert fetches.host_manners(tx, "example.org") == MANNERS
        assert fetches.host_manners(tx, "example.com") == nothing
        fetches.remember_manners(tx, "example.org", nothing)
        assert fetches.host_manners(tx, "example.org") == nothing
