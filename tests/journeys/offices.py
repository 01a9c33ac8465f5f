"""A service at a source on loopback, for tests: real parts, quick settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.bootstrap import Service, service, utc_now
from monitor.journeys.readers.orders import Order, subscribe
from monitor.series import followed
from monitor.settings import Settings

SERIES = followed()[0]
NOW = datetime(2024, 8, 1, 12, 0, tzinfo=UTC)


@contextmanager
def office(
    source_url: str,
    database_url: str,
    mail: Path | None = None,
    *,
    smtp_url: str | None = None,
    wayback_url: str = "http://127.0.0.1:9",
    now: Callable[[], datetime] = utc_now,
) -> Iterator[Service]:
    """A service that reads from `source_url` and writes mail to a folder, or to a mail server."""
    settings = Settings(
        database_url=database_url,
        source_url=source_url,
        smtp_url=smtp_url or (mail.as_uri() if mail else None),
        mail_from="Roundwatch <digests@example.org>",
        max_requests_per_second=1000.0,
        wayback_url=wayback_url,
        wayback_per_minute=60_000.0,
    )
    with service(settings, now=now) as made:
        yield made


def add_reader(made: Service, address: str) -> None:
    """A reader of the Partnership."""
    subscribe(Order(address), database=made.database, now=made.now())


class Clock:
    """A clock that tests move on."""

    def __init__(self, moment: datetime = NOW) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        """The time of day."""
        return self.moment

    def later(self, **length: float) -> None:
        """Move it on; lengths as `timedelta` has them."""
        self.moment += timedelta(**length)
