"""All releases, narrowed and in pages; and the open issues."""

from __future__ import annotations

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import archive, journal
from storage.archive import ReportedRound
from storage.database import Database, Transaction
from storage.records import FiledRelease, Named
from tests.storage.builders import NOON, SERIES, file, file_round, named, readout


def listed(tx: Transaction, **only: object) -> list[str]:
    found = archive.latest_releases(tx, **({"limit": 50} | only))  # type: ignore[arg-type]
    return [release.key for release in found]


def test_the_latest_releases_come_first_and_those_without_a_day_last(database: Database) -> None:
    with database.transaction() as tx:
        days = {"a": None, "b": date(2024, 1, 2), "c": date(2023, 5, 1), "d": date(2024, 1, 2)}
        filed = [named(key, day) for key, day in days.items()]
        archive.name_releases(tx, filed, wanted=["b"], now=NOON)
        assert listed(tx) == ["d", "b", "c", "a"]
        assert listed(tx, year=2024) == ["d", "b"]
        assert listed(tx, year=1) == []


def test_releases_are_narrowed_by_verdict_by_series_and_by_their_rounds(database: Database) -> None:
    with database.transaction() as tx:
        archive.name_releases(tx, [named("passed")], wanted=[], now=NOON)
        file(tx, "About the talks.", key="related")
        filed, _ = file_round(tx, readout(4), key="four")
        assert listed(tx, judged="readout") == ["four"]
        assert listed(tx, judged="related") == ["related"]
        assert listed(tx, judged="unread") == ["passed"]
        assert listed(tx, series=SERIES) == ["four"]
        assert listed(tx, series="another") == []
        assert archive.count_releases(tx) == {"readout": 1, "related": 1, "unread": 1}
        rounds = archive.reported_rounds(tx, [filed.release_id])
    assert rounds == {filed.release_id: (ReportedRound(SERIES, 4),)}


def test_titles_are_looked_through_for_each_word_whatever_it_holds(database: Database) -> None:
    with database.transaction() as tx:
        titles = {"a": "Readout of the First Round", "b": "100% of a_b\\c", "c": "ÉTÉ"}
        filed = [Named(key, key, title, None) for key, title in titles.items()]
        archive.name_releases(tx, [*filed, Named("d", "d", None, None)], wanted=[], now=NOON)
        assert listed(tx, title=["READOUT", "first"]) == ["a"]
        assert listed(tx, title=["readout", "second"]) == []
        assert listed(tx, title=["%"]) == ["b"]
        assert listed(tx, title=["a_B"]) == ["b"]
        assert listed(tx, title=["\\"]) == ["b"]
        assert listed(tx, title=["aXb"]) == []
        assert listed(tx, title=["ÉtÉ"]) == ["c"]
        assert listed(tx, title=["été"]) == []


DAYS = st.lists(st.dates() | st.none(), max_size=8)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DAYS, st.integers(1, 3))
def test_pages_of_releases_hold_each_of_them_once(
    database: Database, days: list[date | None], limit: int
) -> None:
    with database.transaction() as tx:
        attempt = tx.begin_nested()
        filed = [named(str(number), day) for number, day in enumerate(days)]
        archive.name_releases(tx, filed, wanted=[], now=NOON)
        whole = archive.latest_releases(tx, limit=50)
        assert paged(tx, limit) == list(whole)
        assert len(whole) == len(days)
        attempt.rollback()


def paged(tx: Transaction, limit: int) -> list[FiledRelease]:
    seen: list[FiledRelease] = []
    while True:
        after = (seen[-1].published, seen[-1].id) if seen else None
        more = archive.latest_releases(tx, after=after, limit=limit)
        seen += more
        if len(more) < limit:
            return seen


def test_open_issues_are_listed_in_the_order_they_were_opened(database: Database) -> None:
    with database.transaction() as tx:
        opened = [
            journal.open_issue(
                tx, kind=kind, address=None, summary="", evidence={}, snapshot_id=None, now=NOON
            )[0].id
            for kind in ("gone", "doubt", "half-loaded")
        ]
        journal.close_issue(tx, opened[1], NOON)
        assert [each.id for each in journal.open_issues(tx, limit=5)] == [opened[0], opened[2]]
        assert [each.id for each in journal.open_issues(tx, limit=1)] == [opened[0]]
        assert [each.id for each in journal.open_issues(tx, after=opened[0], limit=5)] == [
            opened[2]
        ]


def test_the_days_with_releases_come_once_each_the_latest_first(database: Database) -> None:
    with database.transaction() as tx:
        assert archive.days_of_publication(tx, until=date(2024, 1, 2), limit=9) == ()
        days = {"a": None, "b": date(2024, 1, 2), "c": date(2023, 5, 1), "d": date(2024, 1, 2)}
        filed = [named(key, day) for key, day in days.items()]
        archive.name_releases(tx, [*filed, named("e", date(2031, 1, 1))], wanted=[], now=NOON)
        found = archive.days_of_publication(tx, until=date(2024, 1, 2), limit=9)
        assert found == (date(2024, 1, 2), date(2023, 5, 1))
        assert archive.days_of_publication(tx, until=date(2023, 12, 31), limit=9) == found[1:]
        assert archive.days_of_publication(tx, until=date(2024, 1, 2), limit=1) == found[:1]
