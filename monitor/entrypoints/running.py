"""The service as processes: everything in one, or the ticks, the jobs and the pages each alone."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from time import sleep

from monitor.bootstrap import Service
from monitor.entrypoints.counting import rhythm_told
from monitor.entrypoints.scheduler import Ticks, scheduler_for
from monitor.entrypoints.work import Work
from monitor.settings import Settings

_log = logging.getLogger("roundwatch")

_LOOK_UP = 0.5
"""Seconds after which a process that stays looks whether it was told to end."""


def run_service(service: Service, begun: Callable[[str], None]) -> None:
    """Run everything until a signal comes: ticks and jobs in threads, the web pages in this one.

    Args:
        service: what is run.
        begun: told the address of the pages, once they can be had.

    Raises:
        SettingsError, StorageError: the service cannot begin.
    """
    from monitor.entrypoints.web.server import address_of, listening, serve, until_told

    with listening(service.settings.listen) as door:
        _make_parts(service, "site", "notifier", "drafts")
        begun(address_of(door))
        work = Work(service)
        with _jobs(service, work), _ticks(service, work), until_told():
            serve(service, door)


def run_scheduler(service: Service) -> None:
    """Run the ticks alone until a signal comes; without a queue, what they lead to as well.

    Raises:
        SettingsError, StorageError: the service cannot begin.
    """
    from monitor.entrypoints.web.server import until_told

    # On PostgreSQL the workers send; the ticks know no mail server.
    sends = ("notifier", "drafts") if service.settings.on_sqlite else ()
    _make_parts(service, "site", *sends)
    told = _told("schedule", _schedule_told(service), service.settings)
    with told, _ticks(service, Work(service)), until_told():
        _stay()


def run_worker(service: Service, queues: Collection[str], *, once: bool = False) -> None:
    """Do jobs until a signal comes.

    Args:
        service: whose jobs they are.
        queues: those to serve; all by default.
        once: end when nothing waits.

    Raises:
        UsageError: the database has no queue, or there is no queue of that name.
        SettingsError, StorageError: the service cannot begin.
    """
    from monitor.entrypoints.web.server import until_told
    from monitor.entrypoints.worker import Worker

    worker = Worker(service, Work(service), queues)
    _make_parts(service, "site", "notifier", "drafts")
    if once:
        worker.run_once()
        return
    does = f"doing the jobs of {', '.join(worker.queues)} in the database {service.database}"
    with _told("worker", does, service.settings), worker.beside(), until_told():
        _stay()


def _stay() -> None:
    """Stay until a signal comes.

    In short sleeps: one that comes in the moment before a wait without an end would not end it.
    """
    while True:
        sleep(_LOOK_UP)


def log_beginning(settings: Settings, address: str) -> None:
    """Say in the log what is watched, where the pages are, and what is not set."""
    _log.info("watching %s, pages at %s", settings.source_url, address)
    _log_what_is_not_set(settings)


def _log_what_is_not_set(settings: Settings) -> None:
    if settings.smtp_url is None:
        _log.info("no mail server is set: mail is written to %s", settings.mail_folder)
    if settings.operator_email is None:
        _log.info("no operator's address is set: alarms are told in this log alone")


@contextmanager
def _told(command: str, does: str, settings: Settings) -> Iterator[None]:
    """A block of whose beginning and end the log has a line."""
    _log.info("%s: %s", command, does)
    _log_what_is_not_set(settings)
    yield
    _log.info("%s: ended, as it was told to", command)


def _schedule_told(service: Service) -> str:
    where = "done here" if service.database.on_sqlite else "jobs for workers"
    looks = rhythm_told(service.settings)
    return f"{service.settings.source_url}: {looks}; {where}, in the database {service.database}"


def _make_parts(service: Service, *names: str) -> None:
    """Make parts before there are threads to share them; what is faulty ends the start here."""
    for part in ("database", *names):
        getattr(service, part)


@contextmanager
def _jobs(service: Service, work: Work) -> Iterator[None]:
    """A block beside which the queue's jobs are done, where there is a queue."""
    if service.database.on_sqlite:
        yield
        return
    from monitor.entrypoints.worker import Worker

    with Worker(service, work).beside():
        yield


@contextmanager
def _ticks(service: Service, work: Work) -> Iterator[None]:
    """A block beside which ticks come."""
    scheduler = scheduler_for(Ticks(service, work), service.settings.rhythm, service.now)
    scheduler.start()
    try:
        yield
    finally:
        work.stop()
        scheduler.shutdown(wait=True)
