"""Readers with preferences, letters, channels, bundles and books; domains, bounces and alarms.

Four tables are made anew, on both databases in the same way: their rows are put aside, and come
back with what is new about them. Their ids are never used twice, so the counters come back too.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
RENEWED = ("subscribers", "subscriptions", "digests", "deliveries")
STATES = "'queued', 'sending', 'uncertain', 'sent', 'suppressed', 'failed', 'abandoned'"


def upgrade() -> None:
    counters = {name: last_id(name) for name in RENEWED}
    for name in RENEWED:
        op.execute(f"create table old_{name} as select * from {name}")
    for name in reversed(RENEWED):
        op.drop_table(name)
    create_subscribers()
    create_subscriptions()
    create_digests()
    create_letters()
    create_deliveries()
    create_what_is_new()
    bring_back()
    for name in RENEWED:
        op.drop_table(f"old_{name}")
        go_on_counting(name, counters[name])


def on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def last_id(table: str) -> int:
    if on_sqlite():
        query = f"select coalesce(max(seq), 0) from sqlite_sequence where name = '{table}'"
    else:
        query = f"select case when is_called then last_value else 0 end from {table}_id_seq"
    return int(op.get_bind().exec_driver_sql(query).scalar() or 0)


def go_on_counting(table: str, last: int) -> None:
    if last == 0:
        return
    if on_sqlite():
        op.execute(f"delete from sqlite_sequence where name = '{table}'")
        op.execute(f"insert into sqlite_sequence (name, seq) values ('{table}', {last})")
    else:
        op.execute(f"select setval(pg_get_serial_sequence('{table}', 'id'), {last})")


def bring_back() -> None:
    op.execute(
        "insert into subscribers (id, address, address_key, created_at, channel, domain, state,"
        " confirmed_at, generation, language, format, rhythm, weekday, hour, zone, letters,"
        " bounces)"
        " select id, address, address_key, created_at, 'mail', '', 'confirmed', created_at, 0,"
        " 'en', 'both', 'at-once', 0, 8, 'UTC', 0, 0 from old_subscribers"
    )
    op.execute(
        "insert into subscriptions (id, subscriber_id, series, created_at, topics)"
        " select id, subscriber_id, series, created_at, '' from old_subscriptions"
    )
    op.execute(
        "insert into digests (id, series, round, kind, readout_id, revision_id, subject,"
        " candidates, created_at) select id, series, round, kind, readout_id, revision_id, subject,"
        " (select count(*) from old_deliveries where digest_id = old_digests.id), created_at"
        " from old_digests"
    )
    op.execute(
        "insert into deliveries (id, digest_id, subscription_id, message_id, state, slot_at,"
        " due_at, owner, attempts, queued_at, settled_at, error) select id, digest_id,"
        " subscription_id, message_id, state, queued_at, due_at, owner, attempts, queued_at,"
        " settled_at, error"
        " from old_deliveries"
    )
    name_domains()


def name_domains() -> None:
    connection = op.get_bind()
    readers = connection.exec_driver_sql("select id, address from subscribers").all()
    named = [{"id": reader, "domain": of.rpartition("@")[2].lower()} for reader, of in readers]
    if named:
        name = sa.text("update subscribers set domain = :domain where id = :id")
        connection.execute(name, named)
    connection.exec_driver_sql(
        "update deliveries set domain = (select domain from subscribers join subscriptions"
        " on subscriptions.subscriber_id = subscribers.id"
        " where subscriptions.id = deliveries.subscription_id)"
    )


def create_subscribers() -> None:
    op.create_table(
        "subscribers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("address_key", sa.String, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("domain", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("reason", sa.String),
        sa.Column("confirmed_at", MOMENT),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("format", sa.String, nullable=False),
        sa.Column("rhythm", sa.String, nullable=False),
        sa.Column("weekday", sa.Integer, nullable=False),
        sa.Column("hour", sa.Integer, nullable=False),
        sa.Column("zone", sa.String, nullable=False),
        sa.Column("paused_until", sa.Date),
        sa.Column("letters", sa.Integer, nullable=False),
        sa.Column("letter_at", MOMENT),
        sa.Column("bounces", sa.Float, nullable=False),
        sa.Column("bounced_at", MOMENT),
        sa.CheckConstraint("channel in ('mail', 'webhook', 'apprise')", name="channel"),
        sa.CheckConstraint(
            "state in ('pending', 'confirmed', 'unsubscribed', 'suppressed')", name="state"
        ),
        sa.CheckConstraint("language in ('en', 'ja')", name="language"),
        sa.CheckConstraint("format in ('both', 'text')", name="format"),
        sa.CheckConstraint("rhythm in ('at-once', 'daily', 'weekly')", name="rhythm"),
        sa.UniqueConstraint("address_key"),
        sqlite_autoincrement=True,
    )


def create_subscriptions() -> None:
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
        sa.Column("topics", sa.String, nullable=False),
        sa.Column("ended_at", MOMENT),
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
        sa.Column("telling", DOCUMENT),
        sa.Column("candidates", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("kind in ('news', 'correction', 'welcome')", name="kind"),
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


def create_letters() -> None:
    op.create_table(
        "letters",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column(
            "subscriber_id", sa.Integer, sa.ForeignKey("subscribers.id", ondelete="SET NULL")
        ),
        sa.Column("address", sa.String),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("facts", DOCUMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("kind in ('confirm', 'address', 'alarm', 'test')", name="kind"),
        sa.CheckConstraint("language in ('en', 'ja')", name="language"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_letters_subscriber_id"), "letters", ["subscriber_id"])


def create_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("digest_id", sa.Integer, sa.ForeignKey("digests.id")),
        sa.Column(
            "subscription_id", sa.Integer, sa.ForeignKey("subscriptions.id", ondelete="SET NULL")
        ),
        sa.Column("letter_id", sa.Integer, sa.ForeignKey("letters.id")),
        sa.Column("bundle_id", sa.Integer, sa.ForeignKey("deliveries.id")),
        sa.Column("message_id", sa.String, nullable=False),
        sa.Column("domain", sa.String),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("slot_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("owner", sa.String),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("queued_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT),
        sa.Column("error", sa.String),
        sa.CheckConstraint(f"state in ({STATES})", name="state"),
        sa.CheckConstraint("(digest_id is null) <> (letter_id is null)", name="content"),
        sa.CheckConstraint(
            "state not in ('queued', 'sending', 'uncertain')"
            " or ((subscription_id is not null or letter_id is not null) and due_at is not null)",
            name="open",
        ),
        sa.UniqueConstraint("digest_id", "subscription_id"),
        sqlite_autoincrement=True,
    )
    for column in ("subscription_id", "letter_id", "message_id"):
        op.create_index(op.f(f"ix_deliveries_{column}"), "deliveries", [column])
    still_open = sa.text("state in ('queued', 'sending', 'uncertain')")
    for name, columns, rows in (
        ("ix_deliveries_bundle", ["bundle_id"], sa.text("bundle_id is not null")),
        ("ix_deliveries_due", ["due_at", "id"], still_open),
    ):
        op.create_index(name, "deliveries", columns, sqlite_where=rows, postgresql_where=rows)


def create_what_is_new() -> None:
    op.create_table(
        "domains",
        sa.Column("domain", sa.String, primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("words", sa.String, nullable=False),
    )
    op.create_table(
        "bounces",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("report", sa.String, nullable=False),
        sa.Column("subscriber_id", sa.Integer, sa.ForeignKey("subscribers.id", ondelete="CASCADE")),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("status", sa.String),
        sa.Column("message_id", sa.String),
        sa.Column("words", sa.String, nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.CheckConstraint("kind in ('hard', 'soft', 'complaint', 'ignored')", name="kind"),
        sa.UniqueConstraint("report", "subscriber_id"),
    )
    op.create_index(op.f("ix_bounces_subscriber_id"), "bounces", ["subscriber_id"])
    op.create_table(
        "secrets",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("value", sa.String, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
    )
    op.create_table(
        "alarms",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("says", sa.String, nullable=False),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.Column("well_since", MOMENT),
    )
