"""Drain the outbox: claim with a lease, send, settle; one delivery at a time.

A delivery is settled right after the server's yes. A process killed between the two sends that one
mail again when its lease is over, under the same Message-ID; nothing else is ever sent twice, and
nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.schedule import next_delivery
from monitor.errors import SettingsError
from monitor.journeys.progress import Each, nobody
from monitor.settings import Settings
from notifiers.message import NothingCanBeSent, Notifier, SendError, digest_message
from storage import outbox
from storage.database import Database
from storage.records import Balance, Delivery

_SHUT_DOOR_WAIT = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Delivered:
    """How a run through the outbox went, and how the books stand after it."""

    sent: int
    retried: int
    failed: int
    balance: Balance
    problem: SendError | None = None


def deliver(
    *,
    database: Database,
    notifier: Notifier,
    settings: Settings,
    owner: str,
    now: Callable[[], datetime],
    each: Each = nobody,
) -> Delivered:
    """Send all that is due.

    Args:
        database: where the outbox is.
        notifier: the way out.
        settings: the sender and the length of the lease.
        owner: who claims: different for every process.
        now: the clock.
        each: told after each delivery how many are done; the total is not known (0).

    Raises:
        SettingsError: MAIL_FROM is no mail address.
    """
    lease = timedelta(seconds=settings.delivery_lease_seconds)
    counts = {"sent": 0, "retried": 0, "failed": 0}
    problem: SendError | None = None
    while problem is None:
        with database.transaction() as tx:
            delivery = outbox.claim(tx, owner=owner, now=now(), lease=lease)
        if delivery is None:
            break
        fault = _send(delivery, notifier, settings.mail_from, now())
        counts[_settle(delivery, fault, database, owner, now())] += 1
        problem = fault if isinstance(fault, NothingCanBeSent) else None
        each(sum(counts.values()), 0)
    with database.reading() as tx:
        return Delivered(**counts, balance=outbox.balance(tx), problem=problem)


def retry_failed(*, database: Database, now: datetime) -> int:
    """Have what failed for good tried again, on the operator's word; return how many."""
    with database.transaction() as tx:
        return outbox.retry_failed(tx, now)


def _send(delivery: Delivery, notifier: Notifier, sender: str, now: datetime) -> SendError | None:
    try:
        message = digest_message(delivery, sender=sender, date=now)
    except ValueError as fault:
        raise SettingsError(f"ROUNDWATCH_MAIL_FROM: {fault}") from fault
    try:
        notifier.send(message)
    except SendError as fault:
        return fault
    return None


def _settle(
    delivery: Delivery, fault: SendError | None, database: Database, owner: str, now: datetime
) -> str:
    with database.transaction() as tx:
        if fault is None:
            outbox.settle_sent(tx, delivery.id, owner=owner, now=now)
            return "sent"
        shut = isinstance(fault, NothingCanBeSent)  # no fault of this message: it is never given up
        again = now + _SHUT_DOOR_WAIT if shut else next_delivery(now, delivery.attempts)
        if fault.permanent or again is None:
            outbox.settle_failed(tx, delivery.id, owner=owner, error=fault.summary, now=now)
            return "failed"
        outbox.settle_retry(
            tx,
            delivery.id,
            owner=owner,
            error=fault.summary,
            next_attempt_at=again,
            tried=not shut,
        )
        return "retried"
