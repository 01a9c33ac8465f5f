"""Readers: who they are, what they asked for, and how they stand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from storage.errors import Conflict
from storage.outbox.addressing import AT_AN_END, ENDED, suppress_waiting
from storage.outbox.holding import hold, hold_reader
from storage.preferences import columns_of, preferences_of
from storage.records import Channel, Preferences, Subscriber, SubscriberState, Subscription
from storage.schema import bounces, deliveries, digests, letters, subscriptions
from storage.schema import subscribers as table
from storage.upsert import insert

_PIECE = 1000
_AS_THEY_ARE = (
    *("id", "address", "channel", "domain", "state", "created_at", "confirmed_at", "reason"),
    *("generation", "letters", "letter_at", "bounces", "bounced_at"),
)


def add(
    tx: Connection,
    *,
    address: str,
    channel: Channel,
    domain: str,
    state: SubscriberState,
    preferences: Preferences,
    now: datetime,
) -> tuple[Subscriber, bool]:
    """File a reader; one who is on file already stays as is.

    Args:
        tx: a writing transaction.
        address: as the caller has normalised it; two mail addresses that differ in case are one.
        channel: what kind of address it is.
        domain: what receives there, for limits and rests.
        state: pending, or confirmed on the operator's word.
        preferences: how the reader wants to be told.
        now: the time to file it under, aware.

    Returns:
        The reader as on file, and whether it is new.
    """
    row = {
        "address": address,
        "address_key": address_key(address, channel),
        "channel": channel,
        "domain": domain,
        "state": state,
        "created_at": now,
        "confirmed_at": now if state == "confirmed" else None,
        "generation": 0,
        "letters": 0,
        "bounces": 0.0,
        **columns_of(preferences),
    }
    new = insert(tx, table).values(row).on_conflict_do_nothing(index_elements=["address_key"])
    created = tx.execute(new.returning(table.c.id)).first() is not None
    return _one(tx, table.c.address_key == row["address_key"]), created


def find(tx: Connection, address: str, channel: Channel = "mail") -> Subscriber | None:
    """Return the reader of an address."""
    return next(_read(tx, table.c.address_key == address_key(address, channel)), None)


def of_id(tx: Connection, subscriber_id: int) -> Subscriber | None:
    """Return one reader; in a writing transaction, kept from others until its end."""
    # PostgreSQL locks nothing in a transaction that only reads, and says so with an error.
    if not tx.get_execution_options().get("postgresql_readonly"):
        hold_reader(tx, subscriber_id)
    return next(_read(tx, table.c.id == subscriber_id), None)


def subscribers(tx: Connection, series: str | None = None) -> Iterator[Subscriber]:
    """Hand out the readers of one series, or all, in the order they came."""
    last = 0
    while piece := page(tx, last, _PIECE, series):
        yield from piece
        last = piece[-1].id


def page(
    tx: Connection, after: int, limit: int, series: str | None = None
) -> tuple[Subscriber, ...]:
    """Return some readers of one series, or of all, in the order they came.

    Args:
        tx: a transaction.
        after: the id of the reader before the first one; 0 for the very first.
        limit: how many at most.
        series: the slug of one that they follow.
    """
    here = (subscriptions.c.series == series, subscriptions.c.ended_at.is_(None))
    following = select(subscriptions.c.subscriber_id).where(*here)
    wanted = (table.c.id.in_(following),) if series is not None else ()
    return tuple(_read(tx, table.c.id > after, *wanted, limit=limit))


def unconfirmed(tx: Connection, before: datetime) -> list[int]:
    """Return the ids of those who never confirmed, and were last written to before a time."""
    last = func.coalesce(table.c.letter_at, table.c.created_at)
    return list(tx.scalars(select(table.c.id).where(table.c.state == "pending", last < before)))


def follow(
    tx: Connection, subscriber_id: int, series: str, topics: tuple[str, ...], now: datetime
) -> bool:
    """Have a reader told of a series, or of some of its topics; return whether that is new.

    A series that is followed already gets the new choice of topics.
    """
    mine = {"subscriber_id": subscriber_id, "series": series}
    new = insert(tx, subscriptions).values(**mine, topics=topics, created_at=now)
    known = new.on_conflict_do_nothing(index_elements=["subscriber_id", "series"])
    if tx.execute(known.returning(subscriptions.c.id)).first() is not None:
        return True
    here = _followed(subscriber_id, series)
    ended = tx.scalar(select(subscriptions.c.ended_at).where(*here))
    tx.execute(update(subscriptions).where(*here).values(topics=topics, ended_at=None))
    return ended is not None


def unfollow(tx: Connection, subscriber_id: int, series: str, now: datetime) -> None:
    """Have a reader told of a series no more; what waits of it is suppressed."""
    suppress_waiting(tx, subscriber_id, "no longer followed", now, series)
    here = _followed(subscriber_id, series)
    tx.execute(update(subscriptions).where(*here).values(ended_at=now))


def prefer(tx: Connection, subscriber_id: int, preferences: Preferences) -> None:
    """Keep how a reader wants to be told; what waits is rescheduled by the caller."""
    _change(tx, subscriber_id, **columns_of(preferences))


def confirm(tx: Connection, subscriber_id: int, now: datetime) -> None:
    """The reader said yes: told of news from now on, with a clean slate."""
    slate = {"letters": 0, "letter_at": None, "bounces": 0.0, "bounced_at": None, "reason": None}
    _change(tx, subscriber_id, state="confirmed", confirmed_at=now, **slate)


def await_confirmation(tx: Connection, subscriber_id: int) -> None:
    """One who had left is asked anew: nothing is sent until that is confirmed."""
    _change(tx, subscriber_id, state="pending")


def unsubscribe(tx: Connection, subscriber_id: int, now: datetime) -> None:
    """The reader wants nothing more: what waits is suppressed. The choice of series is kept."""
    suppress_waiting(tx, subscriber_id, "unsubscribed", now)
    _change(tx, subscriber_id, state="unsubscribed", left_at=now)


def suppress(tx: Connection, subscriber_id: int, reason: str, now: datetime) -> None:
    """Nothing can, or may, be sent to this address any more, for the reason given."""
    suppress_waiting(tx, subscriber_id, reason, now)
    _change(tx, subscriber_id, state="suppressed", reason=reason)


def count_letter(tx: Connection, subscriber_id: int, letters: int, now: datetime) -> None:
    """Keep how many letters have gone to an address that is not confirmed."""
    _change(tx, subscriber_id, letters=letters, letter_at=now)


def score(tx: Connection, subscriber_id: int, bounces: float, now: datetime) -> None:
    """Keep the score of soft bounces as it stands now."""
    _change(tx, subscriber_id, bounces=bounces, bounced_at=now)


def readdress(tx: Connection, subscriber_id: int, address: str, domain: str) -> bool:
    """Move a reader to another mail address; links sent to the old one do not count any more.

    Returns:
        Whether it was done: not where another reader has that address.
    """
    key = address_key(address, "mail")
    hold_reader(tx, subscriber_id)
    taken = select(table.c.id).where(table.c.address_key == key, table.c.id != subscriber_id)
    if tx.execute(taken).first() is not None:
        return False
    moved = {"address": address, "address_key": key, "domain": domain}
    clean = {"bounces": 0.0, "bounced_at": None}
    try:
        with tx.begin_nested():
            _change(tx, subscriber_id, generation=table.c.generation + 1, **moved, **clean)
    except Conflict:  # another came there at this very moment
        return False
    mine = select(subscriptions.c.id).where(subscriptions.c.subscriber_id == subscriber_id)
    here = hold(tx, deliveries.c.subscription_id.in_(mine))
    tx.execute(update(deliveries).where(deliveries.c.id.in_(here)).values(domain=domain))
    return True


def erase(tx: Connection, subscriber_id: int, now: datetime) -> None:
    """Forget a reader: the address is nowhere in the database afterwards.

    The books stay: what is queued counts as suppressed, what is being sent as abandoned, since
    nobody will know how it ended; all of it without its reader, and without the words of the mail
    server, which may quote the address.
    """
    # Held first: a digest or a letter that is being addressed at this moment is waited for, and
    # is then seen below.
    hold_reader(tx, subscriber_id)
    mine = select(subscriptions.c.id).where(subscriptions.c.subscriber_id == subscriber_id)
    written = list(tx.scalars(select(letters.c.id).where(letters.c.subscriber_id == subscriber_id)))
    ours = deliveries.c.subscription_id.in_(mine) | deliveries.c.letter_id.in_(written)
    ids = hold(tx, ours)
    _end_open(tx, deliveries.c.id.in_(ids), now)
    nothing = {"error": None, "domain": None}
    tx.execute(update(deliveries).where(deliveries.c.id.in_(ids)).values(**nothing))
    blank = {"address": None, "facts": None, "subscriber_id": None}
    tx.execute(update(letters).where(letters.c.id.in_(written)).values(**blank))
    tx.execute(delete(table).where(table.c.id == subscriber_id))


def everything_on(tx: Connection, subscriber_id: int) -> dict[str, list[dict[str, Any]]]:
    """Return what else is on file about a reader: mails, letters and bounces, as plain rows."""
    mails = (
        select(
            *digests.c["series", "round", "kind", "subject"],
            *deliveries.c["message_id", "state", "queued_at", "settled_at", "attempts", "error"],
        )
        .join(digests, digests.c.id == deliveries.c.digest_id)
        .join(subscriptions, subscriptions.c.id == deliveries.c.subscription_id)
        .where(subscriptions.c.subscriber_id == subscriber_id)
        .order_by(deliveries.c.id)
    )
    posts = (
        select(
            *letters.c["kind", "address", "language", "created_at"],
            *deliveries.c["message_id", "state", "settled_at", "attempts", "error"],
        )
        .join(deliveries, deliveries.c.letter_id == letters.c.id)
        .where(letters.c.subscriber_id == subscriber_id)
        .order_by(letters.c.id)
    )
    back = (
        select(*bounces.c["kind", "status", "message_id", "words", "taken_at"])
        .where(bounces.c.subscriber_id == subscriber_id)
        .order_by(bounces.c.id)
    )
    named = {"mails": mails, "letters": posts, "bounces": back}
    return {name: [dict(row) for row in tx.execute(q).mappings()] for name, q in named.items()}


def _followed(subscriber_id: int, series: str) -> tuple[ColumnElement[bool], ...]:
    return subscriptions.c.subscriber_id == subscriber_id, subscriptions.c.series == series


def _end_open(tx: Connection, ours: ColumnElement[bool], now: datetime) -> None:
    still = deliveries.c.state.in_(("queued", "sending", "uncertain"))
    ended = {"state": ENDED, **AT_AN_END, "settled_at": now}
    tx.execute(update(deliveries).where(ours, still).values(**ended))


def address_key(address: str, channel: Channel) -> str:
    """Return what makes two spellings of an address one; the database's own lower() differs."""
    return address.casefold() if channel == "mail" else address


def _change(tx: Connection, subscriber_id: int, **columns: Any) -> None:  # noqa: ANN401
    tx.execute(update(table).where(table.c.id == subscriber_id).values(**columns))


def _one(tx: Connection, condition: ColumnElement[bool]) -> Subscriber:
    return next(_read(tx, condition))


def _read(
    tx: Connection, *conditions: ColumnElement[bool], limit: int | None = None
) -> Iterator[Subscriber]:
    rows = (
        tx.execute(select(table).where(*conditions).order_by(table.c.id).limit(limit))
        .mappings()
        .all()
    )
    theirs = _subscriptions(tx, [row["id"] for row in rows])
    for row in rows:
        as_is = {name: row[name] for name in _AS_THEY_ARE}
        yield Subscriber(
            **as_is, preferences=preferences_of(row), subscriptions=tuple(theirs[row["id"]])
        )


def _subscriptions(tx: Connection, ids: list[int]) -> dict[int, list[Subscription]]:
    found: dict[int, list[Subscription]] = {each: [] for each in ids}
    here = (subscriptions.c.subscriber_id.in_(ids), subscriptions.c.ended_at.is_(None))
    query = select(subscriptions).where(*here)
    for row in tx.execute(query.order_by(subscriptions.c.id)).mappings():
        one = Subscription(row["id"], row["series"], row["topics"], row["created_at"])
        found[row["subscriber_id"]].append(one)
    return found
