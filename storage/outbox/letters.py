"""Letters: mail that is no digest, in the same outbox."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from storage import queue, trace
from storage.records import Language, LetterKind
from storage.schema import deliveries
from storage.schema import letters as table
from storage.upsert import insert


def queue_letter(
    tx: Connection,
    kind: LetterKind,
    *,
    address: str,
    subscriber_id: int | None,
    language: Language,
    facts: Mapping[str, str],
    now: datetime,
    message_id_domain: str,
) -> int:
    """Put a letter into the outbox, due at once; return its delivery's id.

    What is secret about it (a signed link) is made when it is sent, from its time and reader.
    """
    row = {
        "kind": kind,
        "address": address,
        "subscriber_id": subscriber_id,
        "language": language,
        "facts": dict(facts),
        "created_at": now,
        "trace": trace.current(),
    }
    letter_id = tx.execute(insert(tx, table).values(row).returning(table.c.id)).scalar_one()
    delivery = {
        "letter_id": letter_id,
        "message_id": f"<letter-{letter_id}@{message_id_domain}>",
        "domain": address.rpartition("@")[2].lower(),
        "state": "queued",
        "slot_at": now,
        "due_at": now,
        "attempts": 0,
        "queued_at": now,
    }
    new = insert(tx, deliveries).values(delivery).returning(deliveries.c.id)
    delivery_id = int(tx.execute(new).scalar_one())
    queue.enqueue(tx, "letters")
    return delivery_id
