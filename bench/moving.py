"""A full archive copied between the two kinds of database, backed up and restored: time and memory.

Each move is a process of its own, and compares every row; its peak of memory is printed. The
archive has so many pages of 30,000 bytes that do not pack, and ten deliveries for each.

    python -m bench.moving [PAGES]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from storage import archive, outbox
from storage.database import Database
from tests.databases import postgresql_server
from tests.storage.builders import NOON, address, crowd, digest

PAGES, PAGE = 10_000, 30_000
MOVE = """
import resource, sys
from pathlib import Path
from storage import moving
from storage.database import Database

deed, here, there = sys.argv[1:]
if deed == "copy":
    held = moving.copy(Database(here), Database(there))
elif deed == "backup":
    held = moving.backup(Database(here), Path(there))
else:
    folder = Path(here).parent
    held = moving.restore(Path(here), Database(there), keep_in=folder).tables
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(sum(table.rows for table in held), peak)
"""


def fill(url: str, pages: int) -> None:
    """File pages, and a digest to ten readers for each page."""
    database = Database(url)
    database.migrate()
    with database.transaction() as tx:
        for number in range(pages):
            archive.file_snapshot(
                tx,
                address=f"https://example.org/{number}",
                origin="live",
                fetched_at=NOON,
                status=200,
                headers={},
                body=os.urandom(PAGE),
            )
        crowd(tx, 10 * pages)
        address(tx, digest(tx))
        assert outbox.balance(tx).queued == 10 * pages
    database.close()


def move(deed: str, here: str, there: str, what: str) -> None:
    """Move it in a process of its own, and say what that took."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", MOVE, deed, here, there], capture_output=True, text=True, check=True
    )
    seconds = time.perf_counter() - began
    rows, peak = map(int, done.stdout.split())
    sys.stdout.write(
        f"{what:32} {rows:>9,} rows {seconds:7.1f} s {rows / seconds:>8,.0f} rows a second"
        f" {peak * 1024 / 1e6:6.0f} MB\n"
    )


def main(pages: int) -> None:
    """Move it around."""
    with tempfile.TemporaryDirectory() as name, postgresql_server() as server:
        folder = Path(name)
        first, last = (f"sqlite:///{folder}/{each}.db" for each in ("first", "last"))
        second, third = server.empty(), server.empty()
        fill(first, pages)
        move("copy", first, second, "SQLite to PostgreSQL")
        move("copy", second, last, "PostgreSQL to SQLite")
        move("backup", first, f"{folder}/first.backup", "backup of SQLite")
        move("backup", second, f"{folder}/second.backup", "backup of PostgreSQL")
        move("restore", f"{folder}/first.backup", third, "restore into PostgreSQL")
        for url in (second, third):
            server.drop(url)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PAGES)
