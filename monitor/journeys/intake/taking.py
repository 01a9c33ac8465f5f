"""One page from its bytes to what is filed: kept first, then understood, then at the desk."""

from __future__ import annotations

from datetime import datetime

from monitor.core.look import Look
from monitor.errors import ReadingError, RoundwatchError
from monitor.journeys.intake.arrival import Arrival, Taken
from monitor.journeys.intake.desk import Desk
from monitor.journeys.intake.understanding import understand
from monitor.journeys.problems import record_problem, unexpected
from monitor.settings import Settings
from storage import archive
from storage.database import Database
from storage.records import Snapshot


def take_in(
    arrival: Arrival, look: Look, *, database: Database, settings: Settings, now: datetime
) -> Taken:
    """Take one page in. What is wrong with it is recorded and returned, not raised.

    Raises:
        StorageError: the database cannot be used; nothing of what belongs together was filed.
    """
    snapshot = keep(arrival, database)
    problem: RoundwatchError
    try:
        page, reading = understand(arrival)
        with database.transaction() as tx:
            desk = Desk(tx, arrival, look, settings, now)
            return desk.file(page, reading, snapshot.id, snapshot.sha256)
    except ReadingError as fault:
        problem = fault
    except Exception as fault:  # noqa: BLE001 - one bad page must not keep the others from being read
        problem = unexpected(fault)
    with database.transaction() as tx:
        record_problem(tx, problem, address=arrival.name, snapshot_id=snapshot.id, now=now)
    return Taken(arrival.name, None, problem=problem)


def keep(arrival: Arrival, database: Database) -> Snapshot:
    """Keep a page as it came, in a commit of its own."""
    with database.transaction() as tx:
        return archive.file_snapshot(
            tx,
            address=arrival.fetched_from,
            origin=arrival.origin,
            fetched_at=arrival.fetched_at,
            status=arrival.status,
            headers=arrival.headers,
            body=arrival.body,
        )
