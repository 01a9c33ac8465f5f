"""What the archive has, as lists: all releases, and what was not understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from monitor.core.addresses import OFFICIAL_HOSTS, host_of
from monitor.errors import ReadingError
from monitor.journeys.problems import DOUBTS_OF_A_PAGE, FATES_OF_A_PAGE
from storage import archive, journal
from storage.archive import Judged, ReportedRound
from storage.database import Transaction
from storage.records import FiledRelease, Issue, ReleaseState, Seen

_ABOUT_A_PAGE = (
    DOUBTS_OF_A_PAGE | FATES_OF_A_PAGE | {error.kind for error in ReadingError.__subclasses__()}
)
"""The kinds whose summary speaks of the public page alone.

Others may hold what is the operator's: folders, hosts of the network, an error of the program.
"""


@dataclass(frozen=True, slots=True)
class Listed:
    """A release in the list of all: what became of it, the rounds it reports, where it was seen.

    `withdrawn`: its page can no longer be found, and our copy is kept.
    """

    title: str | None
    published: date | None
    url: str | None
    state: ReleaseState
    verdict: Judged
    rounds: tuple[ReportedRound, ...]
    seen: tuple[Seen, ...]
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """Some releases, the latest published first; `last` is where to go on: a day and an id."""

    items: tuple[Listed, ...]
    last: tuple[date | None, int] | None


@dataclass(frozen=True, slots=True)
class PublicIssue:
    """An issue as everybody may see it; the rest of it is the operator's.

    `address` is None where it is not an official one, `summary` where it may say more than what
    stands on the page.
    """

    id: int
    kind: str
    address: str | None
    summary: str | None
    opened_at: datetime | None
    last_seen_at: datetime | None
    times: int


def releases(
    tx: Transaction,
    *,
    judged: Judged | None = None,
    series: str | None = None,
    year: int | None = None,
    title: str = "",
    after: tuple[date | None, int] | None = None,
    limit: int,
) -> Listing:
    """All releases on file, or those that are asked for.

    Args:
        tx: any transaction.
        judged: of one verdict, or not read.
        series: that report a round of it, by its slug.
        year: published in it.
        title: with each of these words in their title.
        after: where to go on.
        limit: how many at most.
    """
    found = archive.latest_releases(
        tx,
        judged=judged,
        series=series,
        year=year,
        title=title.split(),
        after=after,
        limit=limit + 1,
    )
    shown = found[:limit]
    last = (shown[-1].published, shown[-1].id) if len(found) > limit else None
    return Listing(_listed(tx, shown), last)


def _listed(tx: Transaction, found: Sequence[FiledRelease]) -> tuple[Listed, ...]:
    ids = [release.id for release in found]
    rounds, seen = archive.reported_rounds(tx, ids), archive.origins_of(tx, ids)
    gone = archive.withdrawn_releases(tx, ids)
    return tuple(
        Listed(
            title=release.title,
            published=release.published,
            url=release.address,
            state=release.state,
            verdict=release.verdict or "unread",
            rounds=rounds.get(release.id, ()),
            seen=seen.get(release.id, ()),
            withdrawn=release.id in gone,
        )
        for release in found
    )


def open_issues(
    tx: Transaction, *, after: int = 0, limit: int
) -> tuple[tuple[PublicIssue, ...], int | None]:
    """The open issues behind one of them, by its number, and the number to go on from, if any."""
    found = journal.open_issues(tx, after=after, limit=limit + 1)
    shown = found[:limit]
    return tuple(map(public, shown)), shown[-1].id if len(found) > limit else None


def public(issue: Issue) -> PublicIssue:
    """What everybody may see of an issue."""
    official = issue.address is not None and host_of(issue.address) in OFFICIAL_HOSTS
    return PublicIssue(
        id=issue.id,
        kind=issue.kind,
        address=issue.address if official else None,
        summary=issue.summary if issue.kind in _ABOUT_A_PAGE else None,
        opened_at=issue.opened_at,
        last_seen_at=issue.last_seen_at,
        times=issue.times,
    )
