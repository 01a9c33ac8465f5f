"""Schedulers and workers as processes, for tests that kill them or cut them off.

What is killed is started again, as a supervisor would. No process outlives the test's own.
"""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from monitor.bootstrap import utc_now
from monitor.pressroom import PressRoom, rounds
from storage import archive, outbox
from storage.database import Database
from storage.records import FiledDigest
from tests.faults.processes import Roundwatch
from tests.journeys.offices import SERIES, office
from tests.journeys.readers import file_round
from tests.storage.builders import crowd

DIES_WITH_US = "import ctypes, signal; ctypes.CDLL(None).prctl(1, signal.SIGKILL)"
"""Linux kills the process when the test's own is gone (PR_SET_PDEATHSIG)."""

CONNECTIONS = 2
"""To the mail server, for each worker."""

NOT_REACHED = 3
"""The exit code of a command whose database is away when it starts."""

LEASE = 2
"""Seconds that a killed worker's claims are out of reach."""


class Workplace:
    """Processes of the command, by name (`worker 1`, `schedule 2`), each with a log.

    Args:
        folder: their working directory.
        before: what to put before the command, as words.
        settings: theirs, without the prefix.
    """

    def __init__(self, folder: Path, *, before: tuple[str, ...] = (), **settings: object) -> None:
        self._folder = folder
        self._before = before
        quick = {"mail_connections": CONNECTIONS, "delivery_lease_seconds": LEASE}
        own = {"mail_from": "digests@example.org", **quick, **settings}
        self._command = Roundwatch(folder, DIES_WITH_US, **own)
        self._running: dict[str, subprocess.Popen[str]] = {}
        self._numbers = itertools.count(1)

    def start(self, word: str, *words: str, count: int = 1) -> None:
        """Start a command so many times."""
        for _ in range(count):
            name = f"{word} {next(self._numbers)}"
            log = self._folder / f"{name}.log"
            self._running[name] = self._command.start(word, *words, log=log, before=self._before)

    def names(self, word: str) -> list[str]:
        """The names of the running processes of a command."""
        return [name for name in self._running if name.startswith(word)]

    def replace(self, name: str) -> None:
        """End a process as `kill -9` does, and start another in its place."""
        self._kill(name)
        self.start(name.partition(" ")[0])

    def supervise(self) -> None:
        """Start another in the place of each that ended, since it had begun without a database."""
        for name, process in list(self._running.items()):
            if process.poll() is not None:
                assert "Traceback" not in self.log(name), self.log(name)
                assert process.returncode == NOT_REACHED, self.log(name)
                self.replace(name)

    def log(self, name: str) -> str:
        """What a process has said."""
        return (self._folder / f"{name}.log").read_text()

    def told_to_end(self, name: str, within: float = 30.0) -> int:
        """Send SIGTERM; return the exit code."""
        process = self._running.pop(name)
        process.terminate()
        try:
            return process.wait(within)
        finally:
            process.kill()
            process.wait()

    def close(self) -> None:
        """Leave no process behind."""
        for name in list(self._running):
            self._kill(name)

    def _kill(self, name: str) -> None:
        process = self._running.pop(name)
        process.kill()
        process.wait()


@contextmanager
def workplace(
    folder: Path, *, before: tuple[str, ...] = (), **settings: object
) -> Iterator[Workplace]:
    """Processes for the length of a block."""
    made = Workplace(folder, before=before, **settings)
    try:
        yield made
    finally:
        made.close()


def with_news(room: PressRoom, url: str, mail: Path, readers: int) -> None:
    """Have one round and many readers on file, and four more rounds published since yesterday.

    `room` has to show the time before the second round.
    """
    with office(room.base_url, url, mail, now=lambda: utc_now() - timedelta(days=1)) as made:
        made.look()
        with made.database.transaction() as tx:
            crowd(tx, readers)
    room.publish(rounds()[5])


@contextmanager
def with_digest(url: str, mail: Path, readers: int) -> Iterator[Database]:
    """An empty database that gets a digest to many readers; it waits in the outbox."""
    with office("http://127.0.0.1:9", url, mail) as made:
        file_round(made, 1, "Labor: Talked.")
        with made.database.transaction() as tx:
            crowd(tx, readers)
        file_round(made, 2, "Seafood: Talked.", quiet=False)
        assert made.books().queued == readers
        yield made.database


def queue_letter(database: Database) -> None:
    """Have a letter wait, as one that somebody asked for just now."""
    with database.transaction() as tx:
        outbox.queue_letter(
            tx,
            "test",
            address="operator@example.org",
            subscriber_id=None,
            language="en",
            facts={},
            now=utc_now(),
            message_id_domain="example.org",
        )


def announced(database: Database) -> list[FiledDigest]:
    """The digests of the Partnership, by round."""
    with database.reading() as tx:
        ours = [each for each in outbox.digests(tx) if each.series == SERIES.slug]
    return sorted(ours, key=lambda digest: digest.round or 0)


def on_file(database: Database) -> list[int | None]:
    """The rounds of the Partnership."""
    with database.reading() as tx:
        return [filed.readout.round for filed in archive.current_readouts(tx, SERIES.slug)]
