"""Alarms: what the operator is told once, again when it has become another thing, and when over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from storage.records import Alarm

OVER_AFTER = timedelta(hours=1)
"""An alarm is over once all has been well for so long: for two looks of the slower rhythm."""

CHANGED_AFTER = timedelta(hours=1)
"""An alarm that says another thing is told again, but not sooner than this after the last time."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is not well now.

    `alarm` names what it is about; `says` is one sentence without counts or times, since another
    sentence is news; `detail` is what else there is to say of it at this moment.
    """

    alarm: str
    says: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a check changes.

    `kept` are the alarms to store; the operator is told of `new`, `changed` and `over`.
    """

    new: tuple[Trouble, ...] = ()
    changed: tuple[Trouble, ...] = ()
    over: tuple[Alarm, ...] = ()
    kept: tuple[Alarm, ...] = ()

    @property
    def is_news(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.new or self.changed or self.over)


def turn(standing: Mapping[str, Alarm], troubles: Sequence[Trouble], now: datetime) -> Turn:
    """Hold what is not well now against the alarms that stand.

    What comes and goes is one alarm as long as it never stays away for `OVER_AFTER`, and is told
    once.

    Args:
        standing: the alarms on file, by name.
        troubles: what is not well, each under a name of its own.
        now: the time, aware.
    """
    named = {each.alarm: each for each in troubles}
    new = tuple(each for name, each in named.items() if name not in standing)
    known = tuple(each for name, each in named.items() if name in standing)
    changed = tuple(each for each in known if _is_another(standing[each.alarm], each, now))
    well = tuple(alarm for name, alarm in standing.items() if name not in named)
    over = tuple(alarm for alarm in well if _is_over(alarm, now))
    return Turn(
        new=new,
        changed=changed,
        over=over,
        kept=(
            *(Alarm(each.alarm, each.says, now, now) for each in new),
            *(_ill(standing[each.alarm], each, each in changed, now) for each in known),
            *(
                replace(each, well_since=each.well_since or now)
                for each in well
                if each not in over
            ),
        ),
    )


def _is_another(alarm: Alarm, trouble: Trouble, now: datetime) -> bool:
    return trouble.says != alarm.says and now - alarm.told_at >= CHANGED_AFTER


def _is_over(alarm: Alarm, now: datetime) -> bool:
    return alarm.well_since is not None and now - alarm.well_since >= OVER_AFTER


def _better(alarm: Alarm, now: datetime) -> Alarm:
    return replace(alarm, well_since=alarm.well_since or now)


def _ill(alarm: Alarm, trouble: Trouble, told: bool, now: datetime) -> Alarm:
    if told:
        return replace(alarm, says=trouble.says, told_at=now, well_since=None)
    return replace(alarm, well_since=None)
