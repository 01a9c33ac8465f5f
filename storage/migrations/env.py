"""What Alembic runs: the steps, on the connection and in the transaction it is handed."""

from collections.abc import Collection, Mapping
from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationContext, MigrationInfo
from alembic.script import Script
from sqlalchemy import func, insert, inspect

from storage.schema import metadata, upgrades


def put_on_record(
    ctx: MigrationContext,
    step: MigrationInfo,
    heads: Collection[Any],
    run_args: Mapping[str, Any],
) -> None:
    """Say which programs can work on the tables from this step on; since step 0007."""
    tx, taken = ctx.connection, step.up_revision
    if tx is None or not isinstance(taken, Script) or not inspect(tx).has_table(upgrades.name):
        return
    row = {
        "revision": taken.revision,
        "works_with": taken.module.WORKS_WITH,
        "made_at": func.current_timestamp(),
    }
    tx.execute(insert(upgrades).values(row))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,  # for its naming convention
    on_version_apply=put_on_record,
)
with context.begin_transaction():
    context.run_migrations()
