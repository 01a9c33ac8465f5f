from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.allowance import Allowance

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def test_without_a_limit_everything_goes_at_once() -> None:
    allowance = Allowance(0)
    assert {allowance.take(NOON) for _ in range(1000)} == {NOON}


def test_what_is_allowed_goes_at_once_and_the_rest_later() -> None:
    allowance = Allowance(3)
    assert [allowance.take(NOON) for _ in range(3)] == [NOON] * 3
    assert allowance.take(NOON) > NOON


def test_after_a_minute_without_mail_the_allowance_is_whole_again() -> None:
    allowance = Allowance(2)
    for start in (NOON, NOON + 10 * MINUTE):
        assert [allowance.take(start) for _ in range(2)] == [start] * 2


@given(st.integers(1, 50), st.lists(st.integers(0, 90), min_size=1, max_size=120))
def test_in_no_minute_more_goes_than_is_allowed(a_minute: int, waits: list[int]) -> None:
    """Whatever comes when: any minute is looked at, not only those of the clock."""
    allowance, now, free = Allowance(a_minute), NOON, []
    for wait in waits:
        now += wait * SECOND / 10
        free.append(allowance.take(now))
        assert free[-1] >= now
    assert free == sorted(free)
    for number, start in enumerate(free):
        assert sum(1 for one in free[number:] if one < start + MINUTE) <= a_minute


@pytest.mark.parametrize("a_minute", [1, 7, 600])
def test_nothing_waits_longer_than_the_limit_makes_it(a_minute: int) -> None:
    allowance = Allowance(a_minute)
    free = [allowance.take(NOON) for _ in range(3 * a_minute)]
    assert free[-1] - NOON <= 3 * MINUTE
