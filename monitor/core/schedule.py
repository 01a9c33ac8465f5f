"""When to look next, when to try again, when to give up. The clock is an argument."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from storage.records import Verdict

_DAY = 24 * 60  # minutes
_WEEKEND = 5  # Saturday, as datetime counts weekdays
_MINUTE = timedelta(minutes=1)

# A page that could not be had or understood is tried again ever more rarely, and never given up:
# the issue that names it stays open until a person closes it.
_FETCH_WAITS = tuple(timedelta(minutes=m) for m in (5, 15, 60, 240, 720, _DAY))
# Corrections come soon after a release or hardly at all (docs/decisions/0027). A day's look is due
# after 20 hours, so that every calendar day has one, however late a look comes.
_DAILY = timedelta(hours=20)
_WEEKLY = timedelta(days=7)
_MONTHLY = timedelta(days=28)
_FIRST_DAY, _TWO_WEEKS, _A_QUARTER = timedelta(days=1), timedelta(days=14), timedelta(days=90)
_CHECK_WAITS = (
    (_FIRST_DAY, timedelta(hours=3)),
    (_TWO_WEEKS, _DAILY),
    (_A_QUARTER, _WEEKLY),
)
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


def next_check(
    now: datetime, *, published: date | None, named_at: datetime, verdict: Verdict | None
) -> datetime | None:
    """When to look again at a release that was read, for corrections; None: it is left alone.

    Ever more rarely with its age, and for good only at a readout. What was past already when it
    was named begins behind the daily looks.

    Args:
        now: the time of the look that was just made, aware.
        published: the release's day, if known.
        named_at: when it was first named, aware.
        verdict: what it was judged to be.
    """
    age = _age(now, published, named_at)
    for until, wait in _CHECK_WAITS:
        if age < until:
            return now + wait
    return now + _MONTHLY if verdict == "readout" else None


def next_look_for_missing(now: datetime, said_at: datetime | None) -> datetime:
    """When to look again for a release that seems to be gone, in case it comes back.

    Args:
        now: the time of the look that was just made, aware.
        said_at: when it was said to be withdrawn; None until that is decided.
    """
    if said_at is None:
        return now + _DAILY
    return now + (_WEEKLY if now - said_at < _A_QUARTER else _MONTHLY)


def _age(now: datetime, published: date | None, named_at: datetime) -> timedelta:
    """How long ago a release appeared: by its own day, or when it was named, if that was later."""
    if published is None:
        return now - named_at
    own = datetime.combine(published, time(), UTC)
    age = now - max(named_at, own)
    return max(age, _TWO_WEEKS) if named_at - own > _TWO_WEEKS else age


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
