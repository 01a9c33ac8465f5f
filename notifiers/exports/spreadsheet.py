"""Lines as CSV (RFC 4180): UTF-8, one line of column names, CRLF at the end of each line.

The file begins with a byte order mark: a spreadsheet of today's offices takes a file without one
for the old code page of its country, and shows “Labor” as â€œLaborâ€. Programs skip it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

from notifiers.words.wording import visible

_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠']")
"""How a cell begins that is taken for a formula (OWASP, "CSV Injection"); or for a text already."""

Cell = str | int | bool | date | None
"""What a cell may hold; a datetime is a date too, and is aware."""


def lines_as_csv(kind: type[Any], lines: Iterable[Any]) -> bytes:
    """Lines of one kind, a dataclass whose fields are the columns."""
    columns = [field.name for field in fields(kind)]
    return table_as_csv(columns, ([getattr(line, name) for name in columns] for line in lines))


def table_as_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A table under the names of its columns."""
    file = StringIO(newline="")
    table = csv.writer(file, lineterminator="\r\n")
    table.writerow(columns)
    table.writerows([cell_of(value) for value in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def cell_of(value: Cell) -> str:
    """A value as a cell: days and times as ISO 8601 has them, nothing where it is not known."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, date):
        return value.isoformat()
    return harmless(value) if isinstance(value, str) else "" if value is None else str(value)


def harmless(text: str) -> str:
    """A text that no spreadsheet runs: an apostrophe stands before what could be a formula.

    Hidden controls are shown, as on the pages. Taking an apostrophe away that stands before one
    of these signs, or before another apostrophe, gives the text back.
    """
    shown = visible(text)
    return f"'{shown}" if _FORMULA.match(shown) else shown
