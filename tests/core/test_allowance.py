from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.allowance import Allowance, Limits

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
A, B = "a.example", "b.example"


def test_without_a_limit_everything_goes_at_once() -> None:
    allowance = Allowance(0)
    assert {allowance.take(NOON) for _ in range(1000)} == {NOON}
    assert allowance.left(NOON) is None


def test_what_is_allowed_goes_at_once_and_the_rest_when_there_is_room() -> None:
    allowance = Allowance(3)
    assert [allowance.take(NOON + n * SECOND) for n in range(3)] == [
        NOON + n * SECOND for n in range(3)
    ]
    assert allowance.left(NOON + 3 * SECOND) == 0
    assert allowance.take(NOON + 3 * SECOND) == NOON + MINUTE
    assert allowance.take(NOON + 3 * SECOND) == NOON + MINUTE  # asking takes nothing
    assert allowance.take(NOON + MINUTE) == NOON + MINUTE


def test_after_a_minute_without_mail_the_allowance_is_whole_again() -> None:
    allowance = Allowance(2)
    for start in (NOON, NOON + MINUTE, NOON + 10 * MINUTE):
        assert [allowance.take(start) for _ in range(2)] == [start] * 2


@given(st.integers(1, 50), st.lists(st.integers(0, 90), min_size=1, max_size=120))
def test_in_no_minute_more_goes_than_is_allowed_and_none_waits_for_nothing(
    a_minute: int, waits: list[int]
) -> None:
    """Whatever comes when: any minute is looked at, not only those of the clock."""
    allowance, now = Allowance(a_minute), NOON
    went: list[datetime] = []
    for wait in waits:
        now += wait * SECOND / 10
        in_this_minute = [one for one in went if one > now - MINUTE]
        free_at = allowance.take(now)
        if len(in_this_minute) < a_minute:
            assert free_at == now
            went.append(now)
        else:
            assert free_at == in_this_minute[0] + MINUTE


def test_a_domain_that_is_full_leaves_the_others_room() -> None:
    limits = Limits(in_all=3, to_a_domain=1)
    assert limits.room(10, NOON) == 3
    assert limits.take(A, NOON) == NOON
    assert limits.full(NOON) == {A}
    assert limits.take(A, NOON) == NOON + MINUTE
    assert limits.room(10, NOON) == 2  # what could not go took nothing
    assert limits.take(B, NOON) == NOON
    assert limits.room(10, NOON) == 1
    assert limits.full(NOON + MINUTE) == set()
    assert limits.room(10, NOON + MINUTE) == 3


def test_without_limits_there_is_room_for_all_and_nothing_is_kept() -> None:
    limits = Limits()
    assert {limits.take(A, NOON) for _ in range(1000)} == {NOON}
    assert (limits.room(10, NOON), limits.full(NOON)) == (10, set())
