"""The journal: every look at the source, what was not understood, and which ticks were taken."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Update,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    text,
    update,
)

from storage import trace
from storage.records import Issue, Poll, PollOutcome
from storage.schema import issues as issue_table
from storage.schema import polls as poll_table
from storage.schema import ticks
from storage.upsert import insert


def start_poll(tx: Connection, *, source: str, now: datetime) -> int:
    """Record that a look at a source begins; return the poll's id."""
    row = insert(tx, poll_table).values(source=source, started_at=now, trace=trace.current())
    return int(tx.execute(row.returning(poll_table.c.id)).scalar_one())


def finish_poll(
    tx: Connection,
    poll_id: int,
    *,
    now: datetime,
    outcome: PollOutcome,
    requests: int,
    named: int = 0,
    announced: int = 0,
    newest: date | None = None,
    problem: str | None = None,
) -> None:
    """Record how a look ended.

    Args:
        tx: a writing transaction.
        poll_id: as `start_poll` gave it.
        now: when it ended, aware.
        outcome: whether the source had changed, or the look failed.
        requests: how many were really sent.
        named: how many releases the listing named.
        announced: how many digests were put into the outbox.
        newest: the latest day that it named.
        problem: what went wrong, for a look that failed; or what is doubted of what it saw.
    """
    ending = {
        "finished_at": now,
        "outcome": outcome,
        "requests": requests,
        "named": named,
        "announced": announced,
        "newest": newest,
        "problem": problem,
    }
    tx.execute(update(poll_table).where(poll_table.c.id == poll_id).values(**ending))


def last_good_poll(tx: Connection, source: str) -> Poll | None:
    """Return the last look at a source that succeeded, whether or not anything had changed."""
    return _good_poll(tx, source, poll_table.c.started_at.desc())


def first_good_poll(tx: Connection, source: str) -> Poll | None:
    """Return the first look at a source that succeeded."""
    return _good_poll(tx, source, poll_table.c.started_at.asc())


def last_judged_poll(tx: Connection, source: str) -> Poll | None:
    """Return the last look at a source that read its listing, and judged what it named."""
    judged = or_(poll_table.c.newest.is_not(None), poll_table.c.problem.is_not(None))
    found = _read_polls(tx, source, judged, limit=1)
    return found[0] if found else None


def undoubted_polls(tx: Connection, source: str, limit: int) -> tuple[Poll, ...]:
    """Return the last looks that read days on a listing and doubted nothing, the newest first."""
    undoubted = and_(poll_table.c.newest.is_not(None), poll_table.c.problem.is_(None))
    return _read_polls(tx, source, undoubted, limit=limit)


def polls(tx: Connection, limit: int) -> tuple[Poll, ...]:
    """Return the last looks at any source, the newest first."""
    newest = select(poll_table).order_by(poll_table.c.started_at.desc(), poll_table.c.id.desc())
    return tuple(Poll(**row) for row in tx.execute(newest.limit(limit)).mappings())


def polls_under(tx: Connection, trace: str) -> tuple[Poll, ...]:
    """Return the looks that were followed by an id, in their order."""
    query = select(poll_table).where(poll_table.c.trace == trace).order_by(poll_table.c.id)
    return tuple(Poll(**row) for row in tx.execute(query).mappings())


def open_issue(
    tx: Connection,
    *,
    kind: str,
    address: str | None,
    summary: str,
    evidence: Mapping[str, str],
    snapshot_id: int | None,
    now: datetime,
) -> tuple[Issue, bool]:
    """Record what was not understood: one open issue per kind and address, counted when seen again.

    The latest summary and evidence stand in it, and the last snapshot that was given.

    Returns:
        The issue, and whether it is new.
    """
    seen = {"summary": summary, "evidence": dict(evidence), "last_seen_at": now}
    new = insert(tx, issue_table).values(
        kind=kind, address=address, snapshot_id=snapshot_id, opened_at=now, **seen
    )
    again = {
        **seen,
        "times": issue_table.c.times + 1,
        "snapshot_id": func.coalesce(new.excluded.snapshot_id, issue_table.c.snapshot_id),
    }
    upserted = new.on_conflict_do_update(
        index_elements=[issue_table.c.kind, text("coalesce(address, '')")],
        index_where=text("closed_at is null"),
        set_=again,
    ).returning(issue_table)
    issue = Issue(**tx.execute(upserted).mappings().one())
    return issue, issue.times == 1


def is_settled(tx: Connection, *, kind: str, address: str | None, summary: str) -> bool:
    """Whether the last issue of this kind and address said the same, and is closed."""
    about = (issue_table.c.kind == kind, issue_table.c.address.is_not_distinct_from(address))
    last = select(issue_table.c.summary, issue_table.c.closed_at).where(*about)
    row = tx.execute(last.order_by(issue_table.c.id.desc()).limit(1)).first()
    return row is not None and row.closed_at is not None and row.summary == summary


def see_settled(
    tx: Connection, *, kind: str, address: str | None, since: datetime, now: datetime
) -> bool:
    """See an issue again that was closed although it held: it stays closed, and is counted.

    Args:
        tx: a writing transaction.
        kind: the issue's.
        address: what it is about.
        since: it counts as holding if it was seen then, or later.
        now: the present, aware.

    Returns:
        Whether the last issue of this kind and address is such a one.
    """
    about = (issue_table.c.kind == kind, issue_table.c.address.is_not_distinct_from(address))
    last = select(func.max(issue_table.c.id)).where(*about).scalar_subquery()
    settled = (
        issue_table.c.id == last,
        issue_table.c.closed_at.is_not(None),
        issue_table.c.last_seen_at >= since,
    )
    seen = {"last_seen_at": now, "times": issue_table.c.times + 1}
    return tx.execute(update(issue_table).where(*settled).values(**seen)).rowcount == 1


def close_issue(tx: Connection, issue_id: int, now: datetime) -> bool:
    """Close an issue; return whether it was there and open."""
    one = (issue_table.c.id == issue_id, issue_table.c.closed_at.is_(None))
    return tx.execute(update(issue_table).where(*one).values(closed_at=now)).rowcount == 1


def close_issues(
    tx: Connection,
    *,
    address: str | None,
    now: datetime,
    kinds: Collection[str] | None = None,
    seen_by: datetime | None = None,
) -> int:
    """Close the open issues of an address, or those of some kinds, since their cause is over.

    Args:
        tx: a writing transaction.
        address: what they are about.
        now: the time to close them under, aware.
        kinds: only issues of these.
        seen_by: only issues that were not seen any more after this.

    Returns:
        How many were closed.
    """
    asked: dict[str, Any] = {"about": address, "now": now}
    if kinds is not None:
        asked["kinds"] = list(kinds)
    if seen_by is not None:
        asked["seen_by"] = seen_by
    query = _closing(of_kinds=kinds is not None, of_time=seen_by is not None)
    return tx.execute(query, asked).rowcount


@cache
def _closing(*, of_kinds: bool, of_time: bool) -> Update:
    about = bindparam("about", type_=issue_table.c.address.type)
    query = update(issue_table).where(
        issue_table.c.address.is_not_distinct_from(about), issue_table.c.closed_at.is_(None)
    )
    if of_kinds:
        query = query.where(issue_table.c.kind.in_(bindparam("kinds", expanding=True)))
    if of_time:
        query = query.where(issue_table.c.last_seen_at <= bindparam("seen_by"))
    return query.values(closed_at=bindparam("now"))


def issues(tx: Connection, include_closed: bool = False) -> tuple[Issue, ...]:
    """Return the open issues, or all, in the order they were opened."""
    query = select(issue_table).order_by(issue_table.c.id)
    if not include_closed:
        query = query.where(issue_table.c.closed_at.is_(None))
    return tuple(Issue(**row) for row in tx.execute(query).mappings())


def open_issues(tx: Connection, *, after: int = 0, limit: int) -> tuple[Issue, ...]:
    """Return the open issues behind one of them, by its id, in the order they were opened."""
    waiting = (issue_table.c.closed_at.is_(None), issue_table.c.id > after)
    query = select(issue_table).where(*waiting).order_by(issue_table.c.id).limit(limit)
    return tuple(Issue(**row) for row in tx.execute(query).mappings())


def take_tick(tx: Connection, *, job: str, due_at: datetime, now: datetime) -> bool:
    """Take a scheduled moment of a job; of all who ask, one is told True.

    Args:
        tx: a writing transaction.
        job: the job's name.
        due_at: the scheduled moment, not the present one: it is what all schedulers agree on.
        now: the present, aware.
    """
    row = insert(tx, ticks).values(job=job, due_at=due_at, taken_at=now)
    taken = row.on_conflict_do_nothing(index_elements=["job", "due_at"]).returning(ticks.c.job)
    return tx.execute(taken).first() is not None


def last_tick(tx: Connection) -> datetime | None:
    """Return when a scheduler last took a tick, of whatever job."""
    last: datetime | None = tx.scalar(select(func.max(ticks.c.taken_at)))
    return last


def prune_ticks(tx: Connection, before: datetime) -> int:
    """Forget the ticks that were due before a time; return how many."""
    return tx.execute(delete(ticks).where(ticks.c.due_at < before)).rowcount


def _read_polls(
    tx: Connection, source: str, which: ColumnElement[bool], *, limit: int
) -> tuple[Poll, ...]:
    query = select(poll_table).where(
        poll_table.c.source == source, poll_table.c.outcome == "read", which
    )
    latest = query.order_by(poll_table.c.started_at.desc(), poll_table.c.id.desc()).limit(limit)
    return tuple(Poll(**row) for row in tx.execute(latest).mappings())


def _good_poll(tx: Connection, source: str, order: ColumnElement[datetime]) -> Poll | None:
    good = (poll_table.c.source == source, poll_table.c.outcome.in_(("unchanged", "read")))
    row = tx.execute(select(poll_table).where(*good).order_by(order).limit(1)).mappings().first()
    return Poll(**row) if row else None
