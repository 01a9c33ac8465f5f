"""The stamp of a series: it changes with whatever feeds are made from, and with nothing else."""

from __future__ import annotations

from storage import archive
from storage.database import Database
from tests.storage.builders import MINUTE, NOON, SERIES, comparison, file_round, readout


def stamp(database: Database, series: str = SERIES) -> str:
    with database.reading() as tx:
        return archive.stamp_of(tx, series)


def test_a_series_without_rounds_has_a_stamp_too(database: Database) -> None:
    assert stamp(database) == stamp(database)
    assert stamp(database, "nowhere") == stamp(database)


def test_a_stamp_changes_with_each_round_and_each_comparison(database: Database) -> None:
    seen = [stamp(database)]
    with database.transaction() as tx:
        _, before = file_round(tx, readout(3), key="three")
    seen.append(stamp(database))
    with database.transaction() as tx:
        _, after = file_round(tx, readout(4), key="four")
    seen.append(stamp(database))
    for moment in (NOON, NOON + MINUTE):
        with database.transaction() as tx:
            archive.replace_comparison(
                tx,
                after_readout_id=after,
                before_readout_id=before,
                comparison=comparison(),
                now=moment,
            )
        seen.append(stamp(database))
    assert len(set(seen)) == len(seen)
    assert stamp(database) == seen[-1]


def test_a_round_of_another_series_leaves_it(database: Database) -> None:
    first = stamp(database)
    with database.transaction() as tx:
        file_round(tx, readout(1, series="another"), key="other")
    assert stamp(database) == first


def test_when_a_round_was_filed_is_known_by_its_readout(database: Database) -> None:
    with database.transaction() as tx:
        _, readout_id = file_round(tx, readout(4))
        file_round(tx, readout(1, series="another"), key="other")
        assert archive.filed_at(tx, SERIES) == {readout_id: NOON}
