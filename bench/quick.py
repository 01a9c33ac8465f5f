"""One process of the service whose time runs twenty times as fast: ticks, a worker, or the pages.

Nothing of the program is other than it is: the clock is handed in, and what is left to APScheduler,
which has a clock of its own, gets its intervals divided. So every wait, lease, rest and rhythm of
ours is a twentieth as long. The signs of life of the queue's workers and the deadlines of network
connections stay what they are.

    python -m bench.quick schedule|worker|serve BEGAN

The settings come from the environment; BEGAN, in seconds since 1970, is when time began to run. It
ends when its parent does.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from apscheduler.triggers.interval import IntervalTrigger

from monitor.bootstrap import Service
from monitor.bootstrap import service as made_for
from monitor.entrypoints.logs import log_to_standard_error
from monitor.entrypoints.running import run_worker
from monitor.entrypoints.scheduler import Ticks, scheduler_for
from monitor.entrypoints.web.server import serve_pages, until_told
from monitor.entrypoints.work import Work
from monitor.settings import load

SPEED = 20
BEGINS = datetime(2024, 8, 27, 13, 0, tzinfo=UTC)
"""Nine o'clock of a Tuesday in New York: ten hours of office follow."""

RHYTHMS = ("poll", "deliver", "bounces", "housekeep", "past", "rescue", "check", "canary")
"""The scheduler's jobs whose rhythm is of our time; its sign of life is of the wall's."""


class QuickTime:
    """A clock that began at `BEGINS` and runs twenty times as fast, the same in every process."""

    def __init__(self, began: float) -> None:
        self._began = began

    def __call__(self) -> datetime:
        """The present of the bench, in UTC."""
        return BEGINS + SPEED * timedelta(seconds=time.time() - self._began)


def schedule(made: Service) -> None:
    """The program's own ticks, at a twentieth of their intervals."""
    _ = made.database, made.site, made.notifier, made.drafts
    work, rhythm = Work(made), made.settings.rhythm
    scheduler = scheduler_for(Ticks(made, work), rhythm, made.now)
    office = timedelta(minutes=rhythm.office_minutes)
    for job in scheduler.get_jobs():
        # The scheduler's own clock is the wall's: at ours, years of runs would have been missed.
        job.modify(next_run_time=datetime.now(UTC))
        if job.id in RHYTHMS:
            every = getattr(job.trigger, "interval", office) / SPEED
            job.modify(trigger=IntervalTrigger(seconds=every.total_seconds()))
    scheduler.start()
    try:
        with until_told():
            threading.Event().wait()
    finally:
        work.stop()
        scheduler.shutdown(wait=True)


def worker(made: Service) -> None:
    """A worker as it is."""
    run_worker(made, ())


PARTS: Mapping[str, Callable[[Service], None]] = {
    "schedule": schedule,
    "worker": worker,
    "serve": serve_pages,
}


def end_with_parent() -> None:
    """End this process when the one that started it is gone."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True, name="parent").start()


def main() -> None:
    """Be one of the parts."""
    part, began = sys.argv[1:]
    end_with_parent()
    with made_for(load(), now=QuickTime(float(began))) as made:
        log_to_standard_error(made.settings)
        PARTS[part](made)


if __name__ == "__main__":
    main()
