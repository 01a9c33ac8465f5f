"""Readers, as the operator adds and removes them."""

from __future__ import annotations

from datetime import datetime

from monitor.core.topics import Series
from monitor.errors import UsageError
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


def checked(address: str) -> str:
    """A mail address in its normal form.

    The domain need not exist in the DNS: an operator may serve readers on an internal network.

    Raises:
        UsageError: it is none.
    """
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError as fault:
        raise UsageError(
            f"“{address}” is no mail address: {fault}", todo="write it like reader@example.org"
        ) from fault
    return found.normalized
