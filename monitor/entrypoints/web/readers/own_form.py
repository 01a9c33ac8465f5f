"""A reader's own page as a form: what it shows, and what it said when it was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

from fastapi.datastructures import FormData

from monitor.entrypoints.web.readers.shared import every, first
from monitor.journeys.readers.preferences import Desk, Following
from storage.records import DigestRhythm, Language, MailFormat, Preferences

_CHOICES: Mapping[str, tuple[str, ...]] = {
    "rhythm": get_args(DigestRhythm),
    "language": get_args(Language),
    "format": get_args(MailFormat),
}


@dataclass(frozen=True)
class Filling:
    """The form's fields as text, just as they stand on the page."""

    series: tuple[str, ...]
    which: Mapping[str, str]
    topics: Mapping[str, tuple[str, ...]]
    rhythm: str
    weekday: str
    hour: str
    zone: str
    paused_until: str
    language: str
    format: str
    address: str = ""


def filling_of(desk: Desk) -> Filling:
    """The form as it stands for what is on file."""
    kept, following = desk.preferences, desk.following
    slugs = [offer.slug for offer in desk.offers]
    return Filling(
        series=tuple(following),
        which={slug: "some" if following.get(slug) else "all" for slug in slugs},
        topics={slug: following.get(slug, ()) for slug in slugs},
        rhythm=kept.rhythm,
        weekday=str(kept.weekday),
        hour=str(kept.hour),
        zone=kept.zone,
        paused_until=kept.paused_until.isoformat() if kept.paused_until else "",
        language=kept.language,
        format=kept.format,
    )


def filled_in(filled: FormData, desk: Desk) -> Filling:
    """The form as it was sent."""
    slugs = [offer.slug for offer in desk.offers]
    return Filling(
        series=every(filled, "series"),
        which={slug: first(filled, f"which.{slug}") or "all" for slug in slugs},
        topics={slug: every(filled, f"topic.{slug}") for slug in slugs},
        rhythm=first(filled, "rhythm"),
        weekday=first(filled, "weekday"),
        hour=first(filled, "hour"),
        zone=first(filled, "zone").strip(),
        paused_until=first(filled, "paused_until").strip(),
        language=first(filled, "language"),
        format=first(filled, "format"),
    )


def understood(given: Filling) -> tuple[Preferences, Following, dict[str, str]]:
    """What a form asks for, and which of its fields are no such thing at all.

    Returns:
        The preferences and the series with their topics, as far as they can be told; and the fields
        with a fault: `topics` for a series whose topics are to be chosen, with none chosen.
    """
    faults = {name: name for name in _CHOICES if getattr(given, name) not in _CHOICES[name]}
    preferences: dict[str, Any] = {
        name: getattr(given, name) for name in _CHOICES if name not in faults
    }
    for name in ("weekday", "hour"):
        if getattr(given, name).isascii() and getattr(given, name).isdigit():
            preferences[name] = int(getattr(given, name)[:3])
        else:
            faults[name] = name
    preferences["zone"] = given.zone
    if given.paused_until:
        try:
            preferences["paused_until"] = date.fromisoformat(given.paused_until)
        except ValueError:
            faults["paused_until"] = "paused_until"
    following = {slug: _topics(given, slug) for slug in given.series}
    for slug in given.series:
        if given.which.get(slug) == "some" and not following[slug]:
            faults[slug] = "topics"
    return Preferences(**preferences), following, faults


def _topics(given: Filling, slug: str) -> tuple[str, ...]:
    return given.topics.get(slug, ()) if given.which.get(slug) == "some" else ()
