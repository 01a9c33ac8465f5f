"""The texts that the release of a round has had: what was edited, when that was seen, and where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from monitor.core.amendments import Amendment, amendment
from monitor.core.compare import compare
from monitor.core.topics import with_topics
from monitor.errors import ReadingError
from monitor.journeys.latest import Account
from monitor.journeys.stored import arrival_of
from storage import archive
from storage.database import Transaction
from storage.records import Comparison, Readout, Release, Revision, SourceOf


@dataclass(frozen=True, slots=True)
class Revised:
    """One text of a release, with what differs from the text before: None for the first.

    `comparison` holds the two accounts of the round against each other; None where one of the two
    pages does not report it. `seen_first` and `seen_last` are when a page showed this text.
    """

    number: int
    title: str | None
    published: date | None
    seen_first: datetime
    seen_last: datetime
    source: SourceOf
    amendment: Amendment | None
    comparison: Comparison | None


def revisions_of(tx: Transaction, account: Account) -> tuple[Revised, ...]:
    """The texts of a round's release, the first that is known first."""
    release_id, address = account.filed.release_id, account.summary.release.url
    found = archive.revisions_of(tx, release_id)
    seen = archive.seen_from_to(tx, release_id)
    edits = (None, *(_edit(tx, one, other, account) for one, other in pairwise(found)))
    return tuple(
        Revised(
            number=one.number,
            title=one.title,
            published=one.published,
            seen_first=seen[one.id][0],
            seen_last=seen[one.id][1],
            source=_source(tx, one, address),
            amendment=edit[0] if edit else None,
            comparison=edit[1] if edit else None,
        )
        for one, edit in zip(found, edits, strict=True)
    )


def was_revised(tx: Transaction, account: Account) -> bool:
    """Whether a round's release has had more than one text."""
    return len(archive.revisions_of(tx, account.filed.release_id)) > 1


def _source(tx: Transaction, revision: Revision, address: str | None) -> SourceOf:
    page = archive.snapshot_of(tx, revision.snapshot_id)
    return SourceOf(
        address=address,
        fetched_from=page.address,
        origin=page.origin,
        fetched_at=page.fetched_at,
        sha256=page.sha256,
        snapshot_id=page.id,
    )


def _edit(
    tx: Transaction, before: Revision, after: Revision, account: Account
) -> tuple[Amendment, Comparison | None]:
    """What was edited; the accounts are read again from their pages, since one alone is on file."""
    one, other = (_readout(tx, each, account) for each in (before, after))
    compared = compare(one, other, account.series) if one and other else None
    return amendment(_said(before), _said(after)), compared


def _said(revision: Revision) -> Release:
    return Release(revision.title, revision.published, None, revision.paragraphs)


def _readout(tx: Transaction, revision: Revision, account: Account) -> Readout | None:
    from monitor.journeys.intake import understand

    snapshot = archive.snapshot_of(tx, revision.snapshot_id)
    try:
        _, reading = understand(arrival_of(snapshot, archive.body_of(tx, snapshot.id)))
    except ReadingError:
        return None
    wanted = account.summary.readout
    for readout in reading.readouts:
        if (readout.series, readout.round) == (wanted.series, wanted.round):
            return with_topics(readout, account.series)
    return None
