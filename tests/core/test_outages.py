"""How long a host is left alone that fails."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.outages import (
    FIRST_REST,
    IN_A_ROW,
    LONGEST_REST,
    WELL,
    Admission,
    Standing,
    admission,
    after_failure,
    on_trial,
)

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def failed(times: int, now: datetime = NOON) -> Standing:
    standing = WELL
    for _ in range(times):
        standing = after_failure(standing, now)
    return standing


def minutes_of_rest(failures: int) -> float | None:
    until = failed(failures).rests_until
    return until and (until - NOON) / timedelta(minutes=1)


def test_a_host_rests_after_five_failures_in_a_row_twice_as_long_each_time_up_to_an_hour() -> None:
    rests = [minutes_of_rest(failures) for failures in range(1, 12)]
    assert rests == [None, None, None, None, 5, 10, 20, 40, 60, 60, 60]


def test_a_host_that_fails_now_and_then_is_asked_as_usual() -> None:
    assert admission(failed(IN_A_ROW - 1), NOON) is Admission.OPEN
    assert admission(WELL, NOON) is Admission.OPEN


def test_after_a_rest_one_request_is_tried_and_nobody_else_is_let_through() -> None:
    resting = failed(IN_A_ROW)
    back = NOON + FIRST_REST
    assert admission(resting, back - timedelta(microseconds=1)) is Admission.RESTING
    assert admission(resting, back) is Admission.TRIAL
    assert admission(on_trial(resting, back), back) is Admission.RESTING
    assert on_trial(resting, back).failures == resting.failures


@given(st.integers(1, 10_000))
def test_no_rest_is_shorter_than_the_one_before_it_or_longer_than_the_longest(more: int) -> None:
    before = Standing(IN_A_ROW + more - 1)
    after = Standing(IN_A_ROW + more)
    one, other = (after_failure(each, NOON).rests_until for each in (before, after))
    assert one is not None
    assert other is not None
    assert NOON + FIRST_REST <= one <= other <= NOON + LONGEST_REST


@given(st.integers(IN_A_ROW, 100), st.timedeltas(timedelta(days=-1000), timedelta(days=1000)))
def test_whatever_the_clock_does_a_host_is_asked_again_within_the_longest_rest(
    failures: int, jump: timedelta
) -> None:
    standing = after_failure(Standing(failures), NOON)
    now = NOON + jump
    if admission(standing, now) is Admission.RESTING:
        assert admission(standing, now + LONGEST_REST) is Admission.TRIAL
