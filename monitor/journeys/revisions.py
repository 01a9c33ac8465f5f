"""The texts that the release of a round has had: what was edited, when that was seen, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from monitor.core.amendments import Amendment, amendment
from monitor.core.compare import compare
from monitor.core.topics import Series, with_topics
from monitor.errors import ReadingError
from monitor.journeys.latest import Account
from monitor.journeys.reread import arrival_of
from storage import archive
from storage.database import Transaction
from storage.records import Comparison, FiledRevision, Readout, SourceOf


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
    found = archive.revisions_of(tx, account.filed.release_id)
    readouts = _readouts(tx, found, account) if len(found) > 1 else []
    amended: list[tuple[Amendment | None, Comparison | None]] = [(None, None)]
    for earlier, later in pairwise(zip(found, readouts, strict=True) if readouts else ()):
        amended.append(
            (
                amendment(earlier[0].release, later[0].release),
                _compared(earlier[1], later[1], account.series),
            )
        )
    return tuple(
        Revised(
            number=one.number,
            title=one.release.title,
            published=one.release.published,
            seen_first=one.seen_first,
            seen_last=one.seen_last,
            source=_source(tx, one),
            amendment=words,
            comparison=comparison,
        )
        for one, (words, comparison) in zip(found, amended, strict=True)
    )


def _source(tx: Transaction, revision: FiledRevision) -> SourceOf:
    page = archive.snapshot_by_id(tx, revision.snapshot_id)
    return SourceOf(
        address=revision.release.url,
        fetched_from=page.address,
        origin=page.origin,
        fetched_at=page.fetched_at,
        sha256=page.sha256,
        snapshot_id=page.id,
    )


def was_revised(tx: Transaction, account: Account) -> bool:
    """Whether a round's release has had more than one text."""
    return archive.count_revisions(tx, account.filed.release_id) > 1


def _readouts(
    tx: Transaction, found: Sequence[FiledRevision], account: Account
) -> list[Readout | None]:
    """What each text says of the round, read again from its page: only the last one is on file."""
    return [_readout(tx, one, account) for one in found]


def _readout(tx: Transaction, revision: FiledRevision, account: Account) -> Readout | None:
    from monitor.journeys.intake import understand

    snapshot = archive.snapshot_by_id(tx, revision.snapshot_id)
    try:
        _, reading = understand(arrival_of(snapshot, archive.body_of(tx, snapshot.id)))
    except ReadingError:
        return None
    wanted = account.summary.readout
    for readout in reading.readouts:
        if (readout.series, readout.round) == (wanted.series, wanted.round):
            return with_topics(readout, account.series)
    return None


def _compared(before: Readout | None, after: Readout | None, series: Series) -> Comparison | None:
    return compare(before, after, series) if before and after else None
