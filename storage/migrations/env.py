"""What Alembic runs: the steps, on the connection and in the transaction it is handed."""

from alembic import context

from storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,  # for its naming convention
)
with context.begin_transaction():
    context.run_migrations()
