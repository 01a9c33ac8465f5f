"""A scheduler or a worker whose clock stands in a file: time passes when a test moves it on.

    python -m tests.faults.ticking schedule|worker ADDRESS SOURCE CLOCK LOG

The parts are those of the service; the clock is handed in. A scheduler does its ticks each time
that the clock has moved, so that two of them are at each tick together. Each task that ran is a
line in the log: its name, and who ran it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from monitor.bootstrap import service
from monitor.entrypoints.scheduler import Ticks
from monitor.entrypoints.work import Work
from monitor.entrypoints.worker import Worker
from monitor.settings import Settings
from storage.records import Task

PAUSE = 0.005
"""Seconds between two looks at the clock."""


def logged(task: Task, act: Callable[[], None], log: int) -> Callable[[], None]:
    """Do a task, and put it on record."""

    def done() -> None:
        act()
        os.write(log, f"{task} {os.getpid()}\n".encode())

    return done


def main(what: str, address: str, source: str, clock: Path, log: Path) -> None:
    """Run until killed."""
    settings = Settings(
        database_url=address,
        source_url=source,
        smtp_url=f"file://{log.parent}/mail",
        max_requests_per_second=1000.0,
    )

    def now() -> datetime:
        return datetime.fromtimestamp(float(clock.read_text()), UTC)

    record = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with service(settings, now=now) as made:
        work = Work(made)
        if what == "worker":
            work.tasks = {task: logged(task, act, record) for task, act in work.tasks.items()}
            Worker(made, work).run()
            return
        ticks, before = Ticks(made, work), None
        while True:
            if (at := now()) != before:
                before = at
                for tick in (ticks.poll, ticks.check, ticks.read_bounces, ticks.housekeep):
                    tick()
            time.sleep(PAUSE)


if __name__ == "__main__":
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # ends with the test: PR_SET_PDEATHSIG
    main(*sys.argv[1:4], *map(Path, sys.argv[4:6]))  # type: ignore[arg-type]
