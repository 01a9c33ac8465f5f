"""Readers, as the operator adds and removes them."""

from __future__ import annotations

from datetime import datetime

from monitor.core.mailboxes import checked
from monitor.core.topics import Series
from storage import subscribers
from storage.database import Database
from storage.records import Subscriber


def subscribe(
    address: str, series: Series, *, database: Database, now: datetime
) -> tuple[Subscriber, bool]:
    """Add a reader; one who is there already stays as is.

    Returns:
        The reader, and whether the subscription is new.

    Raises:
        UsageError: it is no mail address.
    """
    with database.transaction() as tx:
        return subscribers.subscribe(tx, address=checked(address), series=series.slug, now=now)
