"""When it may be said that a release was withdrawn: laws over any history of looks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.withdrawals import GONE, WALLS, days_missing, is_walled, is_withdrawn
from storage.records import Issue, Withdrawal

FIRST = datetime(2024, 8, 1, 23, 0, tzinfo=UTC)
GAPS = st.lists(st.timedeltas(timedelta(minutes=1), timedelta(days=9)), min_size=1, max_size=30)


def missing(*looks: datetime) -> Withdrawal:
    """What is known after some looks that all missed the page."""
    known = None
    for at in looks:
        days = days_missing(known, at)
        known = Withdrawal(1, 1, "gone", {}, known.first_at if known else at, at, days)
    assert known is not None
    return known


def moments(gaps: list[timedelta]) -> list[datetime]:
    made = [FIRST]
    for gap in gaps:
        made.append(made[-1] + gap)
    return made


@given(GAPS)
def test_the_days_are_those_of_the_calendar_on_which_it_was_missed(gaps: list[timedelta]) -> None:
    looks = moments(gaps)
    assert missing(*looks).days == len({at.date() for at in looks})


@given(GAPS)
def test_it_is_said_only_on_five_days_of_evidence_that_span_two_weeks(
    gaps: list[timedelta],
) -> None:
    looks = moments(gaps)
    known = missing(*looks)
    said = is_withdrawn(known, looks[-1])
    assert said == (
        len({at.date() for at in looks}) >= 5 and looks[-1] - looks[0] >= timedelta(days=14)
    )
    assert not is_withdrawn(replace(known, said_at=looks[-1]), looks[-1]), "once"


@given(st.timedeltas(timedelta(days=-30), timedelta(days=30)))
def test_it_is_said_only_if_the_listing_was_well_soon_after(later: timedelta) -> None:
    known = missing(*(FIRST + timedelta(days=n) for n in range(20)))
    well_in_time = timedelta(0) <= later <= timedelta(days=2)
    assert is_withdrawn(known, known.last_at + later) == well_in_time


def test_nothing_is_evidence_and_a_wall_at_once() -> None:
    assert not GONE & WALLS


@pytest.mark.parametrize("kind", ["server-fault", "timed-out", "gone", "too-many-requests"])
def test_only_a_wall_is_called_one(kind: str) -> None:
    seen = FIRST + timedelta(days=20)
    issue = Issue(1, "forbidden", None, "", opened_at=FIRST, last_seen_at=seen, times=9)
    assert is_walled(issue, seen)
    assert not is_walled(replace(issue, kind=kind), seen)
    assert not is_walled(replace(issue, times=4), seen)
    assert not is_walled(replace(issue, opened_at=FIRST + timedelta(days=7)), seen)
    assert not is_walled(issue, seen + timedelta(days=3))
