from __future__ import annotations

import hashlib
import random

import pytest
from sqlalchemy.exc import IntegrityError

from storage import archive
from storage.database import Database
from tests.storage.builders import MINUTE, NOON, at_once, rows, snapshot


def test_a_snapshot_gives_back_the_very_bytes_and_all_that_was_known_of_them(
    database: Database,
) -> None:
    body = random.Random(1).randbytes(50_000)
    with database.transaction() as tx:
        filed = snapshot(tx, body)
    with database.reading() as tx:
        assert archive.body_of(tx, filed.id) == body
        assert archive.latest_snapshot(tx, "https://example.org/a") == filed
    assert filed.sha256 == hashlib.sha256(body).hexdigest()
    assert (filed.size, filed.status, filed.origin) == (50_000, 200, "live")
    assert filed.fetched_at == NOON
    assert filed.headers == {"content-type": "text/html", "etag": '"é"'}


def test_an_empty_page_is_a_snapshot_too(database: Database) -> None:
    with database.transaction() as tx:
        assert archive.body_of(tx, snapshot(tx, b"").id) == b""


def test_a_body_is_kept_compressed(database: Database) -> None:
    with database.transaction() as tx:
        snapshot(tx, b"<p>again and again</p>" * 10_000)
        kept = tx.exec_driver_sql("select length(body) from snapshots").scalar_one()
    assert kept < 10_000


def test_the_same_bytes_again_are_the_same_snapshot(database: Database) -> None:
    with database.transaction() as tx:
        first = snapshot(tx, b"A")
        again = snapshot(tx, b"A", at=NOON + MINUTE)
        elsewhere = snapshot(tx, b"A", "https://example.org/b")
    assert again == first
    assert elsewhere.id != first.id


def test_a_page_that_changes_and_changes_back_is_three_snapshots(database: Database) -> None:
    with database.transaction() as tx:
        three = [
            snapshot(tx, body, at=NOON + n * MINUTE) for n, body in enumerate((b"A", b"B", b"A"))
        ]
        assert [page.id for page in archive.snapshots(tx)] == [page.id for page in three]
        latest = archive.latest_snapshot(tx, "https://example.org/a")
    assert len({page.id for page in three}) == 3
    assert latest == three[-1]


def test_an_old_capture_taken_in_twice_is_kept_once_though_a_newer_page_is_on_file(
    database: Database,
) -> None:
    with database.transaction() as tx:
        today = snapshot(tx, b"B", at=NOON + MINUTE)
        capture = snapshot(tx, b"A", at=NOON)
        assert snapshot(tx, b"A", at=NOON) == capture
        assert snapshot(tx, b"B", at=NOON + 2 * MINUTE) == today
        assert [page.id for page in archive.snapshots(tx)] == [capture.id, today.id]


def test_writers_at_the_same_moment_keep_the_same_page_once(database: Database) -> None:
    def keep(_: int) -> int:
        with database.transaction() as tx:
            return snapshot(tx).id

    assert len(set(at_once(8, keep))) == 1
    assert rows(database, ["snapshots"]) == {"snapshots": 1}


@pytest.mark.parametrize(
    "deed",
    [
        "update snapshots set body = '\\x00'",
        "update snapshots set address = 'https://example.org/b'",
        "update snapshots set fetched_at = '2020-01-01 00:00:00' where id = 1",
        "delete from snapshots",
    ],
)
def test_a_snapshot_can_be_neither_altered_nor_deleted(database: Database, deed: str) -> None:
    with database.transaction() as tx:
        filed = snapshot(tx, b"A")
    with pytest.raises(IntegrityError, match="never altered"), database.transaction() as tx:
        tx.exec_driver_sql(deed)
    with database.reading() as tx:
        assert list(archive.snapshots(tx)) == [filed]
        assert archive.body_of(tx, filed.id) == b"A"


def test_an_unknown_snapshot_has_no_body(database: Database) -> None:
    with database.reading() as tx, pytest.raises(LookupError, match="7"):
        archive.body_of(tx, 7)
