"""The first step of a look as a process of its own: has the listing changed at all?

If it has not, nothing is wanted and nothing was wrong with the listing, that is the whole look, at
a third of its cost. A listing that has stood still for three weeks is looked at by the whole
journey, which says whether that is too long. In any other case what was learned is handed on to
`poll`, which asks nothing twice.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from monitor.core.addresses import LISTING_PATHS, OFFICIAL_ORIGIN
from monitor.core.look import QUIET
from monitor.errors import SourceError
from monitor.series import edition
from monitor.sources.answers import Answer
from monitor.sources.ustr import UstrSite
from storage.glance import Glance
from storage.records import FetchState


@dataclass(frozen=True, slots=True)
class Glanced:
    """What a glance learned: of which address, and the answer, or why there was none.

    `whole` says that this was the whole look, and that it is on record.
    """

    address: str
    outcome: Answer | SourceError
    requests: int
    whole: bool = False


def glance(
    archive: Glance, site: UstrSite, source: str, now: Callable[[], datetime]
) -> Glanced | None:
    """Ask whether the listing has changed; record the look if it has not.

    Args:
        archive: the archive, opened for a glance.
        site: the press pages.
        source: the source's name in the journal.
        now: the clock.

    Returns:
        What was learned; None where there is more to do than to ask for a known listing.
    """
    try:
        return _asked(archive, site, source, now)
    except sqlite3.Error:
        return None  # locked or full: the whole journey waits for it, or says what to do


def _asked(
    archive: Glance, site: UstrSite, source: str, now: Callable[[], datetime]
) -> Glanced | None:
    started = now()
    addresses = [site.fetch_address(OFFICIAL_ORIGIN + path) for path in LISTING_PATHS]
    state = _known_listing(archive, addresses)
    if (
        state is None
        or archive.is_anything_wanted(started)
        or archive.is_issue_open(addresses)
        or not archive.has_changed_since(source, started - QUIET)
    ):
        return None
    try:
        answer = site.page(state.address, etag=state.etag, last_modified=state.last_modified)
    except SourceError as fault:
        return Glanced(state.address, fault, site.requests)
    recorded = answer.unchanged and _recorded(archive, source, site.requests, started, now())
    return Glanced(state.address, answer, site.requests, whole=recorded)


def _known_listing(archive: Glance, addresses: list[str]) -> FetchState | None:
    for address in addresses:
        state = archive.fetch_state(address)
        if state is not None and state.reader == edition():
            return state
    return None


def _recorded(
    archive: Glance, source: str, requests: int, started: datetime, finished: datetime
) -> bool:
    try:
        archive.record_unchanged(
            source, started_at=started, finished_at=finished, requests=requests
        )
    except sqlite3.Error:
        return False  # locked or full: the whole journey records it, or says why it cannot
    return True
