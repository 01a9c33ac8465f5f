"""The outbox's books: what became of every delivery, and how long the open ones wait."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import Column, ColumnElement, Connection, and_, func, or_, select, update

from storage.outbox.holding import hold, lead_anew
from storage.records import Balance, Outcome
from storage.schema import (
    LEADING,
    LETTERS,
    OPEN,
    deliveries,
    digests,
    letters,
    subscribers,
    subscriptions,
)

_NOTHING = {
    "queued": 0,
    "sending": 0,
    "uncertain": 0,
    "sent": 0,
    "suppressed": 0,
    "failed": 0,
    "abandoned": 0,
}


def balance(tx: Connection, digest_id: int | None = None) -> Balance:
    """Return how many deliveries are in each state: of one digest, or of everything."""
    counts = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
    meant = select(func.coalesce(func.sum(digests.c.candidates), 0))
    written = 0
    if digest_id is None:
        written = tx.execute(select(func.count()).select_from(letters)).scalar_one()
    else:
        counts = counts.where(deliveries.c.digest_id == digest_id)
        meant = meant.where(digests.c.id == digest_id)
    found = Counter({row[0]: row[1] for row in tx.execute(counts)})
    forgotten = select(digests.c.forgotten).where(digests.c.forgotten.is_not(None))
    if digest_id is not None:
        forgotten = forgotten.where(digests.c.id == digest_id)
    for ended in tx.scalars(forgotten):
        found.update(ended)
    candidates = int(tx.execute(meant).scalar_one()) + written
    return Balance(candidates=candidates, **_NOTHING | found)


def outcome_of(tx: Connection, delivery_id: int) -> Outcome:
    """Return how a delivery stands: what its last attempt came to."""
    columns = deliveries.c["id", "state", "due_at", "error"]
    row = tx.execute(select(*columns).where(deliveries.c.id == delivery_id)).one()
    return Outcome(row.id, row.state, row.due_at, row.error)


def oldest_due(tx: Connection, now: datetime) -> datetime | None:
    """Return since when the delivery that waits longest could have been sent, if one waits."""
    return _earliest(tx, deliveries.c.due_at, deliveries.c.due_at <= now)


def count_due(tx: Connection, now: datetime, *, most: int, letters_alone: bool) -> int:
    """Return how many mails could be sent now: letters, or all else; no more than `most`.

    What goes to a domain that is left alone is counted too.
    """
    letter = deliveries.c.letter_id.is_not(None)
    which = LETTERS if letters_alone else and_(LEADING, ~letter)
    due = select(deliveries.c.id).where(which, deliveries.c.due_at <= now).limit(most)
    return int(tx.execute(select(func.count()).select_from(due.subquery())).scalar_one())


def oldest_slot(tx: Connection) -> datetime | None:
    """Return when the oldest open delivery was meant to go out, however often it was tried since.

    That time may be still to come.
    """
    return _earliest(tx, deliveries.c.slot_at)


def next_attempt(tx: Connection) -> datetime | None:
    """Return when a delivery is next due, or its lease over; None if none is open."""
    return _earliest(tx, deliveries.c.due_at)


def sent_to(tx: Connection, message_id: str) -> tuple[int, str] | None:
    """Return the id and the address of the reader to whom a mail of ours went, if it was ours.

    One that is not known to have been sent counts too: the server may say more than its answer did.
    """
    query = (
        select(subscribers.c.id, subscribers.c.address)
        .select_from(deliveries)
        .outerjoin(subscriptions, subscriptions.c.id == deliveries.c.subscription_id)
        .outerjoin(letters, letters.c.id == deliveries.c.letter_id)
        .join(
            subscribers,
            subscribers.c.id
            == func.coalesce(subscriptions.c.subscriber_id, letters.c.subscriber_id),
        )
        .where(deliveries.c.message_id == message_id, deliveries.c.attempts > 0)
    )
    row = tx.execute(query.limit(1)).first()
    return None if row is None else (int(row[0]), str(row[1]))


def retry_failed(tx: Connection, now: datetime) -> int:
    """Put what failed for good back into the queue, as if it had never been tried.

    What nobody is there to receive any more is abandoned; what its reader does not want any more,
    or cannot be sent, stays as it is.

    Returns:
        How many are queued again.
    """
    failed = deliveries.c.state == "failed"
    hold(tx, failed)
    tx.execute(update(deliveries).where(failed, _for_nobody()).values(state="abandoned"))
    anew = {"state": "queued", "slot_at": now, "due_at": now, "settled_at": None, "attempts": 0}
    queued = tx.execute(update(deliveries).where(failed, _wanted()).values(**anew)).rowcount
    leading = select(deliveries.c.id).where(LEADING)
    lead_anew(tx, deliveries.c.bundle_id.not_in(leading))
    return queued


def failed_and_wanted(tx: Connection) -> int:
    """Return how many deliveries failed whose readers would still be sent them.

    What was refused because nobody is at the address is not among them: its reader is suppressed.
    Nor are test mails: who sent one was told at once.
    """
    tests = select(letters.c.id).where(letters.c.kind == "test")
    no_test = or_(deliveries.c.letter_id.is_(None), deliveries.c.letter_id.not_in(tests))
    failed = (deliveries.c.state == "failed", no_test, _wanted())
    return tx.execute(select(func.count()).select_from(deliveries).where(*failed)).scalar_one()


def _for_nobody() -> ColumnElement[bool]:
    erased = select(letters.c.id).where(letters.c.address.is_(None))
    no_letter = or_(deliveries.c.letter_id.is_(None), deliveries.c.letter_id.in_(erased))
    return and_(deliveries.c.subscription_id.is_(None), no_letter)


def _wanted() -> ColumnElement[bool]:
    shut = select(subscribers.c.id).where(subscribers.c.state == "suppressed")
    to_them = or_(letters.c.subscriber_id.is_(None), letters.c.subscriber_id.not_in(shut))
    written = select(letters.c.id).where(to_them, letters.c.address.is_not(None))
    confirmed = select(subscribers.c.id).where(subscribers.c.state == "confirmed")
    followed = select(subscriptions.c.id).where(
        subscriptions.c.ended_at.is_(None), subscriptions.c.subscriber_id.in_(confirmed)
    )
    return or_(deliveries.c.subscription_id.in_(followed), deliveries.c.letter_id.in_(written))


def _earliest(
    tx: Connection, times: Column[datetime], *conditions: ColumnElement[bool]
) -> datetime | None:
    earliest: datetime | None = tx.scalar(select(func.min(times)).where(OPEN, *conditions))
    return earliest
