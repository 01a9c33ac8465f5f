"""What the tests of readers share: a clock, and a service with a round on file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from monitor.bootstrap import Service
from tests.journeys.big_offices import Make, big_offices
from tests.journeys.offices import Clock, office
from tests.journeys.readers import file_round


@pytest.fixture
def clock() -> Clock:
    """The time of day."""
    return Clock()


@pytest.fixture
def talks(database_url: str, clock: Clock) -> Iterator[Service]:
    """A service with one round on file, of which nobody was told."""
    with office("http://127.0.0.1:9", database_url, now=clock) as service:
        file_round(service, 1, "Labor: Talked.", "Digital Economy: Talked.")
        yield service


@pytest.fixture
def make(database_url: str, clock: Clock) -> Iterator[Make]:
    """Serves a big site, and opens an office that reads it."""
    with big_offices(database_url, clock) as made:
        yield made
