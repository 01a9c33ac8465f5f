"""What a reader may choose from, and whether what was chosen can be kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.core.topics import Series
from storage.records import FiledReadout, Preferences

LONGEST_PAUSE = timedelta(days=2 * 365)
_LAST_HOUR, _LAST_DAY = 23, 6


@dataclass(frozen=True, slots=True)
class Choosable:
    """A topic to choose: its slug, its name, and whether it was last a bilateral issue."""

    slug: str
    name: str
    bilateral: bool


def choosable(series: Series, filed: Iterable[FiledReadout]) -> tuple[Choosable, ...]:
    """The topics of a series: those of the reviewed list, then those that a page alone names.

    Args:
        series: the series, with the aliases that were linked.
        filed: its rounds, oldest first: the latest one to name a topic says what it is.
    """
    last = {each.topic: each for one in filed for each in one.readout.mentions}
    listed = {topic.slug: topic.name for topic in series.topics}
    named = listed | {slug: said.label for slug, said in last.items() if slug not in listed}
    found = (
        Choosable(slug, name, slug in last and last[slug].strand == "bilateral")
        for slug, name in named.items()
    )
    return tuple(sorted(found, key=lambda topic: topic.bilateral))


def without_past_pause(preferences: Preferences, now: datetime) -> Preferences:
    """The same preferences, without a pause that is over."""
    until = preferences.paused_until
    if until is None or until >= _today(preferences.zone, now):
        return preferences
    return replace(preferences, paused_until=None)


def faults_of(preferences: Preferences, zones: Collection[str], now: datetime) -> dict[str, str]:
    """What of a reader's preferences cannot be kept: which one, and why.

    Args:
        preferences: as wanted.
        zones: the names of all time zones.
        now: the time, aware.
    """
    faults = {}
    if not 0 <= preferences.weekday <= _LAST_DAY:
        faults["weekday"] = "a day from 0 (Monday) to 6 (Sunday) is wanted"
    if not 0 <= preferences.hour <= _LAST_HOUR:
        faults["hour"] = "an hour from 0 to 23 is wanted"
    if preferences.zone not in zones:
        faults["zone"] = "no time zone is called so; one is Asia/Tokyo"
    elif preferences.paused_until is not None:
        faults |= _faults_of_pause(preferences.paused_until, preferences.zone, now)
    return faults


def faults_of_topics(
    following: Mapping[str, Collection[str]], known: Mapping[str, Collection[str]]
) -> dict[str, str]:
    """What of a choice of series and topics cannot be kept: which series, and why."""
    faults = {}
    for series, topics in following.items():
        if series not in known:
            faults[series] = "no such series is followed"
        elif unknown := sorted(set(topics) - set(known[series])):
            faults[series] = f"no topic of this series: {', '.join(unknown)}"
    return faults


def _faults_of_pause(until: date, zone: str, now: datetime) -> dict[str, str]:
    today = _today(zone, now)
    if until < today:
        return {"paused_until": "that day is over"}
    if until - today > LONGEST_PAUSE:
        return {"paused_until": "a pause may last two years; or unsubscribe, and come back then"}
    return {}


def _today(zone: str, now: datetime) -> date:
    return now.astimezone(ZoneInfo(zone)).date()
