"""Ticks by hand: what a tick leads to is done when the call is over, on either database."""

from __future__ import annotations

from monitor.bootstrap import Service
from monitor.entrypoints.scheduler import Ticks
from monitor.entrypoints.work import Work
from monitor.entrypoints.worker import Worker


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
