from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.readers.slots import is_gathered, next_slot
from storage.records import Preferences

NEW_YORK = "America/New_York"
ZONES = (NEW_YORK, "Asia/Tokyo", "UTC", "Australia/Lord_Howe", "Asia/Kathmandu", "Europe/Lisbon")


def moment(words: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def slot(now: str, zone: str = NEW_YORK, **wishes: Any) -> str:
    """When news of `now`, a time of the reader's clock, goes out: on the same clock."""
    found = next_slot(Preferences(zone=zone, **wishes), moment(now, zone))
    assert found.tzinfo is UTC
    return f"{found.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def test_news_goes_out_at_once_to_whoever_wants_it_at_once() -> None:
    assert slot("2026-03-02T23:17", rhythm="at-once") == "2026-03-02T23:17"


@pytest.mark.parametrize(
    ("now", "goes"),
    [
        ("2026-03-02T07:59", "2026-03-02T08:00"),
        ("2026-03-02T08:00", "2026-03-03T08:00"),
        ("2026-03-02T23:59", "2026-03-03T08:00"),
        ("2026-12-31T09:00", "2027-01-01T08:00"),
    ],
)
def test_a_daily_readers_news_waits_for_the_next_hour_asked_for(now: str, goes: str) -> None:
    assert slot(now, rhythm="daily", hour=8) == goes


@pytest.mark.parametrize(
    ("now", "goes"),
    [
        ("2026-03-02T08:00", "2026-03-06T08:00"),  # a Monday
        ("2026-03-06T07:59", "2026-03-06T08:00"),
        ("2026-03-06T08:00", "2026-03-13T08:00"),
        ("2026-03-07T00:00", "2026-03-13T08:00"),
    ],
)
def test_a_weekly_readers_news_waits_for_the_day(now: str, goes: str) -> None:
    assert slot(now, rhythm="weekly", weekday=4, hour=8) == goes


def test_the_day_and_the_hour_are_those_of_the_readers_clock() -> None:
    wishes = Preferences(rhythm="weekly", weekday=0, hour=1, zone="Asia/Tokyo")
    assert next_slot(wishes, moment("2026-03-01T12:00")) == moment("2026-03-01T16:00")


def test_an_hour_that_the_clock_skips_is_taken_as_the_one_after() -> None:
    assert slot("2026-03-07T12:00", rhythm="daily", hour=2) == "2026-03-08T03:00"
    assert slot("2026-03-08T12:00", rhythm="daily", hour=2) == "2026-03-09T02:00"


def test_of_an_hour_that_the_clock_repeats_the_first_is_meant_and_no_second_one() -> None:
    wishes = Preferences(rhythm="daily", hour=1, zone=NEW_YORK)
    first = next_slot(wishes, moment("2026-10-31T12:00", NEW_YORK))
    assert first == moment("2026-11-01T05:00")  # still summer time there
    between = next_slot(wishes, first + timedelta(minutes=1))
    assert between == moment("2026-11-02T06:00")


@pytest.mark.parametrize(
    ("now", "goes"),
    [
        ("2026-03-02T12:00", "2026-03-10T08:00"),
        ("2026-03-10T07:00", "2026-03-10T08:00"),
        ("2026-03-10T08:00", "2026-03-10T08:00"),
        ("2026-03-10T08:01", "2026-03-10T08:01"),
    ],
)
def test_a_pause_ends_at_the_hour_of_its_day(now: str, goes: str) -> None:
    assert slot(now, rhythm="at-once", paused_until=date(2026, 3, 10)) == goes


def test_after_a_pause_a_rhythm_goes_on_at_its_next_hour() -> None:
    paused = {"paused_until": date(2026, 3, 10)}  # a Tuesday
    assert slot("2026-03-02T12:00", rhythm="daily", **paused) == "2026-03-10T08:00"
    weekly = {"rhythm": "weekly", **paused}
    assert slot("2026-03-02T12:00", weekday=1, **weekly) == "2026-03-10T08:00"
    assert slot("2026-03-02T12:00", weekday=0, **weekly) == "2026-03-16T08:00"


@pytest.mark.parametrize(
    ("rhythm", "until", "gathered"),
    [
        ("at-once", None, False),
        ("at-once", date(2026, 3, 1), False),
        ("at-once", date(2026, 3, 10), True),
        ("daily", None, True),
        ("weekly", None, True),
    ],
)
def test_what_waits_for_an_hour_or_a_pause_is_gathered(
    rhythm: Any, until: date | None, gathered: bool
) -> None:
    wishes = Preferences(rhythm=rhythm, paused_until=until)
    assert is_gathered(wishes, moment("2026-03-02T12:00")) is gathered


moments = st.integers(0, 2 * 366 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
wishes = st.builds(
    Preferences,
    rhythm=st.sampled_from(("at-once", "daily", "weekly")),
    weekday=st.integers(0, 6),
    hour=st.integers(0, 23),
    zone=st.sampled_from(ZONES),
    paused_until=st.none() | st.dates(date(2025, 12, 1), date(2028, 1, 31)),
)


def local_day_begins(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@given(wishes, moments)
def test_nothing_goes_out_in_the_past_or_in_a_pause(wanted: Preferences, now: datetime) -> None:
    found = next_slot(wanted, now)
    assert found >= now
    if wanted.paused_until is not None:
        assert found >= min(now, local_day_begins(wanted.paused_until, wanted.zone))
        if now < local_day_begins(wanted.paused_until, wanted.zone):
            assert found >= local_day_begins(wanted.paused_until, wanted.zone)


@given(wishes, moments)
def test_the_hour_is_the_one_asked_for_unless_the_clock_skips_it(
    wanted: Preferences, now: datetime
) -> None:
    found = next_slot(wanted, now)
    if found == now and wanted.rhythm == "at-once":
        return
    local = found.astimezone(ZoneInfo(wanted.zone))
    asked = local.replace(hour=wanted.hour, minute=0, fold=0)
    skipped = asked.astimezone(UTC).astimezone(ZoneInfo(wanted.zone)).hour != wanted.hour
    assert local.replace(fold=0) == asked or skipped
    assert local.fold == 0
    assert wanted.rhythm != "weekly" or local.weekday() == wanted.weekday


@given(wishes, moments)
def test_no_slot_is_passed_over(wanted: Preferences, now: datetime) -> None:
    """A daily reader waits a day at most, a weekly one a week; and a slot leads to the next."""
    found = next_slot(wanted, now)
    longest = {"at-once": 0, "daily": 25, "weekly": 7 * 24 + 1}[wanted.rhythm]
    if wanted.paused_until is None:
        assert found - now <= timedelta(hours=longest)
    if wanted.rhythm != "at-once":
        assert next_slot(wanted, found) > found
        assert next_slot(wanted, found - timedelta(seconds=1)) == found
    else:
        assert next_slot(wanted, found) == found
