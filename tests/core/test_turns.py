"""Whose turn it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.turns import PACED_FROM, is_paced, jittered, wait_for_turn

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
INTERVALS = st.floats(PACED_FROM, 120.0)
CHANCES = st.floats(0.0, 1.0)


def test_the_first_turn_is_anybodys() -> None:
    assert wait_for_turn(None, NOON, 1.0) == 0


def test_a_turn_that_has_come_is_not_waited_for() -> None:
    assert wait_for_turn(NOON, NOON, 1.0) == 0
    assert wait_for_turn(NOON - timedelta(days=1), NOON, 1.0) == 0


@pytest.mark.parametrize(("ahead", "interval", "wait"), [(0.4, 1.0, 0.4), (120, 120.0, 120.0)])
def test_a_turn_to_come_is_waited_for(ahead: float, interval: float, wait: float) -> None:
    assert wait_for_turn(NOON + timedelta(seconds=ahead), NOON, interval) == wait


@pytest.mark.parametrize(("ahead", "interval"), [(10.1, 1.0), (241, 120.0), (86400, 1.0)])
def test_a_turn_that_only_a_wrong_clock_can_have_set_does_not_count(
    ahead: float, interval: float
) -> None:
    assert wait_for_turn(NOON + timedelta(seconds=ahead), NOON, interval) == 0


@given(INTERVALS, CHANCES, st.floats(0.0, 1.0))
def test_a_turn_that_another_process_of_our_pace_took_is_always_waited_for(
    interval: float, chance: float, share: float
) -> None:
    taken = NOON + timedelta(seconds=jittered(interval, chance))
    now = NOON + timedelta(seconds=interval * share)
    wait = wait_for_turn(taken, now, interval)
    assert wait == pytest.approx(max(0.0, (taken - now).total_seconds()))


@given(INTERVALS, st.timedeltas(timedelta(days=-1000), timedelta(days=1000)))
def test_whatever_the_clock_does_nobody_waits_longer_than_two_intervals_or_ten_seconds(
    interval: float, jump: timedelta
) -> None:
    assert 0 <= wait_for_turn(NOON + jump, NOON, interval) <= max(2 * interval, 10.0)


@given(st.floats(0.0001, 120.0), CHANCES)
def test_chance_makes_an_interval_up_to_a_tenth_longer_and_never_shorter(
    interval: float, chance: float
) -> None:
    longest = interval * 1.1000001 if is_paced(interval) else interval
    assert interval <= jittered(interval, chance) <= longest
