"""How fast we ask."""

from __future__ import annotations

import itertools
import threading
import time as real_time

import pytest

from monitor.sources.client import PoliteClient
from monitor.sources.pace import Pace
from tests.faults.server import MisbehavingServer, Page
from tests.sources.conftest import AGENT, Notebook, Time


def pace_at(rate: float, time: Time, chance: float = 0.0) -> Pace:
    return Pace(
        rate,
        Notebook(),
        clock=time.clock,
        sleep=time.sleep,
        now=time.now,
        chance=lambda: chance,
    )


@pytest.mark.parametrize(("rate", "seconds"), [(1.0, 9.0), (2.0, 4.5), (0.25, 36.0)])
def test_ten_requests_take_nine_intervals(time: Time, rate: float, seconds: float) -> None:
    pace = pace_at(rate, time)
    for _ in range(10):
        with pace.turn("ustr.gov"):
            pass
    assert sum(time.slept) == pytest.approx(seconds)


def test_time_that_has_passed_anyway_is_not_waited_again(time: Time) -> None:
    pace = pace_at(1.0, time)
    for passed in (0.0, 0.25, 5.0):
        with pace.turn("ustr.gov"):
            pass
        time.seconds += passed
    with pace.turn("ustr.gov"):
        pass
    assert time.slept == [1.0, 0.75]


def test_the_interval_is_counted_from_the_beginning_of_the_answer(time: Time) -> None:
    pace = pace_at(1.0, time)
    with pace.turn("ustr.gov"):
        time.seconds += 3.0  # a slow connection
    with pace.turn("ustr.gov"):
        pass
    assert time.slept == [1.0]


def test_hosts_do_not_wait_for_each_other(time: Time) -> None:
    pace = pace_at(1.0, time)
    for host in ("ustr.gov", "www.ustr.gov", "example.org:8080"):
        with pace.turn(host):
            pass
    assert time.slept == []


def test_a_turn_that_failed_counts(time: Time) -> None:
    pace = pace_at(1.0, time)
    with pytest.raises(OSError, match="refused"), pace.turn("ustr.gov"):
        raise OSError("refused")
    with pace.turn("ustr.gov"):
        pass
    assert time.slept == [1.0]


def test_a_host_that_is_held_gets_no_turn(time: Time) -> None:
    pace = pace_at(1.0, time)
    pace.hold("ustr.gov", 20.0)
    pace.hold("ustr.gov", 10.0)  # never shortens what was asked for before
    with pace.turn("ustr.gov"):
        pass
    assert time.slept == [20.0]


@pytest.mark.parametrize(("rate", "slept"), [(1.0, 1.05), (0.25, 4.2), (1000.0, 0.001)])
def test_chance_makes_a_paced_interval_longer_and_no_other(
    time: Time, rate: float, slept: float
) -> None:
    pace = pace_at(rate, time, chance=0.5)
    for _ in range(2):
        with pace.turn("ustr.gov"):
            pass
    assert time.slept == [pytest.approx(slept)]


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan")])
def test_a_rate_that_is_none_is_refused(time: Time, rate: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        pace_at(rate, time)


def test_threads_take_turns_as_the_server_sees_it(server: MisbehavingServer) -> None:
    server.set("/page", Page("page"))
    client = PoliteClient(AGENT, frozenset({server.host}), 20.0, Notebook())
    url = server.base_url + "/page"
    threads = [threading.Thread(target=client.get, args=(url,)) for _ in range(6)]
    started = real_time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    client.close()
    gaps = [later - earlier for earlier, later in itertools.pairwise(sorted(server.arrivals))]
    assert server.paths.count("/robots.txt") == 1
    assert (len(gaps), min(gaps) >= 0.05) == (6, True), gaps
    assert real_time.monotonic() - started < 3
