from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from storage import archive, journal
from storage.database import Database
from storage.errors import Conflict
from storage.records import FiledReadout, Readout
from storage.schema import mentions, readouts
from tests.storage.builders import (
    MINUTE,
    NOON,
    SERIES,
    at_once,
    comparison,
    file,
    file_round,
    readout,
    rows,
    span,
)


def rounds(found: tuple[FiledReadout, ...]) -> list[int | None]:
    return [one.readout.round for one in found]


def test_a_readout_comes_back_as_it_went_in_down_to_the_stored_page(database: Database) -> None:
    said = readout(next_round=span("the fall", None))
    with database.transaction() as tx:
        filed, readout_id = file_round(tx, said)
    with database.reading() as tx:
        (back,) = archive.current_readouts(tx, SERIES)
        (page,) = archive.snapshots(tx)
        assert archive.body_of(tx, back.source.snapshot_id) == b"The page of a"
    assert back.readout == said
    assert (back.id, back.release_id, back.revision_id) == (readout_id, *filed[:2])
    assert back.release.url == "https://example.org/a"
    assert back.release.paragraphs[0].text == "The page of a"
    assert back.source.fetched_from == page.address
    assert (back.source.sha256, back.source.fetched_at) == (page.sha256, NOON)


def test_each_mention_is_a_row_in_the_order_of_the_page(database: Database) -> None:
    with database.transaction() as tx:
        file_round(tx, readout())
        said = tx.execute(select(mentions.c.position, mentions.c.topic, mentions.c.text)).all()
    assert said == [
        (0, "agriculture", "Rules for “fresh” fruit —"),
        (1, "beef", "beef grading"),
    ]


def test_current_readouts_go_by_round_and_those_without_a_number_come_last_by_date(
    database: Database,
) -> None:
    autumn = readout(None, held=span("fall", date(2025, 9, 1)), city="Kyoto")
    spring = readout(None, held=span("spring", date(2025, 3, 1)), city="Nara")
    undated = readout(None, held=span("once", None), city="Osaka")
    with database.transaction() as tx:
        for number, said in enumerate([undated, readout(5), autumn, readout(2), spring]):
            file_round(tx, said, key=str(number))
        file_round(tx, readout(1, series="another"), key="other")
        found = archive.current_readouts(tx, SERIES)
        assert archive.series_known(tx) == ("another", SERIES)
    assert rounds(found) == [2, 5, None, None, None]
    assert [one.readout.city for one in found[2:]] == ["Nara", "Kyoto", "Osaka"]


def test_a_round_is_found_by_its_number(database: Database) -> None:
    with database.transaction() as tx:
        file_round(tx, readout(2), key="two")
        file_round(tx, readout(3), key="three")
        found = archive.readout_of_round(tx, SERIES, 3)
        assert archive.readout_of_round(tx, SERIES, 4) is None
        assert archive.readout_of_round(tx, "another", 3) is None
    assert found is not None
    assert found.readout.round == 3


@pytest.mark.parametrize(
    ("said", "latest"),
    [
        ([], None),
        ([readout(2), readout(5), readout(3)], 5),
        ([readout(5), readout(None, city="Nara", held=span("", date(2025, 9, 1)))], "Nara"),
        ([readout(5), readout(None, city="Nara", held=span("", date(2025, 1, 1)))], 5),
        ([readout(5, held=span("", None)), readout(4)], 5),
        ([readout(None, city="Nara", held=span("", None))], "Nara"),
    ],
)
def test_the_latest_round_has_the_highest_number_or_was_held_later_without_one(
    database: Database, said: list[Readout], latest: int | str | None
) -> None:
    with database.transaction() as tx:
        for number, one in enumerate(said):
            file_round(tx, one, key=str(number))
        found = archive.latest_readout(tx, SERIES)
    assert (found and (found.readout.round or found.readout.city)) == latest


def test_a_corrected_readout_takes_the_place_of_the_earlier_one_which_is_kept(
    database: Database,
) -> None:
    corrected = readout(city="Nara")
    with database.transaction() as tx:
        _, first = file_round(tx, readout())
        filed = file(tx, "Corrected", at=NOON + MINUTE)
        second = archive.file_readout(
            tx,
            release_id=filed.release_id,
            revision_id=filed.revision_id,
            readout=corrected,
            now=NOON + MINUTE,
        )
        (current,) = archive.current_readouts(tx, SERIES)
        query = select(readouts.c.superseded_at).where(readouts.c.id == first)
        assert tx.scalar(query) == NOON + MINUTE
    assert (current.id, current.readout) == (second, corrected)
    assert rows(database, ["readouts", "mentions"]) == {"readouts": 2, "mentions": 4}


def test_filing_the_same_readout_twice_changes_nothing(database: Database) -> None:
    with database.transaction() as tx:
        _, first = file_round(tx, readout())
        _, second = file_round(tx, readout())
        query = select(readouts.c.superseded_at)
        assert tx.scalars(query).all() == [None]
    assert first == second


def test_one_release_may_report_two_rounds_and_later_one_of_them(database: Database) -> None:
    both = (readout(3), readout(4))
    with database.transaction() as tx:
        filed = file(tx, "Two rounds", *both)
        where = {"release_id": filed.release_id, "revision_id": filed.revision_id}
        archive.file_readouts(tx, **where, readouts=both, now=NOON)
        assert rounds(archive.current_readouts(tx, SERIES)) == [3, 4]
        archive.file_readouts(tx, **where, readouts=both[1:], now=NOON)
        assert rounds(archive.current_readouts(tx, SERIES)) == [4]
        archive.file_readouts(tx, **where, readouts=(), now=NOON)
        assert archive.current_readouts(tx, SERIES) == ()


def test_the_same_round_of_another_release_is_a_conflict_after_which_work_can_go_on(
    database: Database,
) -> None:
    with database.transaction() as tx:
        file_round(tx, readout(4))
        file_round(tx, readout(3), key="b")
        other = file(tx, "Elsewhere", key="b", at=NOON + MINUTE)
        where = {"release_id": other.release_id, "revision_id": other.revision_id}
        with pytest.raises(Conflict):
            archive.file_readout(tx, **where, readout=readout(4, city="Nara"), now=NOON)
        journal.open_issue(
            tx,
            kind="same-round",
            address=None,
            summary="Round 4 stands at two addresses",
            evidence={},
            snapshot_id=None,
            now=NOON,
        )
    with database.reading() as tx:
        assert rounds(archive.current_readouts(tx, SERIES)) == [3, 4]
        assert archive.readout_of_round(tx, SERIES, 4).readout.city == "Tokyo"  # type: ignore[union-attr]
        assert len(journal.issues(tx)) == 1


def test_of_two_releases_that_report_a_round_at_the_same_moment_one_is_filed(
    database: Database,
) -> None:
    def report(number: int) -> str:
        try:
            with database.transaction() as tx:
                file_round(tx, readout(4), key=str(number))
        except Conflict:
            return "conflict"
        return "filed"

    assert sorted(at_once(5, report)) == ["conflict"] * 4 + ["filed"]
    with database.reading() as tx:
        assert rounds(archive.current_readouts(tx, SERIES)) == [4]
    assert rows(database, ["snapshots"]) == {"snapshots": 1}


def test_rounds_without_a_number_never_conflict(database: Database) -> None:
    with database.transaction() as tx:
        file_round(tx, readout(None), key="a")
        file_round(tx, readout(None), key="b")
        assert rounds(archive.current_readouts(tx, SERIES)) == [None, None]


def test_a_comparison_is_kept_with_its_later_readout_and_replaced_when_made_anew(
    database: Database,
) -> None:
    with database.transaction() as tx:
        _, before = file_round(tx, readout(3), key="three")
        _, after = file_round(tx, readout(4), key="four")
        assert archive.comparison_for(tx, after) is None
        for made in (replace(comparison(), missing_rounds=()), comparison()):
            archive.replace_comparison(
                tx, after_readout_id=after, before_readout_id=before, comparison=made, now=NOON
            )
    with database.reading() as tx:
        assert archive.comparison_for(tx, after) == comparison()
        assert archive.comparison_for(tx, before) is None


def test_the_first_round_is_compared_with_none(database: Database) -> None:
    first = replace(comparison(), before_round=None)
    with database.transaction() as tx:
        _, after = file_round(tx, readout(1))
        archive.replace_comparison(
            tx, after_readout_id=after, before_readout_id=None, comparison=first, now=NOON
        )
        assert archive.comparison_for(tx, after) == first


def test_the_numbers_of_the_rounds_on_file_are_told_in_order(database: Database) -> None:
    with database.transaction() as tx:
        for key, one in enumerate((readout(5), readout(2), readout(None, city="Nara"))):
            file_round(tx, one, key=str(key))
        assert archive.round_numbers(tx, SERIES) == (2, 5)
        assert archive.round_numbers(tx, "other-talks") == ()
