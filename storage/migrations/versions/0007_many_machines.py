"""Work for many machines, and years of it: what tells where a mail came from, and how upgrades go.

The letters that wait get an index of their own, since they go out before all else; so do the
readers of revisions, that what another edition read is found without going through all. Looks,
digests and letters say by which id they can be followed, digests how their forgotten deliveries
ended, and readers when they left; `upgrades` says which programs can work on these tables;
`queue_steps` holds the steps of the queue's library that were taken (PostgreSQL alone).
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WORKS_WITH = "0007"
"""The newest step that a program must know to work on these tables; see the folder's `__init__`."""

DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
WAITING_LETTERS = sa.text("state in ('queued', 'sending', 'uncertain') and letter_id is not null")


def upgrade() -> None:
    for table in ("polls", "digests", "letters"):
        op.add_column(table, sa.Column("trace", sa.String))
    op.add_column("digests", sa.Column("forgotten", DOCUMENT))
    op.add_column("subscribers", sa.Column("left_at", MOMENT))
    op.create_index(
        "ix_deliveries_letters",
        "deliveries",
        ["due_at", "id"],
        sqlite_where=WAITING_LETTERS,
        postgresql_where=WAITING_LETTERS,
    )
    op.create_index("ix_revisions_reader", "revisions", ["reader"])
    op.create_table(
        "upgrades",
        sa.Column("revision", sa.String, primary_key=True),
        sa.Column("works_with", sa.String, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
    )
    op.create_table("queue_steps", sa.Column("name", sa.String, primary_key=True))
    create_backfills()


def create_backfills() -> None:
    op.create_table(
        "backfills",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("wish", DOCUMENT, nullable=False),
        sa.Column("ordered_at", MOMENT, nullable=False),
        sa.Column("until", sa.Date),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("named", sa.Integer, nullable=False),
        sa.Column("left_out", sa.Integer, nullable=False),
        sa.Column("requests", sa.Integer, nullable=False),
        sa.Column("walked_at", MOMENT),
        sa.Column("ended_at", MOMENT),
    )
    op.create_table(
        "backfill_months",
        sa.Column("backfill_id", sa.Integer, sa.ForeignKey("backfills.id"), primary_key=True),
        sa.Column("month", sa.Date, primary_key=True),
        sa.Column("chosen", DOCUMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
    )
