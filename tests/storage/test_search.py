"""Words on file: what is found by them, in which order, and what is forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import archive
from storage.archive import Found
from storage.database import Database, Transaction
from storage.records import Paragraph, Reading, Release
from tests.storage.builders import NOON, SERIES, file, file_round, readout, rows, snapshot

RULE = "1"


def say(
    tx: Transaction, key: str, words: str, published: date | None = None, *, title: str = "A title"
) -> int:
    """File a release of a day, and its words; return its id."""
    page = snapshot(tx, f"{key} {words}".encode(), f"https://example.org/{key}")
    release = Release(title, published, None, (Paragraph("other", words),))
    filed = archive.file_reading(
        tx,
        release_key=key,
        address=page.address,
        reading=Reading("related", (), release, ()),
        fingerprint=f"{key} {words}",
        snapshot_id=page.id,
        reader="1",
        now=NOON,
    )
    archive.file_words(tx, filed.release_id, published=published, words=words, rule=RULE)
    return filed.release_id


def found(tx: Transaction, *words: str, phrases: Sequence[str] = (), **only: object) -> list[int]:
    limit = {"limit": 50} | only
    return [each.release_id for each in archive.find_words(tx, words, phrases, **limit)]  # type: ignore[arg-type]


def test_a_release_is_found_by_all_of_the_words(database: Database) -> None:
    with database.transaction() as tx:
        one = say(tx, "one", ". labor tokyo .")
        two = say(tx, "two", ". labor kyoto .")
        assert found(tx, "labor") == [two, one]
        assert found(tx, "labor", "tokyo") == [one]
        assert found(tx, "labor", "osaka") == []
        assert found(tx, "lab") == []


def test_a_phrase_is_found_where_its_words_follow_each_other(database: Database) -> None:
    with database.transaction() as tx:
        one = say(tx, "one", ". a b c . d .")
        two = say(tx, "two", ". b a . c d .")
        assert found(tx, "a", "b", phrases=["a b"]) == [one]
        assert found(tx, "a", "b", "c", "d", phrases=["b a", "c d"]) == [two]
        assert found(tx, "a", "d") == [two, one]
        assert found(tx, "c", "d", phrases=["c . d"]) == [one]
        assert found(tx, "a", "c", phrases=["a c"]) == []


def test_the_latest_is_found_first_and_one_without_a_day_last(database: Database) -> None:
    with database.transaction() as tx:
        undated = say(tx, "undated", ". labor .")
        older = say(tx, "older", ". labor .", date(2022, 3, 1))
        same = say(tx, "same", ". labor .", date(2024, 7, 31))
        newer = say(tx, "newer", ". labor .", date(2024, 7, 31))
        assert found(tx, "labor") == [newer, same, older, undated]
        assert found(tx, "labor", year=2024) == [newer, same]
        assert found(tx, "labor", year=2023) == []
        assert found(tx, "labor", year=9999) == []
        assert found(tx, "labor", year=1) == []


def test_only_what_reports_a_round_of_a_series_now_can_be_asked_for(database: Database) -> None:
    with database.transaction() as tx:
        say(tx, "other", ". labor .")
        filed, _ = file_round(tx, readout(4), key="four")
        archive.file_words(tx, filed.release_id, published=None, words=". labor .", rule=RULE)
        assert found(tx, "labor", series=SERIES) == [filed.release_id]
        assert found(tx, "labor", series="another") == []
        archive.file_readouts(
            tx, release_id=filed.release_id, revision_id=filed.revision_id, readouts=(), now=NOON
        )
        assert found(tx, "labor", series=SERIES) == []


def test_words_filed_anew_take_the_place_of_those_before(database: Database) -> None:
    with database.transaction() as tx:
        one = say(tx, "one", ". labor tokyo .", date(2022, 3, 1))
        two = say(tx, "two", ". labor .", date(2023, 3, 1))
        assert say(tx, "one", ". labor kyoto .", date(2024, 3, 1)) == one
        assert found(tx, "tokyo") == []
        assert found(tx, "kyoto") == [one]
        assert found(tx, "labor") == [one, two]
    assert rows(database, ["release_words"]) == {"release_words": 2}


def test_the_index_of_sqlite_holds_what_the_table_holds(database: Database) -> None:
    with database.transaction() as tx:
        for day in range(1, 9):
            say(tx, f"{day % 3}", f". labor {day} .", date(2024, 7, day))
        if database.on_sqlite:
            check = "insert into word_index (word_index, rank) values ('integrity-check', 1)"
            tx.exec_driver_sql(check)
        assert len(found(tx, "labor")) == 3


def test_what_a_transaction_that_failed_had_filed_is_not_found(database: Database) -> None:
    with suppress(RuntimeError), database.transaction() as tx:
        say(tx, "one", ". labor .")
        raise RuntimeError
    with database.reading() as tx:
        assert found(tx, "labor") == []


def test_releases_read_without_words_by_the_rule_are_named(database: Database) -> None:
    with database.transaction() as tx:
        one = file(tx, "The first.", key="one").release_id
        two = file(tx, "The second.", key="two").release_id
        file(tx, "The second, otherwise.", key="two")
        assert archive.without_words(tx, RULE, 10) == (one, two)
        assert archive.without_words(tx, RULE, 1) == (one,)
        assert archive.without_words(tx, RULE, 10, after=one) == (two,)
        archive.file_words(tx, one, published=None, words=". first .", rule=RULE)
        assert archive.without_words(tx, RULE, 10) == (two,)
        assert archive.without_words(tx, "2", 10) == (one, two)


def test_what_a_release_says_is_what_its_last_revision_says(database: Database) -> None:
    with database.transaction() as tx:
        one = file(tx, "Before.", key="one").release_id
        file(tx, "Now.", key="one")
        texts = archive.texts_of(tx, [one, one + 1])
    assert [texts[one].passages, len(texts)] == [("A title", "Now."), 1]


WORDS = st.sampled_from(["a", "b", "ab", "日", "é", "x" * 40, "1"])
SAID = st.lists(st.lists(WORDS, min_size=1, max_size=4), min_size=1, max_size=3)
ASKED = st.lists(st.lists(WORDS, min_size=1, max_size=2), min_size=1, max_size=3)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    releases=st.lists(st.tuples(SAID, st.dates() | st.none()), max_size=6),
    asked=ASKED,
    limit=st.integers(1, 3),
)
def test_both_databases_find_what_a_plain_look_through_all_texts_finds(
    database: Database,
    releases: list[tuple[list[list[str]], date | None]],
    asked: list[list[str]],
    limit: int,
) -> None:
    lines = [f". {' . '.join(' '.join(one) for one in said)} ." for said, _ in releases]
    phrases = [" ".join(phrase) for phrase in asked]
    with database.transaction() as tx:
        attempt = tx.begin_nested()
        ids = [
            say(tx, str(number), line, day)
            for number, (line, (_, day)) in enumerate(zip(lines, releases, strict=True))
        ]
        expected = [
            (day.toordinal() if day else 0, one)
            for line, one, (_, day) in zip(lines, ids, releases, strict=True)
            if all(f" {phrase} " in line for phrase in phrases)
        ]
        assert paged(tx, asked, phrases, limit) == [
            one for _, one in sorted(expected, reverse=True)
        ]
        attempt.rollback()


def paged(tx: Transaction, asked: list[list[str]], phrases: list[str], limit: int) -> list[int]:
    """All that is found, a page after the other."""
    words = list(dict.fromkeys(word for phrase in asked for word in phrase))
    seen: list[Found] = []
    while True:
        before = seen[-1].place if seen else None
        more = archive.find_words(tx, words, phrases, before=before, limit=limit)
        seen += more
        if len(more) < limit:
            return [each.release_id for each in seen]
