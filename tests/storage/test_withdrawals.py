from __future__ import annotations

from datetime import timedelta

from storage import archive
from storage.database import Database, Transaction
from storage.records import Withdrawal
from tests.storage.builders import NOON, at_once, file

DAY = timedelta(days=1)


def miss(tx: Transaction, release_id: int, day: int) -> Withdrawal:
    known = archive.missing_release(tx, release_id)
    return archive.miss_release(
        tx,
        release_id,
        known,
        kind="gone",
        what=f"missing on day {day}",
        days=(known.days if known else 0) + 1,
        at=NOON + day * DAY,
    )


def test_a_release_is_missing_from_the_first_time_until_it_is_seen(database: Database) -> None:
    with database.transaction() as tx:
        release_id = file(tx).release_id
        miss(tx, release_id, 1)
        last = miss(tx, release_id, 3)
        assert (last.first_at, last.last_at, last.days) == (NOON + DAY, NOON + 3 * DAY, 2)
        assert last.evidence == {
            "2026-03-03": "missing on day 1",
            "2026-03-05": "missing on day 3",
        }
        assert archive.find_release(tx, release_id, NOON + 2 * DAY) is None, "an older page"
        found = archive.find_release(tx, release_id, NOON + 4 * DAY)
        assert found is not None
        assert found.ended_at == NOON + 4 * DAY
        assert archive.missing_release(tx, release_id) is None
        again = miss(tx, release_id, 5)
    assert (again.first_at, again.days) == (NOON + 5 * DAY, 1)


def test_a_withdrawal_is_said_once_and_stands_until_the_page_is_back(database: Database) -> None:
    with database.transaction() as tx:
        release_id = file(tx).release_id
        missing = miss(tx, release_id, 1)
        assert archive.withdrawn_releases(tx, [release_id]) == {}
        said = [archive.say_withdrawn(tx, missing.id, NOON + day * DAY) for day in (2, 3)]
        assert said == [True, False]
        (one,) = archive.withdrawn_releases(tx, [release_id]).values()
        assert one.said_at == NOON + 2 * DAY
        archive.find_release(tx, release_id, NOON + 4 * DAY)
        assert archive.withdrawn_releases(tx, [release_id]) == {}


def test_the_evidence_of_years_stays_small_and_keeps_its_beginning_and_its_end(
    database: Database,
) -> None:
    with database.transaction() as tx:
        release_id = file(tx).release_id
        for day in range(100):
            last = miss(tx, release_id, day)
    days = list(last.evidence)
    assert len(days) == 40
    assert (days[0], days[-1]) == ("2026-03-02", "2026-06-09")
    assert last.days == 100


def test_of_two_who_miss_a_release_at_once_one_begins_and_the_other_adds(
    database: Database,
) -> None:
    with database.transaction() as tx:
        release_id = file(tx).release_id

    def write(number: int) -> None:
        with database.transaction() as tx:
            miss(tx, release_id, number)

    at_once(4, write)
    with database.reading() as tx:
        (missing,) = archive.missing_releases(tx)
    assert missing.days == 4
