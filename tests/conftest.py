"""What every test may ask for: here, databases. And how many examples a law is tried on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from hypothesis import settings

from storage.database import Database
from tests.databases import PostgresqlServer, SqliteFiles, postgresql_server
from tests.servers.postgresql import NoServer

# The program refuses a setting that it does not know: what is asked of the tests is handed on to
# the workers of a parallel run under another name.
_EXAMPLES = os.environ.pop("ROUNDWATCH_EXAMPLES", os.environ.get("EXAMPLES_OF_A_LAW", "200"))
os.environ["EXAMPLES_OF_A_LAW"] = _EXAMPLES
settings.register_profile("roundwatch", max_examples=int(_EXAMPLES), deadline=None)
settings.load_profile("roundwatch")


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    """SQLite databases in a temporary folder."""
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    """A PostgreSQL server: one per session, so one per worker of a parallel run."""
    try:
        with postgresql_server() as server:
            yield server
    except NoServer as reason:
        pytest.skip(str(reason))


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> SqliteFiles | PostgresqlServer:
    """Where databases come from; a test that asks for it runs on both kinds."""
    name = "sqlite_files" if request.param == "sqlite" else "postgresql"
    found: SqliteFiles | PostgresqlServer = request.getfixturevalue(name)
    return found


@pytest.fixture
def database_url(databases: SqliteFiles | PostgresqlServer) -> Iterator[str]:
    """The address of a migrated database of the test's own."""
    url = databases.ready()
    yield url
    databases.drop(url)


@pytest.fixture
def empty_database_url(databases: SqliteFiles | PostgresqlServer) -> Iterator[str]:
    """The address of a database without tables."""
    url = databases.empty()
    yield url
    databases.drop(url)


@pytest.fixture
def open_database() -> Iterator[Callable[..., Database]]:
    """Opens databases, with the words of `Database`, and closes them after the test."""
    opened: list[Database] = []

    def open_one(url: str, **words: timedelta) -> Database:
        opened.append(Database(url, **words))
        return opened[-1]

    yield open_one
    for database in opened:
        database.close()


@pytest.fixture
def database(database_url: str, open_database: Callable[..., Database]) -> Database:
    """A migrated database of the test's own, on SQLite and on PostgreSQL in turn."""
    return open_database(database_url)


@pytest.fixture
def empty_database(empty_database_url: str, open_database: Callable[..., Database]) -> Database:
    """A database without tables, on SQLite and on PostgreSQL in turn."""
    return open_database(empty_database_url)
