"""Labels that a person has linked to a topic."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "topic_links",
        sa.Column("series", sa.String, primary_key=True),
        sa.Column("label", sa.String, primary_key=True),
        sa.Column("topic", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
    )
