"""Snapshots: the bytes of a page at one moment, compressed, and never altered afterwards."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection, func, select

from storage.records import Origin, Snapshot
from storage.schema import snapshots as table
from storage.upsert import insert

_DESCRIPTION = [column for column in table.c if column is not table.c.body]


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
        "body": zlib.compress(body),
    }
    new = insert(tx, table).values(row).returning(*_DESCRIPTION)
    return Snapshot(**tx.execute(new).mappings().one())


def body_of(tx: Connection, snapshot_id: int) -> bytes:
    """Return a snapshot's raw bytes.

    Raises:
        LookupError: there is no such snapshot.
    """
    packed = tx.scalar(select(table.c.body).where(table.c.id == snapshot_id))
    if packed is None:
        raise LookupError(f"no snapshot {snapshot_id}")
    return zlib.decompress(packed)


def snapshot_by_id(tx: Connection, snapshot_id: int) -> Snapshot:
    """Return a snapshot, without its body.

    Raises:
        LookupError: there is no such snapshot.
    """
    row = tx.execute(select(*_DESCRIPTION).where(table.c.id == snapshot_id)).mappings().first()
    if row is None:
        raise LookupError(f"no snapshot {snapshot_id}")
    return Snapshot(**row)


def latest_snapshot(tx: Connection, address: str) -> Snapshot | None:
    """Return the snapshot of an address that was fetched last."""
    return _newest(tx, address)


def snapshots(tx: Connection) -> Iterator[Snapshot]:
    """Yield every snapshot, oldest first, without its body."""
    for row in tx.execute(
        select(*_DESCRIPTION).order_by(table.c.fetched_at, table.c.id)
    ).mappings():
        yield Snapshot(**row)


def _newest(tx: Connection, address: str, until: datetime | None = None) -> Snapshot | None:
    query = select(*_DESCRIPTION).where(table.c.address == address)
    if until is not None:
        query = query.where(table.c.fetched_at <= until)
    newest_first = query.order_by(table.c.fetched_at.desc(), table.c.id.desc()).limit(1)
    row = tx.execute(newest_first).mappings().first()
    return Snapshot(**row) if row else None


def _one_at_a_time(tx: Connection, address: str) -> None:
    """On PostgreSQL, wait for another writer of this address; on SQLite there is only one."""
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(func.hashtext(address))))
