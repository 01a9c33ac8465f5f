"""How much there is of what is on file, by kind, for a monitoring system."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, func, select

from storage.archive.releases import ORIGINAL
from storage.records import Connections, Figures, Server
from storage.schema import backfills, digests, hosts, issues, readouts, releases, subscribers


def figures(tx: Connection, now: datetime) -> Figures:
    """Count what is on file; measure the database.

    Each table is gone through once; the outbox, the largest, has `outbox.balance`.
    """
    return Figures(
        readers=_by(tx, subscribers.c.state),
        rounds=_by(tx, readouts.c.series, readouts.c.superseded_at.is_(None)),
        releases=_by(tx, releases.c.verdict, ORIGINAL),
        digests=_by(tx, digests.c.kind),
        issues=_by(tx, issues.c.kind, issues.c.closed_at.is_(None)),
        size=size(tx),
        backfills=_count(tx, select(backfills.c.id).where(backfills.c.ended_at.is_(None))),
        resting_hosts=_count(tx, select(hosts.c.host).where(hosts.c.rests_until > now)),
        connections=_connections(tx),
    )


def _by(tx: Connection, kind: Column[str], *conditions: ColumnElement[bool]) -> dict[Any, int]:
    query = select(kind, func.count()).where(*conditions).group_by(kind)
    return {row[0]: row[1] for row in tx.execute(query)}


def server(tx: Connection) -> Server:
    """Ask what database this is."""
    if tx.dialect.name == "postgresql":
        version, now = tx.exec_driver_sql("select version(), clock_timestamp()").one()
        return Server(" ".join(str(version).split()[:2]), _connections(tx), now)
    version = tx.exec_driver_sql("select sqlite_version()").scalar_one()
    journal = tx.exec_driver_sql("pragma journal_mode").scalar_one()
    return Server(f"SQLite {version}, journal {journal}", None, None)


def _count(tx: Connection, which: Select[Any]) -> int:
    return int(tx.execute(select(func.count()).select_from(which.subquery())).scalar_one())


def _connections(tx: Connection) -> Connections | None:
    """Return how many connections the server has, of all its databases, and may have."""
    if tx.dialect.name != "postgresql":
        return None
    query = "select sum(numbackends), current_setting('max_connections')::int from pg_stat_database"
    used, limit = tx.exec_driver_sql(query).one()
    return Connections(used=int(used), limit=int(limit))


def size(tx: Connection) -> int:
    """Return the bytes of the database; of SQLite's file without its journal."""
    if tx.dialect.name == "postgresql":
        query = "select pg_database_size(current_database())"
    else:
        query = "select page_count * page_size from pragma_page_count(), pragma_page_size()"
    return int(tx.exec_driver_sql(query).scalar_one())
