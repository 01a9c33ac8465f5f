"""What an attempt's end means: for the delivery, for the domain that receives, for the reader."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.core.rests import IN_A_ROW, next_rest
from monitor.core.schedule import next_delivery
from monitor.journeys.bounces import weigh
from notifiers.message import SendError
from storage import outbox, subscribers
from storage.database import Transaction
from storage.records import Bounce, BounceClass, Delivery, DeliveryState, Outcome

SHUT_DOOR_WAIT = timedelta(minutes=5)
"""Until the next try where nothing at all could be sent."""


def outcome_of(delivery: Delivery, fault: SendError | None, now: datetime) -> Outcome:
    """What becomes of a delivery."""
    if fault is None:
        return Outcome(delivery.id, "sent")
    if fault.reach == "all":  # no fault of this message: it is never given up
        return put_off(delivery, now + SHUT_DOOR_WAIT, fault.summary)
    again = next_delivery(now, delivery.attempts)
    if fault.permanent or again is None:
        return Outcome(delivery.id, "failed", error=fault.summary)
    state: DeliveryState = "uncertain" if fault.uncertain else "queued"
    return Outcome(delivery.id, state, again, fault.summary)


def put_off(delivery: Delivery, until: datetime, why: str | None = None) -> Outcome:
    """Give a delivery back that was not tried."""
    return Outcome(delivery.id, "queued", until, why, tried=False)


class Domains:
    """How the receiving domains behave in this run; what outlasts it is in the database."""

    def __init__(self, tx: Transaction) -> None:
        self._troubled = outbox.troubled(tx)
        self._in_a_row: dict[str, int] = {}

    def learn(
        self, tx: Transaction, domain: str, fault: SendError | None, now: datetime
    ) -> datetime | None:
        """Learn from an answer; return until when the domain rests, if it does from now on."""
        if fault is None:
            self._in_a_row.pop(domain, None)
            if domain in self._troubled:
                outbox.wake(tx, domain)
                self._troubled.discard(domain)
            return None
        if fault.permanent or fault.reach in ("all", "address"):
            return None
        row = self._in_a_row[domain] = self._in_a_row.get(domain, 0) + 1
        if fault.reach != "domain" and row < IN_A_ROW:
            return None
        return self._lay_to_rest(tx, domain, fault.summary, now)

    def _lay_to_rest(self, tx: Transaction, domain: str, words: str, now: datetime) -> datetime:
        """Leave a domain alone; what was on its way when another did so says nothing more.

        Else ten connections, or ten workers, would make four hours of one bad minute.
        """
        if already := outbox.rests_until(tx, domain, now):
            self._troubled.add(domain)
            return already
        failures = outbox.failures(tx, domain) + 1
        until = next_rest(now, failures)
        outbox.rest(tx, domain, failures=failures, not_before=until, words=words)
        self._troubled.add(domain)
        self._in_a_row.pop(domain, None)
        return until


def learn_of_reader(
    tx: Transaction, delivery: Delivery, fault: SendError | None, now: datetime
) -> None:
    """What a server's answer says of the reader counts as if the mail had come back.

    However often one delivery is tried, it counts once.
    """
    to = delivery.recipient
    if fault is None or fault.reach != "address" or to.subscriber_id is None:
        return
    if delivery.letter is not None and delivery.letter.kind == "address":
        return  # said of the new address; the reader is still at the old one
    reader = subscribers.of_id(tx, to.subscriber_id)
    if reader is not None:
        kind: BounceClass = "hard" if fault.permanent else "soft"
        bounce = Bounce(kind, to.address, fault.status, delivery.message_id, fault.summary)
        weigh(tx, reader, bounce, report=f"answer to {delivery.message_id}", now=now)
