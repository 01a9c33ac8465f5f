"""What hosts asked of us, how they fared and whose turn it is: kept for every other process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic

from monitor.core.outages import Standing
from monitor.core.turns import wait_for_turn
from monitor.journeys.asking.manners import manners_of, stood, stored
from monitor.sources.manners import HostManners
from storage import fetches
from storage.database import Database

# A run at full speed asks twice for each page; a host's wish of a moment ago is early enough.
_MOMENT = 0.5


class StoredHostMemory:
    """The memory of `monitor.sources.manners.HostMemory` in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._recalled: dict[str, tuple[float, HostManners | None]] = {}

    def recall(self, host: str) -> HostManners | None:
        """What is known about the host, or None; what another process learned, a moment later."""
        read_at, known = self._recalled.get(host, (-_MOMENT, None))
        if monotonic() - read_at < _MOMENT:
            return known
        with self._database.reading() as tx:
            known = manners_of(fetches.host_manners(tx, host))
        self._recalled[host] = (monotonic(), known)
        return known

    def keep(self, host: str, manners: HostManners) -> None:
        """Remember the host's wishes in place of what was known."""
        self._recalled.pop(host, None)
        with self._database.transaction() as tx:
            fetches.remember_manners(tx, host, stored(manners))

    def change_standing(self, host: str, before: Standing, after: Standing) -> bool:
        """Remember how the host has fared, if it is still as `before`."""
        self._recalled.pop(host, None)
        with self._database.transaction() as tx:
            return fetches.change_standing(tx, host, stood(before), stood(after))

    def take_turn(self, host: str, interval: float, now: Callable[[], datetime]) -> float:
        """Take the host's turn if it has come; else the seconds to wait, outside of this."""
        with self._database.transaction() as tx:
            at = fetches.next_turn(tx, host)
            moment = now()
            wait = wait_for_turn(at, moment, interval)
            if wait == 0:
                fetches.set_next_turn(tx, host, moment + timedelta(seconds=interval))
        return wait

    def put_off_turn(self, host: str, until: datetime) -> None:
        """Let the next turn not come before this time."""
        with self._database.transaction() as tx:
            fetches.put_off_next_turn(tx, host, until)
