"""What the scenarios share: a site that is watched, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from monitor.bootstrap import Service
from tests.faults.server import MisbehavingServer
from tests.journeys.offices import Clock, office
from tests.scenarios.watched import Watched


@pytest.fixture
def watched(database_url: str) -> Iterator[Watched]:
    """A site with two rounds, before the first look at it."""
    clock = Clock()
    with MisbehavingServer() as server, office(server.base_url, database_url, now=clock) as made:
        watched = Watched(server, Service(made.settings, now=clock), clock)
        yield watched
        watched.made.close()
