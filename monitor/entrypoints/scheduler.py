"""The only home of APScheduler: ticks, each of which has one task done.

Jobs live in memory and are made from the settings at every start. A tick is guarded by a row of its
job and its due time, so that any number of schedulers on one database look once. On SQLite the task
is done in the tick's own thread; on PostgreSQL it is put into the queue by the transaction that
takes the tick. What was missed while nobody ran is caught up with one run.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import ceil

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from monitor.bootstrap import Service
from monitor.core.canaries import MISSING
from monitor.core.machinery import is_left_alone
from monitor.core.schedule import Rhythm, last_due, next_due, overdue
from monitor.entrypoints import pulse
from monitor.entrypoints.work import Work
from storage import alarms, backfills, journal, outbox, queue
from storage.database import Transaction
from storage.records import Task

_DELIVER_EVERY = timedelta(seconds=10)
_RESCUE_EVERY = timedelta(seconds=15)
_PAST_EVERY = timedelta(minutes=1)
_CHECK_EVERY = timedelta(minutes=5)
_READ_BOUNCES_EVERY = timedelta(minutes=5)
_CANARIES_EVERY = timedelta(hours=6)  # so often it is asked whether it is time
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_HOUSEKEEP_EVERY = timedelta(hours=24)
_MIDNIGHT = datetime(2000, 1, 1, tzinfo=UTC)

_SENDING: tuple[Task, ...] = ("letters", "digests")
_MOST_CHUNKS = 200
"""So many chunks of deliveries wait in the queue at the most; the next tick adds others."""


class RhythmTrigger(BaseTrigger):  # type: ignore[misc] # APScheduler 3 ships no types
    """Fires at the due times of a rhythm, each put off by a few seconds at random."""

    def __init__(self, rhythm: Rhythm, chance: random.Random) -> None:
        self._rhythm = rhythm
        self._chance = chance

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """The next due time after now, with jitter; APScheduler's contract for a trigger.

        `now` comes in the scheduler's zone, whose wall clock misses or repeats an hour twice a
        year: due times are counted in UTC.
        """
        jitter = timedelta(seconds=self._chance.uniform(0, self._rhythm.jitter_seconds))
        return next_due(now.astimezone(UTC), self._rhythm) + jitter


class Ticks:
    """What to do when a tick comes: take it, if nobody has, and have its task done.

    Args:
        service: whose ticks they are.
        work: does the tasks where there is no queue.
    """

    def __init__(self, service: Service, work: Work) -> None:
        self._service = service
        self._work = work
        self._queued = not service.database.on_sqlite

    def poll(self) -> None:
        """A look at the source is due."""
        self._take("poll", last_due(self._service.now(), self._service.settings.rhythm))

    def catch_up(self) -> None:
        """At start: look at once if a look was missed, however many were."""
        self._work.followed("poll", self._catch_up)

    def deliver(self) -> None:
        """The outbox may hold something that is due.

        What is due at once has its jobs since it was queued. Here those are added whose hour has
        come, and those that were lost.
        """
        if self._queued:
            self._work.followed("deliver", self._add_chunks)
        else:
            self._work.do("digests")  # claims guard themselves: no tick is taken

    def past(self) -> None:
        """A backfill that was left to the service may have to be begun, or gone on with."""
        self._work.followed("past", self._go_on_with_the_past)

    def check(self) -> None:
        """Something may be not well: the operator is told what is new."""
        self._take("check", self._last(_CHECK_EVERY))
        if self._queued:
            self._work.followed("check", self._check_where_nobody_works)

    def read_bounces(self) -> None:
        """Mail may have come back. A mail that two read at once counts once."""
        if self._queued:
            self._take("bounces", self._last(_READ_BOUNCES_EVERY))
        else:
            self._work.do("bounces")

    def canaries(self) -> None:
        """Once a week the latest rounds on file must be findable; while one is not, once a day."""
        self._work.followed("canary", self._take_canary)

    def housekeep(self) -> None:
        """What is old is forgotten."""
        self._take("housekeep", self._last(_HOUSEKEEP_EVERY))

    def rescue(self) -> None:
        """Jobs whose worker is gone are to be done by another; that none is there is told soon."""
        if self._queued:
            self._take("rescue", self._last(_RESCUE_EVERY))
            self._work.followed("check", self._tell_that_nobody_works)

    def beat(self) -> None:
        """The scheduler goes round."""
        pulse.beat(self._service.settings.pulse_file)

    def _take(self, task: Task, due: datetime) -> None:
        self._work.followed(task, lambda: self._taken(task, due))

    def _taken(self, task: Task, due: datetime) -> None:
        with self._service.database.transaction() as tx:
            mine = journal.take_tick(tx, job=task, due_at=due, now=self._service.now())
            # Ticks that nobody was there to work for are caught up with one run, too.
            if mine and self._queued and not queue.unbegun(tx, task):
                queue.enqueue(tx, task)
        if mine and not self._queued:
            self._work.do(task)

    def _check_where_nobody_works(self) -> None:
        """That no worker is there would be told by none."""
        with self._service.database.reading() as tx:
            state = queue.state(tx)
        if state is not None and is_left_alone(state, self._service.now()):
            self._work.do("check")

    def _tell_that_nobody_works(self) -> None:
        """What is told already is left to the slower rhythm of all checks."""
        with self._service.database.reading() as tx:
            is_told = "workers" in alarms.standing(tx)
        if not is_told:
            self._check_where_nobody_works()

    def _catch_up(self) -> None:
        service = self._service
        with service.database.reading() as tx:
            last = journal.last_good_poll(tx, service.settings.source_url)
        if overdue(service.now(), last.started_at if last else None, service.settings.rhythm):
            self.poll()

    def _take_canary(self) -> None:
        with self._service.database.reading() as tx:
            is_missing = any(issue.kind == MISSING for issue in journal.issues(tx))
        self._taken("canary", self._last(_DAY if is_missing else _WEEK))

    def _add_chunks(self) -> None:
        now = self._service.now()
        with self._service.database.transaction() as tx:
            if journal.take_tick(tx, job="deliver", due_at=self._last(_DELIVER_EVERY), now=now):
                add_chunks(tx, now)

    def _go_on_with_the_past(self) -> None:
        """Its jobs were put in when it was planned; this is for those that found no way on."""
        service = self._service
        with service.database.reading() as tx:
            is_open = backfills.next_open(tx, service.settings.source_url) is not None
            waits = queue.waiting(tx).get("past", 0) > 0
        if is_open and not waits:
            self._taken("past", self._last(_PAST_EVERY))

    def _last(self, every: timedelta) -> datetime:
        """The last moment of a rhythm that all schedulers share."""
        now = self._service.now()
        return now - (now - _MIDNIGHT) % every


def add_chunks(tx: Transaction, now: datetime) -> None:
    """Put in as many jobs as what is due takes, less those that wait already.

    Those that were begun do not count: their worker may be gone.
    """
    for task in _SENDING:
        due = outbox.count_due(
            tx, now, most=_MOST_CHUNKS * outbox.CHUNK, letters_alone=task == "letters"
        )
        missing = ceil(due / outbox.CHUNK) - queue.unbegun(tx, task)
        queue.enqueue(tx, task, jobs=max(0, missing))


def scheduler_for(ticks: Ticks, rhythm: Rhythm, now: Callable[[], datetime]) -> BackgroundScheduler:
    """A scheduler with its jobs, not yet started."""
    # A run that comes late still runs (None: however late), and several late ones run once.
    defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    scheduler = BackgroundScheduler(timezone=rhythm.zone, job_defaults=defaults)
    chance = random.Random()  # noqa: S311 - jitter, not a secret
    scheduler.add_job(ticks.catch_up, next_run_time=now())
    scheduler.add_job(ticks.poll, RhythmTrigger(rhythm, chance), id="poll")

    def every(rhythm: timedelta, act: Callable[[], None], name: str, *, at_start: bool) -> None:
        # What has no time of its own begins with the first turn of its interval.
        first = {"next_run_time": now()} if at_start else {}
        scheduler.add_job(act, "interval", seconds=rhythm.total_seconds(), id=name, **first)

    every(_DELIVER_EVERY, ticks.deliver, "deliver", at_start=True)
    every(_READ_BOUNCES_EVERY, ticks.read_bounces, "bounces", at_start=True)
    every(_HOUSEKEEP_EVERY, ticks.housekeep, "housekeep", at_start=True)
    every(_PAST_EVERY, ticks.past, "past", at_start=True)
    every(_RESCUE_EVERY, ticks.rescue, "rescue", at_start=True)
    every(pulse.EVERY, ticks.beat, "pulse", at_start=True)
    # Not at the start: what was missed while nobody ran is being caught up.
    every(_CHECK_EVERY, ticks.check, "check", at_start=False)
    every(_CANARIES_EVERY, ticks.canaries, "canary", at_start=False)
    return scheduler
