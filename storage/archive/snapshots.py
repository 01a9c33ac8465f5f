"""Snapshots: the bytes of a page at one moment, compressed, and never altered afterwards."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.sql.dml import ReturningInsert

from storage.records import Origin, Snapshot
from storage.schema import sightings
from storage.schema import snapshots as table
from storage.upsert import insert_on

_DESCRIPTION = [column for column in table.c if column is not table.c.body]
# A page of 56 KB is 7.2 KB at this level, and 6.8 KB at the usual one in four times the time.
_LEVEL = 3
_END = datetime.max.replace(tzinfo=UTC)
_NEWEST = (
    select(*_DESCRIPTION)
    .where(table.c.address == bindparam("at"), table.c.fetched_at <= bindparam("until"))
    .order_by(table.c.fetched_at.desc(), table.c.id.desc())
    .limit(1)
)


def file_snapshot(
    tx: Connection,
    *,
    address: str,
    origin: Origin,
    fetched_at: datetime,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
) -> Snapshot:
    """Keep a page, unless it is byte for byte what stood at the address just before.

    A, B, A are three snapshots; A, A is one. "Before" goes by `fetched_at`, so that taking an old
    capture in twice keeps it once, though a newer page is on file.

    Returns:
        The new snapshot, or the one that says the same already.
    """
    _one_at_a_time(tx, address)
    sha256 = hashlib.sha256(body).hexdigest()
    before = _newest(tx, address, until=fetched_at)
    if before is not None and before.sha256 == sha256:
        return before
    row = {
        "address": address,
        "origin": origin,
        "fetched_at": fetched_at,
        "status": status,
        "headers": dict(headers),
        "sha256": sha256,
        "size": len(body),
        "body": zlib.compress(body, _LEVEL),
    }
    return Snapshot(**tx.execute(_filing(tx.dialect.name), row).mappings().one())


def body_of(tx: Connection, snapshot_id: int) -> bytes:
    """Return a snapshot's raw bytes.

    Raises:
        LookupError: there is no such snapshot.
    """
    return zlib.decompress(packed_body(tx, snapshot_id))


def packed_body(tx: Connection, snapshot_id: int) -> bytes:
    """Return a snapshot's body as it is stored, packed.

    Raises:
        LookupError: there is no such snapshot.
    """
    packed: bytes | None = tx.scalar(select(table.c.body).where(table.c.id == snapshot_id))
    if packed is None:
        raise LookupError(f"no snapshot {snapshot_id}")
    return packed


def unpacked(packed: bytes, size: int) -> bytes | None:
    """Unpack a body to its size and one byte at most; None where it does not unpack, or not whole.

    For bytes that are not trusted to be those that were stored.
    """
    unpacking = zlib.decompressobj()
    try:
        body = unpacking.decompress(packed, size + 1)
    except zlib.error:
        return None
    return body if unpacking.eof else None


def packed_behind(
    tx: Connection, snapshot_id: int, *, limit: int
) -> tuple[tuple[Snapshot, bytes], ...]:
    """Return the next snapshots behind one, by id, each with its body as it is stored, packed."""
    query = select(*_DESCRIPTION, table.c.body).where(table.c.id > snapshot_id)
    rows = tx.execute(query.order_by(table.c.id).limit(limit)).mappings()
    return tuple(
        (Snapshot(**{name: row[name] for name in row if name != "body"}), row["body"])
        for row in rows
    )


def snapshot_of(tx: Connection, snapshot_id: int) -> Snapshot:
    """Return a snapshot by its id.

    Raises:
        LookupError: there is no such snapshot.
    """
    query = select(*_DESCRIPTION).where(table.c.id == snapshot_id)
    row = tx.execute(query).mappings().first()
    if row is None:
        raise LookupError(f"no snapshot {snapshot_id}")
    return Snapshot(**row)


def count_snapshots(tx: Connection) -> int:
    """Return how many snapshots are on file."""
    return tx.scalar(select(func.count()).select_from(table)) or 0


def latest_snapshot(tx: Connection, address: str) -> Snapshot | None:
    """Return the snapshot of an address that was fetched last."""
    return _newest(tx, address)


def snapshots(tx: Connection) -> Iterator[Snapshot]:
    """Yield every snapshot, oldest first, without its body."""
    for row in tx.execute(
        select(*_DESCRIPTION).order_by(table.c.fetched_at, table.c.id)
    ).mappings():
        yield Snapshot(**row)


def understood(tx: Connection, addresses: Collection[str]) -> set[str]:
    """Return those of some addresses of which a snapshot was understood."""
    shows = select(sightings.c.snapshot_id).where(sightings.c.snapshot_id == table.c.id).exists()
    query = select(table.c.address).where(table.c.address.in_(addresses), shows)
    return set(tx.scalars(query))


@cache
def _filing(dialect: str) -> ReturningInsert[Any]:
    return insert_on(dialect, table).returning(*_DESCRIPTION)


def _newest(tx: Connection, address: str, until: datetime = _END) -> Snapshot | None:
    row = tx.execute(_NEWEST, {"at": address, "until": until}).mappings().first()
    return Snapshot(**row) if row else None


def _one_at_a_time(tx: Connection, address: str) -> None:
    """On PostgreSQL, wait for another writer of this address; on SQLite there is only one."""
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(func.hashtext(address))))
