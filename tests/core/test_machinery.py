"""When a scheduler, the workers or a disk count as gone or full."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.machinery import LEAST_ROOM, has_stopped, is_left_alone, is_nearly_full
from storage.records import QueueState, Room

NOW = datetime(2026, 5, 6, 12, 0, tzinfo=UTC)


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("ticked", "looked", "stopped"),
    [
        (None, None, False),  # there never was one
        (None, ago(1), False),
        (ago(14), ago(14), False),
        (ago(15), ago(16), True),
        (ago(15), None, True),
        (ago(600), ago(590), True),  # its last look ended after its last tick
        (ago(600), ago(3), False),  # cron looks now
    ],
)
def test_a_scheduler_that_ran_and_runs_no_more_is_missed(
    ticked: datetime | None, looked: datetime | None, *, stopped: bool
) -> None:
    assert has_stopped(ticked, looked, NOW) is stopped


@pytest.mark.parametrize(
    ("hands", "since", "alone"),
    [(0, ago(2), True), (0, ago(0.5), False), (0, None, False), (1, ago(600), False)],
)
def test_jobs_are_left_alone_where_they_wait_and_nobody_shows_a_sign_of_life(
    hands: int, since: datetime | None, *, alone: bool
) -> None:
    assert is_left_alone(QueueState({}, hands, since, {}), NOW) is alone


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_a_disk_is_nearly_full_where_the_database_would_not_fit_twice(free: int, size: int) -> None:
    assert is_nearly_full(Room(free, size)) is (free < size or free < LEAST_ROOM)
