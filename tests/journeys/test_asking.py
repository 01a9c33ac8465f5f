"""What is kept of asking: turns among processes, the record of requests."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.core.outages import WELL, Standing
from monitor.journeys.asking.at_a_glance import GlanceHostMemory
from monitor.journeys.asking.ledger import GATHERED_SECONDS, StoredLedger
from monitor.journeys.asking.memory import StoredHostMemory
from monitor.sources.manners import HostManners, HostMemory
from storage import requests
from storage.database import Database
from storage.errors import DatabaseLocked
from storage.glance import glance_at
from storage.records import RequestMade
from tests.databases import SqliteFiles
from tests.faults.server import MisbehavingServer, Page

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MADE = RequestMade(NOON, "ustr.gov", "https://ustr.gov/a", 200, None, 60_000, 120)
ROOT = Path(__file__).parents[2]

# A process of its own: a client as the program makes it, at a rate, that asks so many times.
ASKS = """
import sys
from datetime import timedelta
from contextlib import ExitStack
from monitor.journeys.asking.at_a_glance import GlanceHostMemory, GlanceLedger
from monitor.journeys.asking.ledger import StoredLedger
from monitor.journeys.asking.memory import StoredHostMemory
from monitor.sources.client import PoliteClient
from storage.database import Database
from storage.glance import glance_at

way, url, base, rate, times = sys.argv[1:]
with ExitStack() as stack:
    if way == "glance":
        archive = stack.enter_context(glance_at(url))
        memory, ledger = GlanceHostMemory(archive), GlanceLedger(archive)
    else:
        database = Database(url)
        stack.callback(database.close)
        memory, ledger = StoredHostMemory(database), StoredLedger(database)
    agent = "Roundwatch/0.1 (operator@example.org)"
    host = base.removeprefix("http://")
    client = PoliteClient(agent, frozenset({host}), float(rate), memory, ledger=ledger)
    stack.callback(client.close)
    for _ in range(int(times)):
        client.get(base + "/page")
"""


def asking(
    way: str, url: str, server: MisbehavingServer, rate: float, times: int
) -> subprocess.Popen[bytes]:
    """A process that asks for a page so many times."""
    words = [way, url, server.base_url, str(rate), str(times)]
    return subprocess.Popen([sys.executable, "-c", ASKS, *words], cwd=ROOT)


def gaps(server: MisbehavingServer) -> list[float]:
    """The seconds between the requests, as the server saw them."""
    arrivals = sorted(server.arrivals)
    return [later - earlier for earlier, later in itertools.pairwise(arrivals)]


def on_record(database: Database) -> tuple[RequestMade, ...]:
    with database.reading() as tx:
        return requests.requests_made(tx, limit=100_000)


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    with MisbehavingServer() as running:
        running.set("/page", Page("page"))
        yield running


# --- Turns ------------------------------------------------------------------------------------


def test_three_processes_on_one_database_ask_no_more_often_than_one_may(
    server: MisbehavingServer, database: Database, database_url: str
) -> None:
    processes = [asking("whole", database_url, server, 2.0, 3) for _ in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert server.paths.count("/page") == 9
    assert min(gaps(server)) >= 0.5, gaps(server)
    assert len(on_record(database)) == len(server.requests)


def test_a_glance_takes_turns_with_a_backfill(
    server: MisbehavingServer, sqlite_files: SqliteFiles
) -> None:
    url = sqlite_files.ready()
    processes = [asking(way, url, server, 2.0, 4) for way in ("glance", "whole")]
    assert [process.wait(60) for process in processes] == [0, 0]
    assert server.paths.count("/page") == 8
    assert min(gaps(server)) >= 0.5, gaps(server)


def test_the_delay_that_robots_txt_asks_for_is_kept_by_all_processes_together(
    server: MisbehavingServer, database_url: str
) -> None:
    server.set("/robots.txt", Page("User-agent: *\nCrawl-delay: 1\n"))
    assert asking("whole", database_url, server, 1000.0, 1).wait(60) == 0
    processes = [asking("whole", database_url, server, 1000.0, 2) for _ in range(2)]
    assert [process.wait(60) for process in processes] == [0, 0]
    assert server.paths.count("/page") == 5
    assert min(gaps(server)) >= 1.0, gaps(server)


def test_a_process_that_is_killed_keeps_no_turn(
    server: MisbehavingServer, database_url: str
) -> None:
    killed = asking("whole", database_url, server, 0.5, 100)
    while len(server.requests) < 2:
        time.sleep(0.01)
    killed.kill()
    killed.wait(60)
    begun = time.monotonic()
    assert asking("whole", database_url, server, 0.5, 1).wait(60) == 0
    assert time.monotonic() - begun < 20
    assert min(gaps(server)) >= 2.0, gaps(server)


def test_without_a_pace_no_turn_is_written(
    server: MisbehavingServer, database: Database, database_url: str
) -> None:
    assert asking("whole", database_url, server, 1000.0, 3).wait(60) == 0
    with database.reading() as tx:
        taken = tx.exec_driver_sql("select next_turn_at from hosts").scalars().all()
    assert set(taken) <= {None}


@pytest.fixture(params=["whole", "glance"])
def memory(request: pytest.FixtureRequest, sqlite_files: SqliteFiles) -> Iterator[HostMemory]:
    """The memory of a whole look, and that of a glance."""
    url = sqlite_files.ready()
    if request.param == "glance":
        with glance_at(url) as archive:
            assert archive is not None
            yield GlanceHostMemory(archive)
    else:
        database = Database(url)
        yield StoredHostMemory(database)
        database.close()


def test_a_turn_is_taken_by_one_and_waited_for_by_the_next(memory: HostMemory) -> None:
    assert memory.take_turn("ustr.gov", 1.0, lambda: NOON) == 0
    assert memory.take_turn("ustr.gov", 1.0, lambda: NOON) == 1.0
    assert memory.take_turn("example.org", 1.0, lambda: NOON) == 0
    memory.put_off_turn("ustr.gov", NOON + timedelta(seconds=3))
    assert memory.take_turn("ustr.gov", 1.0, lambda: NOON) == 3.0
    assert memory.take_turn("ustr.gov", 1.0, lambda: NOON + timedelta(seconds=3)) == 0


def test_a_turn_of_a_clock_that_went_back_is_taken_all_the_same(memory: HostMemory) -> None:
    assert memory.take_turn("ustr.gov", 1.0, lambda: NOON + timedelta(days=1)) == 0
    assert memory.take_turn("ustr.gov", 1.0, lambda: NOON) == 0
    assert memory.take_turn("ustr.gov", 1.0, lambda: NOON) == 1.0


def test_wishes_and_standing_are_remembered_beside_each_other(memory: HostMemory) -> None:
    resting = Standing(5, NOON)
    wishes = HostManners("User-agent: *", 200, NOON, NOON)
    assert memory.recall("ustr.gov") is None
    assert memory.change_standing("ustr.gov", WELL, resting)
    assert not memory.change_standing("ustr.gov", WELL, WELL)
    memory.keep("ustr.gov", wishes)
    known = memory.recall("ustr.gov")
    assert known == HostManners("User-agent: *", 200, NOON, NOON, resting)


# --- The record -------------------------------------------------------------------------------


def test_a_paced_request_is_on_record_when_it_ends(database: Database) -> None:
    ledger = StoredLedger(database)
    ledger.write(MADE, at_once=True)
    assert on_record(database) == (MADE,)


def test_others_are_gathered_and_on_record_within_half_a_second(database: Database) -> None:
    ledger = StoredLedger(database)
    assert on_record(database) == ()  # the connection is there
    begun = time.monotonic()
    for _ in range(3):
        ledger.write(MADE, at_once=False)
    assert on_record(database) == ()
    while len(on_record(database)) < 3:
        assert time.monotonic() - begun < 10
        time.sleep(0.01)
    assert time.monotonic() - begun >= GATHERED_SECONDS
    ledger.flush()
    assert len(on_record(database)) == 3


def test_what_was_gathered_is_on_record_when_the_client_is_closed(database: Database) -> None:
    ledger = StoredLedger(database)
    ledger.write(MADE, at_once=False)
    ledger.flush()
    assert on_record(database) == (MADE,)


def test_what_could_not_be_written_is_written_with_the_next(sqlite_files: SqliteFiles) -> None:
    url = sqlite_files.ready()
    database, other = Database(url, patience=timedelta(seconds=0.1)), Database(url)
    ledger = StoredLedger(database)
    with other.transaction(), pytest.raises(DatabaseLocked):
        ledger.write(MADE, at_once=True)
    ledger.write(MADE, at_once=True)
    assert len(on_record(database)) == 2
    database.close()
    other.close()


def test_a_kill_loses_half_a_second_of_the_record_at_most(
    server: MisbehavingServer, database: Database, database_url: str
) -> None:
    process = asking("whole", database_url, server, 1000.0, 1_000_000)
    while len(server.requests) < 300:
        time.sleep(0.01)
    time.sleep(1.0)
    process.kill()
    process.wait(60)
    ended = max(server.arrivals)
    # Twice as much: half a second of gathering, and what the writing itself may take here.
    older = [arrival for arrival in server.arrivals if ended - arrival > 2 * GATHERED_SECONDS]
    assert len(older) > 100
    assert len(older) <= len(on_record(database)) <= len(server.requests)


def test_a_kill_loses_no_paced_request_but_the_one_under_way(
    server: MisbehavingServer, database: Database, database_url: str
) -> None:
    process = asking("whole", database_url, server, 5.0, 100)
    while len(server.requests) < 6:
        time.sleep(0.01)
    process.kill()
    process.wait(60)
    assert len(server.requests) - len(on_record(database)) in {0, 1}
