"""From the tables of every step that a program worked on, with what it had in them, to today's.

The databases and the answers beside this file were written by the programs of then: see the README.
"""

from __future__ import annotations

import gzip
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from monitor.pressroom import PressRoom
from storage.database import Database
from storage.migrations import HEAD
from storage.moving.copying import fill
from storage.moving.tables import names_in
from storage.upgrade import upgrade
from tests.databases import PostgresqlServer, SqliteFiles
from tests.entrypoints.saved import PUBLISHED
from tests.entrypoints.user import User
from tests.upgrades.make import PORT

HERE = Path(__file__).parent
STEPS = sorted(path.stem for path in HERE.glob("*.json"))
WHERE_THEN = f"http://127.0.0.1:{PORT}"


@dataclass(frozen=True)
class Old:
    """A database of an older program, and what that program answered."""

    step: str
    user: User
    answers: dict[str, Any]
    room: PressRoom


@pytest.fixture(params=STEPS)
def old(
    request: pytest.FixtureRequest, databases: SqliteFiles | PostgresqlServer, tmp_path: Path
) -> Iterator[Old]:
    """A user of that program, on either database, on the day that the new one is installed."""
    step = request.param
    with PressRoom(through=PUBLISHED[5]) as room:
        (home := tmp_path / "home").mkdir()
        written = statements(step, room.base_url)
        url = databases.empty()
        on_sqlite = home / "archive.db"
        with closing(sqlite3.connect(on_sqlite)) as made:
            made.executescript(f"begin;\n{written}commit;")
        if isinstance(databases, PostgresqlServer):
            move(on_sqlite, url, step)
        else:
            url = f"sqlite:///{on_sqlite}"
        quick = {"max_requests_per_second": 1000, "backup_folder": tmp_path / "kept"}
        quick["smtp_url"] = (tmp_path / "mail").as_uri()
        user = User(home, database_url=url, source_url=room.base_url, **quick)
        said = (HERE / f"{step}.json").read_text("utf-8").replace(WHERE_THEN, room.base_url)
        yield Old(step, user, json.loads(said), room)
        databases.drop(url)


def statements(step: str, source: str) -> str:
    """The database as statements, with the press pages where they are now."""
    written = gzip.decompress((HERE / f"{step}.sql.gz").read_bytes()).decode()
    assert WHERE_THEN in written
    return written.replace(WHERE_THEN, source)


def move(file: Path, url: str, step: str) -> None:
    """Bring the rows into the tables that PostgreSQL had at that step."""
    source, target = Database(f"sqlite:///{file}"), Database(url)
    with source.reading() as old, target.migrating() as new:
        upgrade(new, step)
        fill(old, new, names_in(old), database=target)
    for database in (source, target):
        database.close()


def test_the_answers_are_the_same_nothing_goes_out_again_and_nothing_is_news(old: Old) -> None:
    refused = old.user.runs("latest", "--json")
    assert (refused.code, "roundwatch migrate" in refused.complained) == (2, True)
    migrated = old.user.runs("migrate")
    assert (migrated.code, migrated.complained) == (0, "")
    assert f"from {old.step} to {HEAD}" in migrated.said
    assert_same_answers(old)
    assert old.user.runs("deliver").said == "0 sent, 0 to be tried again, 0 failed\n"
    looked = old.user.runs("poll")
    assert (looked.code, "digest" in looked.said) == (0, False)
    assert "0 new" in looked.said or "unchanged" in looked.said
    assert old.user.runs("deliver").said == "0 sent, 0 to be tried again, 0 failed\n"
    books = next(each for each in old.user.reads("check") if each["name"] == "books")
    assert books["well"]
    assert_same_answers(old, "latest --json", "show 5 --json")


@pytest.mark.parametrize("old", [STEPS[0], STEPS[-1]], indirect=True)
def test_the_backup_that_was_kept_brings_the_old_program_s_database_back(old: Old) -> None:
    assert old.user.runs("migrate").code == 0
    (kept,) = (old.user.home.parent / "kept").iterdir()
    with closing(sqlite3.connect(":memory:")) as then, closing(sqlite3.connect(kept)) as now:
        then.executescript(statements(old.step, old.room.base_url))
        assert rows_of(now) == rows_of(then)


def rows_of(database: sqlite3.Connection) -> dict[str, list[Any]]:
    """Every row of every table of ours, documents as what they say."""
    tables = database.execute(
        "select name from sqlite_master where type = 'table'"
        " and name not like 'word_index%' and name <> 'sqlite_sequence'"
    )
    return {
        name: sorted(map(plain, database.execute(f"select * from {name}"))) for (name,) in tables
    }


def plain(row: tuple[Any, ...]) -> str:
    """A row, with its documents in one order: PostgreSQL keeps none."""
    return repr([
        json.dumps(json.loads(value), sort_keys=True)
        if isinstance(value, str) and re.match(r"[\[{]", value)
        else value
        for value in row
    ])  # fmt: skip


def assert_same_answers(old: Old, *some: str) -> None:
    """Hold today's answers, all or some, against those of then: more may be told, nothing else."""
    for question in some or old.answers:
        then = old.answers[question]
        done = old.user.runs(*question.split())
        assert (done.code, done.complained) == (0, "")
        now = json.loads(done.said)
        if question == "subscribers list --json" and old.step < "0004":
            # A reader followed one series; since step 0004 several, each with topics of its own.
            for each in now:
                (followed,) = each["subscriptions"]
                each["series"] = followed["series"]
                assert followed["topics"] == []  # all of them, as before
        assert list(differences(now, then, question)) == []


def differences(now: Any, then: Any, where: str) -> Iterator[str]:
    """Name what was told then and is told otherwise now, or not at all."""
    if isinstance(then, dict) and isinstance(now, dict):
        for key, value in then.items():
            if key in now:
                yield from differences(now[key], value, f"{where} {key}")
            else:
                yield f"{where} {key}: gone"
    elif isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        for number, (one, other) in enumerate(zip(now, then, strict=True)):
            yield from differences(one, other, f"{where} {number}")
    elif now != then:
        yield f"{where}: {now} was {then}"
