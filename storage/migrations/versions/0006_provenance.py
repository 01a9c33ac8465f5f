"""The record of requests, the walks through the past, twins, withdrawals and digests of them.

The kinds of digests are checked by the database, and one is new: PostgreSQL changes the check,
SQLite makes the table anew (https://sqlite.org/lang_altertable.html, section 7).
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
KINDS = "kind in ('news', 'correction', 'welcome')"
KINDS_NOW = "kind in ('news', 'correction', 'welcome', 'withdrawal')"


def upgrade() -> None:
    create_requests()
    create_walks()
    create_withdrawals()
    op.add_column("hosts", sa.Column("failures", sa.Integer, nullable=False, server_default="0"))
    op.add_column("hosts", sa.Column("rests_until", MOMENT))
    op.add_column("hosts", sa.Column("next_turn_at", MOMENT))
    op.add_column("revisions", sa.Column("reader", sa.String))
    op.add_column("polls", sa.Column("newest", sa.Date))
    create_twins()
    if op.get_bind().dialect.name == "sqlite":
        allow_withdrawals_on_sqlite()
    else:
        op.drop_constraint("ck_digests_kind", "digests")
        op.create_check_constraint(op.f("ck_digests_kind"), "digests", KINDS_NOW)


def create_requests() -> None:
    op.create_table(
        "requests",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("host", sa.String, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("fault", sa.String),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("milliseconds", sa.Integer, nullable=False),
    )
    op.create_index(op.f("ix_requests_asked_at"), "requests", ["asked_at"])


def create_walks() -> None:
    op.create_table(
        "walks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("scope", sa.String, nullable=False),
        sa.Column("way", sa.String),
        sa.Column("frontier", DOCUMENT, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("named", sa.Integer, nullable=False),
        sa.Column("requests", sa.Integer, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT),
    )
    unfinished = sa.text("finished_at is null")
    op.create_index(
        "uq_walks_unfinished",
        "walks",
        ["source", "scope"],
        unique=True,
        sqlite_where=unfinished,
        postgresql_where=unfinished,
    )


def create_withdrawals() -> None:
    op.create_table(
        "withdrawals",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("release_id", sa.Integer, sa.ForeignKey("releases.id"), nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("evidence", DOCUMENT, nullable=False),
        sa.Column("first_at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("said_at", MOMENT),
        sa.Column("ended_at", MOMENT),
    )
    open_ones = sa.text("ended_at is null")
    op.create_index(
        "uq_withdrawals_open",
        "withdrawals",
        ["release_id"],
        unique=True,
        sqlite_where=open_ones,
        postgresql_where=open_ones,
    )
    op.create_index(op.f("ix_withdrawals_release_id"), "withdrawals", ["release_id"])


def create_twins() -> None:
    op.create_table(
        "twins",
        sa.Column("release_id", sa.Integer, sa.ForeignKey("releases.id"), primary_key=True),
        sa.Column("twin_of", sa.Integer, sa.ForeignKey("releases.id"), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
    )
    op.create_index(op.f("ix_twins_twin_of"), "twins", ["twin_of"])


def allow_withdrawals_on_sqlite() -> None:
    """Make the table anew with its check changed: its rows, its counter and its indexes stay."""
    connection = op.get_bind()
    made = "select sql from sqlite_master where tbl_name = 'digests' and type = :type and sql > ''"
    (table,) = connection.execute(sa.text(made), {"type": "table"}).scalars()
    indexes = connection.execute(sa.text(made), {"type": "index"}).scalars().all()
    last = connection.exec_driver_sql(
        "select seq from sqlite_sequence where name = 'digests'"
    ).scalar()
    op.execute("create table old_digests as select * from digests")
    op.drop_table("digests")
    connection.exec_driver_sql(table.replace(KINDS, KINDS_NOW))
    op.execute("insert into digests select * from old_digests")
    op.drop_table("old_digests")
    for index in indexes:
        connection.exec_driver_sql(index)
    if last is not None:
        connection.exec_driver_sql("delete from sqlite_sequence where name = 'digests'")
        connection.exec_driver_sql(
            "insert into sqlite_sequence (name, seq) values ('digests', ?)", (last,)
        )
