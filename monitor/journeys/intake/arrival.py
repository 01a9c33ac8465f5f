"""A page that has arrived, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from monitor.errors import RoundwatchError
from storage.records import Origin, Verdict


@dataclass(frozen=True, slots=True)
class Arrival:
    """A page that has arrived.

    `address` is its canonical address, where that is known; `fetched_from` is where these bytes
    really came from; `listed` is the title under which a listing named it; `asked` is the address
    that was asked for, where it led to another one.
    """

    address: str | None
    fetched_from: str
    origin: Origin
    fetched_at: datetime
    status: int
    headers: Mapping[str, str]
    body: bytes
    published: date | None = None
    listed: str | None = None
    asked: str | None = None

    @property
    def name(self) -> str:
        """What to call it in an issue."""
        return self.address or self.fetched_from


class RoundOf(NamedTuple):
    """A round by its series' slug and its number, None where it has none."""

    series: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a page: the verdict, the rounds filed, the digests announced, the problem."""

    name: str
    verdict: Verdict | None
    rounds: tuple[RoundOf, ...] = ()
    announced: tuple[str, ...] = ()
    problem: RoundwatchError | None = None
