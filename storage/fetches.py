"""How to ask politely: validators per address, manners per host."""

from __future__ import annotations

from dataclasses import asdict, fields

from sqlalchemy import Connection, Table, select

from storage.records import FetchState, StoredManners
from storage.schema import fetches, hosts
from storage.upsert import insert

_WISHES = [hosts.c[field.name] for field in fields(StoredManners)]


def fetch_state(tx: Connection, address: str) -> FetchState | None:
    """Return what is remembered of the last fetch of an address."""
    row = tx.execute(select(fetches).where(fetches.c.address == address)).mappings().first()
    return FetchState(**row) if row else None


def remember_fetch(tx: Connection, state: FetchState) -> None:
    """Keep a fetch's validators in place of the address's earlier ones."""
    _put(tx, fetches, asdict(state))


def host_manners(tx: Connection, host: str) -> StoredManners | None:
    """Return what is remembered of a host's wishes."""
    row = tx.execute(select(*_WISHES).where(hosts.c.host == host)).mappings().first()
    return StoredManners(**row) if row else None


def remember_manners(tx: Connection, host: str, manners: StoredManners) -> None:
    """Keep a host's wishes in place of its earlier ones."""
    _put(tx, hosts, {"host": host, **asdict(manners)})


def _put(tx: Connection, table: Table, row: dict[str, object]) -> None:
    key = table.primary_key.columns
    rest = {name: value for name, value in row.items() if name not in key}
    tx.execute(insert(tx, table).values(row).on_conflict_do_update(index_elements=key, set_=rest))
