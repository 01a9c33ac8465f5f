"""Write down a database as a version of the program leaves it, and what that version answers.

    PYTHONPATH=TREE python tests/upgrades/make.py TREE FOLDER

TREE is the program of that version. See the README beside this file.
"""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from monitor.pressroom import PressRoom, rounds

READERS = tuple(f"reader{number}@example.org" for number in (1, 2, 3))
PROGRAM = "from monitor.entrypoints.cli import main; main()"
QUESTIONS = (
    *("latest --json", *(f"show {number} --json" for number in range(1, 6)), "matrix --json"),
    *("topic labor --json", "search labor --json", "subscribers list --json"),
)
NO_SUCH_COMMAND = 2
PORT = 47_115


class Version:
    """The command of one version, with a home of its own."""

    def __init__(self, tree: Path, home: Path, source: str) -> None:
        self.archive = home / "archive.db"
        self._home = home
        self._environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(tree),
            "HOME": str(home),
            "ROUNDWATCH_DATABASE_URL": f"sqlite:///{self.archive}",
            "ROUNDWATCH_SOURCE_URL": source,
            "ROUNDWATCH_MAX_REQUESTS_PER_SECOND": "1000",
        }

    def does(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "-c", PROGRAM, *words],
            env=self._environment,
            cwd=self._home,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


def live(version: Version, room: PressRoom) -> None:
    """Take four rounds in, have readers, find the fifth, and send its digest."""
    day = rounds()[5]
    for words in (["backfill"], *(["subscribe", reader] for reader in READERS), ["poll"]):
        version.does(*words).check_returncode()
    room.publish(day)
    for command in ("poll", "deliver", "poll"):
        version.does(command).check_returncode()


def answers(version: Version) -> dict[str, object]:
    """What it says to each question that it knows."""
    found = {}
    for question in QUESTIONS:
        done = version.does(*question.split())
        if done.returncode != NO_SUCH_COMMAND:
            done.check_returncode()
            found[question] = json.loads(done.stdout)
    return found


def written_down(database: sqlite3.Connection) -> Iterator[str]:
    """The database as statements that make it anew."""
    query = "select type, name, sql from sqlite_master where sql is not null"
    made = database.execute(query).fetchall()
    ours = [row for row in made if not row[1].startswith(("sqlite_", "word_index_"))]
    tables = [row for row in ours if row[0] == "table"]
    yield from (f"{sql};" for _, _, sql in tables)
    for _, name, _ in tables:
        if name != "word_index":
            yield from rows_of(database, name)
    yield "delete from sqlite_sequence;"
    yield from rows_of(database, "sqlite_sequence")
    yield from (f"{sql};" for kind, _, sql in ours if kind != "table")
    if any(name == "word_index" for _, name, _ in tables):
        yield "insert into word_index (word_index) values ('rebuild');"


def rows_of(database: sqlite3.Connection, table: str) -> Iterator[str]:
    """The rows of a table, each as a statement."""
    columns = [row[1] for row in database.execute(f"pragma table_info({table})")]
    values = " || ', ' || ".join(f'quote("{column}")' for column in columns)
    for (row,) in database.execute(f"select {values} from {table} order by 1"):
        yield f"insert into {table} ({', '.join(columns)}) values ({row});"


def main(tree: Path, folder: Path) -> None:
    """Play it through, and write both files."""
    eve = rounds()[5] - timedelta(days=1)
    with tempfile.TemporaryDirectory() as home, PressRoom(eve, port=PORT) as room:
        version = Version(tree, Path(home), room.base_url)
        live(version, room)
        said = answers(version)
        with closing(sqlite3.connect(version.archive)) as database:
            (step,) = database.execute("select version_num from alembic_version").fetchone()
            text = "\n".join(written_down(database))
    statements = folder / f"{step}.sql.gz"
    statements.write_bytes(gzip.compress(f"{text}\n".encode(), mtime=0))
    answered = json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / f"{step}.json").write_text(f"{answered}\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]))
