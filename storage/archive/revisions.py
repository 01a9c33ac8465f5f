"""The texts that a release has had, in order of time."""

from __future__ import annotations

from sqlalchemy import Connection, select

from storage.archive import timeline
from storage.documents import from_document
from storage.records import FiledRevision, Paragraph, Release
from storage.schema import releases, revisions


def revisions_of(tx: Connection, release_id: int) -> tuple[FiledRevision, ...]:
    """Return the revisions of a release by number, the first that is known first."""
    query = (
        select(revisions, releases.c.address)
        .join(releases, releases.c.id == revisions.c.release_id)
        .where(revisions.c.release_id == release_id)
        .order_by(revisions.c.number)
    )
    seen = timeline.seen_from_to(tx, release_id)
    return tuple(
        FiledRevision(
            id=row.id,
            number=row.number,
            release=Release(
                title=row.title,
                published=row.published,
                url=row.address,
                paragraphs=from_document(tuple[Paragraph, ...], row.paragraphs),
            ),
            snapshot_id=row.snapshot_id,
            seen_first=seen[row.id][0],
            seen_last=seen[row.id][1],
        )
        for row in tx.execute(query)
    )


def count_revisions(tx: Connection, release_id: int) -> int:
    """Return how many texts a release has had."""
    return timeline.next_number(tx, release_id) - 1
