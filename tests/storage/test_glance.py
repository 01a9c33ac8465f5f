"""A glance sees and writes what `storage.fetches`, `archive` and `journal` see and write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from storage import archive, fetches, journal, requests
from storage.database import Database
from storage.glance import Glance, glance_at
from storage.records import FetchState, Named, RequestMade, StoredManners
from tests.databases import SqliteFiles

NOW = datetime(2026, 5, 6, 12, 0, 0, 123, tzinfo=UTC)
TOKYO = timezone(timedelta(hours=9))
STATE = FetchState("https://ustr.gov/a", '"e"', None, NOW, "0" * 64, "1")
MANNERS = StoredManners("User-agent: *", 200, NOW, (NOW + timedelta(hours=1)).astimezone(TOKYO))


@pytest.fixture
def archive_file(sqlite_files: SqliteFiles) -> Iterator[Database]:
    """A migrated SQLite archive."""
    database = Database(sqlite_files.ready())
    yield database
    database.close()


@pytest.fixture
def glance(archive_file: Database) -> Iterator[Glance]:
    """The same archive, at a glance."""
    with glance_at(str(archive_file)) as opened:
        assert opened is not None
        yield opened


def test_it_reads_the_validators_that_were_stored(archive_file: Database, glance: Glance) -> None:
    assert glance.fetch_state(STATE.address) is None
    with archive_file.transaction() as tx:
        fetches.remember_fetch(tx, STATE)
    assert glance.fetch_state(STATE.address) == STATE


def test_it_reads_and_writes_the_manners_of_a_host(archive_file: Database, glance: Glance) -> None:
    assert glance.host_manners("ustr.gov") is None
    for manners in (MANNERS, StoredManners(None, None, None, None)):
        glance.remember_manners("ustr.gov", manners)
        assert glance.host_manners("ustr.gov") == manners
        with archive_file.reading() as tx:
            assert fetches.host_manners(tx, "ustr.gov") == manners


def test_it_changes_how_a_host_fares_as_the_whole_look_would(
    archive_file: Database, glance: Glance
) -> None:
    well = StoredManners(None, None, None, None)
    failed, resting = replace(well, failures=1), replace(well, failures=5, rests_until=NOW)
    assert glance.change_standing("ustr.gov", well, failed)
    assert not glance.change_standing("ustr.gov", well, resting)
    assert glance.change_standing("ustr.gov", failed, resting)
    assert glance.host_manners("ustr.gov") == resting
    with archive_file.transaction() as tx:
        assert fetches.host_manners(tx, "ustr.gov") == resting
        assert fetches.change_standing(tx, "ustr.gov", resting, well)
    glance.remember_manners("ustr.gov", MANNERS)
    assert glance.host_manners("ustr.gov") == MANNERS


def test_it_takes_turns_with_the_whole_look(archive_file: Database, glance: Glance) -> None:
    assert glance.next_turn("ustr.gov") is None
    with glance.writing():
        glance.set_next_turn("ustr.gov", NOW)
    with archive_file.transaction() as tx:
        assert fetches.next_turn(tx, "ustr.gov") == NOW
        fetches.put_off_next_turn(tx, "ustr.gov", NOW + timedelta(seconds=1))
    glance.put_off_next_turn("ustr.gov", NOW)
    assert glance.next_turn("ustr.gov") == NOW + timedelta(seconds=1)
    glance.put_off_next_turn("ustr.gov", (NOW + timedelta(seconds=2)).astimezone(TOKYO))
    assert glance.next_turn("ustr.gov") == NOW + timedelta(seconds=2)


def taken_and_lost(glance: Glance) -> None:
    glance.set_next_turn("ustr.gov", NOW)
    raise ValueError("closed")


def test_a_turn_that_could_not_be_taken_is_nobodys(glance: Glance) -> None:
    with pytest.raises(ValueError, match="closed"), glance.writing():
        taken_and_lost(glance)
    assert glance.next_turn("ustr.gov") is None


def test_it_records_a_request_as_the_whole_look_would(
    archive_file: Database, glance: Glance
) -> None:
    made = RequestMade(NOW, "ustr.gov", STATE.address, None, "timed-out", 0, 30_000)
    glance.record_request(made)
    with archive_file.transaction() as tx:
        requests.record_requests(tx, [made])
    with archive_file.reading() as tx:
        assert requests.requests_made(tx, limit=9) == (made, made)


def test_it_sees_what_is_wanted_when_it_is_due(archive_file: Database, glance: Glance) -> None:
    named = Named("a", "https://ustr.gov/a", "A", None)
    with archive_file.transaction() as tx:
        archive.name_releases(tx, [named], wanted=(), now=NOW)
    assert not glance.is_anything_wanted(NOW)
    with archive_file.transaction() as tx:
        release = archive.release_by_key(tx, "a")
        assert release is not None
        archive.read_again(tx, release.id, NOW)
    assert glance.is_anything_wanted(NOW)
    later = NOW + timedelta(microseconds=1)
    with archive_file.transaction() as tx:
        archive.postpone(tx, release.id, attempts=1, next_try_at=later)
    assert not glance.is_anything_wanted(NOW)
    assert glance.is_anything_wanted(later.astimezone(TOKYO))


def test_it_sees_since_when_the_listing_has_stood_still(
    archive_file: Database, glance: Glance
) -> None:
    with archive_file.transaction() as tx:
        for outcome, source, at in (("read", "s", 1), ("unchanged", "s", 5), ("read", "other", 5)):
            poll_id = journal.start_poll(tx, source=source, now=NOW + timedelta(days=at))
            end = NOW + timedelta(days=at)
            journal.finish_poll(tx, poll_id, now=end, outcome=outcome, requests=1)  # type: ignore[arg-type]
    assert glance.has_changed_since("s", NOW)
    assert glance.has_changed_since("s", (NOW + timedelta(days=1)).astimezone(TOKYO))
    assert not glance.has_changed_since("s", NOW + timedelta(days=2))
    assert not glance.has_changed_since("nobody's", NOW)


def test_it_records_a_look_as_the_journal_would(archive_file: Database, glance: Glance) -> None:
    end = NOW + timedelta(seconds=1)
    glance.record_unchanged("s", started_at=NOW, finished_at=end, requests=1)
    with archive_file.transaction() as tx:
        poll_id = journal.start_poll(tx, source="s", now=NOW)
        journal.finish_poll(tx, poll_id, now=end, outcome="unchanged", requests=1)
    with archive_file.reading() as tx:
        one, other = (
            {name: getattr(poll, name) for name in poll.__slots__ if name != "id"}
            for poll in journal.polls(tx, 2)
        )
    assert one == other


@pytest.mark.parametrize("url", ["postgresql://user@host/name", "sqlite:////nowhere/at/all.db"])
def test_other_databases_and_missing_files_take_more_than_a_glance(url: str) -> None:
    with glance_at(url) as opened:
        assert opened is None


def test_tables_of_another_version_take_more_than_a_glance(archive_file: Database) -> None:
    with archive_file.transaction() as tx:
        tx.exec_driver_sql("update alembic_version set version_num = '0001'")
    with glance_at(str(archive_file)) as opened:
        assert opened is None


def test_a_file_that_is_no_database_takes_more_than_a_glance(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_bytes(b"not a database")
    with glance_at(f"sqlite:///{tmp_path / 'a.db'}") as opened:
        assert opened is None
