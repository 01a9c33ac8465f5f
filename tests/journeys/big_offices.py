"""Offices that read the big site, and what is to be asked of both afterwards."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from sqlalchemy import select

from monitor.bootstrap import Service
from monitor.core.addresses import release_key
from monitor.core.classify import worth_fetching
from monitor.series import followed
from storage.database import Database
from storage.schema import releases
from tests.journeys.offices import Clock, office
from tests.servers.big_site import BigServer, BigSite
from tests.servers.big_site.releases import Release

NOW = Clock().moment.replace(2026, 7, 1)
"""The day after the big site's last release."""

Made = tuple[BigServer, Service]
Make = Callable[..., Made]


@contextmanager
def big_offices(database_url: str, clock: Clock) -> Iterator[Make]:
    """Serves a big site, and opens an office that reads it, as often as it is called."""
    with ExitStack() as stack:

        def made(site: BigSite, **disturbed: Any) -> Made:
            server = stack.enter_context(BigServer(site, **disturbed))
            return server, stack.enter_context(office(server.base_url, database_url, now=clock))

        yield made


def on_file(database: Database, *, read: bool = False) -> list[str]:
    """The keys of all press releases on file, or of those that were read."""
    query = select(releases.c.key).where(releases.c.key.startswith("press-releases/"))
    with database.reading() as tx:
        return list(tx.scalars(query.where(releases.c.verdict.is_not(None)) if read else query))


def keys(listed: Collection[Release]) -> list[str]:
    return sorted(release_key(release.path) for release in listed)


def fetched(server: BigServer) -> list[str]:
    return sorted(release_key(path) for kind, path in server.requests if kind == "release")


def candidates(site: BigSite) -> list[Release]:
    return [r for r in site.listed if worth_fetching(r.title, r.path, followed())]
