"""An upgrade on the way: a program of today and one that is a step ahead, at work on one database.

The newer one is a copy of the packages with one step more, which adds a column and a table.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import pytest

from monitor.bootstrap import service
from monitor.journeys.readers.orders import Order, subscribe
from monitor.pressroom import PressRoom
from monitor.settings import load
from storage.migrations import HEAD
from tests.databases import PostgresqlServer, SqliteFiles
from tests.entrypoints.saved import EVE, PUBLISHED
from tests.faults.processes import MAIN, ROOT, Ended, ended

PACKAGES = ("monitor", "storage", "notifiers")
NEXT = f"{int(HEAD) + 1:04}"
STEP = f"""
import sqlalchemy as sa
from alembic import op

revision = "{NEXT}"
down_revision = "{HEAD}"
branch_labels = None
depends_on = None
WORKS_WITH = "{{works_with}}"


def upgrade() -> None:
    op.add_column("polls", sa.Column("note", sa.String, server_default="new"))
    op.create_table("notes", sa.Column("id", sa.Integer, primary_key=True))
"""
AT_WORK = """
import sys
from monitor.bootstrap import service
from monitor.settings import load

with service(load()) as made:
    for _ in sys.stdin:
        looked = made.look()
        sent = made.drain().sent
        print(looked.outcome, len(looked.announced), sent, flush=True)
"""
READERS = 3
PATIENCE = 60


@dataclass(frozen=True)
class Program:
    """A version of the program, with the settings that both share."""

    tree: Path
    home: Path
    settings: dict[str, str]

    def start(self, program: str, *words: str) -> subprocess.Popen[str]:
        """Start a process of it; lines go in and out."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith("ROUNDWATCH_")}
        own = {"HOME": str(self.home), "PYTHONPATH": str(self.tree), "NO_PROXY": "*"}
        return subprocess.Popen(
            [sys.executable, "-c", program, *words],
            cwd=self.home,
            env={**clean, **self.settings, **own},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def does(self, *words: str) -> Ended:
        """Run a command to its end."""
        return ended(self.start(MAIN, *words))

    def reads(self, *words: str) -> Any:
        """Run a command with `--json`."""
        done = self.does(*words, "--json")
        assert (done.code, done.complained) == (0, "")
        return json.loads(done.said)


@pytest.fixture
def room() -> Iterator[PressRoom]:
    with PressRoom(through=EVE) as room:
        yield room


@pytest.fixture
def today(
    databases: SqliteFiles | PostgresqlServer, room: PressRoom, tmp_path: Path
) -> Iterator[Program]:
    """Today's program, with a database of its own."""
    url = databases.ready()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "ROUNDWATCH_DATABASE_URL": url,
        "ROUNDWATCH_SOURCE_URL": room.base_url,
        "ROUNDWATCH_SMTP_URL": (tmp_path / "mail").as_uri(),
        "ROUNDWATCH_LISTEN": f"127.0.0.1:{port}",
        "ROUNDWATCH_MAX_REQUESTS_PER_SECOND": "1000",
        "ROUNDWATCH_BACKUP_FOLDER": str(tmp_path / "kept"),
    }
    yield Program(ROOT, tmp_path, settings)
    databases.drop(url)


def fill(program: Program) -> None:
    """Have four rounds on file, and three readers."""
    with service(load(program.settings)) as made:
        made.take_past_in()
        for number in range(READERS):
            order = Order(f"reader{number}@example.org")
            subscribe(order, database=made.database, now=made.now())


def a_step_ahead(of: Program, folder: Path, works_with: str) -> Program:
    """The same program with one step more."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pyc*"))
    versions = folder / "storage" / "migrations" / "versions"
    (versions / f"{NEXT}_notes.py").write_text(STEP.format(works_with=works_with))
    told = folder / "storage" / "migrations" / "__init__.py"
    text = told.read_text("utf-8")
    assert f'HEAD = "{HEAD}"' in text
    told.write_text(text.replace(f'HEAD = "{HEAD}"', f'HEAD = "{NEXT}"'), "utf-8")
    return Program(folder, of.home, of.settings)


class AtWork:
    """A process that looks and sends, once for each line it is handed, and has begun already."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def works(self) -> tuple[str, int, int]:
        """How a look ended, how many digests it filed, and how many mails were sent."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        said = self._process.stdout.readline().split()
        assert len(said) == 3, self._process.communicate(timeout=PATIENCE)
        return said[0], int(said[1]), int(said[2])


def status(program: Program, path: str) -> int:
    """Ask the pages that are served; they may still be on their way."""
    there = f"http://{program.settings['ROUNDWATCH_LISTEN']}{path}"
    opener = build_opener(ProxyHandler({}))
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with opener.open(there, timeout=PATIENCE) as answer:
                return int(answer.status)
        except URLError as fault:
            if not isinstance(fault.reason, ConnectionError) or time.monotonic() > end:
                raise
            time.sleep(0.1)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """Kills what a test started and is still running."""
    with ExitStack() as stack:
        yield stack


def begun(stack: ExitStack, process: subprocess.Popen[str]) -> subprocess.Popen[str]:
    stack.enter_context(process)
    stack.callback(process.kill)
    return process


def test_while_an_upgrade_goes_on_both_versions_look_send_and_serve(
    today: Program, room: PressRoom, stack: ExitStack, tmp_path: Path
) -> None:
    fill(today)
    newer = a_step_ahead(today, tmp_path / "newer", works_with=HEAD)
    old = AtWork(begun(stack, today.start(AT_WORK)))
    begun(stack, today.start(MAIN, "serve"))
    assert old.works()[0] == "unchanged"
    assert status(today, "/api/v1/series") == 200
    migrating = newer.start(MAIN, "migrate")
    meanwhile = []
    while migrating.poll() is None:
        meanwhile.append((old.works()[0], status(today, "/api/v1/series")))
    migrated = ended(migrating)
    assert (migrated.code, migrated.complained) == (0, "")
    assert f"from {HEAD} to {NEXT}" in migrated.said
    assert set(meanwhile) == {("unchanged", 200)}

    room.publish(PUBLISHED[5])
    assert old.works() == ("read", 1, READERS)
    assert status(today, "/rounds/5") == 200
    assert newer.does("poll").said.startswith("unchanged")
    assert newer.does("deliver").said == "0 sent, 0 to be tried again, 0 failed\n"
    # Started anew, each of them:
    assert today.reads("show", "5") == newer.reads("latest")
    assert {each["name"]: each["well"] for each in newer.reads("check")}["books"]
    assert today.does("poll").code == 0
    assert today.does("migrate").said == f"the tables are up to date ({NEXT})\n"
    assert len(list((tmp_path / "mail").glob("*.eml"))) == READERS


def test_a_program_that_cannot_work_on_the_new_tables_says_so_when_it_starts(
    today: Program, tmp_path: Path
) -> None:
    newer = a_step_ahead(today, tmp_path / "newer", works_with=NEXT)
    assert newer.does("migrate").code == 0
    for command in ("poll", "migrate"):
        refused = today.does(command)
        assert (refused.code, refused.said) == (2, "")
        assert f"of a newer Roundwatch ({NEXT}, unknown here)" in refused.complained
        assert "Install the newer version" in refused.complained
    assert newer.does("poll").code == 0
