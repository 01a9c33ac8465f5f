"""What there is to do besides answering readers, by the name of its task.

The same functions whoever calls them: on SQLite the threads of the scheduler, on PostgreSQL the
workers, each with the jobs it takes from the queue. Each may be done twice without harm, and ends
after the page or the mail it is at when the service is to end.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from threading import Event, Lock

from monitor.bootstrap import Service
from monitor.entrypoints import past_told
from monitor.entrypoints.contact import Contact
from monitor.entrypoints.counting import bounces_told, counted, forgotten_told
from monitor.entrypoints.logs import of_task
from monitor.errors import RoundwatchError
from monitor.journeys.sending.deliver import Delivered
from monitor.sources.mailbox import unread_mails
from storage import outbox
from storage.errors import DatabaseUnreachable, StorageError
from storage.records import Task
from storage.trace import current, following

_log = logging.getLogger("roundwatch")


class Stopped(Exception):
    """The service is to end; what is left is for its next start."""


class Work:
    """The tasks of a service.

    Args:
        service: whose work it is.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._queued = not service.database.on_sqlite
        self.contact = Contact(service.database)
        self._stopping = Event()
        self._mailing = Lock()  # a notifier serves one thread at a time, and a look may deliver too
        self.tasks: Mapping[Task, Callable[[], None]] = {
            "poll": self._look,
            "intake": self._take_in,
            "letters": self._send_letters,
            "digests": self._send,
            "past": self._go_on_with_the_past,
            "check": self._sound,
            "bounces": self._read_folder,
            "canary": self._look_for_canaries,
            "housekeep": self._housekeep,
        }

    def stop(self) -> None:
        """End what runs after the piece it is at."""
        self._stopping.set()

    @property
    def is_stopping(self) -> bool:
        """Whether the service is to end."""
        return self._stopping.is_set()

    def do(self, task: Task, trace: str | None = None) -> bool:
        """Do a task; what goes wrong is logged, and the next tick or job has its turn.

        Args:
            task: what is to be done.
            trace: the id of the work that made it necessary.

        Returns:
            Whether it was done, well or badly; False where the end of the service, or the loss of
            the database, cut it short.
        """
        return self.followed(task, self.tasks[task], trace)

    def followed(self, name: str, act: Callable[[], None], trace: str | None = None) -> bool:
        """Do something under an id: that of what it comes of or is part of, or one of its own."""
        with following(trace or current() or self._service.new_trace()), of_task(name):
            return self._guarded(name, act)

    def _guarded(self, name: str, act: Callable[[], None]) -> bool:
        """The outermost line of a tick or a job: what goes wrong is logged, and the next one comes.

        While the database is away nothing is begun: that was told.
        """
        if not self.contact.holds():
            return False
        try:
            act()
        except Stopped:
            _log.info("%s: stopped; what is left has its turn after the next start", name)
            return False
        except DatabaseUnreachable as fault:
            self.contact.lost(fault)
            return False
        except (RoundwatchError, StorageError) as fault:
            _log.error("%s: %s %s", name, fault, fault.todo)
        except Exception:  # noqa: BLE001 - one bad turn must not end the service
            _log.exception("%s failed in a way nobody expected", name)
        return True

    def _go_on(self, done: int, total: int) -> None:
        if self._stopping.is_set():
            raise Stopped

    def _look(self) -> None:
        polled = self._service.look(each=self._go_on, leave=self._queued)
        asked = counted(polled.requests, "request")
        _log.info("poll: %s, %s, %d new", polled.outcome, asked, polled.new)
        for problem in polled.problems:
            _log.warning("poll: %s: %s", problem.kind, problem.summary)
        if polled.announced:
            self.do("digests")

    def _take_in(self) -> None:
        taken = self._service.take_wanted(each=self._go_on)
        for page in taken:
            if page.problem:
                _log.warning("intake: %s: %s", page.problem.kind, page.problem.summary)
        if taken:
            _log.info("intake: %s", counted(len(taken), "release"))

    def _go_on_with_the_past(self) -> None:
        """One piece of a backfill; all of them where no jobs wait for the others."""
        while (done := self._service.go_on_with_the_past(each=self._go_on)) is not None:
            _log.info("past: %s", "; ".join(past_told.piece_told(done)))
            for problem in done.problems:
                _log.warning("past: %s: %s", problem.kind, problem.summary)
            if self._queued or not done.complete:
                return

    def _send_letters(self) -> None:
        with self._mailing:
            self._tell(self._service.drain(each=self._go_on, letters_alone=True))

    def _send(self) -> None:
        """Send what is due: all of it, or a chunk, where others send beside us."""
        with self._service.database.reading() as tx:
            if outbox.oldest_due(tx, self._service.now()) is None:
                return
        with self._mailing:
            most = outbox.CHUNK if self._queued else None
            self._tell(self._service.drain(each=self._go_on, most=most))

    def _tell(self, done: Delivered) -> None:
        if done.sent or done.failed or done.retried:
            _log.info("deliver: %d sent, %d later, %d failed", done.sent, done.retried, done.failed)
            self._tell_of_each(done)
        if done.problem:
            _log.error("deliver: %s", done.problem.summary)
        for reason, messages in done.unmade.items():
            _log.error("deliver: %s: %s", counted(messages, "message"), reason)

    def _tell_of_each(self, done: Delivered) -> None:
        """A line for each digest and letter, under the id of the work that it comes from."""
        with self._service.database.reading() as tx:
            traces = {what: outbox.trace_of(tx, *what) for what in done.told}
        for (kind, number), became in done.told.items():
            words = ", ".join(f"{count} {state}" for state, count in became.items())
            with following(traces[kind, number] or self._service.new_trace()):
                _log.info("deliver: %s %d: %s", kind, number, words)

    def _sound(self) -> None:
        self._service.sound_alarms()

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

    def _housekeep(self) -> None:
        """What was kept long enough is forgotten."""
        done = self._service.keep_house(each=self._go_on)
        if told := forgotten_told(done):
            _log.info("housekeep: forgot %s", told)
