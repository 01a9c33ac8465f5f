"""What is fetched: chosen from what is on file as named and was never read.

Chosen from the archive and not from what a walk remembers, so that a walk of any length takes no
memory, and a run that only goes on fetching needs no walk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from monitor.core.addresses import SECTION
from monitor.core.classify import worth_fetching
from monitor.core.selection import Reason, Selection, is_near, order_of, span_of
from monitor.journeys.past.window import Window
from monitor.series import followed
from storage import archive
from storage.database import Database
from storage.records import FiledRelease

_AT_ONCE = 500  # releases


@dataclass(frozen=True, slots=True, order=True)
class Chosen:
    """A release to fetch: the day by which it has its turn, its id on file, and why."""

    day: date
    id: int
    reason: Reason


def choose(
    database: Database,
    window: Window,
    selection: Selection,
    *,
    section: str,
    days: frozenset[date] | None = None,
) -> list[Chosen]:
    """Choose what is fetched, the oldest first.

    Args:
        database: where the releases are named.
        window: which of them are asked for.
        selection: what is fetched beside the candidates.
        section: the section of the press office that they are of.
        days: the days whose neighbourhood counts; by default the `reporting_days` on file.
    """
    if selection.everything:
        unread = _named(database, window, section, unread=True)
        return sorted(_chosen(release, "all") for release in unread)
    found = [_chosen(release, "title") for release in candidates(database, window, section)]
    if selection.near is not None:
        around = sorted(reporting_days(database, window, section) if days is None else days)
        mine = {one.id for one in found}
        found += [
            _chosen(release, "near")
            for release in _named(database, window, section, unread=True)
            if release.id not in mine
            and is_near(release.published, release.address or "", around, selection.near)
        ]
    return sorted(found)


def candidates(
    database: Database, window: Window, section: str | None = None, *, unread: bool = True
) -> Iterator[FiledRelease]:
    """The releases that could be a readout by their title or address.

    Args:
        database: where they are named.
        window: which of them are asked for.
        section: where they stand; None: anywhere. What the press releases name is looked at
            wherever it stands, since a readout must not be missed for its address.
        unread: leave out what was read.
    """
    series = followed()
    within = None if section == SECTION else section
    for release in _named(database, window, within, unread=unread):
        if worth_fetching(release.title, release.address or "", series):
            yield release


def reporting_days(
    database: Database, window: Window, section: str | None = None
) -> frozenset[date]:
    """The days on which a round on file, or a candidate, read or not, was published.

    A candidate counts also once it was read and reports nothing, so that the same wish chooses the
    same releases whatever was fetched before. One without a day counts once it was read.
    """
    with database.reading() as tx:
        rounds = archive.days_with_rounds(tx)
    named = (one.published for one in candidates(database, window, section, unread=False))
    return frozenset([*rounds, *(day for day in named if day)])


def _chosen(release: FiledRelease, reason: Reason) -> Chosen:
    return Chosen(order_of(release.published, release.address or ""), release.id, reason)


def _named(
    database: Database, window: Window, section: str | None, *, unread: bool
) -> Iterator[FiledRelease]:
    """What may have been published in the window; a part at a time."""
    last = 0
    while True:
        with database.reading() as tx:
            part = archive.releases_in_turn(
                tx, after=last, limit=_AT_ONCE, unread=unread, section=section
            )
        for release in part:
            if window.meets(span_of(release.published, release.address or "")):
                yield release
        if len(part) < _AT_ONCE:
            return
        last = part[-1].id
