"""Two databases held against each other, row by row; and a hash that is alike on both kinds."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from itertools import zip_longest
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, LargeBinary, Row, String, Table, select

from storage.errors import NotAlike

_AT_ONCE = 500  # rows in memory; a comparison or a text is some kilobytes
_BODIES_AT_ONCE = 20  # a page may have megabytes


@dataclass(frozen=True, slots=True)
class Held:
    """A table as it is on both sides: its rows, and the SHA-256 of all of them in order, in hex."""

    name: str
    rows: int
    sha256: str


def held_alike(
    one: Connection, other: Connection, table: Table, each: Callable[[int], None]
) -> Held:
    """Read every row of a table from two databases; both read as of their transactions.

    Raises:
        NotAlike: a row differs, or is on one side alone; names the first.
    """
    digest, count = sha256(), 0
    with closing(pieces_of(one, table)) as ones, closing(pieces_of(other, table)) as others:
        for pieces in zip_longest(ones, others, fillvalue=()):
            for left, right in zip_longest(*pieces):
                if left is None or right is None or (row := canonical(left)) != canonical(right):
                    raise _not_alike(table, left if left is not None else right)
                digest.update(row + b"\n")
                count += 1
            each(count)
    return Held(str(table.name), count, digest.hexdigest())


def pieces_of(
    tx: Connection, table: Table, *first: ColumnElement[Any]
) -> Generator[Sequence[Row[Any]], None, None]:
    """Read a table in pieces, in the order of its key, or of something else before that.

    To be closed: PostgreSQL keeps a cursor for it.
    """
    has_bodies = any(isinstance(column.type, LargeBinary) for column in table.columns)
    size = _BODIES_AT_ONCE if has_bodies else _AT_ONCE
    query = select(table).order_by(*first, *_in_one_order(tx, table))
    as_a_stream = {"stream_results": True, "yield_per": size}
    with tx.execute(query, execution_options=as_a_stream) as found:
        yield from found.partitions(size)


def canonical(row: Sequence[Any]) -> bytes:
    """Return a row in the one form that it has whichever database it came from."""
    return json.dumps([_plain(value) for value in row], sort_keys=True).encode()


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a column or a document holds
    if isinstance(value, bytes):
        return sha256(value).hexdigest()
    if isinstance(value, date):  # and datetime
        return value.isoformat()
    if isinstance(value, float):
        # A document of PostgreSQL has numbers, and no floats: 1e300 comes back as an integer.
        exact = Decimal(repr(value))
        return int(exact) if exact.is_finite() and exact == exact.to_integral_value() else value
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def _in_one_order(tx: Connection, table: Table) -> Iterator[ColumnElement[Any]]:
    """The key, with texts in the order of their bytes whatever the database's own order is."""
    on_postgresql = tx.dialect.name == "postgresql"
    for column in table.primary_key:
        is_text = isinstance(column.type, String)
        yield column.collate("C") if on_postgresql and is_text else column


def _not_alike(table: Table, row: Row[Any]) -> NotAlike:
    names: Sequence[Column[Any]] = table.primary_key.columns.values()
    key = ", ".join(f"{column.name} {row._mapping[column.name]}" for column in names)
    return NotAlike(
        f"the table {table.name} is not the same on both sides, at {key}",
        todo="Do not go by this copy, and make another. If it stays so, look at the disks, and at"
        " `roundwatch verify`.",
    )
