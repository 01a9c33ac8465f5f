"""A test mail: one letter to one address, on the way of all mail."""

from __future__ import annotations

from datetime import datetime

from monitor.core.readers.mailboxes import checked
from monitor.settings import Settings
from storage import outbox
from storage.database import Database


def queue_trial(address: str, *, database: Database, settings: Settings, now: datetime) -> int:
    """Put a test letter into the outbox; return its delivery's id.

    Raises:
        UsageError: it is no mail address.
    """
    mailbox = checked(address)
    with database.transaction() as tx:
        return outbox.queue_letter(
            tx,
            "test",
            address=mailbox,
            subscriber_id=None,
            language="en",
            facts={},
            now=now,
            message_id_domain=settings.mail_domain,
        )
