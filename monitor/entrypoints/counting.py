"""Numbers of things in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from monitor.series import DEFAULT

if TYPE_CHECKING:
    from monitor.journeys.bounces import BouncesTaken
    from monitor.journeys.intake import RoundOf
    from monitor.settings import Settings


def counted(number: int, thing: str) -> str:
    """`1 request`, `2 requests`, `0 requests`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def rhythm_told(settings: Settings) -> str:
    """When there are looks, in a part of a sentence."""
    return (
        f"a look every {settings.poll_office_minutes} minutes from "
        f"{settings.poll_office_start:%H:%M} to {settings.poll_office_end:%H:%M} on weekdays in "
        f"{settings.poll_zone.key}, every {settings.poll_other_minutes} otherwise"
    )


def rounds_told(rounds: Iterable[RoundOf]) -> str:
    """Rounds by number, the default series' first and the others behind their slug; "none"."""
    numbers: dict[str, set[int]] = {DEFAULT: set()}
    for series, number in rounds:
        if number is not None:
            numbers.setdefault(series, set()).add(number)
    told = {slug: ", ".join(map(str, sorted(found))) for slug, found in numbers.items() if found}
    return "; ".join(w if slug == DEFAULT else f"{slug} {w}" for slug, w in told.items()) or "none"


def bounces_told(taken: BouncesTaken) -> str:
    """`3 mails: 1 hard bounce, 2 ignored; 1 reader is sent nothing more`."""
    named = {
        "hard bounce": taken.hard,
        "soft bounce": taken.soft,
        "complaint": taken.complaint,
    }
    kinds = [counted(number, name) for name, number in named.items() if number]
    others = {
        "not believed": taken.doubted,
        "taken before": taken.again,
        "ignored": taken.ignored,
        "no reports": taken.others,
        "asked to leave": taken.left,
    }
    kinds += [f"{number} {name}" for name, number in others.items() if number]
    told = f"{counted(taken.mails, 'mail')}{': ' if kinds else ''}{', '.join(kinds)}"
    if not taken.stopped:
        return told
    readers = "1 reader is" if taken.stopped == 1 else f"{taken.stopped} readers are"
    return f"{told}; {readers} sent nothing more"


def forgotten_told(done: Mapping[str, int]) -> str:
    """What housekeeping has forgotten; empty for nothing."""
    return ", ".join(f"{count} {what}" for what, count in done.items() if count)
