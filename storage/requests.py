"""The record of every request that was sent: for the operator, and for whoever asks us."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from storage.records import RequestMade, Traffic
from storage.schema import requests

_COLUMNS = [requests.c[field.name] for field in fields(RequestMade)]


def record_requests(tx: Connection, made: Iterable[RequestMade]) -> None:
    """Put requests on record."""
    rows = [asdict(each) for each in made]
    if rows:
        tx.execute(insert(requests), rows)


def requests_made(
    tx: Connection, *, limit: int, since: datetime | None = None, host: str | None = None
) -> tuple[RequestMade, ...]:
    """Return the last requests, the newest last.

    Args:
        tx: a transaction.
        limit: how many at most.
        since: none before this time.
        host: none to another host.
    """
    newest = requests.c.asked_at.desc(), requests.c.id.desc()
    query = select(*_COLUMNS).where(*_which(since, host)).order_by(*newest).limit(limit)
    return tuple(RequestMade(**row) for row in reversed(tx.execute(query).mappings().all()))


def traffic(
    tx: Connection, *, since: datetime | None = None, host: str | None = None
) -> tuple[Traffic, ...]:
    """Return all requests on record in sum, by host; see `requests_made`."""
    sums = (
        requests.c.host,
        func.count().label("requests"),
        func.count().filter(requests.c.status == 304).label("unchanged"),
        func.count(requests.c.fault).label("failed"),
        func.sum(requests.c.size).label("size"),
        func.sum(requests.c.milliseconds).label("milliseconds"),
    )
    query = select(*sums).where(*_which(since, host)).group_by(requests.c.host)
    return tuple(Traffic(**row) for row in tx.execute(query.order_by(requests.c.host)).mappings())


def prune_requests(tx: Connection, before: datetime) -> int:
    """Forget the requests that were sent before a time; return how many."""
    return tx.execute(delete(requests).where(requests.c.asked_at < before)).rowcount


def _which(since: datetime | None, host: str | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if since is not None:
        conditions.append(requests.c.asked_at >= since)
    if host is not None:
        conditions.append(requests.c.host == host)
    return conditions
