"""The client's memory and its record at a glance: without what a whole look loads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from monitor.core.outages import Standing
from monitor.core.turns import wait_for_turn
from monitor.journeys.asking.manners import manners_of, stood, stored
from monitor.sources.manners import HostManners
from storage.glance import Glance
from storage.records import RequestMade


class GlanceHostMemory:
    """The memory of `monitor.sources.manners.HostMemory` in an archive opened for a glance."""

    def __init__(self, archive: Glance) -> None:
        self._archive = archive

    def recall(self, host: str) -> HostManners | None:
        """What is known about the host, or None."""
        return manners_of(self._archive.host_manners(host))

    def keep(self, host: str, manners: HostManners) -> None:
        """Remember the host's wishes in place of what was known."""
        self._archive.remember_manners(host, stored(manners))

    def change_standing(self, host: str, before: Standing, after: Standing) -> bool:
        """Remember how the host has fared, if it is still as `before`."""
        return self._archive.change_standing(host, stood(before), stood(after))

    def take_turn(self, host: str, interval: float, now: Callable[[], datetime]) -> float:
        """Take the host's turn if it has come; else the seconds to wait, outside of this."""
        with self._archive.writing():
            at = self._archive.next_turn(host)
            moment = now()
            wait = wait_for_turn(at, moment, interval)
            if wait == 0:
                self._archive.set_next_turn(host, moment + timedelta(seconds=interval))
        return wait

    def put_off_turn(self, host: str, until: datetime) -> None:
        """Let the next turn not come before this time."""
        self._archive.put_off_next_turn(host, until)


class GlanceLedger:
    """The record of requests in an archive opened for a glance: all are written at once."""

    def __init__(self, archive: Glance) -> None:
        self._archive = archive

    def write(self, made: RequestMade, *, at_once: bool) -> None:
        """Put a request on record."""
        self._archive.record_request(made)

    def flush(self) -> None:
        """Nothing was gathered."""
