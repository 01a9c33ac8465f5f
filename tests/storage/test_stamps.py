"""The archive's stamp: it changes with whatever the pages are made from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise

from storage import archive, journal
from storage.database import Database, Transaction
from storage.records import TopicLink
from tests.storage.builders import MINUTE, NOON, SERIES, comparison, file_round, named, readout


def stamp(database: Database) -> str:
    with database.reading() as tx:
        return archive.stamp(tx)


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


def an_issue(tx: Transaction, now: datetime) -> None:
    said = {"kind": "unread", "address": "a", "summary": "Not read.", "evidence": {}}
    journal.open_issue(tx, **said, snapshot_id=None, now=now)


def test_a_stamp_changes_with_each_release_link_and_issue(database: Database) -> None:
    seen = [stamp(database)]
    link = TopicLink(SERIES, "Workers", "labor", "Labor", NOON)
    steps: tuple[Callable[[Transaction], object], ...] = (
        lambda tx: archive.name_releases(tx, [named("a")], wanted=(), now=NOON),
        lambda tx: archive.file_topic_link(tx, link),
        lambda tx: archive.drop_topic_link(tx, SERIES, "Workers"),
        lambda tx: an_issue(tx, NOON),
        lambda tx: an_issue(tx, NOON + MINUTE),
        lambda tx: journal.close_issue(tx, 1, NOON),
    )
    for step in steps:
        with database.transaction() as tx:
            step(tx)
        seen.append(stamp(database))
    assert [a != b for a, b in pairwise(seen)] == [True] * len(steps)
    assert stamp(database) == seen[-1]


def test_when_a_round_was_filed_is_known_by_its_readout(database: Database) -> None:
    with database.transaction() as tx:
        _, readout_id = file_round(tx, readout(4))
        file_round(tx, readout(1, series="another"), key="other")
        assert archive.filed_at(tx, SERIES) == {readout_id: NOON}
