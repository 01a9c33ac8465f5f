"""Receiving domains that put us off, and until when they are left alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

from storage.schema import domains as table
from storage.upsert import insert


def troubled(tx: Connection) -> set[str]:
    """Return the domains that put us off when they were last tried."""
    return set(tx.scalars(select(table.c.domain)))


def failures(tx: Connection, domain: str) -> int:
    """Return how often in a row a domain put us off, the last time included."""
    return tx.scalar(select(table.c.failures).where(table.c.domain == domain)) or 0


def rests_until(tx: Connection, domain: str, now: datetime) -> datetime | None:
    """Return until when a domain is left alone, if it is."""
    until = select(table.c.not_before).where(table.c.domain == domain, table.c.not_before > now)
    return tx.scalar(until)


def rest(tx: Connection, domain: str, *, failures: int, not_before: datetime, words: str) -> None:
    """Leave a domain alone until a time; `words` are what it, or the network, said."""
    state = {"failures": failures, "not_before": not_before, "words": words}
    new = insert(tx, table).values(domain=domain, **state)
    tx.execute(new.on_conflict_do_update(index_elements=["domain"], set_=state))


def wake(tx: Connection, domain: str) -> None:
    """Forget that a domain ever put us off: it took a mail."""
    tx.execute(delete(table).where(table.c.domain == domain))


def resting(tx: Connection, now: datetime) -> tuple[tuple[str, datetime, str], ...]:
    """Return the domains left alone at this time: each with until when, and what was said."""
    query = select(table.c.domain, table.c.not_before, table.c.words)
    asleep = query.where(table.c.not_before > now).order_by(table.c.domain)
    return tuple((row.domain, row.not_before, row.words) for row in tx.execute(asleep))
