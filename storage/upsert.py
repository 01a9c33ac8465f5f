"""INSERT ... ON CONFLICT: one meaning on both databases, but each dialect has its own word for it.

A statement that is run for every page is made once (`functools.cache` over the dialect's name, and
`bindparam` for what differs): making it costs several times what running it does.

Whether a row went in is asked with RETURNING: psycopg's row count after ON CONFLICT is -1 for the
winner and the loser alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table
    from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
    from sqlalchemy.dialects.sqlite import Insert as SqliteInsert


def insert(tx: Connection, table: Table) -> PostgresqlInsert | SqliteInsert:
    """Return an INSERT that knows ON CONFLICT, in the words of the transaction's database."""
    return insert_on(tx.dialect.name, table)


def insert_on(dialect: str, table: Table) -> PostgresqlInsert | SqliteInsert:
    """Return the same for a dialect by its name, to be kept."""
    if dialect == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)
