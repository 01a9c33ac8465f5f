"""Meetings in parts: which stretches of days their words name."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.dates import MONTHS, days_in
from monitor.core.sessions import sessions_of
from storage.records import Span

IN_PARTS = "October 7, 2024, and a second session was held virtually on December 17, 2024"


def days_of(words: str, start: date, end: date) -> list[tuple[date | None, date | None]]:
    found = sessions_of(Span(words, start, end, "day"))
    return [(session.start, session.end) for session in found]


def test_two_sessions_in_one_sentence_are_two_stretches() -> None:
    first, second = date(2024, 10, 7), date(2024, 12, 17)
    assert days_of(IN_PARTS, first, second) == [(first, first), (second, second)]


def test_a_year_that_a_session_does_not_state_is_that_of_the_meeting() -> None:
    words = "June 1-2 and June 5-6, 2023"
    assert days_of(words, date(2023, 6, 1), date(2023, 6, 6)) == [
        (date(2023, 6, 1), date(2023, 6, 2)),
        (date(2023, 6, 5), date(2023, 6, 6)),
    ]


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("July 29 and 30, 2024", date(2024, 7, 29), date(2024, 7, 30)),
        ("January 31 and February 1, 2023", date(2023, 1, 31), date(2023, 2, 1)),
        ("between October 7 and December 17, 2024", date(2024, 10, 7), date(2024, 12, 17)),
        ("July 29-30, 2024", date(2024, 7, 29), date(2024, 7, 30)),
        ("during the week of August 22, 2022", date(2022, 8, 22), date(2022, 8, 28)),
    ],
)
def test_days_that_follow_each_other_are_one_stretch(words: str, start: date, end: date) -> None:
    assert days_of(words, start, end) == [(start, end)]


def test_a_meeting_without_dates_is_one_stretch_without_dates() -> None:
    held = Span("", None, None, "unstated")
    assert sessions_of(held) == (held,)


@given(
    st.dates(date(1990, 1, 1), date(2060, 1, 1)),
    st.integers(0, 3),
    st.integers(2, 200),
    st.integers(0, 3),
)
def test_sessions_are_in_order_apart_and_make_up_the_meeting(
    first: date, long: int, gap: int, longer: int
) -> None:
    until = first + timedelta(days=long)
    again = until + timedelta(days=gap)
    last = again + timedelta(days=longer)
    words = " and ".join(
        f"{MONTHS[one.month - 1]} {one.day}, {one.year} to "
        f"{MONTHS[other.month - 1]} {other.day}, {other.year}"
        for one, other in ((first, until), (again, last))
    )
    assert days_in(words) is not None
    assert days_of(words, first, last) == [(first, until), (again, last)]
