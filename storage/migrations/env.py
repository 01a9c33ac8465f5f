"""What Alembic runs: the steps, on the connection and in the transaction it is handed."""

from typing import Any

from alembic import context
from sqlalchemy import func, insert, inspect

from storage.schema import metadata, upgrades


def put_on_record(*, ctx: Any, step: Any, **_: object) -> None:  # noqa: ANN401 - Alembic's own
    """Say which programs can work on the tables from this step on."""
    if not inspect(ctx.connection).has_table(upgrades.name):
        return  # a step before 0007
    row = {
        "revision": step.up_revision_id,
        "works_with": step.up_revision.module.WORKS_WITH,
        "made_at": func.current_timestamp(),
    }
    ctx.connection.execute(insert(upgrades).values(row))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,  # for its naming convention
    on_version_apply=put_on_record,
)
with context.begin_transaction():
    context.run_migrations()
