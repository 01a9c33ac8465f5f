"""Mail that is counted by a server in a process of its own, and set against the books."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from storage import outbox
from storage.database import Database
from storage.records import Balance
from storage.schema import deliveries
from tests.faults.processes import ROOT

PATIENCE = 300
"""Seconds after which something that we wait for counts as never."""


class Postbox:
    """The mail server's process, and what it has."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "log"
        self._log.touch()
        port_file = folder / "port"
        server = [sys.executable, "-m", "tests.servers.counting_smtp", "--per-connection", "100"]
        self._process = subprocess.Popen(
            [*server, "--port-file", str(port_file), "--log", str(self._log)], cwd=ROOT
        )
        until(port_file.exists)
        self.port = int(port_file.read_text())

    def mails(self) -> list[tuple[str, str]]:
        """Message-ID and reader of each mail, in the order in which they came."""
        lines = self._log.read_text().splitlines()
        return [(line.split()[0], line.split()[1]) for line in lines]

    def size(self) -> int:
        """How many bytes the log has: more than before, if a mail came."""
        return self._log.stat().st_size

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()


def on_record(database: Database) -> set[str]:
    """The Message-IDs of what is known to be sent."""
    with database.reading() as tx:
        return set(tx.scalars(select(deliveries.c.message_id).where(deliveries.c.state == "sent")))


def books(database: Database) -> Balance:
    with database.reading() as tx:
        return outbox.balance(tx)


def until(done: Callable[[], bool]) -> None:
    """Wait until something is so, however busy the machine is."""
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.002)
