from __future__ import annotations

from datetime import date
from itertools import permutations

from sqlalchemy import select

from storage import archive, fetches
from storage.database import Database, Transaction
from storage.records import FetchState, Paragraph, Reading, Release
from storage.schema import revisions
from tests.storage.builders import (
    MINUTE,
    NOON,
    at_once,
    file,
    file_round,
    named,
    reading,
    readout,
    snapshot,
)


def texts(tx: Transaction) -> list[tuple[int, str]]:
    """Return the number and the fingerprint of every revision."""
    query = select(revisions.c.number, revisions.c.fingerprint).order_by(revisions.c.id)
    return [
        (row.number, row.fingerprint.removeprefix("fingerprint of ")) for row in tx.execute(query)
    ]


def texts_of(tx: Transaction, release_id: int) -> list[str]:
    """Return the texts of a release's revisions by their numbers, which count from 1."""
    query = select(revisions.c.number, revisions.c.fingerprint)
    rows = tx.execute(query.where(revisions.c.release_id == release_id)).all()
    texts = {row.number: row.fingerprint.removeprefix("fingerprint of ") for row in rows}
    return [texts[number] for number in range(1, len(rows) + 1)]


def test_a_page_read_fills_in_the_release_that_was_wanted(database: Database) -> None:
    with database.transaction() as tx:
        (wanted,) = archive.name_releases(tx, [named("a")], wanted={"a"}, now=NOON)
        archive.postpone(tx, wanted.id, attempts=3, next_try_at=NOON)
        filed = file(tx, "A", at=NOON + MINUTE)
        release = archive.release_by_id(tx, wanted.id)
    assert filed == (wanted.id, filed.revision_id, True, True, True)
    assert release is not None
    assert (release.state, release.verdict, release.attempts) == ("read", "related", 0)
    assert (release.title, release.published) == ("A title", date(2025, 6, 3))
    assert (release.named_at, release.next_try_at) == (NOON, None)


def test_what_the_page_does_not_say_the_listing_still_does(database: Database) -> None:
    with database.transaction() as tx:
        archive.name_releases(tx, [named("a", date(2025, 1, 1))], wanted=(), now=NOON)
        filed = archive.file_reading(
            tx,
            release_key="a",
            address=None,
            reading=Reading("not-a-release", ("no date",), None, ()),
            fingerprint="none",
            snapshot_id=snapshot(tx).id,
            reader="1",
            now=NOON,
        )
        release = archive.release_by_id(tx, filed.release_id)
    assert release is not None
    assert (release.title, release.published) == ("About a", date(2025, 1, 1))
    assert release.address == "https://example.org/a"
    assert release.verdict == "not-a-release"


def test_the_same_text_on_changed_bytes_is_no_new_revision(database: Database) -> None:
    with database.transaction() as tx:
        first = file(tx, "A")
        other_bytes = snapshot(tx, b"<!-- A -->", at=NOON + MINUTE)
        again = archive.file_reading(
            tx,
            release_key="a",
            address=None,
            reading=reading("A"),
            fingerprint="fingerprint of A",
            snapshot_id=other_bytes.id,
            reader="1",
            now=NOON + MINUTE,
        )
        assert texts(tx) == [(1, "A")]
        other_words = Reading("related", (), Release("A  title", None, None, ()), ())
        archive.file_reading(
            tx,
            release_key="a",
            address=None,
            reading=other_words,
            fingerprint="fingerprint of A",
            snapshot_id=other_bytes.id,
            reader="1",
            now=NOON + MINUTE,
        )
        kept = tx.execute(select(revisions.c.title, revisions.c.snapshot_id)).one()
    assert again == (first.release_id, first.revision_id, False, True, False)
    assert kept.title == "A title", "a revision's words are those of the page it names"
    assert kept.snapshot_id != other_bytes.id


def test_a_text_that_changes_and_changes_back_is_three_revisions(database: Database) -> None:
    with database.transaction() as tx:
        filed = [file(tx, text, at=NOON + n * MINUTE) for n, text in enumerate("ABA")]
        assert texts(tx) == [(1, "A"), (2, "B"), (3, "A")]
    assert [one.is_new_revision for one in filed] == [True, True, True]
    assert len({one.release_id for one in filed}) == 1


def test_reading_all_snapshots_again_makes_no_revision_and_moves_none(database: Database) -> None:
    with database.transaction() as tx:
        filed = [file(tx, text, at=NOON + n * MINUTE) for n, text in enumerate("ABA")]
        again = [
            archive.file_reading(
                tx,
                release_key="a",
                address=None,
                reading=reading(text),
                fingerprint=f"fingerprint of {text}",
                snapshot_id=page.id,
                reader="1",
                now=NOON + 9 * MINUTE,
            )
            for page, text in zip(archive.snapshots(tx), "ABA", strict=True)
        ]
        assert texts(tx) == [(1, "A"), (2, "B"), (3, "A")]
    assert [one.revision_id for one in again] == [one.revision_id for one in filed]
    assert not any(one.is_new_revision for one in again)


def test_a_better_reader_corrects_the_revision_it_reads_again(database: Database) -> None:
    with database.transaction() as tx:
        filed, _ = file_round(tx, readout())
        (page,) = archive.snapshots(tx)
        better = Release("A better title", None, None, (Paragraph("closing", "Better."),))
        again = archive.file_reading(
            tx,
            release_key="a",
            address=None,
            reading=Reading("readout", ("better",), better, ()),
            fingerprint="better",
            snapshot_id=page.id,
            reader="1",
            now=NOON + MINUTE,
        )
        release = archive.release_by_id(tx, filed.release_id)
        (shown,) = archive.current_readouts(tx, readout().series)
        assert texts(tx) == [(1, "better")]
    assert again.is_new_revision is False
    assert release is not None
    assert (release.title, release.fingerprint) == ("A better title", "better")
    assert shown.release.paragraphs == better.paragraphs


def test_reading_an_old_page_again_does_not_undo_what_the_release_says_now(
    database: Database,
) -> None:
    with database.transaction() as tx:
        file(tx, "A")
        filed = file(tx, "B", at=NOON + MINUTE)
        old, _ = archive.snapshots(tx)
        archive.file_reading(
            tx,
            release_key="a",
            address=None,
            reading=Reading("unrelated", (), Release("Old", None, None, ()), ()),
            fingerprint="better",
            snapshot_id=old.id,
            reader="1",
            now=NOON + MINUTE,
        )
        release = archive.release_by_id(tx, filed.release_id)
    assert release is not None
    assert (release.title, release.verdict) == ("A title", "related")
    assert release.fingerprint == "fingerprint of B"


def test_writers_at_the_same_moment_number_revisions_without_gaps(database: Database) -> None:
    def write(number: int) -> None:
        with database.transaction() as tx:
            file(tx, f"text {number}", at=NOON + number * MINUTE)

    at_once(6, write)
    with database.reading() as tx:
        assert sorted(texts(tx)) == [(number + 1, f"text {number}") for number in range(6)]


def at_hour(tx: Transaction, text: str, hour: int, key: str = "a") -> archive.FiledReading:
    """File a page of some hour, whose bytes are its own."""
    at = NOON + hour * 60 * MINUTE
    page = snapshot(tx, f"{text} {hour}".encode(), f"https://example.org/{key}", at)
    return archive.file_reading(
        tx,
        release_key=key,
        address=page.address,
        reading=reading(text),
        fingerprint=f"fingerprint of {text}",
        snapshot_id=page.id,
        reader="1",
        now=at,
    )


def said_now(tx: Transaction) -> tuple[str, list[tuple[int, str]]]:
    release = archive.release_by_key(tx, "a")
    assert release is not None
    return (release.fingerprint or "").removeprefix("fingerprint of "), sorted(texts(tx))


def test_an_older_text_that_is_taken_in_later_is_filed_before_the_newer_one(
    database: Database,
) -> None:
    with database.transaction() as tx:
        now = at_hour(tx, "B", 9)
        archive.read_again(tx, now.release_id, NOON + 99 * 60 * MINUTE)
        old = at_hour(tx, "A", 1)
        release = archive.release_by_id(tx, now.release_id)
        assert said_now(tx) == ("B", [(1, "A"), (2, "B")])
    assert (old.is_current, old.is_new_revision) == (False, False)
    assert release is not None
    assert (release.state, release.next_try_at) == ("wanted", NOON + 99 * 60 * MINUTE)


def test_the_order_in_which_pages_are_taken_in_does_not_matter(database: Database) -> None:
    with database.transaction() as tx:
        for order in permutations(range(5)):
            key = "".join(map(str, order))
            for hour in order:
                at_hour(tx, "ABBAC"[hour], hour, key)
            release = archive.release_by_key(tx, key)
            assert release is not None
            assert release.fingerprint == "fingerprint of C", key
            assert texts_of(tx, release.id) == ["A", "B", "A", "C"], key


def test_an_older_text_between_two_looks_that_saw_the_same_divides_them(
    database: Database,
) -> None:
    with database.transaction() as tx:
        live = at_hour(tx, "A", 9)
        early = at_hour(tx, "A", 1)
        assert early.revision_id == live.revision_id
        between = at_hour(tx, "B", 5)
        assert said_now(tx) == ("A", [(1, "A"), (2, "B"), (3, "A")])
        assert archive.current_revision(tx, live.release_id) == live.revision_id
    assert not between.is_current


def test_a_page_that_still_stood_at_the_last_look_is_newer_than_a_capture_from_before_it(
    database: Database,
) -> None:
    with database.transaction() as tx:
        filed = at_hour(tx, "A", 1)
        (page,) = archive.snapshots(tx)
        looked = NOON + 9 * 60 * MINUTE
        state = FetchState(page.address, None, None, looked, page.sha256, "1")
        fetches.remember_fetch(tx, state)
        capture = archive.file_snapshot(
            tx,
            address="https://web.example.org/a",
            origin="wayback",
            fetched_at=NOON + 5 * 60 * MINUTE,
            status=200,
            headers={},
            body=b"B",
        )
        archive.file_reading(
            tx,
            release_key="a",
            address=None,
            reading=reading("B"),
            fingerprint="fingerprint of B",
            snapshot_id=capture.id,
            reader="1",
            now=looked,
        )
        assert said_now(tx) == ("A", [(1, "B"), (2, "A")])
        assert archive.shows_current(tx, filed.release_id, page.sha256)
        assert not archive.shows_current(tx, filed.release_id, capture.sha256)
