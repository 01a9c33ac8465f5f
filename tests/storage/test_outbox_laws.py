"""Whatever happens to the outbox, in whatever order, some things are always so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from storage import outbox, subscribers
from storage.database import Database, Transaction
from storage.records import Addressed, Delivery, DeliveryState, Outcome
from tests.databases import PostgresqlServer, SqliteFiles
from tests.storage.builders import NOON, SERIES, digest, letter, reader

LEASE = timedelta(minutes=5)
SLOT = timedelta(minutes=20)
ANOTHER = "another"
OWNERS = ("one", "two")
FEW = st.integers(0, 3)
MINUTES = st.integers(0, 12)

LEADERS_LOST = """
    select count(*) from deliveries d where state in ('queued', 'sending', 'uncertain')
    and bundle_id is not null and not exists (select 1 from deliveries l where l.id = d.bundle_id
    and l.bundle_id is null and l.state = d.state and l.due_at = d.due_at
    and coalesce(l.owner, '') = coalesce(d.owner, ''))
"""
OF_TWO_READERS = """
    select count(*) from deliveries d join deliveries l on l.id = d.bundle_id
    join subscriptions s on s.id = d.subscription_id
    join subscriptions t on t.id = l.subscription_id
    where s.subscriber_id <> t.subscriber_id
"""
OPEN_FOR_WHO_LEFT = """
    select count(*) from deliveries d join subscriptions s on s.id = d.subscription_id
    join subscribers r on r.id = s.subscriber_id
    where d.state in ('queued', 'uncertain')
    and (s.ended_at is not null or r.state <> 'confirmed')
"""


class Outbox(RuleBasedStateMachine):
    """Readers come, go and change their minds; digests are addressed; workers claim and die."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.round = 0
        self.sent: Counter[tuple[int | None, int]] = Counter()
        self.held: dict[str, list[Delivery]] = {owner: [] for owner in OWNERS}
        with self.database.transaction() as tx:
            self.readers = [reader(tx, str(n), SERIES, ANOTHER).id for n in range(3)]
        self.came = len(self.readers)
        self.announce([SERIES, ANOTHER], together=True)

    def next_slot(self) -> datetime:
        """One time for all, so that what is gathered meets."""
        return NOON + SLOT * ((self.now - NOON) // SLOT + 1)

    @rule(
        several=st.lists(st.sampled_from((SERIES, ANOTHER)), min_size=1, max_size=4),
        together=st.sampled_from((True, True, False)),
    )
    def announce(self, several: list[str], together: bool) -> None:
        for series in several:
            self.address(series, together)

    def address(self, series: str, together: bool) -> None:
        self.round += 1
        due_at = self.next_slot() if together else self.now
        with self.database.transaction() as tx:
            digest_id = digest(tx, self.round, series=series)
            for piece in outbox.candidates(tx, series):
                addressed = [self.meant(each, due_at, together) for each in piece]
                words = {"now": self.now, "message_id_domain": "example.org"}
                outbox.address(tx, digest_id, addressed, **words)  # type: ignore[arg-type]

    def meant(self, candidate: object, due_at: datetime, together: bool) -> Addressed:
        if candidate.state == "suppressed":  # type: ignore[attr-defined]
            return Addressed(candidate, None, "nobody there")  # type: ignore[arg-type]
        return Addressed(candidate, due_at, gathered=together)  # type: ignore[arg-type]

    @rule(which=FEW)
    def write(self, which: int) -> None:
        with self.database.transaction() as tx:
            one = self.readers[which] if which < len(self.readers) else None
            letter(tx, "somebody@example.org", one)

    @rule(owner=st.sampled_from(OWNERS), limit=st.integers(1, 4))
    def claim(self, owner: str, limit: int) -> None:
        with self.database.transaction() as tx:
            claimed = outbox.claim(tx, owner=owner, now=self.now, lease=LEASE, limit=limit)
        self.held[owner] += claimed

    @rule(
        owner=st.sampled_from(OWNERS),
        states=st.lists(st.sampled_from(("sent", "queued", "uncertain", "failed")), max_size=4),
        wait=MINUTES,
        tried=st.booleans(),
    )
    def settle(self, owner: str, states: list[DeliveryState], wait: int, tried: bool) -> None:
        outcomes = []
        for state in states[: len(self.held[owner])]:
            again = state in ("queued", "uncertain")
            due_at = self.now + timedelta(minutes=wait) if again else None
            outcomes.append(
                Outcome(self.held[owner].pop(0).id, state, due_at, tried=tried or state != "queued")
            )
        with self.database.transaction() as tx:
            outbox.settle(tx, outcomes, owner=owner, now=self.now)

    @rule(owner=st.sampled_from(OWNERS))
    def send(self, owner: str) -> None:
        """Settle one as sent, and remember what was in it."""
        if not self.held[owner]:
            return
        mail = self.held[owner].pop(0)
        with self.database.transaction() as tx:
            done = [Outcome(mail.id, "sent")]
            if outbox.settle(tx, done, owner=owner, now=self.now):
                to = mail.recipient.subscriber_id
                self.sent.update((to, part.digest_id) for part in mail.parts)
        assert not self.sent or max(self.sent.values()) == 1

    @rule(owner=st.sampled_from(OWNERS))
    def die(self, owner: str) -> None:
        self.held[owner] = []

    @rule(minutes=st.sampled_from((1, 6, 20)))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(owner=st.sampled_from(OWNERS))
    def extend(self, owner: str) -> None:
        with self.database.transaction() as tx:
            outbox.extend(tx, owner=owner, until=self.now + LEASE)

    @rule(which=FEW, slots=st.integers(0, 1))
    def reschedule(self, which: int, slots: int) -> None:
        self.of(which, outbox.reschedule, self.next_slot() + slots * SLOT)

    @rule(which=FEW)
    def unsubscribe(self, which: int) -> None:
        self.of(which, subscribers.unsubscribe, self.now)

    @rule(which=FEW)
    def suppress(self, which: int) -> None:
        self.of(which, subscribers.suppress, "nobody there", self.now)

    @rule(which=FEW)
    def come_back(self, which: int) -> None:
        self.of(which, subscribers.confirm, self.now)

    @rule(which=FEW, series=st.sampled_from((SERIES, ANOTHER)))
    def unfollow(self, which: int, series: str) -> None:
        self.of(which, subscribers.unfollow, series, self.now)

    @rule(which=FEW, series=st.sampled_from((SERIES, ANOTHER)))
    def follow(self, which: int, series: str) -> None:
        self.of(which, subscribers.follow, series, (), self.now)

    @rule(which=FEW)
    def erase(self, which: int) -> None:
        self.of(which, subscribers.erase, self.now)
        if which < len(self.readers):
            with self.database.transaction() as tx:
                self.readers[which] = reader(tx, str(self.came), SERIES, ANOTHER).id
            self.came += 1

    @rule()
    def retry_failed(self) -> None:
        with self.database.transaction() as tx:
            outbox.retry_failed(tx, self.now)

    def of(self, which: int, change: Callable[..., object], *words: object) -> None:
        if which < len(self.readers):
            with self.database.transaction() as tx:
                change(tx, self.readers[which], *words)

    def count(self, tx: Transaction, query: str) -> int:
        return int(tx.exec_driver_sql(query).scalar_one())

    @invariant()
    def the_books_balance(self) -> None:
        with self.database.reading() as tx:
            assert outbox.balance(tx).balanced
            assert all(outbox.balance(tx, each.id).balanced for each in outbox.digests(tx))

    @invariant()
    def every_open_mail_has_one_that_leads_it(self) -> None:
        with self.database.reading() as tx:
            assert self.count(tx, LEADERS_LOST) == 0
            assert self.count(tx, OF_TWO_READERS) == 0

    @invariant()
    def nothing_waits_for_who_has_left(self) -> None:
        with self.database.reading() as tx:
            assert self.count(tx, OPEN_FOR_WHO_LEFT) == 0

    def teardown(self) -> None:
        """All that is open can be had and ended, and the books balance."""
        end = self.now + timedelta(days=9)
        with self.database.transaction() as tx:
            while mails := outbox.claim(tx, owner="last", now=end, lease=LEASE, limit=3):
                done = [Outcome(each.id, "sent") for each in mails]
                assert outbox.settle(tx, done, owner="last", now=end) >= len(mails)
            assert outbox.balance(tx).done
            assert outbox.balance(tx).balanced


def test_nothing_is_lost_or_sent_twice_in_any_order_of_events(
    databases: SqliteFiles | PostgresqlServer, open_database: Callable[[str], Database]
) -> None:
    class OnDatabase(Outbox):
        def __init__(self) -> None:
            self.url = databases.ready()
            type(self).database = open_database(self.url)
            super().__init__()

        def teardown(self) -> None:
            super().teardown()
            self.database.close()
            databases.drop(self.url)

    # A database for each example: one of PostgreSQL takes longer to make.
    share = 10 if isinstance(databases, SqliteFiles) else 40
    run_state_machine_as_test(
        OnDatabase,
        settings=settings(max_examples=settings().max_examples // share, stateful_step_count=40),
    )
