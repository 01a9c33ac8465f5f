from datetime import UTC, date, datetime, time, timedelta
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
    overdue,
)

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


def test_a_readout_is_looked_at_again_once_a_day_for_a_month_after_it_appeared() -> None:
    named = datetime(2024, 7, 31, 22, 0, tzinfo=UTC)
    soon = next_check(named, published=date(2022, 1, 1), named_at=named)
    assert soon is not None
    assert timedelta(hours=19) < soon - named < timedelta(hours=24)
    assert next_check(named + timedelta(days=30), published=None, named_at=named) is not None
    assert next_check(named + timedelta(days=31), published=None, named_at=named) is None
    later = named + timedelta(days=31)
    assert next_check(later, published=date(2024, 8, 5), named_at=named) is not None
