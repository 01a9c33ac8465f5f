"""The one place where the parts meet: settings in, a service out.

Each part is made when it is first used, so that a command pays only for what it needs.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from monitor import __version__
from monitor.errors import SettingsError
from monitor.settings import Settings
from storage import fetches
from storage.database import Database
from storage.records import StoredManners

if TYPE_CHECKING:
    from monitor.sources.client import PoliteClient
    from monitor.sources.manners import HostManners
    from monitor.sources.ustr import UstrSite
    from notifiers.message import Notifier


def utc_now() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)


class Service:
    """The parts of the program, wired by the settings.

    Args:
        settings: the checked settings.
        now: the clock, handed in so that a test or a demonstration can bring its own.
    """

    def __init__(self, settings: Settings, *, now: Callable[[], datetime] = utc_now) -> None:
        self.settings = settings
        self.now = now
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{os.urandom(4).hex()}"

    @cached_property
    def database(self) -> Database:
        """The database, its tables in order."""
        database = Database(self.settings.database_url)
        database.ensure_schema()
        return database

    @cached_property
    def client(self) -> PoliteClient:
        """The one HTTP client of the process."""
        from monitor.sources.client import PoliteClient
        from monitor.sources.ustr import hosts_of

        contact = self.settings.operator_email or self.settings.public_url
        return PoliteClient(
            f"Roundwatch/{__version__} ({contact})",
            hosts_of(self.settings.source_url),
            self.settings.max_requests_per_second,
            _StoredHostMemory(self.database),
            now=self.now,
        )

    @cached_property
    def site(self) -> UstrSite:
        """The press pages."""
        from monitor.sources.ustr import UstrSite

        return UstrSite(self.settings.source_url, self.client)

    @cached_property
    def notifier(self) -> Notifier:
        """The way out for mail.

        Raises:
            SettingsError: the mail server's address is faulty.
        """
        from notifiers.choice import notifier_for

        try:
            return notifier_for(self.settings.smtp_url, self.settings.mail_folder)
        except ValueError as fault:
            raise SettingsError(f"ROUNDWATCH_SMTP_URL: {fault}") from fault

    def close(self) -> None:
        """Let go of every connection that was made."""
        for name, part in list(vars(self).items()):
            if name in {"client", "notifier", "database"}:
                part.close()


@contextmanager
def service(settings: Settings, *, now: Callable[[], datetime] = utc_now) -> Iterator[Service]:
    """A service for the length of a block."""
    made = Service(settings, now=now)
    try:
        yield made
    finally:
        made.close()


class _StoredHostMemory:
    """What hosts asked of us, kept in the database for the next process."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def recall(self, host: str) -> HostManners | None:
        """What is known about the host, or None."""
        from monitor.sources.manners import HostManners

        with self._database.reading() as tx:
            known = fetches.host_manners(tx, host)
        if known is None:
            return None
        return HostManners(
            known.robots_text, known.robots_status, known.robots_at, known.not_before
        )

    def keep(self, host: str, manners: HostManners) -> None:
        """Remember this about the host in place of what was known."""
        stored = StoredManners(
            manners.robots_text, manners.robots_status, manners.robots_at, manners.not_before
        )
        with self._database.transaction() as tx:
            fetches.remember_manners(tx, host, stored)
