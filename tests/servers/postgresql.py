"""A PostgreSQL server of the tests' own, from Debian's binaries: one to use, or one to kill.

with durable_server() as server:
    ...  # a database at server.address(), over TCP
    server.kill()   # the server and all its processes, as kill -9 does
    server.start()  # it recovers what was committed
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.servers.stopping import stopper

BINARIES = Path("/usr/lib/postgresql")
ROOM = 500_000_000
LOOPBACK = "127.0.0.1"
PATIENCE = 60.0


class NoServer(Exception):
    """No PostgreSQL here; says what was tried."""


class Cluster:
    """A server in a folder of its own, run as the user `postgres` where we are root.

    Args:
        settings: as `name=value`; it listens on a socket in its folder alone if they do not say
            otherwise.
        admits: networks whose connections it trusts, besides loopback.
        on_disk: whether it lies on the disk, however much room there is in memory.

    Raises:
        NoServer: it does not start; says why.
    """

    def __init__(self, *settings: str, admits: tuple[str, ...] = (), on_disk: bool = False) -> None:
        self._binaries = _binaries()
        place = None if on_disk else _in_memory()
        self.folder = Path(tempfile.mkdtemp(prefix="roundwatch-pg-", dir=place))
        self._user = _become_owner(self.folder)
        self._data = self.folder / "data"
        given = [f"-c {setting}" for setting in ("listen_addresses=''", *settings)]
        self._options = " ".join([f"-k {self.folder}", *given])
        pg_ctl = [*self._user, str(self._binaries / "pg_ctl"), "-D", str(self._data)]
        self.stop = stopper(self.folder, [*pg_ctl, "stop", "-w", "-m", "immediate"])
        try:
            self._run("initdb", *"-A trust -U postgres -E UTF8 --locale=C --no-sync".split())
            with (self._data / "pg_hba.conf").open("a") as admitted:
                admitted.writelines(f"host all all {network} trust\n" for network in admits)
            self.start()
        except (OSError, subprocess.SubprocessError) as fault:
            log = self.folder / "log"
            said = log.read_text(errors="replace") if log.exists() else ""
            self.stop()
            raise NoServer(f"{self._binaries} does not start: {fault} {said[-300:]}") from fault

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        log = str(self.folder / "server.log")
        self._run("pg_ctl", "start", "-w", "-l", log, "-o", self._options)

    def kill(self) -> None:
        """End it and all its processes as `kill -9` does, and wait until they are gone."""
        postmaster = int((self._data / "postmaster.pid").read_text().splitlines()[0])
        killed = [postmaster, *_children(postmaster)]
        for process in killed:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        end = time.monotonic() + PATIENCE
        while any(_is_there(process) for process in killed):
            assert time.monotonic() < end, "the server does not die"
            time.sleep(0.01)
        # Where nobody buries the dead, their numbers stay taken, and the server would believe that
        # it runs already.
        (self._data / "postmaster.pid").unlink()

    def _run(self, program: str, *words: str) -> None:
        command = [*self._user, str(self._binaries / program), "-D", str(self._data), *words]
        # A file and not a pipe: the server inherits it and would keep a pipe open for ever.
        with (self.folder / "log").open("ab") as log:
            subprocess.run(
                command, check=True, stdout=log, stderr=log, cwd=self.folder, timeout=PATIENCE
            )


class DurableServer(Cluster):
    """A server over TCP that forgets nothing it has committed, whatever becomes of it.

    Args:
        host: the address at which it listens.
        admits: networks whose connections it trusts, besides loopback.
    """

    def __init__(self, host: str = LOOPBACK, *, admits: tuple[str, ...] = ()) -> None:
        with socket.create_server((host, 0)) as probe:
            self.port = int(probe.getsockname()[1])
        self.host = host
        super().__init__(
            f"listen_addresses='{host}'",
            f"port={self.port}",
            "unix_socket_directories=''",
            "dynamic_shared_memory_type=mmap",  # in its folder, where nothing of it outlasts it
            admits=admits,
        )

    def address(self, port: int | None = None) -> str:
        """Its database `postgres`: its own port, or one that leads there."""
        return f"postgresql://postgres@{self.host}:{port or self.port}/postgres"


@contextmanager
def durable_server(
    host: str = LOOPBACK, *, admits: tuple[str, ...] = ()
) -> Iterator[DurableServer]:
    """A server for the length of a block.

    Raises:
        NoServer: there are no binaries, or it does not start.
    """
    server = DurableServer(host, admits=admits)
    try:
        yield server
    finally:
        server.stop()


def _binaries() -> Path:
    versions = sorted(BINARIES.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not versions:
        raise NoServer(f"nothing in {BINARIES}")
    return versions[-1].parent


def _in_memory() -> str | None:
    """Return a folder in memory if there is one with room: a new database is ten times as quick."""
    memory = Path("/dev/shm")
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    return str(memory) if roomy else None


def _become_owner(folder: Path) -> tuple[str, ...]:
    """Return what to put before a command so that it runs as a user the server accepts."""
    if os.geteuid() != 0:
        return ()
    try:
        owner = pwd.getpwnam("postgres")
    except KeyError:
        shutil.rmtree(folder)
        raise NoServer("we are root, and there is no user postgres to run it as") from None
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    return ("runuser", "-u", "postgres", "--")


def _children(parent: int) -> list[int]:
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(each) for each in listed.split()]


def _is_there(process: int) -> bool:
    try:
        return not Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].startswith(" Z")
    except OSError:
        return False
