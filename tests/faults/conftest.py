"""What the tests of faults share: one server, and archives on the eve of the fifth round."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy

from tests.databases import PostgresqlServer, SqliteFiles
from tests.faults.counted_mail import Postbox
from tests.faults.server import MisbehavingServer
from tests.faults.watch import EVE, Watch, serve
from tests.servers.postgresql import DurableServer, NoServer, durable_server

Databases = SqliteFiles | PostgresqlServer
Prepare = Callable[[Watch], None]


class Eves:
    """Archives on the eve of the fifth round: filled once for each kind of database, then copied.

    The server's address is part of them, so it is one server for all.
    """

    def __init__(self, server: MisbehavingServer) -> None:
        self.server = server
        self._filled: dict[tuple[type[Databases], Prepare], str] = {}

    def new(self, databases: Databases, prepare: Prepare = Watch.fill) -> str:
        """The address of an archive of the caller's own, the site shown as on the eve.

        Args:
            databases: where to make it.
            prepare: what to do to the first of its kind, once; the rest are copies.
        """
        key = (type(databases), prepare)
        if key not in self._filled:
            self._filled[key] = self._fill(databases, prepare)
        serve(self.server, EVE)
        self.server.requests.clear()
        return copied(self._filled[key], databases)

    def _fill(self, databases: Databases, prepare: Prepare) -> str:
        started = databases.ready() if prepare is Watch.fill else self.new(databases)
        watch = Watch(started, self.server)
        prepare(watch)
        watch.close()
        return watch.settings.database_url


def copied(url: str, databases: Databases) -> str:
    """A copy of a database that nobody is connected to."""
    copy = databases.empty()
    if isinstance(databases, SqliteFiles):
        shutil.copy(url.removeprefix("sqlite:///"), copy.removeprefix("sqlite:///"))
        return copy
    databases.drop(copy)
    original, name = sqlalchemy.make_url(url), sqlalchemy.make_url(copy).database
    admin = original.set(drivername="postgresql", database="postgres")
    with psycopg.connect(admin.render_as_string(hide_password=False), autocommit=True) as server:
        server.execute(f'create database "{name}" template "{original.database}"'.encode())
    return copy


@pytest.fixture(scope="session")
def eves() -> Iterator[Eves]:
    """Where archives on the eve come from."""
    with MisbehavingServer() as server:
        yield Eves(server)


@contextmanager
def watching(eves: Eves, databases: Databases, prepare: Prepare = Watch.fill) -> Iterator[Watch]:
    """A watch on an archive of its own, which is gone afterwards."""
    url = eves.new(databases, prepare)
    made = Watch(url, eves.server)
    try:
        yield made
    finally:
        made.close()
        databases.drop(url)


@pytest.fixture
def watch(eves: Eves, databases: Databases) -> Iterator[Watch]:
    """A watch on the eve of the fifth round, on SQLite and on PostgreSQL in turn."""
    with watching(eves, databases) as made:
        yield made


@pytest.fixture
def watch_on_a_file(eves: Eves, sqlite_files: SqliteFiles) -> Iterator[Watch]:
    """A watch on the eve of the fifth round, on SQLite."""
    with watching(eves, sqlite_files) as made:
        yield made


@pytest.fixture
def postbox(tmp_path: Path) -> Iterator[Postbox]:
    """A mail server with an empty log."""
    made = Postbox(tmp_path)
    yield made
    made.close()


@pytest.fixture
def server() -> Iterator[DurableServer]:
    """A PostgreSQL server over TCP that may be killed."""
    try:
        with durable_server() as server:
            yield server
    except NoServer as reason:
        pytest.skip(str(reason))
