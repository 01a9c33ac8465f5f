"""The record of requests: each one that is sent, whatever comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from monitor.errors import SourceError, Unexpected
from monitor.sources.hops import authority
from monitor.sources.lean_httpx import httpx
from storage.records import RequestMade


class Ledger(Protocol):
    """Where requests are put on record."""

    def write(self, made: RequestMade, *, at_once: bool) -> None:
        """Put a request on record: at once, or with others within half a second."""

    def flush(self) -> None:
        """Put on record what was gathered."""


class Unwritten:
    """A ledger that keeps nothing, for a client whose requests nobody asks about."""

    def write(self, made: RequestMade, *, at_once: bool) -> None:
        """Forget it."""

    def flush(self) -> None:
        """Nothing was gathered."""


@dataclass(slots=True)
class Entry:
    """A request in the making: `begun` when it is sent, with its `response` once one comes."""

    asked_at: datetime | None = None
    started: float = 0.0
    response: httpx.Response | None = None
    fault: str | None = None

    def begun(self, asked_at: datetime, started: float) -> None:
        """It goes out now: by the calendar, and by the clock in seconds."""
        self.asked_at, self.started = asked_at, started

    def made(self, url: httpx.URL, ended: float) -> RequestMade | None:
        """The request as it is put on record; None where it was never sent."""
        if self.asked_at is None:
            return None
        return RequestMade(
            asked_at=self.asked_at,
            host=authority(url),
            address=str(url),
            status=self.response.status_code if self.response else None,
            fault=self.fault,
            size=self.response.num_bytes_downloaded if self.response else 0,
            milliseconds=round((ended - self.started) * 1000),
        )


@contextmanager
def on_record(
    ledger: Ledger, url: httpx.URL, clock: Callable[[], float], *, at_once: bool
) -> Iterator[Entry]:
    """Put the request of a block on record when the block ends, however it does.

    Args:
        ledger: where to.
        url: what is asked for.
        clock: a clock that never goes back, in seconds.
        at_once: whether it may not wait for others.
    """
    entry = Entry()
    try:
        yield entry
    except BaseException as fault:
        entry.fault = fault.kind if isinstance(fault, SourceError) else Unexpected.kind
        raise
    finally:
        made = entry.made(url, clock())
        if made is not None:
            ledger.write(made, at_once=at_once)
