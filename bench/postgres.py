"""A PostgreSQL server of a bench's own: Debian's binaries with the settings they come with.

It lies on the disk and is as durable as any; it listens on a socket in its own folder alone, and
is gone with the process that started it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.databases import BINARIES
from tests.servers.stopping import stopper

_OWN = ("-c listen_addresses=''",)


class Postgres:
    """A running server."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self._binaries = binaries
        self._folder = folder
        self._user = _owner_of(folder)

    def create(self, name: str, like: str = "template0") -> str:
        """Make a database, empty or as another one that nobody is in; return its address."""
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(f'create database "{name}" template "{like}"'.encode())
        return self._address(name)

    def drop(self, name: str) -> None:
        """Drop a database."""
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(f'drop database "{name}" with (force)'.encode())

    def start(self) -> None:
        """Start it, from a new folder or from one that was left in whatever state."""
        if not (self._folder / "data").exists():
            self._run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C")
        options = " ".join([f"-k {self._folder}", *_OWN])
        self._run("pg_ctl", "start", "-w", "-l", str(self._folder / "server.log"), "-o", options)

    def stop(self, how: str = "fast") -> None:
        """Stop it: `fast` ends what runs and writes all down; `immediate` is as good as a crash."""
        self._run("pg_ctl", "stop", "-w", "-m", how)

    def stop_command(self) -> list[str]:
        """What stops it from outside."""
        pg_ctl = [*self._user, str(self._binaries / "pg_ctl"), "-D", str(self._folder / "data")]
        return [*pg_ctl, "stop", "-w", "-m", "immediate"]

    def _address(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self._folder}"

    def _run(self, program: str, *words: str) -> None:
        data = ["-D", str(self._folder / "data")]
        command = [*self._user, str(self._binaries / program), *data, *words]
        # A file and not a pipe: the server inherits it and would keep a pipe open for ever.
        with (self._folder / "log").open("ab") as log:
            subprocess.run(
                command, check=True, stdout=log, stderr=log, cwd=self._folder, timeout=120
            )


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Run a server for the length of a block.

    Raises:
        RuntimeError: it is not installed.
    """
    versions = sorted(BINARIES.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not versions:
        raise RuntimeError(f"nothing in {BINARIES}: as root, `make testing` installs PostgreSQL")
    folder = Path(tempfile.mkdtemp(prefix="roundwatch-bench-pg-"))
    server = Postgres(versions[-1].parent, folder)
    stop = stopper(folder, server.stop_command())
    try:
        server.start()
        yield server
    finally:
        stop()
        shutil.rmtree(folder, ignore_errors=True)


def _owner_of(folder: Path) -> tuple[str, ...]:
    """What to put before a command: as root it runs as `postgres`, since the server refuses us."""
    if os.geteuid() != 0:
        return ()
    owner = pwd.getpwnam("postgres")
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    return ("runuser", "-u", "postgres", "--")
