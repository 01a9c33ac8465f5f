"""The archive: how to ask, snapshots, releases, revisions, readouts, comparisons."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    create_fetches()
    create_snapshots()
    keep_snapshots_as_they_are()
    create_releases()
    create_revisions()
    create_readouts()
    create_comparisons()


def create_fetches() -> None:
    op.create_table(
        "fetches",
        sa.Column("address", sa.String, primary_key=True),
        sa.Column("etag", sa.String),
        sa.Column("last_modified", sa.String),
        sa.Column("checked_at", MOMENT, nullable=False),
        sa.Column("sha256", sa.String),
        sa.Column("reader", sa.String, nullable=False),
    )
    op.create_table(
        "hosts",
        sa.Column("host", sa.String, primary_key=True),
        sa.Column("robots_text", sa.String),
        sa.Column("robots_status", sa.Integer),
        sa.Column("robots_at", MOMENT),
        sa.Column("not_before", MOMENT),
    )


def create_snapshots() -> None:
    op.create_table(
        "snapshots",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("origin", sa.String, nullable=False),
        sa.Column("fetched_at", MOMENT, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("headers", DOCUMENT, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("origin in ('live', 'wayback', 'folder')", name="origin"),
    )
    op.create_index(op.f("ix_snapshots_address_fetched_at"), "snapshots", ["address", "fetched_at"])


def keep_snapshots_as_they_are() -> None:
    """Refuse to alter or delete a snapshot: it is the evidence for all that is said of it."""
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("update", "delete"):
            op.execute(
                f"create trigger snapshots_refuse_{deed} before {deed} on snapshots "
                "begin select raise(abort, 'a snapshot is never altered'); end"
            )
        return
    op.execute(
        "create function refuse_to_alter_a_snapshot() returns trigger language plpgsql as $$ "
        "begin raise exception 'a snapshot is never altered' "
        "using errcode = 'restrict_violation'; end $$"
    )
    op.execute(
        "create trigger snapshots_refuse before update or delete or truncate on snapshots "
        "for each statement execute function refuse_to_alter_a_snapshot()"
    )


def create_releases() -> None:
    op.create_table(
        "releases",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("address", sa.String),
        sa.Column("title", sa.String),
        sa.Column("published", sa.Date),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("verdict", sa.String),
        sa.Column("evidence", DOCUMENT),
        sa.Column("fingerprint", sa.String),
        sa.Column("named_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_try_at", MOMENT),
        sa.UniqueConstraint("key"),
        sa.CheckConstraint("state in ('wanted', 'passed', 'read')", name="state"),
        sa.CheckConstraint(
            "verdict in ('readout', 'related', 'unrelated', 'not-a-release')", name="verdict"
        ),
    )
    op.create_index(op.f("ix_releases_fingerprint"), "releases", ["fingerprint"])
    wanted = sa.text("state = 'wanted'")
    op.create_index(
        "ix_releases_wanted",
        "releases",
        ["next_try_at"],
        sqlite_where=wanted,
        postgresql_where=wanted,
    )


def create_revisions() -> None:
    op.create_table(
        "revisions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("release_id", sa.Integer, sa.ForeignKey("releases.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.Column("snapshot_id", sa.Integer, sa.ForeignKey("snapshots.id"), nullable=False),
        sa.Column("title", sa.String),
        sa.Column("published", sa.Date),
        sa.Column("paragraphs", DOCUMENT, nullable=False),
        sa.Column("filed_at", MOMENT, nullable=False),
        sa.UniqueConstraint("release_id", "number"),
    )
    op.create_index(op.f("ix_revisions_snapshot_id"), "revisions", ["snapshot_id"])
    op.create_table(
        "sightings",
        sa.Column("snapshot_id", sa.Integer, sa.ForeignKey("snapshots.id"), primary_key=True),
        sa.Column("revision_id", sa.Integer, sa.ForeignKey("revisions.id"), primary_key=True),
    )
    op.create_index(op.f("ix_sightings_revision_id"), "sightings", ["revision_id"])


def create_readouts() -> None:
    op.create_table(
        "readouts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("release_id", sa.Integer, sa.ForeignKey("releases.id"), nullable=False),
        sa.Column("revision_id", sa.Integer, sa.ForeignKey("revisions.id"), nullable=False),
        sa.Column("series", sa.String, nullable=False),
        sa.Column("round", sa.Integer),
        sa.Column("held_start", sa.Date),
        sa.Column("held", DOCUMENT, nullable=False),
        sa.Column("held_elsewhere", DOCUMENT, nullable=False),
        sa.Column("city", sa.String),
        sa.Column("delegations", DOCUMENT, nullable=False),
        sa.Column("next_round", DOCUMENT),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.Column("filed_at", MOMENT, nullable=False),
        sa.Column("superseded_at", MOMENT),
        sa.CheckConstraint("round >= 1", name="round"),
    )
    for column in ("release_id", "revision_id"):
        op.create_index(op.f(f"ix_readouts_{column}"), "readouts", [column])
    current = sa.text("superseded_at is null")
    op.create_index(
        "uq_readouts_current_round",
        "readouts",
        ["series", "round"],
        unique=True,
        sqlite_where=current,
        postgresql_where=current,
    )
    op.create_table(
        "mentions",
        sa.Column("readout_id", sa.Integer, sa.ForeignKey("readouts.id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("strand", sa.String, nullable=False),
        sa.Column("topic", sa.String, nullable=False),
        sa.Column("label", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.CheckConstraint("strand in ('common-interest', 'bilateral')", name="strand"),
    )
    op.create_index(op.f("ix_mentions_topic"), "mentions", ["topic"])


def create_comparisons() -> None:
    op.create_table(
        "comparisons",
        sa.Column("after_readout_id", sa.Integer, sa.ForeignKey("readouts.id"), primary_key=True),
        sa.Column("before_readout_id", sa.Integer, sa.ForeignKey("readouts.id")),
        sa.Column("comparison", DOCUMENT, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
    )
    op.create_index(op.f("ix_comparisons_before_readout_id"), "comparisons", ["before_readout_id"])
