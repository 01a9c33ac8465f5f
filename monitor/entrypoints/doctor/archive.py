"""The database, and what does the work on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta

from monitor.bootstrap import Service
from monitor.journeys.finding import Finding
from monitor.journeys.health import read_otherwise
from monitor.journeys.machinery import machinery
from storage.database import Transaction
from storage.figures import figures, server

_MEGABYTE = 1_000_000
_SLACK = timedelta(seconds=30)


def database(service: Service) -> str:
    """Read it; say of what kind and size it is, and whose clock is off."""
    with service.database.reading() as tx:
        otherwise = read_otherwise(tx)
        size = figures(tx, service.now()).size
        told = list(_server(service, tx))
    larger = f"{max(1, round(size / _MEGABYTE)):,} MB"
    parts = [f"{service.database}, tables at {service.database.revision()}", larger, *told]
    return "; ".join([*parts, otherwise] if otherwise else parts)


def at_work(service: Service) -> Iterator[Finding]:
    """Who does the work: scheduler, workers, jobs; and how full the disk is."""
    with service.database.reading() as tx:
        yield from machinery(tx, service.settings, service.now())


def _server(service: Service, tx: Transaction) -> Iterator[str]:
    """What there is to say of a server, or of SQLite."""
    found = server(tx)
    yield found.says
    if found.connections is not None:
        few = found.connections.used > 0.9 * found.connections.limit
        todo = ": few are left, raise max_connections" if few else ""
        yield f"{found.connections.used} of {found.connections.limit} connections in use{todo}"
    if found.now is not None:
        apart = abs(service.now() - found.now.astimezone(UTC))
        if apart > _SLACK:
            yield f"its clock and ours are {apart.total_seconds():,.0f} seconds apart: set them"
