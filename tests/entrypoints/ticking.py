"""Ticks by hand: what a tick leads to is done when the call is over, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from monitor.bootstrap import Service, service
from monitor.entrypoints.scheduler import Ticks
from monitor.entrypoints.work import Work
from monitor.entrypoints.worker import Worker
from monitor.journeys.past.live import backfill_live
from monitor.journeys.past.window import Window
from monitor.journeys.readers.orders import Order, subscribe
from monitor.pressroom import PressRoom
from monitor.settings import Settings
from tests.entrypoints.saved import PUBLISHED


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@contextmanager
def on_duty(source_url: str, database_url: str, mail: Path, clock: Clock) -> Iterator[Service]:
    """A service with a clock of its own."""
    settings = Settings(
        database_url=database_url,
        source_url=source_url,
        smtp_url=mail.as_uri(),
        operator_email="operator@example.org",
        max_requests_per_second=1000.0,
    )
    with service(settings, now=clock) as made:
        yield made


class Ticking(Ticks):
    """Ticks whose jobs, where there is a queue, are done at once by a worker of their own."""

    def __init__(self, service: Service) -> None:
        self.work = Work(service)
        super().__init__(service, self.work)

    def stop(self) -> None:
        self.work.stop()

    def do_jobs(self) -> None:
        if not self._service.database.on_sqlite:
            Worker(self._service, self.work).run_once()

    def poll(self) -> None:
        super().poll()
        self.do_jobs()

    def deliver(self) -> None:
        super().deliver()
        self.do_jobs()

    def past(self) -> None:
        super().past()
        self.do_jobs()

    def check(self) -> None:
        super().check()
        self.do_jobs()

    def read_bounces(self) -> None:
        super().read_bounces()
        self.do_jobs()

    def canaries(self) -> None:
        super().canaries()
        self.do_jobs()

    def housekeep(self) -> None:
        super().housekeep()
        self.do_jobs()


def ticks_of(service: Service) -> Ticking:
    """The ticks of a service."""
    return Ticking(service)


def a_round_comes_out(room: PressRoom, made: Service, clock: Clock) -> None:
    """Four rounds and three readers are on file; five minutes ago the fifth round came out."""
    backfill_live(
        database=made.database,
        site=made.site,
        settings=made.settings,
        window=Window(),
        now=clock,
    )
    for name in ("one", "two", "three"):
        subscribe(Order(f"{name}@example.org"), database=made.database, now=clock())
    room.publish(PUBLISHED[5])
    clock.now += timedelta(minutes=5)
