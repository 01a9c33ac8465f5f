"""A PostgreSQL server for benches: on the disk, with the settings it comes with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tests.servers.postgresql import Cluster


class Postgres(Cluster):
    """A running server that listens on a socket in its own folder alone."""

    def __init__(self) -> None:
        super().__init__(on_disk=True)

    def create(self, name: str, like: str = "template0") -> str:
        """Make a database, empty or as another one that nobody is in; return its address."""
        self._ask(f'create database "{name}" template "{like}"')
        return self._address(name)

    def drop(self, name: str) -> None:
        """Drop a database."""
        self._ask(f'drop database "{name}" with (force)')

    def halt(self, how: str) -> None:
        """Stop it until it is started again.

        Args:
            how: `fast` ends what runs and writes all down; `immediate` is as good as a crash.
        """
        self._run("pg_ctl", "stop", "-w", "-m", how)

    def _address(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def _ask(self, statement: str) -> None:
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Run a server for the length of a block.

    Raises:
        NoServer: it is not installed, or does not start.
    """
    server = Postgres()
    try:
        yield server
    finally:
        server.stop()
