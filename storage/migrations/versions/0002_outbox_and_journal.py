"""Readers and what they are sent; polls, issues and ticks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    create_subscribers()
    create_digests()
    create_deliveries()
    create_polls()
    create_issues()
    create_ticks()


def create_subscribers() -> None:
    op.create_table(
        "subscribers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("address_key", sa.String, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("address_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "subscriber_id",
            sa.Integer,
            sa.ForeignKey("subscribers.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("series", sa.String, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("subscriber_id", "series"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_subscriptions_series"), "subscriptions", ["series"])


def create_digests() -> None:
    op.create_table(
        "digests",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("series", sa.String, nullable=False),
        sa.Column("round", sa.Integer),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("readout_id", sa.Integer, sa.ForeignKey("readouts.id"), nullable=False),
        sa.Column("revision_id", sa.Integer, sa.ForeignKey("revisions.id"), nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("html", sa.String, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("kind in ('news', 'correction')", name="kind"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_digests_once",
        "digests",
        ["series", sa.text("coalesce(round, 0)"), "kind", "revision_id"],
        unique=True,
    )
    for column in ("readout_id", "revision_id"):
        op.create_index(op.f(f"ix_digests_{column}"), "digests", [column])


def create_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("digest_id", sa.Integer, sa.ForeignKey("digests.id"), nullable=False),
        sa.Column(
            "subscription_id", sa.Integer, sa.ForeignKey("subscriptions.id", ondelete="SET NULL")
        ),
        sa.Column("message_id", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("owner", sa.String),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("queued_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT),
        sa.Column("error", sa.String),
        sa.CheckConstraint(
            "state in ('queued', 'sending', 'sent', 'failed', 'abandoned')", name="state"
        ),
        sa.CheckConstraint(
            "state not in ('queued', 'sending')"
            " or (subscription_id is not null and due_at is not null)",
            name="open",
        ),
        sa.UniqueConstraint("digest_id", "subscription_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_deliveries_subscription_id"), "deliveries", ["subscription_id"])
    still_open = sa.text("state in ('queued', 'sending')")
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["due_at", "id"],
        sqlite_where=still_open,
        postgresql_where=still_open,
    )


def create_polls() -> None:
    op.create_table(
        "polls",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.Column("outcome", sa.String),
        sa.Column("requests", sa.Integer, nullable=False),
        sa.Column("named", sa.Integer, nullable=False),
        sa.Column("announced", sa.Integer, nullable=False),
        sa.Column("problem", sa.String),
        sa.CheckConstraint("outcome in ('unchanged', 'read', 'failed')", name="outcome"),
    )
    op.create_index(op.f("ix_polls_source_started_at"), "polls", ["source", "started_at"])


def create_issues() -> None:
    op.create_table(
        "issues",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("address", sa.String),
        sa.Column("summary", sa.String, nullable=False),
        sa.Column("evidence", DOCUMENT, nullable=False),
        sa.Column("snapshot_id", sa.Integer, sa.ForeignKey("snapshots.id")),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("closed_at", MOMENT),
    )
    op.create_index(op.f("ix_issues_snapshot_id"), "issues", ["snapshot_id"])
    still_open = sa.text("closed_at is null")
    op.create_index(
        "uq_issues_open",
        "issues",
        ["kind", sa.text("coalesce(address, '')")],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )


def create_ticks() -> None:
    op.create_table(
        "ticks",
        sa.Column("job", sa.String, primary_key=True),
        sa.Column("due_at", MOMENT, primary_key=True),
        sa.Column("taken_at", MOMENT, nullable=False),
    )
