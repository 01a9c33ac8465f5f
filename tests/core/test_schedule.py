from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import get_args
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.schedule import (
    Rhythm,
    last_due,
    next_check,
    next_delivery,
    next_due,
    next_fetch,
    next_look_for_missing,
    overdue,
)
from storage.records import Verdict

WASHINGTON = ZoneInfo("America/New_York")
RHYTHM = Rhythm(WASHINGTON, time(8), time(19), 5, 30, 20)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WASHINGTON).astimezone(UTC)


def test_in_office_hours_of_washington_the_look_is_every_five_minutes() -> None:
    assert next_due(at("2026-05-06T10:01"), RHYTHM) == at("2026-05-06T10:05")


def test_at_night_and_at_the_weekend_it_is_every_half_hour() -> None:
    assert next_due(at("2026-05-06T22:01"), RHYTHM) == at("2026-05-06T22:30")
    assert next_due(at("2026-05-09T10:01"), RHYTHM) == at("2026-05-09T10:30")


def test_however_many_looks_were_missed_one_is_due() -> None:
    now = at("2026-05-06T10:07")
    assert overdue(now, now - timedelta(days=3), RHYTHM)
    assert not overdue(now, last_due(now, RHYTHM), RHYTHM)


@given(MOMENTS)
def test_the_next_due_time_is_after_now_and_the_last_is_not(now: datetime) -> None:
    before, after = last_due(now, RHYTHM), next_due(now, RHYTHM)
    assert before <= now < after
    assert after - before <= timedelta(minutes=30)
    assert last_due(after, RHYTHM) == after
    assert last_due(after - timedelta(seconds=1), RHYTHM) == before


@given(st.integers(1, 40))
def test_a_page_is_tried_ever_more_rarely_and_never_given_up(attempts: int) -> None:
    now = at("2026-05-06T10:00")
    assert (
        now < next_fetch(now, attempts) <= next_fetch(now, attempts + 1) <= now + timedelta(days=1)
    )


def test_a_delivery_is_given_up_after_four_to_five_days() -> None:
    now = start = at("2026-05-06T10:00")
    attempts = 1
    while (later := next_delivery(now, attempts)) is not None:
        now, attempts = later, attempts + 1
    assert timedelta(days=4) <= now - start <= timedelta(days=5)


def looks(
    named: datetime, days: int, *, published: date | None = None, verdict: Verdict = "readout"
) -> list[datetime]:
    """The looks at a release that was read when it was named, each made when it is due."""
    made = [named]
    while made[-1] - named < timedelta(days=days):
        then = next_check(made[-1], published=published, named_at=named, verdict=verdict)
        if then is None:
            break
        made.append(then)
    return made[1:]


VERDICTS = st.sampled_from(get_args(Verdict))
DAYS = st.none() | st.dates(date(2018, 1, 1), date(2027, 12, 31))


def test_a_new_readout_is_looked_at_every_three_hours_daily_weekly_and_then_monthly() -> None:
    named = datetime(2024, 7, 31, 22, 0, tzinfo=UTC)
    made = looks(named, 400, published=date(2024, 7, 31))
    ages = [moment - named for moment in made]
    assert ages[:8] == [timedelta(hours=3 * n) for n in range(1, 9)]
    assert len([age for age in ages if timedelta(days=1) < age <= timedelta(days=14)]) == 15
    assert len([age for age in ages if timedelta(days=14) < age <= timedelta(days=90)]) == 11
    assert {b - a for a, b in pairwise(made[-10:])} == {timedelta(days=28)}


def test_a_related_release_is_left_alone_after_ninety_days() -> None:
    named = datetime(2024, 7, 31, 22, 0, tzinfo=UTC)
    made = looks(named, 400, published=date(2024, 7, 31), verdict="related")
    assert timedelta(days=90) <= made[-1] - named < timedelta(days=97)


def test_a_release_of_the_past_is_not_looked_at_every_day() -> None:
    named = datetime(2024, 7, 31, 22, 0, tzinfo=UTC)
    assert looks(named, 7, published=date(2022, 3, 4)) == [named + timedelta(days=7)]


def test_in_the_first_two_weeks_every_calendar_day_has_a_look() -> None:
    named = datetime(2024, 7, 31, 22, 0, tzinfo=UTC)
    days = {moment.date() for moment in looks(named, 14, published=date(2024, 7, 31))}
    assert {named.date() + timedelta(days=n) for n in range(1, 14)} <= days


@given(MOMENTS, DAYS, VERDICTS)
def test_the_gaps_between_looks_never_shrink_with_age(
    named: datetime, published: date | None, verdict: Verdict
) -> None:
    made = [named, *looks(named, 300, published=published, verdict=verdict)]
    gaps = [later - earlier for earlier, later in pairwise(made)]
    assert gaps == sorted(gaps)
    assert all(timedelta(hours=3) <= gap <= timedelta(days=28) for gap in gaps)


@given(MOMENTS, DAYS, VERDICTS)
def test_a_release_whose_day_is_not_ahead_costs_few_looks_in_its_first_year(
    named: datetime, published: date | None, verdict: Verdict
) -> None:
    published = published and min(published, named.date())
    assert len(looks(named, 365, published=published, verdict=verdict)) <= 46


@given(MOMENTS, st.none() | st.timedeltas(timedelta(0), timedelta(days=900)))
def test_what_is_gone_is_looked_for_once_a_day_and_ever_more_rarely_once_it_was_said(
    now: datetime, said_ago: timedelta | None
) -> None:
    said_at = None if said_ago is None else now - said_ago
    wait = next_look_for_missing(now, said_at) - now
    assert timedelta(hours=20) <= wait <= timedelta(days=28)
    assert wait >= next_look_for_missing(now, None) - now
    assert (wait == timedelta(hours=20)) == (said_at is None)
