"""What a site can do to a release, day by day, and the right verdict in each case."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.databases import PostgresqlServer, SqliteFiles
from tests.scenarios.table import MOVES, SCENARIOS, WITHDRAWALS
from tests.scenarios.world import Scenario, played

ON_POSTGRESQL = (*WITHDRAWALS[:7:3], *MOVES[:8:3])


def _name(scenario: Scenario) -> str:
    return scenario.name


@pytest.fixture
def postgresql_url(postgresql: PostgresqlServer) -> Iterator[str]:
    """The address of a migrated PostgreSQL database of the test's own."""
    url = postgresql.ready()
    yield url
    postgresql.drop(url)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=_name)
def test_the_verdict_is_right(scenario: Scenario, sqlite_files: SqliteFiles) -> None:
    assert played(scenario, sqlite_files.ready()) == scenario.verdict


@pytest.mark.parametrize("scenario", ON_POSTGRESQL, ids=_name)
def test_the_verdict_is_right_on_postgresql(scenario: Scenario, postgresql_url: str) -> None:
    assert played(scenario, postgresql_url) == scenario.verdict


def test_there_are_fifty_scenarios_and_each_has_a_name_of_its_own() -> None:
    assert len(SCENARIOS) >= 50
    assert len({scenario.name for scenario in SCENARIOS}) == len(SCENARIOS)
