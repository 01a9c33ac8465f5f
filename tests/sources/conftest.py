"""What the tests of the sources share: the misbehaving server, a memory, a time of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.core.outages import Standing
from monitor.sources.again import Retries
from monitor.sources.client import PoliteClient
from monitor.sources.manners import HostManners
from storage.records import RequestMade
from tests.faults.server import MisbehavingServer

AGENT = "Roundwatch/0.1 (+https://example.org/roundwatch; operator@example.org)"
QUICKLY = Retries(wait_initial=0.001, wait_max=0.002, wait_jitter=0.001)


class Notebook:
    """A host memory that lives as long as the test."""

    def __init__(self) -> None:
        self.known: dict[str, HostManners] = {}

    def recall(self, host: str) -> HostManners | None:
        return self.known.get(host)

    def keep(self, host: str, manners: HostManners) -> None:
        standing = self.known.get(host, HostManners()).standing
        self.known[host] = replace(manners, standing=standing)

    def change_standing(self, host: str, before: Standing, after: Standing) -> bool:
        known = self.known.get(host, HostManners())
        if known.standing == before:
            self.known[host] = replace(known, standing=after)
        return known.standing == before

    def take_turn(self, host: str, interval: float, now: Callable[[], datetime]) -> float:
        return 0.0

    def put_off_turn(self, host: str, until: datetime) -> None:
        """A test has one process."""


class Book:
    """A ledger that lives as long as the test."""

    def __init__(self) -> None:
        self.made: list[RequestMade] = []

    def write(self, made: RequestMade, *, at_once: bool) -> None:
        self.made.append(made)

    def flush(self) -> None:
        """All is here."""


class Time:
    """A clock that only moves when somebody sleeps, and a calendar that moves with it."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    def now(self) -> datetime:
        return datetime(2026, 3, 2, 12, 0, tzinfo=UTC) + timedelta(seconds=self.seconds - 1000)


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    with MisbehavingServer() as running:
        yield running


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture
def time() -> Time:
    return Time()


class Clients:
    """Makes clients that wait in the test's own time and are quick between retries."""

    def __init__(self, notebook: Notebook, time: Time) -> None:
        self.notebook = notebook
        self._time = time
        self._made: list[PoliteClient] = []

    def __call__(
        self,
        server: MisbehavingServer,
        *others: str,
        rate: float = 1.0,
        **changes: Any,
    ) -> PoliteClient:
        """A client that may ask this server, and other hosts by name."""
        options: dict[str, Any] = {
            "clock": self._time.clock,
            "sleep": self._time.sleep,
            "now": self._time.now,
            "chance": lambda: 0.0,
            "answer_seconds": 5.0,
            "retries": QUICKLY,
        }
        hosts = frozenset({server.host, *others})
        made = PoliteClient(AGENT, hosts, rate, self.notebook, **(options | changes))
        self._made.append(made)
        return made

    def close(self) -> None:
        for client in self._made:
            client.close()


@pytest.fixture
def client_for(notebook: Notebook, time: Time) -> Iterator[Clients]:
    clients = Clients(notebook, time)
    yield clients
    clients.close()


@pytest.fixture
def client(server: MisbehavingServer, client_for: Clients) -> PoliteClient:
    return client_for(server)
