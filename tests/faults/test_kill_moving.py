"""Copies, backups and restores while others write, and killed on the way with `kill -9`."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from storage import outbox
from storage.database import Database
from storage.moving import backup, compare, copy
from tests.databases import PostgresqlServer, SqliteFiles
from tests.faults.processes import ROOT, Roundwatch, ended
from tests.storage.builders import rows, snapshot
from tests.storage.everything import file_everything

KILLED = -9
MOMENTS = 6
READERS_TOGETHER = ("subscribers", "subscriptions", "letters", "deliveries")
WRITER = """
import sys
from storage.database import Database
from tests.storage.builders import letter, reader

database = Database(sys.argv[1])
for number in range(1_000_000):
    with database.transaction() as tx:
        one = reader(tx, f"reader{number}")
        letter(tx, one.address, one.id)
    print(number, flush=True)
"""
# The process kills itself where this function would be called.
DIES_AT = """
import os, signal
import {module} as module
def dies(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
module.{function} = dies
"""
# Tells us when it begins to put the pages in place.
TELLS = """
import storage.moving.backups as module
goes_on = module._put_in_place
def tells(*words):
    print("begins", flush=True)
    return goes_on(*words)
module._put_in_place = tells
"""

Opener = Callable[..., Database]


class Writer:
    """A process that files readers, each with a letter in the same commit."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def next(self) -> int:
        """Wait until it has committed once more; return how often it did before."""
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


@contextmanager
def writing(url: str) -> Iterator[Writer]:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, url], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Writer(process)
        finally:
            process.kill()


def test_what_is_taken_while_a_process_writes_is_of_one_moment(
    database: Database, open_database: Opener, sqlite_files: SqliteFiles, tmp_path: Path
) -> None:
    with writing(database.url.render_as_string(hide_password=False)) as writer:
        taken = []
        for number in range(3):
            before = writer.next()
            backup(database, tmp_path / f"{number}.backup")
            copied = open_database(sqlite_files.empty())
            copy(database, copied)
            after = writer.next()
            assert after > before
            taken += [open_database(f"sqlite:///{tmp_path}/{number}.backup"), copied]
    for each in taken:
        counts = set(rows(each, READERS_TOGETHER).values())
        assert len(counts) == 1
        with each.reading() as tx:
            assert outbox.balance(tx).queued == counts.pop() > 0
            assert tx.exec_driver_sql("pragma foreign_key_check").all() == []


@pytest.fixture
def full(database: Database) -> Database:
    """A database with rows in every table, of either kind."""
    with database.transaction() as tx:
        file_everything(tx)
    return database


def user(database: Database, folder: Path, before: str = "") -> Roundwatch:
    url = database.url.render_as_string(hide_password=False)
    return Roundwatch(folder, before, database_url=url, backup_folder=folder / "kept")


def dying(database: Database, folder: Path, module: str, function: str) -> Roundwatch:
    return user(database, folder, DIES_AT.format(module=module, function=function))


def test_a_backup_that_is_killed_leaves_no_file_of_its_name(full: Database, tmp_path: Path) -> None:
    died = dying(full, tmp_path, "storage.moving.backups", "finish").run("backup", "all.backup")
    assert died.code == KILLED
    assert not (tmp_path / "all.backup").exists()
    assert (tmp_path / "all.backup.part").exists()
    assert user(full, tmp_path).run("backup", "all.backup").code == 0
    assert not (tmp_path / "all.backup.part").exists()


def test_a_copy_that_is_killed_with_all_rows_written_is_no_copy(
    full: Database,
    databases: SqliteFiles | PostgresqlServer,
    open_database: Opener,
    tmp_path: Path,
) -> None:
    to = databases.empty()
    died = dying(full, tmp_path, "storage.moving.copying", "verified").run("copy", "--to", to)
    assert died.code == KILLED
    target = open_database(to)
    assert rows(target, READERS_TOGETHER) == dict.fromkeys(READERS_TOGETHER, 0)
    assert user(full, tmp_path).run("copy", "--to", to).code == 0
    assert compare(full, target)
    target.close()
    databases.drop(to)


def test_a_restore_that_is_killed_leaves_what_was_there(
    full: Database, postgresql: PostgresqlServer, open_database: Opener, tmp_path: Path
) -> None:
    backup(full, tmp_path / "all.backup")
    to = postgresql.ready()
    target = open_database(to)
    with target.transaction() as tx:
        snapshot(tx, b"of before")
    words = ("restore", "all.backup", "--force")
    assert dying(target, tmp_path, "storage.moving.copying", "verified").run(*words).code == KILLED
    assert rows(target, ["snapshots", "deliveries"]) == {"snapshots": 1, "deliveries": 0}
    assert user(target, tmp_path).run(*words).code == 0
    assert compare(full, target)
    target.close()
    postgresql.drop(to)


def test_a_restore_killed_while_pages_are_put_in_place_is_all_or_nothing(
    sqlite_files: SqliteFiles, open_database: Opener, tmp_path: Path
) -> None:
    larger, target = open_database(sqlite_files.ready()), open_database(sqlite_files.ready())
    with larger.transaction() as tx:
        for number in range(200):
            snapshot(tx, os.urandom(60_000), f"https://example.org/{number}")
    backup(larger, tmp_path / "all.backup")
    with target.transaction() as tx:
        snapshot(tx, b"of before")
    target.close()
    restoring = user(target, tmp_path, TELLS)
    found = set()
    for moment in range(MOMENTS):
        process = restoring.start("restore", "all.backup", "--force")
        assert process.stdout is not None
        assert process.stdout.readline() == "begins\n"
        time.sleep(0.01 * 2**moment)
        process.kill()
        ended(process)
        with closing(sqlite3.connect(str(target.url.database))) as there:
            assert there.execute("pragma integrity_check").fetchone() == ("ok",)
            found.add(there.execute("select count(*) from snapshots").fetchone()[0])
    assert found <= {1, 200}
    assert restoring.run("restore", "all.backup", "--force").code == 0
    assert compare(larger, target)
