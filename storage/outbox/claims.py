"""Claiming deliveries with a lease, and settling them, both in batches.

An open delivery carries one time, `due_at`: when it may be tried, or, while a worker holds it, when
the lease runs out and it is anybody's again. So one question finds the next ones to do. What is
bundled goes the way of the delivery it goes along with, which alone is looked for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    TextClause,
    and_,
    bindparam,
    func,
    or_,
    select,
    update,
)

from storage.among import IDS, among
from storage.columns import UtcTime
from storage.outbox.holding import hold, holds_rows
from storage.records import Delivery, Letter, Outcome, Part, Recipient
from storage.schema import (
    LEADING,
    LETTERS,
    OPEN,
    deliveries,
    domains,
    letters,
    subscribers,
    subscriptions,
)

# Built once: building them again for every few mails took longer than running them.
_IN_MAILS = or_(among(deliveries.c.id, IDS), among(deliveries.c.bundle_id, IDS))
_MAILS = and_(OPEN, _IN_MAILS)
_GOING_ALONG = and_(OPEN, among(deliveries.c.bundle_id, IDS))
_IN_ORDER = select(deliveries.c.id).where(_MAILS).order_by(deliveries.c.id).with_for_update()
# A letter leads nobody and goes along with nobody.
_DIGESTS = and_(LEADING, deliveries.c.letter_id.is_(None))
# Nobody owns a delivery but while it is being sent.
_HELD = update(deliveries).where(_MAILS, deliveries.c.owner == bindparam("holder"))
_SENT = _HELD.values(
    owner=None, state="sent", due_at=None, settled_at=bindparam("now", type_=UtcTime), error=None
)
_TAKEN = (
    update(deliveries)
    .where(_MAILS)
    .values(
        state="sending",
        owner=bindparam("holder"),
        due_at=bindparam("until", type_=UtcTime),
        attempts=deliveries.c.attempts + 1,
    )
)
_CONTENT = (
    select(
        *deliveries.c["id", "bundle_id", "digest_id", "message_id", "attempts"],
        deliveries.c.domain,
        subscriptions.c.topics,
        *subscribers.c["address", "channel", "generation", "format"],
        subscribers.c.language,
        subscribers.c.id.label("subscriber_id"),
        *(each.label(f"letter_{each.name}") for each in letters.c),
    )
    .outerjoin(subscriptions, subscriptions.c.id == deliveries.c.subscription_id)
    .outerjoin(letters, letters.c.id == deliveries.c.letter_id)
    .outerjoin(
        subscribers,
        subscribers.c.id == func.coalesce(subscriptions.c.subscriber_id, letters.c.subscriber_id),
    )
    .where(_IN_MAILS, deliveries.c.state == "sending")
    .order_by(deliveries.c.id)
)


def claim(
    tx: Connection,
    *,
    owner: str,
    now: datetime,
    lease: timedelta,
    limit: int,
    full: Collection[str] = (),
    letters_alone: bool = False,
) -> tuple[Delivery, ...]:
    """Take the deliveries that are due longest, or whose last owner's lease ran out; letters first.

    Any number of workers may ask at once: each delivery goes to one of them. What goes to a domain
    that put us off is left until its time. Commit before sending.

    Args:
        tx: a writing transaction.
        owner: who claims, different for each worker; settling asks for it.
        now: the time, aware.
        lease: for how long nobody else may have them.
        limit: how many mails at most.
        full: domains that nothing may go to just now.
        letters_alone: leave digests to others.

    Returns:
        The deliveries, this attempt counted, in the order in which they were due.
    """
    ids = _due(tx, LETTERS, now, limit, full)
    if len(ids) < limit and not letters_alone:
        ids += _due(tx, _DIGESTS, now, limit - len(ids), full)
    if not ids:
        return ()
    hold(tx, _GOING_ALONG, ids=ids)  # so that none leaves meanwhile
    tx.execute(_TAKEN, {"ids": ids, "holder": owner, "until": now + lease})
    return _claimed(tx, ids)


def extend(tx: Connection, *, owner: str, until: datetime) -> int:
    """Lengthen the lease of all that an owner holds; return of how many deliveries."""
    held = hold(tx, OPEN, deliveries.c.owner == owner)
    longer = update(deliveries).where(deliveries.c.id.in_(held)).values(due_at=until)
    return tx.execute(longer).rowcount


def settle(tx: Connection, outcomes: Sequence[Outcome], *, owner: str, now: datetime) -> int:
    """Record how attempts ended, with all that was bundled.

    Returns:
        How many deliveries were recorded: what `owner` does not hold any more is left as it is.
    """
    if holds_rows(tx):
        tx.execute(_IN_ORDER, {"ids": [each.delivery_id for each in outcomes]}).all()
    sent = [each.delivery_id for each in outcomes if each.state == "sent"]
    done = 0
    if sent:
        done += tx.execute(_SENT, {"ids": sent, "holder": owner, "now": now}).rowcount
    for each in outcomes:
        if each.state != "sent":
            done += _record(tx, each, owner, now)
    return done


def _due(
    tx: Connection,
    which: ColumnElement[bool] | TextClause,
    now: datetime,
    limit: int,
    full: Collection[str],
) -> list[int]:
    resting = select(domains.c.domain).where(domains.c.not_before > now)
    free = and_(deliveries.c.domain.not_in(resting), deliveries.c.domain.not_in(sorted(full)))
    query = (
        select(deliveries.c.id)
        .where(which, deliveries.c.due_at <= now)
        .where(or_(deliveries.c.domain.is_(None), free))
        .order_by(deliveries.c.due_at, deliveries.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(tx.scalars(query))


def _record(tx: Connection, outcome: Outcome, owner: str, now: datetime) -> int:
    ending: dict[str, Any] = {
        "state": outcome.state,
        "due_at": outcome.due_at,
        "settled_at": None if outcome.due_at else now,
        "error": outcome.error,
    }
    if not outcome.tried:
        ending["attempts"] = deliveries.c.attempts - 1
    held = _HELD.values(owner=None, **ending)
    return tx.execute(held, {"ids": [outcome.delivery_id], "holder": owner}).rowcount


def _claimed(tx: Connection, ids: list[int]) -> tuple[Delivery, ...]:
    rows = tx.execute(_CONTENT, {"ids": ids}).mappings().all()
    parts: dict[int, list[Part]] = {each: [] for each in ids}
    for row in rows:
        if row["digest_id"] is not None:
            leader = row["bundle_id"] or row["id"]
            parts[leader].append(Part(row["digest_id"], row["topics"]))
    leading = {row["id"]: row for row in rows if row["bundle_id"] is None}
    return tuple(_delivery(leading[each], tuple(parts[each])) for each in ids)


def _delivery(row: Any, parts: tuple[Part, ...]) -> Delivery:  # noqa: ANN401
    letter = _letter(row) if row["letter_id"] is not None else None
    return Delivery(
        id=row["id"],
        message_id=row["message_id"],
        attempts=row["attempts"],
        recipient=_recipient(row),
        parts=parts,
        letter=letter,
    )


def _letter(row: Any) -> Letter:  # noqa: ANN401
    names = ("id", "kind", "subscriber_id", "language", "facts", "created_at", "trace")
    return Letter(**{name: row[f"letter_{name}"] for name in names})


def _recipient(row: Any) -> Recipient:  # noqa: ANN401
    if row["subscriber_id"] is None:
        to, domain = row["letter_address"], row["domain"] or ""
        return Recipient(to, domain=domain, language=row["letter_language"])
    return Recipient(
        # A letter may go to an address that is not yet the reader's.
        address=row["letter_address"] or row["address"],
        channel=row["channel"],
        domain=row["domain"] or "",
        subscriber_id=row["subscriber_id"],
        generation=row["generation"],
        language=row["letter_language"] or row["language"],
        format=row["format"],
    )
