"""The tables of the queue's library: made by its own schema, moved by its own steps.

They are not ours to write down; which of the library's steps were taken is on record, so that a
later version of it is followed by the next `migrate`
(https://procrastinate.readthedocs.io/en/stable/howto/production/migrations.html).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection, insert, select

from storage.schema import queue_steps

if TYPE_CHECKING:
    import psycopg

NEWEST_STEP = "03.04.00_50_post_add_retry_failed_job_procedure"
"""The newest step of the library in our lock: a test says when it has moved on.

It then takes a migration of ours, be it an empty one, to have `migrate` take the library's steps:
where our tables are today's, it does nothing.
"""


def take_steps(tx: Connection) -> None:
    """Bring the library's tables up to date, inside a migration on PostgreSQL."""
    known = _steps()
    taken = set(tx.scalars(select(queue_steps.c.name)))
    driver = cast("psycopg.Connection[object]", tx.connection.driver_connection)
    if not taken:
        from procrastinate.schema import SchemaManager

        driver.execute(SchemaManager.get_schema())
    else:
        for name in sorted(known.keys() - taken):
            driver.execute(known[name].read_bytes())
    if new := sorted(known.keys() - taken):
        tx.execute(insert(queue_steps), [{"name": name} for name in new])


def _steps() -> dict[str, Path]:
    from procrastinate.schema import SchemaManager

    folder = Path(SchemaManager.get_migrations_path())
    return {step.stem: step for step in folder.glob("*.sql")}
