"""An edition of the reader: another one believes no 304, and is told of where its readings stand."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select, update

from monitor.bootstrap import Service, service
from monitor.core.look import READER
from monitor.journeys.health import read_otherwise
from monitor.series import edition
from monitor.settings import Settings
from storage import archive
from storage.database import Database
from storage.schema import revisions
from tests.databases import SqliteFiles
from tests.faults.server import MisbehavingServer, Page
from tests.journeys.offices import Clock, office
from tests.scenarios.watched import LISTING, Watched

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the program, to be changed."""
    for package in ("monitor", "storage", "notifiers"):
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    return tmp_path


def run(copy: Path, code: str, **settings: str) -> str:
    """What a copy of the program prints."""
    env = {"PATH": os.defpath, "PYTHONPATH": str(copy), "HOME": str(copy), **settings}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=copy,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


EDITION = "from monitor.series import edition; print(edition())"
POLL = "import sys; sys.argv[1:] = ['poll']; from monitor.entrypoints.cli import main; main()"


def follow_more(copy: Path) -> None:
    """The file of a series is changed."""
    path = copy / "monitor" / "series" / "us-uk-tiwg.toml"
    path.write_text(path.read_text("utf-8") + "\n# A remark.\n", "utf-8")


def test_an_edition_is_the_readers_version_and_what_it_follows(copy: Path) -> None:
    assert run(copy, EDITION) == edition()
    assert edition().startswith(f"{READER}.")
    follow_more(copy)
    other = run(copy, EDITION)
    assert other.startswith(f"{READER}.")
    assert other != edition()
    (copy / "monitor" / "series" / "us-uk-tiwg.toml").unlink()
    assert run(copy, EDITION) not in {other, edition()}


def test_a_changed_series_file_makes_the_next_look_ask_for_the_page_itself(copy: Path) -> None:
    url = f"sqlite:///{copy / 'archive.db'}"
    with MisbehavingServer() as server, office(server.base_url, url, now=Clock()) as made:
        watched = Watched(server, made, Clock())
        server.set("/robots.txt", Page("", status=404))
        settings = {
            "ROUNDWATCH_DATABASE_URL": url,
            "ROUNDWATCH_SOURCE_URL": server.base_url,
            "ROUNDWATCH_MAX_REQUESTS_PER_SECOND": "1000",
        }
        watched.looks(1)
        assert run(copy, POLL, **settings).startswith("unchanged")
        follow_more(copy)
        asked = len(server.requests)
        assert "12 releases on the listing, 0 new" in run(copy, POLL, **settings)
        (listing,) = [seen for seen in server.requests[asked:] if seen.path == LISTING]
        assert "if-none-match" not in listing.headers


def test_check_says_how_many_releases_another_edition_read_until_they_are_read_anew(
    watched_service: Service,
) -> None:
    made = watched_service
    with made.database.transaction() as tx:
        assert set(tx.scalars(select(revisions.c.reader))) == {edition()}
        assert read_otherwise(tx) == ""
        some = select(revisions.c.id).order_by(revisions.c.id).limit(3)
        tx.execute(update(revisions).where(revisions.c.id.in_(some)).values(reader="2"))
        one = select(revisions.c.id).order_by(revisions.c.id.desc()).limit(1)
        tx.execute(update(revisions).where(revisions.c.id.in_(one)).values(reader=None))
        assert archive.read_by_others(tx, edition()) == 4
        assert read_otherwise(tx).startswith("4 releases were read by another edition")
    made.reread()
    with made.database.reading() as tx:
        assert archive.read_by_others(tx, edition()) == 0


def test_on_sqlite_what_another_edition_read_is_found_without_going_through_all(
    sqlite_files: SqliteFiles, open_database: Callable[[str], Database]
) -> None:
    asked: list[tuple[str, Any]] = []
    with open_database(sqlite_files.ready()).transaction() as tx:
        event.listen(tx, "before_cursor_execute", lambda *seen: asked.append((seen[2], seen[3])))
        archive.read_by_others(tx, edition())
        ((statement, words),) = tuple(asked)
        plan = str(tx.exec_driver_sql(f"explain query plan {statement}", words).all())
    assert "ix_revisions_reader" in plan
    assert "SCAN revisions" not in plan


@pytest.fixture
def watched_service(database_url: str) -> Iterator[Service]:
    """A service that has read twelve releases."""
    clock = Clock()
    with MisbehavingServer() as server, office(server.base_url, database_url, now=clock) as made:
        Watched(server, made, clock).looks(1)
    with service(Settings(database_url=database_url), now=clock) as again:
        yield again
