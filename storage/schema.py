"""The tables, as SQLAlchemy Core knows them. Rows never leave `storage`.

The migrations create them; a test holds that what they create is what stands here. Two things
stand only in a migration: the trigger that keeps a snapshot as it was filed, and the index of the
words of releases, which each database has in its own way.
"""

from __future__ import annotations

from typing import get_args

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TextClause,
    UniqueConstraint,
    text,
)

from storage.columns import Document, Slugs, UtcTime
from storage.records import (
    BounceClass,
    Channel,
    DeliveryState,
    DigestKind,
    DigestRhythm,
    Language,
    LetterKind,
    MailFormat,
    Origin,
    PollOutcome,
    ReleaseState,
    Strand,
    SubscriberState,
    Verdict,
)

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
"""How constraints are named, so that a later migration can name one it wants to change."""

metadata = MetaData(naming_convention=NAMES)


def _one_of(column: str, words: object) -> CheckConstraint:
    """Return the check that a column holds one of the words of a Literal of `storage.records`."""
    listed = ", ".join(f"'{word}'" for word in get_args(words))
    return CheckConstraint(f"{column} in ({listed})", name=column)


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _link(
    name: str, target: str, *, nullable: bool = False, ondelete: str | None = None
) -> Column[int]:
    return Column(name, Integer, ForeignKey(f"{target}.id", ondelete=ondelete), nullable=nullable)


def _partial(name: str, *columns: str | TextClause, where: str, unique: bool = False) -> Index:
    """Return an index over the rows that `where` names.

    PostgreSQL's own option for it is not given: naming it would load that dialect at every start
    (20 ms), for tables that only the migrations create. `info` keeps the words for who needs them.
    """
    return Index(name, *columns, unique=unique, sqlite_where=text(where), info={"where": where})


# Conditions that a query repeats word for word, as text: SQLite takes a partial index only if it
# sees the index's own words in the query, and it does not look into parameters.
WANTED = text("state = 'wanted'")
OPEN = text("state in ('queued', 'sending', 'uncertain')")
LEADING = text("state in ('queued', 'sending', 'uncertain') and bundle_id is null")
LETTERS = text("state in ('queued', 'sending', 'uncertain') and letter_id is not null")
# When a release was published, those without a date before all others. As text for the same reason:
# SQLite takes an index over an expression only if the query has the very same one.
PUBLISHED = text("coalesce(published, '0001-01-01')")
LATEST_FIRST = (text(f"{PUBLISHED.text} desc"), text("id desc"))

# --- How to ask: validators, and the manners of a host ----------------------------------------

fetches = Table(
    "fetches",
    metadata,
    Column("address", String, primary_key=True),
    Column("etag", String),
    Column("last_modified", String),
    Column("checked_at", UtcTime, nullable=False),
    Column("sha256", String),
    Column("reader", String, nullable=False),
)

hosts = Table(
    "hosts",
    metadata,
    Column("host", String, primary_key=True),
    Column("robots_text", String),
    Column("robots_status", Integer),
    Column("robots_at", UtcTime),
    Column("not_before", UtcTime),
    # Failures one after the other, and how long the host is left alone for them.
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("rests_until", UtcTime),
    # When the next request may go out, whichever process sends it.
    Column("next_turn_at", UtcTime),
)

# Each request made: `status` is None where none came back, `fault` the kind of error it ended in.
requests = Table(
    "requests",
    metadata,
    _id(),
    Column("asked_at", UtcTime, nullable=False),
    Column("host", String, nullable=False),
    Column("address", String, nullable=False),
    Column("status", Integer),
    Column("fault", String),
    Column("size", Integer, nullable=False),
    Column("milliseconds", Integer, nullable=False),
    Index(None, "asked_at"),
)

# --- The archive ------------------------------------------------------------------------------

snapshots = Table(
    "snapshots",
    metadata,
    _id(),
    Column("address", String, nullable=False),
    Column("origin", String, nullable=False),
    Column("fetched_at", UtcTime, nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", Document, nullable=False),
    Column("sha256", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    _one_of("origin", Origin),
    Index(None, "address", "fetched_at"),
)

releases = Table(
    "releases",
    metadata,
    _id(),
    Column("key", String, nullable=False, unique=True),
    Column("address", String),
    Column("title", String),
    Column("published", Date),
    Column("state", String, nullable=False),
    Column("verdict", String),
    Column("evidence", Document),
    Column("fingerprint", String),
    Column("named_at", UtcTime, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_try_at", UtcTime),
    _one_of("state", ReleaseState),
    _one_of("verdict", Verdict),
    Index(None, "fingerprint"),
    Index("ix_releases_latest", *LATEST_FIRST),
    Index("ix_releases_verdict", "verdict", *LATEST_FIRST),
    _partial("ix_releases_wanted", "next_try_at", where=WANTED.text),
)

revisions = Table(
    "revisions",
    metadata,
    _id(),
    _link("release_id", "releases"),
    Column("number", Integer, nullable=False),
    Column("fingerprint", String, nullable=False),
    _link("snapshot_id", "snapshots"),
    Column("title", String),
    Column("published", Date),
    Column("paragraphs", Document, nullable=False),
    Column("filed_at", UtcTime, nullable=False),
    # The version of the reader that understood the page so.
    Column("reader", String),
    UniqueConstraint("release_id", "number"),
    Index(None, "snapshot_id"),
    Index(None, "reader"),
)

# A release that is another one's text at another address: moved there, or found at both.
twins = Table(
    "twins",
    metadata,
    Column("release_id", Integer, ForeignKey("releases.id"), primary_key=True),
    _link("twin_of", "releases"),
    Column("found_at", UtcTime, nullable=False),
    Index(None, "twin_of"),
)

# What speaks for a release being gone: since when, on how many days, and when it was said.
withdrawals = Table(
    "withdrawals",
    metadata,
    _id(),
    _link("release_id", "releases"),
    Column("kind", String, nullable=False),
    Column("evidence", Document, nullable=False),
    Column("first_at", UtcTime, nullable=False),
    Column("last_at", UtcTime, nullable=False),
    Column("days", Integer, nullable=False),
    Column("said_at", UtcTime),
    # It came back, or turned out not to be gone.
    Column("ended_at", UtcTime),
    Index(None, "release_id"),
    _partial("uq_withdrawals_open", "release_id", unique=True, where="ended_at is null"),
)

# What a release says, as words in their normal form with one space between them. `place` is its
# place in time: a later one is a larger number. `rule` is that by which the words were made.
release_words = Table(
    "release_words",
    metadata,
    Column("release_id", Integer, ForeignKey("releases.id"), primary_key=True),
    Column("place", BigInteger, nullable=False, unique=True),
    Column("rule", String, nullable=False),
    Column("words", String, nullable=False),
)

# Which revision a snapshot shows: reading the same bytes again is never a new revision.
sightings = Table(
    "sightings",
    metadata,
    Column("snapshot_id", ForeignKey("snapshots.id"), primary_key=True),
    Column("revision_id", ForeignKey("revisions.id"), primary_key=True),
    Index(None, "revision_id"),
)

readouts = Table(
    "readouts",
    metadata,
    _id(),
    _link("release_id", "releases"),
    _link("revision_id", "revisions"),
    Column("series", String, nullable=False),
    Column("round", Integer),
    Column("held_start", Date),
    Column("held", Document, nullable=False),
    Column("held_elsewhere", Document, nullable=False),
    Column("city", String),
    Column("delegations", Document, nullable=False),
    Column("next_round", Document),
    Column("complete", Boolean, nullable=False),
    Column("filed_at", UtcTime, nullable=False),
    Column("superseded_at", UtcTime),
    CheckConstraint("round >= 1", name="round"),
    Index(None, "release_id"),
    Index(None, "revision_id"),
    Index(None, "filed_at"),
    Index(None, "superseded_at"),
    _partial(
        "uq_readouts_current_round", "series", "round", unique=True, where="superseded_at is null"
    ),
)

mentions = Table(
    "mentions",
    metadata,
    Column("readout_id", ForeignKey("readouts.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("strand", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("label", String, nullable=False),
    Column("text", String, nullable=False),
    _one_of("strand", Strand),
    Index(None, "topic"),
)

comparisons = Table(
    "comparisons",
    metadata,
    Column("after_readout_id", ForeignKey("readouts.id"), primary_key=True),
    _link("before_readout_id", "readouts", nullable=True),
    Column("comparison", Document, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Index(None, "before_readout_id"),
    Index(None, "made_at"),
)

# Labels that a person has linked to a topic; `name` is the topic's, for one on no reviewed list.
topic_links = Table(
    "topic_links",
    metadata,
    Column("series", String, primary_key=True),
    Column("label", String, primary_key=True),
    Column("topic", String, nullable=False),
    Column("name", String, nullable=False),
    Column("linked_at", UtcTime, nullable=False),
)

# --- Readers, and what they are sent ----------------------------------------------------------
# The ids of readers and of what is sent to them are never used twice (AUTOINCREMENT on SQLite):
# they stand in Message-IDs, and a reader may be erased.

subscribers = Table(
    "subscribers",
    metadata,
    _id(),
    Column("address", String, nullable=False),
    Column("address_key", String, nullable=False, unique=True),
    Column("created_at", UtcTime, nullable=False),
    Column("channel", String, nullable=False),
    Column("domain", String, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", String),
    Column("confirmed_at", UtcTime),
    Column("generation", Integer, nullable=False),
    Column("language", String, nullable=False),
    Column("format", String, nullable=False),
    Column("rhythm", String, nullable=False),
    Column("weekday", Integer, nullable=False),
    Column("hour", Integer, nullable=False),
    Column("zone", String, nullable=False),
    Column("paused_until", Date),
    Column("letters", Integer, nullable=False),
    Column("letter_at", UtcTime),
    Column("bounces", Float, nullable=False),
    Column("bounced_at", UtcTime),
    # When one who is unsubscribed left.
    Column("left_at", UtcTime),
    _one_of("channel", Channel),
    _one_of("state", SubscriberState),
    _one_of("language", Language),
    _one_of("format", MailFormat),
    _one_of("rhythm", DigestRhythm),
    sqlite_autoincrement=True,
)

subscriptions = Table(
    "subscriptions",
    metadata,
    _id(),
    _link("subscriber_id", "subscribers", ondelete="CASCADE"),
    Column("series", String, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    # Empty: all topics.
    Column("topics", Slugs, nullable=False),
    # Kept for the books, and for a reader who comes back.
    Column("ended_at", UtcTime),
    UniqueConstraint("subscriber_id", "series"),
    Index(None, "series"),
    sqlite_autoincrement=True,
)

digests = Table(
    "digests",
    metadata,
    _id(),
    Column("series", String, nullable=False),
    Column("round", Integer),
    Column("kind", String, nullable=False),
    _link("readout_id", "readouts"),
    _link("revision_id", "revisions"),
    Column("subject", String, nullable=False),
    Column("telling", Document),
    Column("candidates", Integer, nullable=False),
    # Of deliveries that were on file long enough: how many ended how. The books count them too.
    Column("forgotten", Document),
    Column("created_at", UtcTime, nullable=False),
    # By which the work that made it can be followed: the id of the look that found the round.
    Column("trace", String),
    _one_of("kind", DigestKind),
    # Two NULLs differ in a unique index; rounds count from 1, so 0 stands for "no number".
    Index(
        "uq_digests_once", "series", text("coalesce(round, 0)"), "kind", "revision_id", unique=True
    ),
    Index(None, "readout_id"),
    Index(None, "revision_id"),
    sqlite_autoincrement=True,
)

letters = Table(
    "letters",
    metadata,
    _id(),
    Column("kind", String, nullable=False),
    _link("subscriber_id", "subscribers", nullable=True, ondelete="SET NULL"),
    Column("address", String),
    Column("language", String, nullable=False),
    Column("facts", Document),
    Column("created_at", UtcTime, nullable=False),
    Column("trace", String),
    _one_of("kind", LetterKind),
    _one_of("language", Language),
    Index(None, "subscriber_id"),
    sqlite_autoincrement=True,
)

deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    _link("digest_id", "digests", nullable=True),
    _link("subscription_id", "subscriptions", nullable=True, ondelete="SET NULL"),
    _link("letter_id", "letters", nullable=True),
    # The delivery in whose mail this one goes along.
    _link("bundle_id", "deliveries", nullable=True),
    Column("message_id", String, nullable=False),
    Column("domain", String),
    Column("state", String, nullable=False),
    # When it was meant to go out; `due_at` is when something is to be done about it next.
    Column("slot_at", UtcTime, nullable=False),
    Column("due_at", UtcTime),
    Column("owner", String),
    Column("attempts", Integer, nullable=False, default=0),
    Column("queued_at", UtcTime, nullable=False),
    Column("settled_at", UtcTime),
    Column("error", String),
    _one_of("state", DeliveryState),
    CheckConstraint("(digest_id is null) <> (letter_id is null)", name="content"),
    # An open delivery has somebody to go to and a time to be looked at: when it may be tried, or,
    # while somebody holds it, when the lease runs out.
    CheckConstraint(
        "state not in ('queued', 'sending', 'uncertain')"
        " or ((subscription_id is not null or letter_id is not null) and due_at is not null)",
        name="open",
    ),
    UniqueConstraint("digest_id", "subscription_id"),
    Index(None, "subscription_id"),
    Index(None, "letter_id"),
    Index(None, "message_id"),
    _partial("ix_deliveries_bundle", "bundle_id", where="bundle_id is not null"),
    _partial("ix_deliveries_due", "due_at", "id", where=OPEN.text),
    _partial("ix_deliveries_letters", "due_at", "id", where=LETTERS.text),
    sqlite_autoincrement=True,
)

# Receiving domains that put us off: nothing is tried there before the time.
domains = Table(
    "domains",
    metadata,
    Column("domain", String, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("not_before", UtcTime, nullable=False),
    Column("words", String, nullable=False),
)

bounces = Table(
    "bounces",
    metadata,
    _id(),
    Column("report", String, nullable=False),
    _link("subscriber_id", "subscribers", nullable=True, ondelete="CASCADE"),
    Column("kind", String, nullable=False),
    Column("status", String),
    Column("message_id", String),
    Column("words", String, nullable=False),
    Column("taken_at", UtcTime, nullable=False),
    _one_of("kind", BounceClass),
    UniqueConstraint("report", "subscriber_id"),
    Index(None, "subscriber_id"),
)

# --- What the service itself keeps --------------------------------------------------------------

secrets = Table(
    "secrets",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
    Column("made_at", UtcTime, nullable=False),
)

alarms = Table(
    "alarms",
    metadata,
    Column("name", String, primary_key=True),
    Column("says", String, nullable=False),
    Column("raised_at", UtcTime, nullable=False),
    Column("told_at", UtcTime, nullable=False),
    Column("well_since", UtcTime),
)

# --- The journal ------------------------------------------------------------------------------

polls = Table(
    "polls",
    metadata,
    _id(),
    Column("source", String, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime),
    Column("outcome", String),
    Column("requests", Integer, nullable=False, default=0),
    Column("named", Integer, nullable=False, default=0),
    Column("announced", Integer, nullable=False, default=0),
    Column("problem", String),
    # The latest day among those the listing named.
    Column("newest", Date),
    Column("trace", String),
    _one_of("outcome", PollOutcome),
    Index(None, "source", "started_at"),
)

# Ways into the past, as far as they have gone: `frontier` is what is needed to go on.
walks = Table(
    "walks",
    metadata,
    _id(),
    Column("source", String, nullable=False),
    Column("scope", String, nullable=False),
    Column("way", String),
    Column("frontier", Document, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("named", Integer, nullable=False),
    Column("requests", Integer, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime),
    _partial("uq_walks_unfinished", "source", "scope", unique=True, where="finished_at is null"),
)

# Backfills that were left to the service, and the months they were cut into: `chosen` are the ids
# of the releases to take in. `until` is how far the walk reached; a month of the year 1 holds what
# has no day.
backfills = Table(
    "backfills",
    metadata,
    _id(),
    Column("source", String, nullable=False),
    Column("wish", Document, nullable=False),
    Column("ordered_at", UtcTime, nullable=False),
    Column("until", Date),
    Column("pages", Integer, nullable=False),
    Column("named", Integer, nullable=False),
    Column("left_out", Integer, nullable=False),
    Column("requests", Integer, nullable=False),
    Column("walked_at", UtcTime),
    Column("ended_at", UtcTime),
)

backfill_months = Table(
    "backfill_months",
    metadata,
    Column("backfill_id", Integer, ForeignKey("backfills.id"), primary_key=True),
    Column("month", Date, primary_key=True),
    Column("chosen", Document, nullable=False),
    Column("ended_at", UtcTime),
)

# Two NULLs differ in a unique index; an empty address stands for "no address".
_ISSUE_ADDRESS = text("coalesce(address, '')")

issues = Table(
    "issues",
    metadata,
    _id(),
    Column("kind", String, nullable=False),
    Column("address", String),
    Column("summary", String, nullable=False),
    Column("evidence", Document, nullable=False),
    _link("snapshot_id", "snapshots", nullable=True),
    Column("opened_at", UtcTime, nullable=False),
    Column("last_seen_at", UtcTime, nullable=False),
    Column("times", Integer, nullable=False, default=1),
    Column("closed_at", UtcTime),
    Index(None, "snapshot_id"),
    _partial("uq_issues_open", "kind", _ISSUE_ADDRESS, unique=True, where="closed_at is null"),
)

ticks = Table(
    "ticks",
    metadata,
    Column("job", String, primary_key=True),
    Column("due_at", UtcTime, primary_key=True),
    Column("taken_at", UtcTime, nullable=False),
)

# --- Upgrades ---------------------------------------------------------------------------------

# Which step the tables were brought to when, and the oldest program that can work on them since.
upgrades = Table(
    "upgrades",
    metadata,
    Column("revision", String, primary_key=True),
    Column("works_with", String, nullable=False),
    Column("made_at", UtcTime, nullable=False),
)

# The steps of the queue's library that were taken; its tables are its own (`storage.queue`).
queue_steps = Table("queue_steps", metadata, Column("name", String, primary_key=True))
