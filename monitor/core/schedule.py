"""When to look next, when to try again, when to give up. The clock is an argument."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = 24 * 60  # minutes
_WEEKEND = 5  # Saturday, as datetime counts weekdays
_MINUTE = timedelta(minutes=1)

# A page that could not be had or understood is tried again ever more rarely, and never given up:
# the issue that names it stays open until a person closes it.
_FETCH_WAITS = tuple(timedelta(minutes=m) for m in (5, 15, 60, 240, 720, _DAY))
# A readout is corrected, if at all, soon after it appeared; after that its page is left alone.
_WATCHED = timedelta(days=30)
# Once a day; less than 24 hours, so that the hour of the check does not creep through the day when
# looks are half an hour apart.
_BETWEEN_CHECKS = timedelta(hours=20)
# RFC 5321, section 4.5.4.1: retry for 4 to 5 days, two attempts in the first hour.
_DELIVERY_WAITS = tuple(
    timedelta(minutes=m) for m in (1, 5, 30, 60, 120, 240, 480, 960, _DAY, _DAY, _DAY)
)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often to look: minutes between looks, in office hours of the source's zone and else."""

    zone: ZoneInfo
    office_start: time
    office_end: time
    office_minutes: int
    other_minutes: int
    jitter_seconds: int


def last_due(now: datetime, rhythm: Rhythm) -> datetime:
    """The latest due time at or before now, in UTC: the same for every process that asks."""
    moment = now.replace(second=0, microsecond=0)
    for _ in range(_DAY + 1):
        if _is_due(moment, rhythm):
            return moment
        moment -= _MINUTE
    return moment


def next_due(now: datetime, rhythm: Rhythm) -> datetime:
    """The first due time after now, in UTC."""
    moment = now.replace(second=0, microsecond=0) + _MINUTE
    for _ in range(_DAY + 1):
        if _is_due(moment, rhythm):
            return moment
        moment += _MINUTE
    return moment


def overdue(now: datetime, last_look: datetime | None, rhythm: Rhythm) -> bool:
    """Whether a look was due since the last one; however many were missed, one catches up."""
    return last_look is None or last_look < last_due(now, rhythm)


def next_fetch(now: datetime, attempts: int) -> datetime:
    """When to try a page again after so many attempts."""
    return now + _FETCH_WAITS[min(attempts, len(_FETCH_WAITS)) - 1]


def next_check(now: datetime, *, published: date | None, named_at: datetime) -> datetime | None:
    """When to look again at a release that was read, for corrections; None: it is left alone."""
    return now + _BETWEEN_CHECKS if is_watched(now, published, named_at) else None


def is_watched(now: datetime, published: date | None, named_at: datetime) -> bool:
    """Whether a release that was read is young enough to be corrected."""
    appeared = max(named_at.date(), published or date.min)
    return now.date() - appeared <= _WATCHED


def next_delivery(now: datetime, attempts: int) -> datetime | None:
    """When to try a delivery again after so many attempts; None when it is to be given up."""
    return now + _DELIVERY_WAITS[attempts - 1] if attempts <= len(_DELIVERY_WAITS) else None


def _is_due(moment: datetime, rhythm: Rhythm) -> bool:
    local = moment.astimezone(rhythm.zone)
    in_office = (
        local.weekday() < _WEEKEND and rhythm.office_start <= local.time() < rhythm.office_end
    )
    every = rhythm.office_minutes if in_office else rhythm.other_minutes
    return (local.hour * 60 + local.minute) % every == 0
