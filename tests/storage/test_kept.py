"""What the service keeps for itself: secrets, and alarms that are not over."""

from __future__ import annotations

from storage import alarms, secrets
from storage.database import Database
from storage.records import Alarm
from tests.storage.builders import MINUTE, NOON, at_once, in_processes, rows


def test_a_secret_is_made_once_and_found_ever_after(database: Database) -> None:
    with database.transaction() as tx:
        assert secrets.kept(tx, "key") is None
        assert secrets.keep(tx, "key", lambda: "first", NOON) == "first"
        assert secrets.keep(tx, "key", lambda: "second", NOON + MINUTE) == "first"
        assert secrets.keep(tx, "other", lambda: "second", NOON) == "second"
    with database.reading() as tx:
        assert secrets.kept(tx, "key") == "first"


def test_of_many_threads_that_make_a_secret_at_once_all_have_the_same(database: Database) -> None:
    def work(number: int) -> str:
        with database.transaction() as tx:
            return secrets.keep(tx, "key", lambda: str(number), NOON)

    assert len(set(at_once(8, work))) == 1


def test_three_processes_that_start_at_once_make_one_secret(
    database: Database, database_url: str
) -> None:
    script = (
        "import os\n"
        "from storage import secrets\n"
        "with database.transaction() as tx:\n"
        "    print(secrets.keep(tx, 'key', lambda: str(os.getpid()), NOON))\n"
    )
    assert len(set(in_processes(3, script, database_url))) == 1
    assert rows(database, ["secrets"]) == {"secrets": 1}


def test_an_alarm_stands_from_when_it_was_raised_until_it_is_over(database: Database) -> None:
    first = Alarm("unseen", "nothing seen for an hour", NOON, NOON)
    later = Alarm("unseen", "nothing seen for two hours", NOON + MINUTE, NOON + MINUTE)
    with database.transaction() as tx:
        assert alarms.standing(tx) == {}
        alarms.keep_alarm(tx, first)
        alarms.keep_alarm(tx, later)
        now = {"unseen": Alarm("unseen", later.says, NOON, later.told_at)}
        assert alarms.standing(tx) == now
        alarms.end_alarm(tx, "unseen")
        alarms.end_alarm(tx, "never raised")
        assert alarms.standing(tx) == {}
