"""The archive's stamp: words that change whenever there is something else to show."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, func, select

from storage.schema import comparisons, issues, readouts, releases, revisions, topic_links, twins

# Each of these is a step into an index, or counts what is few.
_MARKS: tuple[Select[Any], ...] = (
    select(func.max(releases.c.id)),
    select(func.max(revisions.c.id)),
    select(func.max(readouts.c.id)),
    select(func.max(readouts.c.filed_at)),
    select(func.max(readouts.c.superseded_at)),
    select(func.max(comparisons.c.made_at)),
    select(func.max(twins.c.found_at)),
    select(func.count()).select_from(topic_links),
    select(func.max(topic_links.c.linked_at)),
    select(func.max(issues.c.id)),
    select(func.count()).select_from(issues).where(issues.c.closed_at.is_(None)),
    select(func.max(issues.c.last_seen_at)).where(issues.c.closed_at.is_(None)),
)
_STAMP = select(*(mark.scalar_subquery() for mark in _MARKS))


def stamp(tx: Connection) -> str:
    """Return words that change with every release, reading, round, comparison, link and issue.

    With every other address of a release too. A release that is put off, or gets its official
    address later, alone leaves them.
    """
    return " ".join(map(str, tx.execute(_STAMP).one()))
