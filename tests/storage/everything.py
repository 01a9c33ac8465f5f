"""A row, at least, in every table there is; and what tells two databases apart, asked anew."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import insert, select, update

from storage import archive
from storage.database import Database, Transaction
from storage.moving.tables import OWN
from storage.schema import (
    alarms,
    backfill_months,
    backfills,
    bounces,
    deliveries,
    domains,
    fetches,
    hosts,
    issues,
    metadata,
    polls,
    requests,
    secrets,
    subscribers,
    ticks,
    topic_links,
    twins,
    walks,
    withdrawals,
)
from tests.storage.builders import (
    NOON,
    SERIES,
    address,
    comparison,
    digest,
    file_round,
    letter,
    named,
    reader,
    readout,
)

ODD = "“fresh” — 果物 🍊 \u2028 \\ ' \" \t"
LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)
A_MOMENT = datetime(2026, 3, 2, 12, 0, 0, 1, tzinfo=UTC)


def file_everything(tx: Transaction) -> None:
    """Fill the tables of an empty database."""
    _file_archive(tx)
    _file_readers(tx)
    _file_journal(tx)


def _file_archive(tx: Transaction) -> None:
    filed, before = file_round(tx, readout(3), key="third")
    _, after = file_round(tx, readout(5), key="fifth")
    archive.replace_comparison(
        tx, after_readout_id=after, before_readout_id=before, comparison=comparison(), now=NOON
    )
    archive.file_words(tx, filed.release_id, published=None, words=". labor .", rule="1")
    archive.name_releases(tx, [named("wanted", date(2025, 6, 3))], wanted=["wanted"], now=NOON)
    whose = {"release_id": filed.release_id}
    put(tx, twins, release_id=3, twin_of=filed.release_id, found_at=NOON)
    seen = {"first_at": LONG_AGO, "last_at": NOON, "days": 3}
    put(tx, withdrawals, **whose, kind="gone", evidence={"said": ODD, "none": None}, **seen)
    link = {"series": SERIES, "label": ODD, "topic": "fruit", "name": ODD}
    put(tx, topic_links, **link, linked_at=NOON)
    put(tx, fetches, address="https://example.org/é", checked_at=A_MOMENT, reader="1", etag='"é"')
    put(tx, fetches, address="https://example.org/Z", checked_at=NOON, reader="1", sha256="")
    put(tx, hosts, host="example.org", robots_text="", robots_status=200, failures=2**31 - 1)


def _file_readers(tx: Transaction) -> None:
    first, *_ = (reader(tx, name, topics=("fruit", "labor")) for name in ("one", "two", "three"))
    gone = reader(tx, "gone")
    tx.execute(subscribers.delete().where(subscribers.c.id == gone.id))
    address(tx, digest(tx, 4))
    address(tx, digest(tx, 6))
    letter(tx, "one@example.org", first.id)
    late = select(deliveries.c.id).order_by(deliveries.c.id.desc()).limit(1).scalar_subquery()
    # The mail of the last carries the first one along: a row that refers to a later one.
    tx.execute(update(deliveries).where(deliveries.c.id == 1).values(bundle_id=late))
    tx.execute(update(subscribers).values(bounces=1.1, bounced_at=A_MOMENT))
    report = {"report": "r", "subscriber_id": first.id, "kind": "soft", "words": ODD}
    put(tx, bounces, **report, taken_at=NOON)
    put(tx, domains, domain="example.org", failures=1, not_before=NOON, words=ODD)
    put(tx, secrets, name="secret_key", value="k" * 40, made_at=NOON)
    put(tx, alarms, name="silent", says=ODD, raised_at=NOON, told_at=NOON)


def _file_journal(tx: Transaction) -> None:
    put(tx, polls, source="s", started_at=NOON, outcome="read", newest=date(9999, 12, 31))
    put(tx, requests, asked_at=NOON, host="h", address="a", size=0, milliseconds=1)
    passed = {"pages": 1, "named": 2, "requests": 3, "started_at": NOON, "updated_at": NOON}
    frontier = {"z": 1, "a": [1.5, 2**40, None, True, {}], "": ODD}
    put(tx, walks, source="s", scope="all", frontier=frontier, **passed)
    walked = {"pages": 1, "named": 2, "left_out": 0, "requests": 3}
    put(tx, backfills, source="s", wish={"since": None}, ordered_at=NOON, **walked)
    put(tx, backfill_months, backfill_id=1, month=date(1, 1, 1), chosen=["a", ODD])
    seen = {"opened_at": NOON, "last_seen_at": NOON, "times": 1}
    put(tx, issues, kind="doubt", summary=ODD, evidence=[], snapshot_id=1, **seen)
    put(tx, ticks, job="poll", due_at=NOON, taken_at=A_MOMENT)


def put(tx: Transaction, table: Any, **columns: object) -> None:
    tx.execute(insert(table).values(columns))


def assert_every_table_has_rows(database: Database) -> None:
    with database.reading() as tx:
        bare = [
            name
            for name, table in metadata.tables.items()
            if name not in OWN and tx.execute(select(table).limit(1)).first() is None
        ]
    assert bare == []
