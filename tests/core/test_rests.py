from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.rests import next_rest

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_a_domain_rests_longer_the_more_often_it_puts_us_off_up_to_four_hours() -> None:
    rests = [(next_rest(NOON, failures) - NOON) / timedelta(minutes=1) for failures in range(1, 10)]
    assert rests == [1, 5, 15, 30, 60, 120, 240, 240, 240]


@given(st.integers(1, 10_000))
def test_no_rest_is_shorter_than_the_one_before_it(failures: int) -> None:
    assert NOON < next_rest(NOON, failures) <= next_rest(NOON, failures + 1)
