"""How often a letter may go to an address that nobody has confirmed."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.readers.admission import FORGOTTEN, letters_so_far, may_write

NOW = datetime(2026, 5, 6, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_the_first_letter_may_go_at_once() -> None:
    assert may_write(0, None, NOW)


def test_a_second_one_waits_an_hour() -> None:
    assert not may_write(1, NOW, NOW + HOUR - timedelta(seconds=1))
    assert may_write(1, NOW, NOW + HOUR)


def test_there_are_three_in_all() -> None:
    assert may_write(2, NOW, NOW + HOUR)
    assert not may_write(3, NOW, NOW + FORGOTTEN - timedelta(seconds=1))


def test_after_a_month_without_a_letter_the_count_starts_anew() -> None:
    assert may_write(3, NOW, NOW + FORGOTTEN)
    assert letters_so_far(3, NOW, NOW + FORGOTTEN) == 0


def test_a_clock_that_was_set_back_sends_nothing() -> None:
    assert not may_write(1, NOW, NOW - timedelta(days=1))


@given(st.lists(st.timedeltas(timedelta(0), timedelta(days=3)), max_size=200))
def test_however_often_the_form_is_used_letters_stay_few(pauses: list[timedelta]) -> None:
    """At most one in any hour, and three in any month."""
    sent: list[datetime] = []
    letters, last, now = 0, None, NOW
    for pause in pauses:
        now += pause
        if may_write(letters, last, now):
            letters = letters_so_far(letters, last, now) + 1
            last = now
            sent.append(now)
    assert all(later - earlier >= HOUR for earlier, later in itertools.pairwise(sent))
    assert all(later - first >= FORGOTTEN for first, later in zip(sent, sent[3:], strict=False))
