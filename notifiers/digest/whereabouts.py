"""Where a round's page is now, and where it was seen, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from notifiers.words import words_of
from notifiers.words.frame import words
from storage.records import Language, Seen, Whereabouts


def notices_of_place(
    whereabouts: Whereabouts, *, copied_at: datetime, language: Language
) -> Iterator[str]:
    """What is to be said of a round's page, the gravest first; nothing where it is in its place.

    Args:
        whereabouts: what is known of it.
        copied_at: when our copy was fetched.
        language: of the notices.
    """
    said, day = words(language)["whereabouts"], words_of(language).dates.day
    if gone := whereabouts.withdrawn:
        yield said["withdrawn"].format(
            first=day(gone.first_missed.date()),
            last=day(gone.last_looked.date()),
            days=gone.days,
            copy=day(copied_at.date()),
        )
    for moved in whereabouts.moved_from:
        since = day(moved.since.date())
        yield said["moved"].format(address=moved.address, since=since)
    for other in whereabouts.also_at:
        yield said["also_at"].format(address=other.address)


def seen_at(seen: tuple[Seen, ...], language: Language) -> str:
    """Where a release was seen, and when at first: the live page, the Internet Archive, a copy."""
    said, day = words(language)["seen"], words_of(language).dates.day
    told = []
    for one in seen:
        first, last = day(one.first_at.date()), day(one.last_at.date())
        form = "captures" if one.origin == "wayback" and first != last else one.origin
        told.append(said[form].format(first=first, last=last))
    return str(said["between"]).join(told)
