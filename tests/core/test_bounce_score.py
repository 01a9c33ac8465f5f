"""Soft bounces add up, and are forgotten with time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.bounces.score import GIVEN_UP, HALF_LIFE, raised

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def bounces_until_given_up(every: timedelta) -> int | None:
    score, at = 0.0, None
    for number in range(1, 1000):
        now = NOON + number * every
        score, at = raised(score, at, now), now
        if score >= GIVEN_UP:
            return number
    return None


def test_the_first_soft_bounce_counts_one_and_half_of_it_is_forgotten_in_a_month() -> None:
    assert raised(0.0, None, NOON) == 1.0
    assert raised(1.0, NOON, NOON + HALF_LIFE) == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("every", "number"), [(DAY, 6), (7 * DAY, 9), (30 * DAY, None), (timedelta(0), 5)]
)
def test_an_address_is_given_up_only_where_mail_comes_back_again_and_again(
    every: timedelta, number: int | None
) -> None:
    assert bounces_until_given_up(every) == number


@given(st.floats(0, 100), st.timedeltas(-10 * DAY, 1000 * DAY))
def test_time_never_adds_and_a_bounce_adds_at_most_one(score: float, passed: timedelta) -> None:
    assert 1.0 <= raised(score, NOON, NOON + passed) <= score + 1.0
