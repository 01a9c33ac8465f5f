"""What is fetched: chosen from what is on file as named and was never read.

Chosen from the archive and not from what a walk remembers, so that a walk of any length takes no
memory, and a run that only goes on fetching needs no walk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

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
    near_to: frozenset[date] = frozenset(),
) -> list[Chosen]:
    """Choose what is fetched, the oldest first.

    Args:
        database: where the releases are named.
        window: which of them are asked for.
        selection: what is fetched beside the candidates.
        near_to: days of further rounds and candidates, whose neighbourhood counts too.
    """
    if selection.everything:
        return sorted(_chosen(release, "all") for release in _unread(database, window))
    found = [_chosen(release, "title") for release in candidates(database, window)]
    if selection.near is not None:
        days = sorted(near_to | reporting_days(database, window))
        mine = {one.id for one in found}
        found += [
            _chosen(release, "near")
            for release in _unread(database, window)
            if release.id not in mine
            and is_near(release.published, release.address or "", days, selection.near)
        ]
    return sorted(found)


def candidates(database: Database, window: Window) -> Iterator[FiledRelease]:
    """The releases that could be a readout by their title or address."""
    series = followed()
    for release in _unread(database, window):
        if worth_fetching(release.title, release.address or "", series):
            yield release


def reporting_days(database: Database, window: Window) -> frozenset[date]:
    """The days on which a round on file, or a candidate, was published."""
    with database.reading() as tx:
        rounds = archive.days_with_rounds(tx)
    named = (release.published for release in candidates(database, window))
    return frozenset([*rounds, *(day for day in named if day)])


def _chosen(release: FiledRelease, reason: Reason) -> Chosen:
    return Chosen(order_of(release.published, release.address or ""), release.id, reason)


def _unread(database: Database, window: Window) -> Iterator[FiledRelease]:
    """What nobody has read and may have been published in the window; a part at a time."""
    last = 0
    while True:
        with database.reading() as tx:
            part = archive.unread_releases(tx, after=last, limit=_AT_ONCE)
        for release in part:
            if window.meets(span_of(release.published, release.address or "")):
                yield release
        if len(part) < _AT_ONCE:
            return
        last = part[-1].id
