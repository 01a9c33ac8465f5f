"""The tables of a database as they are, of whatever step, in types that both kinds answer alike.

They are asked of the database itself: a copy that is made before a migration is of tables that
today's schema does not know any more.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    DateTime,
    ForeignKeyConstraint,
    MetaData,
    Table,
    func,
    select,
    text,
)
from sqlalchemy.engine.interfaces import ReflectedForeignKeyConstraint
from sqlalchemy.types import TypeEngine

from storage.columns import Document, UtcTime
from storage.schema import metadata

OWN = frozenset({"alembic_version", "queue_steps", "upgrades"})
"""Tables that tell of a database itself: each has its own, made by its own migration."""
TODAYS = frozenset(metadata.tables) - OWN
"""The names of the tables that are moved, as of today's step."""
_INDEX_OF_WORDS = "word_index"  # FTS5 keeps it in tables of SQLite's own


def names_in(tx: Connection) -> frozenset[str]:
    """Return the names of the tables to be moved in a database that holds nothing but ours."""
    found = sqlalchemy.inspect(tx).get_table_names()
    return frozenset(name for name in found if not name.startswith(_INDEX_OF_WORDS)) - OWN


def tables_of(tx: Connection, names: Collection[str]) -> tuple[Table, ...]:
    """Return the tables of these names, each after those it refers to."""
    asked, wanted = sqlalchemy.inspect(tx), sorted(names)
    keys = asked.get_multi_pk_constraint(filter_names=wanted)
    links = asked.get_multi_foreign_keys(filter_names=wanted)
    found = MetaData()
    for whose, columns in asked.get_multi_columns(filter_names=wanted).items():
        key = keys[whose]["constrained_columns"]
        Table(
            whose[1],
            found,
            *(
                Column(c["name"], _as_ours(c["type"]), primary_key=c["name"] in key)
                for c in columns
            ),
            *map(_link, links[whose]),
        )
    return tuple(found.sorted_tables)


def rows_in(tx: Connection, tables: Sequence[Table]) -> dict[str, int]:
    """Count the rows of each table."""
    return {table.name: tx.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def highest_id(tx: Connection, table: Table) -> int:
    """Return the highest id that a table ever gave, as far as the database remembers; 0: none."""
    if tx.dialect.name == "sqlite":
        remembered = tx.scalar(_COUNTER, {"name": table.name}) if _counts(tx, table) else 0
    else:
        sequence = tx.scalar(_SEQUENCE, {"name": table.name})
        stood = f"select case when is_called then last_value else 0 end from {sequence}"  # noqa: S608 - the database's own word
        remembered = tx.exec_driver_sql(stood).scalar()
    return max(remembered or 0, tx.scalar(select(func.max(table.c.id))) or 0)


def go_on_after(tx: Connection, table: Table, highest: int) -> None:
    """Have the table's next id be a higher one."""
    if tx.dialect.name != "sqlite":
        after = {"name": table.name, "highest": max(highest, 1), "given": highest > 0}
        tx.execute(_GO_ON, after)
    elif _counts(tx, table):
        tx.execute(_FORGET_COUNTER, {"name": table.name})
        tx.execute(_COUNT_FROM, {"name": table.name, "highest": highest})


_COUNTER = text("select seq from sqlite_sequence where name = :name")
_FORGET_COUNTER = text("delete from sqlite_sequence where name = :name")
_COUNT_FROM = text("insert into sqlite_sequence (name, seq) values (:name, :highest)")
_SEQUENCE = text("select pg_get_serial_sequence(:name, 'id')")
_GO_ON = text("select setval(pg_get_serial_sequence(:name, 'id'), :highest, :given)")
_MADE_BY = text("select sql from sqlite_master where type = 'table' and name = :name")


def _counts(tx: Connection, table: Table) -> bool:
    """Whether a SQLite table never uses an id twice (https://www.sqlite.org/autoinc.html)."""
    return "AUTOINCREMENT" in (tx.scalar(_MADE_BY, {"name": table.name}) or "")


def _link(found: ReflectedForeignKeyConstraint) -> ForeignKeyConstraint:
    to = [f"{found['referred_table']}.{column}" for column in found["referred_columns"]]
    return ForeignKeyConstraint(found["constrained_columns"], to)


def _as_ours(found: TypeEngine[Any]) -> TypeEngine[Any]:
    if isinstance(found, DateTime):
        return UtcTime()
    return Document() if isinstance(found, JSON) else found.as_generic()
