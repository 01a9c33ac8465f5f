"""Several lanes at once: parcels handed out to them, outcomes gathered, one recorder for all.

Lanes are threads that each hold a connection. What they report is recorded in groups: while one
transaction is being committed, the next outcomes gather. A lane waits for its outcome to be on
record before it ends another message, so that a process killed at any moment has sent at most one
mail per lane that is not on record.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Condition, Event, Thread

from notifiers.mail.parcel import Parcel
from notifiers.message import Notifier, SendError


class Closed(Exception):
    """The lanes are closed: what a lane has in hand is nobody's business any more."""


@dataclass(slots=True)
class Report:
    """What became of a parcel; `fault` is None for one that was taken."""

    parcel: Parcel
    fault: SendError | None
    recorded: Event = field(default_factory=Event)


class Lanes:
    """The lanes of one notifier. The one who hands out and records is a thread of its own.

    Args:
        notifier: carries the parcels; its `lanes` is how many threads there are at most.
        bell: rung when there is a report, or a lane has broken down.
        work: rung when there is something to carry; it has the lock of the bell.
    """

    def __init__(self, notifier: Notifier, bell: Condition, work: Condition) -> None:
        self._notifier = notifier
        self._bell = bell
        self._work = work
        self._ready: deque[Parcel] = deque()
        self._reports: list[Report] = []
        self._taken: list[Report] = []
        self._threads: list[Thread] = []
        self._closed = False
        self._broken: BaseException | None = None

    def hand_out(self, parcels: Sequence[Parcel]) -> None:
        """Give parcels to the lanes; as many are opened as there is work for."""
        with self._bell:
            self._ready.extend(parcels)
            self._work.notify(len(parcels))
        while len(self._threads) < min(self._notifier.lanes, len(parcels)):
            thread = Thread(target=self._run, daemon=True, name=f"lane {len(self._threads) + 1}")
            self._threads.append(thread)
            thread.start()

    @property
    def open(self) -> int:
        """How many lanes were opened."""
        return len(self._threads)

    def take_back(self, unwanted: Callable[[Parcel], bool]) -> list[Parcel]:
        """Take back what no lane has begun, of what is unwanted."""
        with self._bell:
            back = [each for each in self._ready if unwanted(each)]
            self._ready = deque(each for each in self._ready if not unwanted(each))
        return back

    def reports(self) -> list[Report]:
        """Take what the lanes have reported since last asked. Ask with the bell held."""
        if self._broken is not None:
            raise self._broken
        found, self._reports = self._reports, []
        self._taken = [each for each in self._taken if not each.recorded.is_set()] + found
        return found

    def close(self) -> None:
        """End the lanes: each finishes the message it is at, if it still can."""
        with self._bell:
            self._closed = True
            waiting = [*self._taken, *self._reports]  # those taken were not recorded either
            self._work.notify_all()
        for report in waiting:
            report.recorded.set()
        for thread in self._threads:
            thread.join()
        self._notifier.close()

    def _run(self) -> None:
        try:
            self._notifier.carry(self._take, self._settle)
        except Closed:
            pass
        except BaseException as fault:  # noqa: BLE001 - handed to the one who records
            with self._bell:
                self._broken = fault
                self._bell.notify()

    def _take(self, wait: bool) -> Parcel | None:
        with self._bell:
            while wait and not self._ready and not self._closed:
                self._work.wait()
            return self._ready.popleft() if self._ready and not self._closed else None

    def _settle(self, parcel: Parcel, fault: SendError | None) -> None:
        report = Report(parcel, fault)
        with self._bell:
            if self._closed:
                raise Closed
            self._reports.append(report)
            self._bell.notify()
        report.recorded.wait()
        if self._closed:
            raise Closed
