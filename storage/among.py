"""Rows by their ids: on PostgreSQL one text of a statement, however many ids there are.

An IN list has another text for each length, which SQLAlchemy writes, psycopg parses and PostgreSQL
plans anew: for two hundred ids that took longer than finding the rows. There all ids are one array.
SQLite has no arrays, and goes through the whole table where the ids come out of a function.
"""

from __future__ import annotations

from typing import Any, Self

from sqlalchemy import ARRAY, Boolean, Integer, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType

IDS: BindParameter[Any] = bindparam("ids", type_=ARRAY(Integer))
"""The ids, given under this name when the statement is run."""

_LISTED: BindParameter[list[int]] = bindparam("ids", expanding=True)


class among(FunctionElement[bool]):  # noqa: N801 - reads as a condition
    """Whether a column has one of the ids: `among(table.c.id, IDS)`."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> Self:
        """Return the condition as it is: held against 1, SQLite would find no index for it."""
        return self


@compiles(among)
def _on_postgresql(element: among, compiler: SQLCompiler, **how: Any) -> str:  # noqa: ANN401
    column, ids = (compiler.process(each, **how) for each in element.clauses)
    return f"{column} = any({ids})"


@compiles(among, "sqlite")
def _on_sqlite(element: among, compiler: SQLCompiler, **how: Any) -> str:  # noqa: ANN401
    column, _ = element.clauses
    return str(compiler.process(column.in_(_LISTED), **how))
