"""How to ask politely: validators per address; manners, standing and turns per host."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, Insert, Table, bindparam, or_, select, update

from storage.records import FetchState, StoredManners
from storage.schema import fetches, hosts
from storage.upsert import insert, insert_on

_WISHES = [hosts.c[field.name] for field in fields(StoredManners)]
_STATE = select(fetches).where(fetches.c.address == bindparam("of"))
_OF_ITS_OWN = ("robots_text", "robots_status", "robots_at", "not_before")


@cache
def _remembering(dialect: str) -> Insert:
    new = insert_on(dialect, fetches)
    rest = [column.name for column in fetches.c if not column.primary_key]
    return new.on_conflict_do_update(
        index_elements=["address"], set_={name: new.excluded[name] for name in rest}
    )


def fetch_state(tx: Connection, address: str) -> FetchState | None:
    """Return what is remembered of the last fetch of an address."""
    row = tx.execute(_STATE, {"of": address}).mappings().first()
    return FetchState(**row) if row else None


def remember_fetch(tx: Connection, state: FetchState) -> None:
    """Keep a fetch's validators in place of the address's earlier ones."""
    tx.execute(_remembering(tx.dialect.name), asdict(state))


def host_manners(tx: Connection, host: str) -> StoredManners | None:
    """Return what is remembered of a host: its wishes, and how it has fared."""
    row = tx.execute(select(*_WISHES).where(hosts.c.host == host)).mappings().first()
    return StoredManners(**row) if row else None


def remember_manners(tx: Connection, host: str, manners: StoredManners) -> None:
    """Keep a host's wishes in place of its earlier ones; its standing stays as it is."""
    _put(tx, hosts, {"host": host, **{wish: getattr(manners, wish) for wish in _OF_ITS_OWN}})


def change_standing(tx: Connection, host: str, before: StoredManners, after: StoredManners) -> bool:
    """Keep how a host has fared, unless somebody else has changed that since it was read.

    Returns:
        Whether it was kept.
    """
    new = insert(tx, hosts).values(
        host=host, failures=after.failures, rests_until=after.rests_until
    )
    changed = new.on_conflict_do_update(
        index_elements=["host"],
        set_={"failures": after.failures, "rests_until": after.rests_until},
        where=(hosts.c.failures == before.failures)
        & hosts.c.rests_until.is_not_distinct_from(before.rests_until),
    )
    return tx.execute(changed.returning(hosts.c.host)).first() is not None


def next_turn(tx: Connection, host: str) -> datetime | None:
    """Return when a host may be asked next; nobody else can take that turn in this transaction."""
    locked = insert(tx, hosts).values(host=host)
    locked = locked.on_conflict_do_update(index_elements=["host"], set_={"host": host})
    moment: datetime | None = tx.execute(locked.returning(hosts.c.next_turn_at)).scalar_one()
    return moment


def set_next_turn(tx: Connection, host: str, at: datetime) -> None:
    """Take a host's turn: the next one is at this time. After `next_turn`, in its transaction."""
    tx.execute(update(hosts).where(hosts.c.host == host).values(next_turn_at=at))


def put_off_next_turn(tx: Connection, host: str, at: datetime) -> None:
    """Have a host's next turn not come before this time."""
    sooner = or_(hosts.c.next_turn_at.is_(None), hosts.c.next_turn_at < at)
    tx.execute(update(hosts).where(hosts.c.host == host, sooner).values(next_turn_at=at))


def _put(tx: Connection, table: Table, row: dict[str, object]) -> None:
    key = table.primary_key.columns
    rest = {name: value for name, value in row.items() if name not in key}
    tx.execute(insert(tx, table).values(row).on_conflict_do_update(index_elements=key, set_=rest))
