"""Claiming deliveries with a lease, and settling them, both in batches.

An open delivery carries one time, `due_at`: when it may be tried, or, while a worker holds it, when
the lease runs out and it is anybody's again. So one question finds the next ones to do. What is
bundled goes the way of the delivery it goes along with, which alone is looked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from storage.records import Delivery, Letter, Outcome, Part, Recipient
from storage.schema import LEADING, OPEN, deliveries, domains, letters, subscribers, subscriptions


def claim(
    tx: Connection, *, owner: str, now: datetime, lease: timedelta, limit: int
) -> tuple[Delivery, ...]:
    """Take the deliveries that are due longest, or whose last owner's lease ran out.

    Any number of workers may ask at once: each delivery goes to one of them. What goes to a domain
    that put us off is left until its time. Commit before sending.

    Args:
        tx: a writing transaction.
        owner: who claims, different for each worker; settling asks for it.
        now: the time, aware.
        lease: for how long nobody else may have them.
        limit: how many mails at most.

    Returns:
        The deliveries, this attempt counted, in the order in which they were due.
    """
    ids = _due(tx, now, limit)
    if not ids:
        return ()
    _take_along(tx, ids)
    mine = {
        "state": "sending",
        "owner": owner,
        "due_at": now + lease,
        "attempts": deliveries.c.attempts + 1,
    }
    tx.execute(update(deliveries).where(_with_bundled(ids)).values(**mine))
    return _claimed(tx, ids)


def extend(tx: Connection, *, owner: str, until: datetime) -> int:
    """Lengthen the lease of all that an owner holds; return of how many deliveries."""
    held = and_(OPEN, deliveries.c.owner == owner)
    return tx.execute(update(deliveries).where(held).values(due_at=until)).rowcount


def settle(tx: Connection, outcomes: Sequence[Outcome], *, owner: str, now: datetime) -> int:
    """Record how attempts ended, with all that was bundled.

    Returns:
        How many deliveries were recorded: what `owner` does not hold any more is left as it is.
    """
    sent = [each.delivery_id for each in outcomes if each.state == "sent"]
    done = 0
    if sent:
        ended = {"state": "sent", "due_at": None, "settled_at": now, "error": None}
        done += _record(tx, sent, owner, ended)
    for each in outcomes:
        if each.state != "sent":
            done += _record(tx, [each.delivery_id], owner, _recorded(each, now))
    return done


def _due(tx: Connection, now: datetime, limit: int) -> list[int]:
    resting = select(domains.c.domain).where(domains.c.not_before > now)
    query = (
        select(deliveries.c.id)
        .where(LEADING, deliveries.c.due_at <= now)
        .where(or_(deliveries.c.domain.is_(None), deliveries.c.domain.not_in(resting)))
        .order_by(deliveries.c.due_at, deliveries.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(tx.scalars(query))


def _take_along(tx: Connection, ids: list[int]) -> None:
    """Lock what is bundled with them, so that it cannot leave meanwhile."""
    bundled = select(deliveries.c.id).where(deliveries.c.bundle_id.in_(ids), OPEN)
    tx.execute(bundled.with_for_update()).all()


def _with_bundled(ids: list[int]) -> ColumnElement[bool]:
    return and_(OPEN, or_(deliveries.c.id.in_(ids), deliveries.c.bundle_id.in_(ids)))


def _record(tx: Connection, ids: list[int], owner: str, ending: dict[str, Any]) -> int:
    # Nobody owns a delivery but while it is being sent.
    held = and_(_with_bundled(ids), deliveries.c.owner == owner)
    return tx.execute(update(deliveries).where(held).values(owner=None, **ending)).rowcount


def _recorded(outcome: Outcome, now: datetime) -> dict[str, Any]:
    ending: dict[str, Any] = {
        "state": outcome.state,
        "due_at": outcome.due_at,
        "settled_at": None if outcome.due_at else now,
        "error": outcome.error,
    }
    if not outcome.tried:
        ending["attempts"] = deliveries.c.attempts - 1
    return ending


def _claimed(tx: Connection, ids: list[int]) -> tuple[Delivery, ...]:
    rows = tx.execute(_content(ids)).mappings().all()
    parts: dict[int, list[Part]] = {each: [] for each in ids}
    for row in rows:
        if row["digest_id"] is not None:
            leader = row["bundle_id"] or row["id"]
            parts[leader].append(Part(row["digest_id"], row["topics"]))
    leading = {row["id"]: row for row in rows if row["bundle_id"] is None}
    return tuple(_delivery(leading[each], tuple(parts[each])) for each in ids)


def _content(ids: list[int]) -> Any:  # noqa: ANN401 - a query
    return (
        select(
            *deliveries.c["id", "bundle_id", "digest_id", "message_id", "attempts", "queued_at"],
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
            subscribers.c.id
            == func.coalesce(subscriptions.c.subscriber_id, letters.c.subscriber_id),
        )
        .where(or_(deliveries.c.id.in_(ids), deliveries.c.bundle_id.in_(ids)))
        .where(deliveries.c.state == "sending")
        .order_by(deliveries.c.id)
    )


def _delivery(row: Any, parts: tuple[Part, ...]) -> Delivery:  # noqa: ANN401
    letter = _letter(row) if row["letter_id"] is not None else None
    return Delivery(
        id=row["id"],
        message_id=row["message_id"],
        attempts=row["attempts"],
        queued_at=row["queued_at"],
        recipient=_recipient(row),
        parts=parts,
        letter=letter,
    )


def _letter(row: Any) -> Letter:  # noqa: ANN401
    names = ("id", "kind", "subscriber_id", "language", "facts", "created_at")
    return Letter(**{name: row[f"letter_{name}"] for name in names})


def _recipient(row: Any) -> Recipient:  # noqa: ANN401
    if row["subscriber_id"] is None:
        return Recipient(row["letter_address"], domain=row["domain"] or "")
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
