from __future__ import annotations

from datetime import date

import pytest

from storage import archive
from storage.database import Database
from storage.errors import Conflict
from tests.storage.builders import MINUTE, NOON, at_once, file, named, rows


def test_a_release_named_for_the_first_time_is_wanted_or_passed_over(database: Database) -> None:
    with database.transaction() as tx:
        new = archive.name_releases(tx, [named("b"), named("a")], wanted={"a"}, now=NOON)
        assert archive.known_keys(tx, ["a", "b", "c"]) == {"a", "b"}
    assert [(one.key, one.state) for one in new] == [("b", "passed"), ("a", "wanted")]
    assert new[0].address == "https://example.org/b"
    assert new[0].title == "About b"
    assert (new[0].named_at, new[0].attempts, new[0].verdict) == (NOON, 0, None)


def test_a_release_named_again_is_no_news_and_stays_as_it_was(database: Database) -> None:
    with database.transaction() as tx:
        archive.name_releases(tx, [named("a")], wanted=(), now=NOON)
        twice = [named("a"), named("c"), named("c")]
        new = archive.name_releases(tx, twice, wanted={"a", "c"}, now=NOON + MINUTE)
        known = archive.release_by_key(tx, "a")
        assert archive.name_releases(tx, [], wanted=(), now=NOON) == ()
    assert [one.key for one in new] == ["c"]
    assert known is not None
    assert (known.state, known.named_at) == ("passed", NOON)


def test_a_release_named_by_many_at_once_is_news_to_one(database: Database) -> None:
    def name(_: int) -> list[str]:
        with database.transaction() as tx:
            keys = [named(str(n)) for n in range(20)]
            return [one.key for one in archive.name_releases(tx, keys, wanted=(), now=NOON)]

    heard = [key for keys in at_once(6, name) for key in keys]
    assert sorted(heard, key=int) == [str(n) for n in range(20)]


def test_what_is_wanted_comes_oldest_first_and_when_it_is_due(database: Database) -> None:
    with database.transaction() as tx:
        days = {"new": date(2026, 2, 1), "undated": None, "old": date(2025, 2, 1), "later": None}
        new = archive.name_releases(
            tx, [named(key, day) for key, day in days.items()], wanted=days, now=NOON
        )
        ids = {one.key: one.id for one in new}
        archive.postpone(tx, ids["later"], attempts=2, next_try_at=NOON + MINUTE)
        archive.name_releases(tx, [named("passed")], wanted=(), now=NOON)

        now = [one.key for one in archive.wanted_releases(tx, now=NOON)]
        then = archive.wanted_releases(tx, now=NOON + MINUTE)
    assert now == ["old", "new", "undated"]
    assert [one.key for one in then] == ["old", "new", "undated", "later"]
    assert then[-1].attempts == 2


def test_a_release_that_was_read_is_wanted_again_from_a_time_on_or_no_more(
    database: Database,
) -> None:
    later = NOON + MINUTE
    with database.transaction() as tx:
        filed = file(tx, "A", key="k")
        archive.postpone(tx, filed.release_id, attempts=5, next_try_at=NOON)
        archive.read_again(tx, filed.release_id, later)
        assert archive.wanted_releases(tx, now=NOON) == []
        (wanted,) = archive.wanted_releases(tx, now=later)
        assert (wanted.key, wanted.attempts, wanted.next_try_at) == ("k", 0, later)
        assert wanted.verdict is not None
        archive.read_again(tx, filed.release_id, None)
        assert archive.wanted_releases(tx, now=later) == []
        release = archive.release_by_id(tx, filed.release_id)
    assert release is not None
    assert (release.state, release.next_try_at) == ("read", None)


def test_a_release_that_is_not_there_cannot_be_changed(database: Database) -> None:
    with database.transaction() as tx:
        with pytest.raises(LookupError):
            archive.read_again(tx, 7, None)
        assert archive.release_by_id(tx, 7) is None


def test_a_release_is_found_by_id_and_key(database: Database) -> None:
    with database.transaction() as tx:
        filed = file(tx, "A", key="k")
        found = archive.release_by_id(tx, filed.release_id)
        assert found is not None
        assert found.fingerprint == "fingerprint of A"
        assert archive.release_by_key(tx, "k") == found
        assert archive.release_by_key(tx, "another") is None


def test_a_saved_page_takes_its_official_address_from_a_release_only_named(
    database: Database,
) -> None:
    with database.transaction() as tx:
        saved = file(tx, "A", key="text:1")
        archive.name_releases(tx, [named("official")], wanted={"official"}, now=NOON)
        archive.adopt_address(tx, saved.release_id, "official", "https://example.org/official")
        found = archive.release_by_key(tx, "official")
        assert found is not None
        assert found.id == saved.release_id
        assert found.address == "https://example.org/official"
        assert archive.wanted_releases(tx, now=NOON) == []
    assert rows(database, ["releases"]) == {"releases": 1}


def test_a_saved_page_may_not_take_the_address_of_a_release_that_was_read(
    database: Database,
) -> None:
    with database.transaction() as tx:
        saved = file(tx, "A", key="text:1")
        file(tx, "B", key="official")
        with pytest.raises(Conflict):
            archive.adopt_address(tx, saved.release_id, "official", "https://example.org/")
        still = archive.release_by_id(tx, saved.release_id)
        assert still is not None
        assert still.key == "text:1"
    assert rows(database, ["releases"]) == {"releases": 2}
