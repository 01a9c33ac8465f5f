"""Run the reader again over the stored pages: a better parser reaches old rounds.

No network. Quiet: nothing is announced. A page that comes out as before changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from monitor.core.look import Look
from monitor.journeys.intake import Taken, take_in
from monitor.journeys.progress import Each, nobody
from monitor.journeys.stored import arrival_of, holds_a_release
from monitor.settings import Settings
from storage import archive
from storage.database import Database


def reread(
    *, database: Database, settings: Settings, now: Callable[[], datetime], each: Each = nobody
) -> list[Taken]:
    """Read every stored release again, oldest snapshot first.

    Raises:
        StorageError: the database cannot be used; each page is a commit of its own.
    """
    with database.reading() as tx:
        pages = [snapshot for snapshot in archive.snapshots(tx) if holds_a_release(snapshot)]
    look = Look(now().date(), quiet=True, first=False)
    taken = []
    for number, snapshot in enumerate(pages, 1):
        with database.reading() as tx:
            body = archive.body_of(tx, snapshot.id)
        arrival = arrival_of(snapshot, body)
        taken.append(take_in(arrival, look, database=database, settings=settings, now=now()))
        each(number, len(pages))
    return taken
