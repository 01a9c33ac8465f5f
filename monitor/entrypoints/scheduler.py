"""The only home of APScheduler: ticks, each of which leads to one journey.

Jobs live in memory and are made from the settings at every start. A tick is guarded by a row of its
job and its due time, so that any number of schedulers on one database look once. What was missed
while nobody ran is caught up with one run. A service that is to end finishes the page or the mail
it is at, and leaves the rest to its next start.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Event, Lock

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from monitor.bootstrap import Service
from monitor.core.canaries import MISSING
from monitor.core.schedule import Rhythm, last_due, next_due, overdue
from monitor.entrypoints.counting import bounces_told, counted
from monitor.errors import RoundwatchError
from monitor.journeys.readers.leave import forget_unconfirmed
from monitor.settings import Settings
from monitor.sources.mailbox import unread_mails
from storage import journal, outbox, requests
from storage.errors import StorageError

_log = logging.getLogger("roundwatch")

_DELIVER_EVERY = timedelta(seconds=10)
_CHECK_EVERY = timedelta(minutes=5)
_READ_BOUNCES_EVERY = timedelta(minutes=5)
_CANARIES_EVERY = timedelta(hours=6)  # so often it is asked whether it is time
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_HOUSEKEEP_EVERY = timedelta(hours=24)
_TICKS_KEPT = timedelta(days=7)
_MIDNIGHT = datetime(2000, 1, 1, tzinfo=UTC)


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


class Stopped(Exception):
    """The service is to end; what is left is for its next start."""


class Ticks:
    """What to do when a tick comes: take it, if nobody has, and make the journey."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._stopping = Event()
        self._mailing = Lock()  # a notifier serves one thread at a time, and a look may deliver too

    def stop(self) -> None:
        """End what runs after the piece it is at."""
        self._stopping.set()

    def poll(self) -> None:
        """A look at the source is due."""
        due = last_due(self._service.now(), self._service.settings.rhythm)
        self._take("poll", due, self._look)

    def catch_up(self) -> None:
        """At start: look at once if a look was missed, however many were."""
        service = self._service
        with service.database.reading() as tx:
            last = journal.last_good_poll(tx, service.settings.source_url)
        if overdue(service.now(), last.started_at if last else None, service.settings.rhythm):
            self.poll()

    def deliver(self) -> None:
        """The outbox may hold something that is due. Claims guard themselves: no tick is taken."""
        self._guarded("deliver", self._drain)

    def check(self) -> None:
        """Something may be not well: the operator is told what is new."""
        now = self._service.now()
        due = now - (now - _MIDNIGHT) % _CHECK_EVERY
        self._take("check", due, self._sound)

    def read_bounces(self) -> None:
        """Mail may have come back. A mail that two read at once counts once: no tick is taken."""
        self._guarded("bounces", self._read_folder)

    def canaries(self) -> None:
        """Once a week the latest rounds on file must be findable; while one is not, once a day."""
        self._guarded("canary", self._take_canary)

    def housekeep(self) -> None:
        """Old ticks and requests are forgotten, and addresses that nobody confirmed."""
        now = self._service.now()
        due = now.replace(hour=0, minute=0, second=0, microsecond=0)
        self._take("housekeep", due, lambda: self._forget(now - _TICKS_KEPT))

    def _take(self, job: str, due: datetime, act: Callable[[], None]) -> None:
        def take() -> None:
            with self._service.database.transaction() as tx:
                mine = journal.take_tick(tx, job=job, due_at=due, now=self._service.now())
            if mine:
                act()

        self._guarded(job, take)

    def _guarded(self, job: str, act: Callable[[], None]) -> None:
        """The outermost line of a tick: what goes wrong is logged, and the next tick comes."""
        try:
            act()
        except Stopped:
            _log.info("%s: stopped; what is left has its turn after the next start", job)
        except (RoundwatchError, StorageError) as fault:
            _log.error("%s: %s %s", job, fault, fault.todo)
        except Exception:  # noqa: BLE001 - one bad tick must not end the service
            _log.exception("%s failed in a way nobody expected", job)

    def _go_on(self, done: int, total: int) -> None:
        if self._stopping.is_set():
            raise Stopped

    def _look(self) -> None:
        polled = self._service.look(each=self._go_on)
        asked = counted(polled.requests, "request")
        _log.info("poll: %s, %s, %d new", polled.outcome, asked, polled.new)
        for problem in polled.problems:
            _log.warning("poll: %s: %s", problem.kind, problem.summary)
        if polled.announced:
            self.deliver()

    def _drain(self) -> None:
        with self._service.database.reading() as tx:
            if outbox.oldest_due(tx, self._service.now()) is None:
                return
        with self._mailing:
            done = self._service.drain(each=self._go_on)
        if done.sent or done.failed or done.retried:
            _log.info("deliver: %d sent, %d later, %d failed", done.sent, done.retried, done.failed)
        if done.problem:
            _log.error("deliver: %s", done.problem.summary)

    def _sound(self) -> None:
        self._service.sound_alarms()

    def _take_canary(self) -> None:
        now = self._service.now()
        with self._service.database.reading() as tx:
            is_missing = any(issue.kind == MISSING for issue in journal.issues(tx))
        every = _DAY if is_missing else _WEEK
        self._take("canary", now - (now - _MIDNIGHT) % every, self._look_for_canaries)

    def _look_for_canaries(self) -> None:
        looked = self._service.look_for_canaries()
        asked = counted(looked.requests, "request")
        _log.info("canaries: %d of %d missing, %s", len(looked.missing), len(looked.found), asked)

    def _read_folder(self) -> None:
        if (folder := self._service.settings.bounce_folder) is None:
            return
        taken = self._service.take_bounces(self._until_stopped(unread_mails(folder)))
        if taken.mails:
            _log.info("bounces: %s", bounces_told(taken))

    def _until_stopped(self, mails: Iterator[bytes]) -> Iterator[bytes]:
        for mail in mails:
            self._go_on(0, 0)
            yield mail

    def _forget(self, before: datetime) -> None:
        with self._service.database.transaction() as tx:
            journal.prune_ticks(tx, before)
            requests.prune_requests(tx, self._service.now())
        forget_unconfirmed(database=self._service.database, now=self._service.now())


def scheduler_for(ticks: Ticks, rhythm: Rhythm, now: Callable[[], datetime]) -> BackgroundScheduler:
    """A scheduler with its jobs, not yet started."""
    # A run that comes late still runs (None: however late), and several late ones run once.
    defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    scheduler = BackgroundScheduler(timezone=rhythm.zone, job_defaults=defaults)
    chance = random.Random()  # noqa: S311 - jitter, not a secret
    scheduler.add_job(ticks.catch_up, next_run_time=now())
    scheduler.add_job(ticks.poll, RhythmTrigger(rhythm, chance), id="poll")
    scheduler.add_job(
        ticks.deliver,
        "interval",
        seconds=_DELIVER_EVERY.total_seconds(),
        id="deliver",
        next_run_time=now(),
    )
    # Not at the start: what was missed while nobody ran is being caught up.
    scheduler.add_job(ticks.check, "interval", seconds=_CHECK_EVERY.total_seconds(), id="check")
    scheduler.add_job(
        ticks.read_bounces,
        "interval",
        seconds=_READ_BOUNCES_EVERY.total_seconds(),
        id="bounces",
        next_run_time=now(),
    )
    # Not at the start either: the first look may still be under way.
    scheduler.add_job(
        ticks.canaries, "interval", seconds=_CANARIES_EVERY.total_seconds(), id="canary"
    )
    scheduler.add_job(
        ticks.housekeep,
        "interval",
        seconds=_HOUSEKEEP_EVERY.total_seconds(),
        id="housekeep",
        next_run_time=now(),
    )
    return scheduler


def run_service(service: Service, begun: Callable[[str], None]) -> None:
    """Run until a signal comes: the scheduler in its threads, the web pages in this one.

    Args:
        service: what is run.
        begun: told the address of the pages, once they can be had.

    Raises:
        SettingsError, StorageError: the service cannot begin.
    """
    from monitor.entrypoints.web.server import address_of, listening, serve, until_told

    with listening(service.settings.listen) as door:
        # Made before there are threads to share them; and what is faulty ends the start here,
        # rather than every tick from now on.
        for part in ("database", "site", "notifier", "drafts"):
            getattr(service, part)
        begun(address_of(door))
        ticks = Ticks(service)
        scheduler = scheduler_for(ticks, service.settings.rhythm, service.now)
        scheduler.start()
        try:
            with until_told():
                serve(service, door)
        finally:
            ticks.stop()
            scheduler.shutdown(wait=True)


def log_beginning(settings: Settings, address: str) -> None:
    """Say in the log what is watched, where the pages are, and what is not set."""
    _log.info("watching %s, pages at %s", settings.source_url, address)
    if settings.smtp_url is None:
        _log.info("no mail server is set: mail is written to %s", settings.mail_folder)
    if settings.operator_email is None:
        _log.info("no operator's address is set: alarms are told in this log alone")


def log_to_standard_error() -> None:
    """Have the log written as lines with the time."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    for library in ("apscheduler", "alembic"):
        logging.getLogger(library).setLevel(logging.WARNING)
