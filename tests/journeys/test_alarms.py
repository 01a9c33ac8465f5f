"""The operator hears of what is not well: by a letter in the outbox, in the commit that notes it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from monitor.bootstrap import Service
from monitor.journeys.alarms import sound
from monitor.settings import Settings
from storage import alarms, journal, outbox, subscribers
from storage.database import Database
from storage.records import DeliveryState, Outcome, Preferences
from storage.schema import deliveries, letters
from tests.journeys.offices import Clock, office

OPERATOR = "operator@example.org"
SOURCE = "http://127.0.0.1:9"


class Desk:
    """The operator's: what letters have come, by what they tell."""

    def __init__(self, made: Service, clock: Clock) -> None:
        self.database = made.database
        self.settings = replace(made.settings, operator_email=OPERATOR)
        self.clock = clock
        self.read = 0

    def checks(self, **later: float) -> list[dict[str, str]]:
        """Check after a while, and open the letters that came of it."""
        self.clock.later(**later)
        sound(database=self.database, settings=self.settings, now=self.clock())
        found = self.letters()[self.read :]
        self.read += len(found)
        return [dict(row["facts"]) for row in found]

    def letters(self) -> list[Any]:
        query = (
            select(letters, deliveries.c.state)
            .join(deliveries, deliveries.c.letter_id == letters.c.id)
            .where(letters.c.kind == "alarm")
        )
        with self.database.reading() as tx:
            return list(tx.execute(query.order_by(letters.c.id)).mappings())

    def sends(self, *ends: DeliveryState) -> None:
        """What is in the outbox arrives, or ends otherwise, in this order."""
        lease = timedelta(minutes=1)
        with self.database.transaction() as tx:
            claimed = outbox.claim(tx, owner="a", now=self.clock(), lease=lease, limit=99)
            states = (*ends, *["sent"] * len(claimed))
            outcomes = [Outcome(d.id, state) for d, state in zip(claimed, states, strict=False)]
            outbox.settle(tx, outcomes, owner="a", now=self.clock())

    def writes(self, reader: int | None) -> None:
        """A letter is put into the outbox, to a reader on file or to nobody there."""
        with self.database.transaction() as tx:
            outbox.queue_letter(
                tx,
                "confirm",
                address="reader@example.org",
                subscriber_id=reader,
                language="en",
                facts={},
                now=self.clock(),
                message_id_domain="example.org",
            )

    def looks(self, outcome: Any = "unchanged") -> None:
        with self.database.transaction() as tx:
            poll = journal.start_poll(tx, source=SOURCE, now=self.clock())
            journal.finish_poll(tx, poll, now=self.clock(), outcome=outcome, requests=1)

    def wonders(self, kind: str, address: str = "https://ustr.gov/a") -> int:
        with self.database.transaction() as tx:
            issue, _ = journal.open_issue(
                tx,
                kind=kind,
                address=address,
                summary="two\nlines of it",
                evidence={},
                snapshot_id=None,
                now=self.clock(),
            )
        return issue.id

    def closes(self, number: int) -> None:
        with self.database.transaction() as tx:
            journal.close_issue(tx, number, self.clock())


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    clock = Clock()
    with office(SOURCE, database_url, now=clock) as made:
        yield Desk(made, clock)


def test_a_source_that_falls_silent_is_told_once_and_when_it_is_back(desk: Desk) -> None:
    assert desk.checks() == []
    desk.looks()
    assert desk.checks(minutes=5) == []
    (told,) = desk.checks(hours=2)
    last = f"last good look at {SOURCE}: 2024-08-01 12:00 UTC"
    assert told == {
        "new": f"The source {SOURCE} is silent – {last}",
        "runbooks": "source",
    }
    desk.sends()
    assert [desk.checks(minutes=5) for _ in range(30)] == [[]] * 30
    desk.looks()
    assert desk.checks() == []
    for _ in range(13):
        desk.looks()
        found = desk.checks(minutes=5)
        if found:
            break
    assert found == [{"over": f"The source {SOURCE} is silent"}]


def test_a_first_look_that_fails_is_an_alarm_and_no_look_at_all_is_none(desk: Desk) -> None:
    assert desk.checks() == []
    desk.looks("failed")
    (told,) = desk.checks(minutes=5)
    assert told["new"].endswith("was never seen yet")


def test_a_letter_goes_to_the_operator_and_to_no_reader(desk: Desk) -> None:
    desk.looks()
    desk.wonders("unknown-layout")
    desk.checks()
    (letter,) = desk.letters()
    assert (letter["kind"], letter["address"], letter["state"]) == ("alarm", OPERATOR, "queued")
    assert letter["subscriber_id"] is None


def test_a_new_layout_and_a_doubt_are_told_each_in_a_line_of_its_own(desk: Desk) -> None:
    desk.looks()
    desk.wonders("doubt")
    desk.wonders("empty-listing", "https://ustr.gov/listing")
    (told,) = desk.checks()
    assert told["new"].splitlines() == [
        "Issue “doubt”: two lines of it – https://ustr.gov/a",
        "The source has changed its layout (empty-listing) – https://ustr.gov/listing",
    ]
    assert told["runbooks"].splitlines() == ["issue", "layout"]


def test_a_second_alarm_is_told_without_the_first(desk: Desk) -> None:
    desk.looks()
    desk.wonders("unknown-layout")
    desk.checks()
    desk.wonders("doubt")
    (told,) = desk.checks(minutes=5)
    assert told["new"].startswith("Issue “doubt”")
    assert len(told["new"].splitlines()) == 1


def test_deliveries_that_are_stuck_are_told(desk: Desk) -> None:
    desk.looks()
    desk.wonders("doubt")
    desk.checks()
    for _ in range(13):
        desk.looks()
        found = desk.checks(minutes=10)
        if found:
            break
    assert [each["new"].split(" – ")[0] for each in found] == ["Deliveries are stuck"]


def test_of_domains_that_put_us_off_the_first_is_named_with_its_words(desk: Desk) -> None:
    desk.looks()
    desk.writes(None)
    desk.clock.later(minutes=61)
    desk.looks()
    until = desk.clock() + timedelta(hours=1)
    with desk.database.transaction() as tx:
        for domain in ("b.example", "a.example", "c.example"):
            outbox.rest(tx, domain, failures=1, not_before=until, words=f"451 {domain} later")
    (told,) = desk.checks()
    assert told["new"].endswith(
        "; a.example puts us off (“451 a.example later”), and 2 domains more"
    )


def test_mail_refused_for_good_is_told_and_a_mailbox_that_is_gone_is_not(desk: Desk) -> None:
    desk.looks()
    with desk.database.transaction() as tx:
        reader, _ = subscribers.add(
            tx,
            address="reader@example.org",
            channel="mail",
            domain="example.org",
            state="confirmed",
            preferences=Preferences(),
            now=desk.clock(),
        )
    desk.writes(reader.id)
    desk.sends("failed")
    with desk.database.transaction() as tx:
        subscribers.suppress(tx, reader.id, "nobody there", desk.clock())
    assert desk.checks(minutes=1) == []
    desk.writes(None)
    desk.sends("failed")
    (told,) = desk.checks(minutes=1)
    assert told["new"].startswith("Deliveries have failed for good – 2 addressed = ")


def test_a_letter_with_more_than_a_person_reads_is_shortened(desk: Desk) -> None:
    desk.looks()
    for n in range(23):
        desk.wonders("doubt", f"https://ustr.gov/{n}")
    (told,) = desk.checks()
    lines = told["new"].splitlines()
    assert (len(lines), lines[-1]) == (21, "and 3 more")


def test_without_an_address_alarms_are_in_the_log_alone_and_once(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.settings = replace(desk.settings, operator_email=None)
    desk.looks()
    number = desk.wonders("doubt")
    with caplog.at_level(logging.INFO, "roundwatch"):
        assert desk.checks() == []
        assert desk.checks(minutes=5) == []
        desk.closes(number)
        assert desk.checks(minutes=5) == []
        assert desk.checks(minutes=60) == []
    said = [(r.levelname, r.message.split(":")[0]) for r in caplog.records if "doubt" in r.message]
    assert said == [("ERROR", "alarm"), ("INFO", "alarm over")]


def test_of_many_that_check_at_once_one_tells(database_url: str, desk: Desk) -> None:
    desk.wonders("unknown-layout")

    def check(settings: Settings) -> None:
        database = Database(database_url, patience=timedelta(seconds=30))
        try:
            sound(database=database, settings=settings, now=desk.clock())
        finally:
            database.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(check, [desk.settings] * 4))
    assert len(desk.letters()) == 1
    with desk.database.reading() as tx:
        assert set(alarms.standing(tx)) == {"layout unknown-layout"}
