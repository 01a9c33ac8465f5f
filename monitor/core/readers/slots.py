"""When a reader is told: at once, or at an hour of the reader's own clock; never in a pause."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from storage.records import Preferences

_WEEK = 7  # days


def next_slot(preferences: Preferences, now: datetime) -> datetime:
    """When news that comes now may go out, in UTC.

    A daily or weekly reader's news waits for the next hour of that rhythm; in a pause everything
    waits for the hour of the day on which it ends, or for the next one of the rhythm after that.
    An hour that the clock skips is taken as the one after; of one that it repeats, the first.
    """
    resumed = _pause_end(preferences)
    if resumed is None or resumed <= now:
        return now if preferences.rhythm == "at-once" else _next_hour(preferences, now)
    if preferences.rhythm == "at-once":
        return resumed
    return _next_hour(preferences, resumed - timedelta(microseconds=1))


def is_gathered(preferences: Preferences, now: datetime) -> bool:
    """Whether what comes now goes out in one mail with what else comes until then."""
    resumed = _pause_end(preferences)
    return preferences.rhythm != "at-once" or (resumed is not None and resumed > now)


def _pause_end(preferences: Preferences) -> datetime | None:
    until = preferences.paused_until
    return None if until is None else _at_hour(until, preferences)


def _next_hour(preferences: Preferences, after: datetime) -> datetime:
    """The first hour of the rhythm after a moment."""
    today = after.astimezone(ZoneInfo(preferences.zone)).date()
    for days in range(_WEEK + 2):
        day = today + timedelta(days=days)
        if preferences.rhythm == "weekly" and day.weekday() != preferences.weekday:
            continue
        moment = _at_hour(day, preferences)
        if moment > after:
            return moment
    raise AssertionError("every week has the day")


def _at_hour(day: date, preferences: Preferences) -> datetime:
    local = datetime.combine(day, time(preferences.hour), ZoneInfo(preferences.zone))
    return local.astimezone(UTC)
