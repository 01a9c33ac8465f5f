"""An archive whose every scraped word was written by somebody with bad intentions.

The reader would not let all of it in (an address of the web is one). It is put into the tables
behind the reader's back: whoever shows a word must not rely on who read it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, select, update

from storage import journal, schema
from storage.columns import Document

TRAPS = (
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "</style></title></textarea><script>alert(3)</script>",
    "<svg onload=alert(4)><a xlink:href='javascript:alert(5)'>",
    '" onmouseover="alert(6)" x=\'',
    "' autofocus onfocus='alert(7)",
    "[here](javascript:alert(8)) ![x](https://example.com/trap.png)",
    "<https://example.com/trap> https://example.com/trap",
    "javascript:alert(9) data:text/html,<script>alert(10)</script>",
    "{{7*7}} ${7*7} {% raw %} <%= 7*7 %>",
    "]]><![CDATA[<b>x</b>]]> <!-- <?xml --> &lt;script&gt; &#60;script&#62;",
    "| a | b | `code` **bold** ~~gone~~ # head",
    "\\input{/etc/passwd} }}, note = {{x @misc{y,",
    "BEGIN:VALARM\\nACTION:DISPLAY",
    "\u202eturned\u2066steered\u200f \u200bzero\u200d\ufeff",
    "\x1b[31mred\x1b]0;title\x07 \x9b31m \x00null\x08 \u2028line",
)
TRAP = " ".join(TRAPS)
SCRIPT, IMAGE = TRAPS[1], TRAPS[2]
ADDRESSES = (
    "javascript:alert(11)",
    "data:text/html,<script>alert(12)</script>",
    'https://ustr.gov/"onmouseover="alert(13)" x="',
    "https://ustr.gov/x<script>alert(14)</script>\u202e",
    "https://ustr.gov/x) [y](javascript:alert(15)",
)
"""What the releases are said to stand at, one each in turn."""

# Words that are ours, whatever a page says.
_OURS = frozenset(
    "role strand topic op change series text_change moved certainty precision start end".split()
)


def poison(tx: Connection, now: datetime) -> None:
    """Put the traps before everything that came from a page, and open an issue of them."""
    _each(tx, schema.revisions, "title", "paragraphs")
    _each(tx, schema.readouts, "held", "held_elsewhere", "city", "delegations", "next_round")
    _each(tx, schema.mentions, "label", "text")
    _each(tx, schema.comparisons, "comparison")
    _each(tx, schema.releases, "title", "evidence")
    _addresses(tx)
    journal.open_issue(
        tx,
        kind="doubt",
        address=ADDRESSES[0],
        summary=TRAP,
        evidence={SCRIPT: TRAP},
        snapshot_id=None,
        now=now,
    )
    # A topic that nobody reviewed is called what the page calls it.
    tx.execute(
        update(schema.mentions).where(schema.mentions.c.topic == "seafood").values(topic="x")
    )


def _each(tx: Connection, table: Table, *columns: str) -> None:
    for row in tx.execute(select(table)).mappings().all():
        same = [column == row[column.name] for column in table.primary_key.columns]
        values = {name: _poisoned(row[name], table, name) for name in columns if row[name]}
        tx.execute(update(table).where(*same).values(values))


def _poisoned(value: Any, table: Table, name: str) -> Any:
    return _walked(value) if isinstance(table.c[name].type, Document) else f"{TRAP} {value}"


def _walked(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: each if key in _OURS else _walked(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_walked(each) for each in value]
    return f"{TRAP} {value}" if isinstance(value, str) and value else value


def _addresses(tx: Connection) -> None:
    rows = tx.execute(select(schema.releases.c.id).order_by(schema.releases.c.id)).scalars().all()
    for number, release in enumerate(rows):
        address = f"{ADDRESSES[number % len(ADDRESSES)]}{'' if number < len(ADDRESSES) else number}"
        tx.execute(
            update(schema.releases).where(schema.releases.c.id == release).values(address=address)
        )
