"""What the tests of the doors share: an archive filled once by the command itself, and users."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from monitor.bootstrap import service
from monitor.core.look import Look
from monitor.journeys.intake import Arrival, take_in
from monitor.pressroom import PressRoom
from monitor.pressroom.server import Request
from monitor.settings import Settings
from tests.browsers import chromium
from tests.databases import SqliteFiles
from tests.entrypoints.saved import EVE, PUBLISHED, hostile_page, page, release
from tests.entrypoints.site import Site, served
from tests.entrypoints.user import Ended, User
from tests.journeys.offices import Clock
from tests.journeys.readers import file_round


@dataclass(frozen=True)
class Filled:
    """An archive of all five rounds, and how `roundwatch backfill` filled it."""

    archive: Path
    backfill: Ended
    requests: tuple[Request, ...]


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """An archive filled from the bundled pages. It is for all tests: copy it before you write."""
    with PressRoom(through=PUBLISHED[5]) as room:
        user = User.with_archive(tmp_path_factory.mktemp("filled"), source_url=room.base_url)
        return Filled(user.archive, user.runs_alone("backfill"), room.requests)


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive whose fifth round was written by somebody with bad intentions."""
    archive = tmp_path_factory.mktemp("hostile") / "archive.db"
    settings = Settings(database_url=f"sqlite:///{archive}")
    look = Look(PUBLISHED[5], quiet=True, first=False)
    with service(settings) as made:
        for body in (page(release(4)), hostile_page()):
            arrival = Arrival(
                address=None,
                fetched_from="file:///pages/round.html",
                origin="folder",
                fetched_at=made.now(),
                status=200,
                headers={},
                body=body,
            )
            taken = take_in(
                arrival, look, database=made.database, settings=settings, now=made.now()
            )
            assert taken.problem is None
            assert len(taken.rounds) == 1
    return archive


@pytest.fixture
def reader(filled: Filled, tmp_path: Path) -> User:
    """A user with all five rounds on file, and no network."""
    return User.with_archive(tmp_path, filled.archive, source_url="http://127.0.0.1:9")


@pytest.fixture
def newcomer(tmp_path: Path) -> User:
    """A user whose archive is not there yet, and no network."""
    return User.with_archive(tmp_path, source_url="http://127.0.0.1:9")


@pytest.fixture
def operator(sqlite_files: SqliteFiles, tmp_path: Path) -> User:
    """A user with an archive that has its tables and nothing in them, and no network."""
    empty = Path(sqlite_files.ready().removeprefix("sqlite:///"))
    return User.with_archive(tmp_path, empty, source_url="http://127.0.0.1:9")


@pytest.fixture
def room() -> Iterator[PressRoom]:
    """The bundled pages on the eve of the fifth round."""
    with PressRoom(through=EVE) as room:
        yield room


@pytest.fixture
def watcher(room: PressRoom, sqlite_files: SqliteFiles, tmp_path: Path) -> User:
    """A user who is about to watch the bundled pages; nothing is on file yet."""
    empty = Path(sqlite_files.ready().removeprefix("sqlite:///"))
    return User.with_archive(tmp_path, empty, source_url=room.base_url)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser; for a module at most, since its loop would be in the way of others."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def clock() -> Clock:
    """The time of day for a site."""
    return Clock()


@pytest.fixture
def site(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Site]:
    """A site with one round on file, of which nobody was told."""
    with served(database_url, tmp_path / "mail", now=clock) as site:
        file_round(site.service, 1, "Labor: Talked.", "Digital Economy: Talked.")
        yield site
