"""Many readers filed at once, each with what is followed: for an import of a hundred thousand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from storage.preferences import columns_of
from storage.records import Channel, Subscriber, Subscription
from storage.schema import subscribers, subscriptions
from storage.subscribers import address_key
from storage.upsert import insert


def enter(tx: Connection, readers: Sequence[Subscriber]) -> tuple[int, int]:
    """File readers; who is on file already stays as is, with what is followed.

    Args:
        tx: a writing transaction.
        readers: as they are to be filed, no address twice; their ids do not count.

    Returns:
        How many readers are new, and how many subscriptions they have.
    """
    new = insert(tx, subscribers).on_conflict_do_nothing(index_elements=["address_key"])
    ids = new.returning(subscribers.c.address_key, subscribers.c.id)
    rows = [_row(reader) for reader in readers]
    filed = {row.address_key: row.id for row in tx.execute(ids, rows)} if rows else {}
    followed = [
        _followed(filed[row["address_key"]], each)
        for row, reader in zip(rows, readers, strict=True)
        if row["address_key"] in filed
        for each in reader.subscriptions
    ]
    if followed:
        tx.execute(insert(tx, subscriptions), followed)
    return len(filed), len(followed)


def known_among(
    tx: Connection, addresses: Collection[tuple[str, Channel]]
) -> set[tuple[str, Channel]]:
    """Return those addresses, each with its channel, that are on file."""
    keys = {address_key(*each): each for each in addresses}
    query = select(subscribers.c.address_key).where(subscribers.c.address_key.in_(keys))
    return {keys[key] for key in tx.scalars(query)}


def _row(reader: Subscriber) -> Mapping[str, Any]:
    return {
        "address": reader.address,
        "address_key": address_key(reader.address, reader.channel),
        "channel": reader.channel,
        "domain": reader.domain,
        "state": reader.state,
        "created_at": reader.created_at,
        "confirmed_at": reader.confirmed_at,
        "reason": reader.reason,
        "generation": 0,
        "letters": 0,
        "bounces": 0.0,
        **columns_of(reader.preferences),
    }


def _followed(reader_id: int, one: Subscription) -> Mapping[str, Any]:
    return {
        "subscriber_id": reader_id,
        "series": one.series,
        "topics": one.topics,
        "created_at": one.created_at,
    }
