"""Mail that comes back: the collection in `tests/bounced`, and a reader whom it is about."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage import outbox, subscribers
from storage.database import Database
from storage.records import Preferences, Subscriber

MAILS = Path(__file__).parent / "bounced"
NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)
DAY = timedelta(days=1)
READER = "reader@example.org"
DOMAIN = "rounds.example.org"
LETTER = "<letter-1@rounds.example.org>"


def mail(name: str, *changes: tuple[str, str]) -> bytes:
    """A mail of the collection, about the first letter that the outbox sent."""
    text = (MAILS / f"{name}.eml").read_text("utf-8").replace("digest-1.1@", "letter-1@")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def each_of_its_own(name: str, number: int) -> list[bytes]:
    """Reports that say the same of the same mail, each under a Message-ID of its own."""
    head = re.compile(rb"^Message-I[dD]: <", re.MULTILINE)
    return [head.sub(b"Message-ID: <%d." % n, mail(name), count=1) for n in range(number)]


def sent_to(database: Database, address: str) -> Subscriber:
    """A new reader to whom a letter went."""
    with database.transaction() as tx:
        found, _ = subscribers.add(
            tx,
            address=address,
            channel="mail",
            domain="example.org",
            state="confirmed",
            preferences=Preferences(),
            now=NOON,
        )
        outbox.queue_letter(
            tx,
            "confirm",
            address=address,
            subscriber_id=found.id,
            language="en",
            facts={},
            now=NOON,
            message_id_domain=DOMAIN,
        )
        outbox.claim(tx, owner="us", now=NOON, lease=DAY, limit=10)
    return found


def standing(database: Database, subscriber_id: int) -> Subscriber:
    """How a reader stands now."""
    with database.reading() as tx:
        found = subscribers.of_id(tx, subscriber_id)
    assert found is not None
    return found
