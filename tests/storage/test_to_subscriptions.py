"""From the tables of 0003, with what a running service had in them, to those of 0004."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from storage import outbox, subscribers, upgrade
from storage.database import Database, Transaction
from storage.records import Preferences, Subscription
from tests.storage.builders import (
    MINUTE,
    NOON,
    SERIES,
    address,
    digest,
    reader,
    rows,
)

AT = "2026-03-02 12:00:00+00:00"
STATES = ("queued", "sending", "sent", "failed", "abandoned")


def fill(tx: Transaction) -> None:
    """Put in what version 0003 would: six readers, the last of them erased; two digests."""
    put_round(tx)
    for number in range(1, 7):
        to = f"Reader{number}@D{number % 2}.Example.org"
        put(tx, "subscribers", id=number, address=to, address_key=to.casefold(), created_at=AT)
        follows = {"subscriber_id": number, "series": SERIES, "created_at": AT}
        put(tx, "subscriptions", id=10 + number, **follows)
    for number, kind in ((1, "news"), (2, "correction"), (3, "news")):
        put(
            tx,
            "digests",
            id=number,
            series=SERIES,
            round=None if number == 3 else 4,
            kind=kind,
            readout_id=1,
            revision_id=1,
            subject="Round 4",
            text="What changed",
            html="<p>What changed</p>",
            created_at=AT,
        )
    for number, state in enumerate(STATES, start=1):
        deliver(tx, 100 + number, 1, None if state == "abandoned" else 10 + number, state)
        deliver(tx, 200 + number, 2, 10 + number, "sent")
    deliver(tx, 301, 2, 16, "queued")
    for statement in (
        "update deliveries set state = 'abandoned', due_at = null, subscription_id = null"
        " where id = 301",
        "delete from subscribers where id = 6",
    ):
        tx.exec_driver_sql(statement)


def put_round(tx: Transaction) -> None:
    """Put in a page and the round it reports, each with the id 1."""
    page = {"address": "https://example.org/a", "status": 200, "headers": "{}"}
    put(
        tx,
        "snapshots",
        id=1,
        origin="live",
        fetched_at=AT,
        sha256="00",
        size=4,
        body="page",
        **page,
    )
    put(tx, "releases", id=1, key="a", state="read", verdict="readout", named_at=AT, attempts=0)
    text = {"fingerprint": "00", "paragraphs": "[]", "filed_at": AT}
    put(tx, "revisions", id=1, release_id=1, number=1, snapshot_id=1, **text)
    held = '{"text": "June 2", "start": null, "end": null, "precision": "unstated"}'
    said = {"held": held, "held_elsewhere": "[]", "delegations": "[]", "complete": 1}
    whose = {"release_id": 1, "revision_id": 1}
    put(tx, "readouts", id=1, series=SERIES, round=4, filed_at=AT, **whose, **said)


def put(tx: Transaction, table: str, **columns: Any) -> None:
    """Insert a row as an older program did: the newer one's tables do not know its columns."""
    if "id" in columns and tx.dialect.name == "postgresql":
        tx.exec_driver_sql(f"select setval('{table}_id_seq', {columns['id']})")
    words = ", ".join("null" if each is None else f"'{each}'" for each in columns.values())
    tx.exec_driver_sql(f"insert into {table} ({', '.join(columns)}) values ({words})")


def deliver(tx: Transaction, id: int, digest: int, to: int | None, state: str) -> None:
    still_open = state in ("queued", "sending")
    put(
        tx,
        "deliveries",
        id=id,
        digest_id=digest,
        subscription_id=to,
        message_id=f"<digest-{digest}.{to}@example.org>",
        state=state,
        due_at=AT if still_open else None,
        owner="w" if state == "sending" else None,
        attempts=0 if state == "queued" else 1,
        queued_at=AT,
        settled_at=None if still_open else AT,
        error="550 no" if state == "failed" else None,
    )


@pytest.fixture
def migrated(empty_database: Database) -> Database:
    """A database of version 0003 with data in it, brought up to date."""
    with empty_database.transaction() as tx:
        upgrade.upgrade(tx, "0003")
        fill(tx)
    done = empty_database.migrate()
    assert done.before == "0003"
    return empty_database


def test_every_reader_is_there_confirmed_with_the_defaults_and_a_domain(
    migrated: Database,
) -> None:
    with migrated.reading() as tx:
        found = list(subscribers.subscribers(tx))
    assert [each.id for each in found] == [1, 2, 3, 4, 5]
    assert {each.state for each in found} == {"confirmed"}
    assert {each.channel for each in found} == {"mail"}
    assert {each.preferences for each in found} == {Preferences()}
    assert found[0].address == "Reader1@D1.Example.org"
    assert [each.domain for each in found[:2]] == ["d1.example.org", "d0.example.org"]
    assert found[0].subscriptions == (Subscription(11, SERIES, (), NOON),)
    assert (found[0].confirmed_at, found[0].generation) == (NOON, 0)


def test_the_books_are_as_they_were_and_balance(migrated: Database) -> None:
    with migrated.reading() as tx:
        books = [outbox.balance(tx, number) for number in (1, 2, 3)]
        whole = outbox.balance(tx)
    assert [each.candidates for each in books] == [5, 6, 0]
    assert all(each.balanced for each in (*books, whole))
    assert [getattr(books[0], state) for state in STATES] == [1] * 5
    assert (books[1].sent, books[1].abandoned) == (5, 1)


def test_what_waited_goes_out_under_its_message_id_and_what_was_sent_is_known(
    migrated: Database,
) -> None:
    with migrated.transaction() as tx:
        mails = outbox.claim(tx, owner="w", now=NOON + MINUTE, lease=MINUTE, limit=9)
        known = outbox.sent_to(tx, "<digest-1.13@example.org>")
    assert [(each.id, each.message_id) for each in mails] == [
        (101, "<digest-1.11@example.org>"),
        (102, "<digest-1.12@example.org>"),
    ]
    assert [each.recipient.domain for each in mails] == ["d1.example.org", "d0.example.org"]
    assert [each.attempts for each in mails] == [1, 2]
    assert known == (3, "Reader3@D1.Example.org")


def test_digests_of_old_are_there_without_facts_of_their_own(migrated: Database) -> None:
    with migrated.reading() as tx:
        found = outbox.digests(tx)
    assert [(each.id, each.kind, each.round, each.telling) for each in found] == [
        (3, "news", None, None),
        (2, "correction", 4, None),
        (1, "news", 4, None),
    ]


def test_no_id_of_old_is_ever_used_again(migrated: Database) -> None:
    """An id stands in Message-IDs and links; reader 6 was erased, and nobody is number 6 again."""
    with migrated.transaction() as tx:
        newcomer = reader(tx, "new")
        filed = digest(tx, 5)
        address(tx, filed, NOON + timedelta(days=1), only=[newcomer.id])
        (mail,) = (
            each
            for each in outbox.claim(
                tx, owner="w", now=NOON + timedelta(days=2), lease=MINUTE, limit=9
            )
            if each.recipient.subscriber_id == newcomer.id
        )
    assert newcomer.id == 7
    assert newcomer.subscriptions[0].id == 17
    assert filed == 4
    assert mail.id == 302


def test_nothing_of_the_migration_is_left_over(migrated: Database) -> None:
    with migrated.reading() as tx:
        tables = (
            "select name from sqlite_master where type = 'table'"
            if migrated.on_sqlite
            else "select tablename from pg_tables where schemaname = 'public'"
        )
        names = {name for (name,) in tx.exec_driver_sql(tables)}
    assert not {name for name in names if name.startswith("old_")}
    assert rows(migrated, ["deliveries", "letters", "bounces"]) == {
        "deliveries": 11,
        "letters": 0,
        "bounces": 0,
    }
