"""The outbox is drained: by several at once, within limits, past whatever stands in the way."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from threading import Thread, Timer

import psycopg
import pytest

from monitor.bootstrap import Service, service, utc_now
from monitor.core.allowance import Limits
from monitor.journeys.health import check
from monitor.journeys.sending.deliver import Delivered, deliver, retry_failed
from notifiers.mail.parcel import Parcel
from notifiers.message import NothingCanBeSent, SendError, Settle, Take
from storage import outbox, subscribers
from storage.database import Database
from storage.records import Balance, Preferences
from tests.databases import PostgresqlServer, SqliteFiles
from tests.journeys.offices import SERIES, Clock, add_reader, office
from tests.journeys.readers import file_round, on_file
from tests.storage.builders import crowd as file_readers


class Door:
    """A way out that is shut as long as it has a fault.

    Args:
        lanes: how many may go through at once.
        takes: seconds for each.
    """

    def __init__(self, lanes: int = 1, takes: float = 0.0) -> None:
        self.lanes = lanes
        self.takes = takes
        self.fault: SendError | None = None
        self.sent: list[Parcel] = []
        self.then: Callable[[Parcel], object] = lambda parcel: None

    def carry(self, take: Take, settle: Settle) -> None:
        """Carry until there is no more."""
        while parcel := take(True):
            time.sleep(self.takes)
            if self.fault is None:
                self.sent.append(parcel)
                self.then(parcel)
            settle(parcel, self.fault)

    def close(self) -> None:
        """Nothing is open."""

    @property
    def readers(self) -> list[str]:
        """To whom something went."""
        return [parcel.recipient for parcel in self.sent]


@pytest.fixture
def made(talks: Service) -> Service:
    """A service with one digest to one reader in its outbox."""
    add_reader(talks, "reader@example.org")
    file_round(talks, 2, "Labor: Talked.", quiet=False)
    return talks


def drain(
    made: Service, door: Door, *, limits: Limits | None = None, lease: int = 900
) -> Delivered:
    return deliver(
        database=made.database,
        way_of=lambda channel: door,
        drafts=made.drafts,
        settings=replace(made.settings, delivery_lease_seconds=lease),
        limits=limits or Limits(),
        owner=f"{made.owner} {id(door)}",
        now=made.now,
    )


def books(made: Service) -> Balance:
    with made.database.reading() as tx:
        return outbox.balance(tx)


def sends(made: Service) -> bool:
    with made.database.reading() as tx:
        return {f.name: f.well for f in check(tx, made.settings, made.now())}["sends"]


# --- A server that is down, or says no --------------------------------------------------------


def test_a_server_that_is_down_for_hours_fails_the_check_although_it_is_tried_all_the_time(
    made: Service, clock: Clock
) -> None:
    door = Door()
    door.fault = NothingCanBeSent("the door is shut", todo="open it")
    assert sends(made)
    for _ in range(24):
        clock.later(minutes=5)
        drain(made, door)
    assert sends(made)
    clock.later(minutes=5)
    drain(made, door)
    assert not sends(made)
    door.fault = None
    clock.later(minutes=5)
    assert drain(made, door).sent == 1
    assert sends(made)


def test_a_server_that_is_down_uses_up_no_attempts(made: Service, clock: Clock) -> None:
    door = Door()
    door.fault = NothingCanBeSent("the door is shut", todo="open it")
    for _ in range(30):
        assert drain(made, door).problem is door.fault
        clock.later(minutes=5)
    door.fault = SendError("450 try again later", permanent=False)
    done = drain(made, door)
    assert (done.retried, done.failed) == (1, 0)


def test_what_failed_goes_again_on_the_operators_word(made: Service) -> None:
    door = Door()
    door.fault = SendError("554 not this one", permanent=True)
    assert drain(made, door).failed == 1
    door.fault = None
    assert drain(made, door).sent == 0
    assert retry_failed(database=made.database, now=made.now()) == 1
    assert drain(made, door).sent == 1
    assert door.readers == ["reader@example.org"]


def test_what_may_have_arrived_is_uncertain_until_it_goes_again_as_the_same_message(
    made: Service, clock: Clock
) -> None:
    door = Door()
    door.fault = SendError("the answer was lost", permanent=False, uncertain=True)
    drain(made, door)
    assert (books(made).uncertain, books(made).done) == (1, False)
    door.fault = None
    clock.later(minutes=1)
    assert drain(made, door).sent == 1
    assert books(made).done
    assert door.sent[0].message_id == "<digest-1.1@example.org>"


# --- Who gets what, and when ------------------------------------------------------------------


def test_a_daily_reader_gets_what_came_in_one_mail_at_the_hour(
    talks: Service, clock: Clock
) -> None:
    add_reader(talks, "daily@example.org")
    wanted = Preferences(rhythm="daily", hour=18)
    with talks.database.transaction() as tx:
        subscribers.prefer(tx, 1, wanted)
    for number in (2, 3):
        file_round(talks, number, "Labor: Talked.", quiet=False)
    door = Door()
    assert drain(talks, door).sent == 0
    clock.later(hours=6)
    assert drain(talks, door).sent == 1
    (mail,) = door.sent
    subject = message_from_bytes(mail.content, policy=default)["Subject"]
    assert subject.startswith("2 digests: ")
    assert (books(talks).sent, books(talks).done) == (2, True)


def test_in_a_pause_nothing_goes_out_and_nothing_is_lost(talks: Service, clock: Clock) -> None:
    add_reader(talks, "away@example.org")
    with talks.database.transaction() as tx:
        subscribers.prefer(tx, 1, Preferences(paused_until=date(2024, 8, 9)))
    for number in (2, 3):
        file_round(talks, number, "Labor: Talked.", quiet=False)
    door = Door()
    clock.later(days=7)
    assert drain(talks, door).sent == 0
    clock.later(days=1)
    assert drain(talks, door).sent == 1
    assert books(talks).sent == 2


def test_who_chose_topics_without_news_gets_no_mail_and_the_books_say_so(talks: Service) -> None:
    add_reader(talks, "labor@example.org")
    with talks.database.transaction() as tx:
        subscribers.follow(tx, 1, SERIES.slug, ("labor",), talks.now())
    file_round(talks, 2, "Labor: Talked.", quiet=False)
    door = Door()
    drain(talks, door)
    assert door.sent == []
    assert (books(talks).suppressed, books(talks).balanced) == (1, True)


def test_one_mail_that_cannot_be_made_does_not_hold_up_the_others(made: Service) -> None:
    with made.database.transaction() as tx:
        outbox.queue_letter(
            tx,
            "test",
            address="no\r\nline@example.org",
            subscriber_id=None,
            language="en",
            facts={},
            now=made.now() - timedelta(days=1),
            message_id_domain="example.org",
        )
    door = Door()
    drain(made, door)
    assert door.readers == ["reader@example.org"]
    assert books(made).balanced
    assert books(made).sent == 1


def test_a_dead_address_is_told_nothing_more(made: Service) -> None:
    door = Door()
    door.fault = SendError("550 5.1.1 nobody", permanent=True, status="5.1.1", reach="address")
    drain(made, door)
    reader = on_file(made)
    assert (reader.state, books(made).failed) == ("suppressed", 1)
    file_round(made, 3, "Labor: Talked.", quiet=False)
    door.fault = None
    drain(made, door)
    assert door.sent == []
    assert (books(made).suppressed, books(made).balanced) == (1, True)


# --- Limits -----------------------------------------------------------------------------------


@pytest.fixture
def crowd(talks: Service) -> Service:
    """A service with a digest to three readers at each of two domains."""
    for domain in ("a.example.org", "b.example.org"):
        for number in range(3):
            add_reader(talks, f"{number}@{domain}")
    file_round(talks, 2, "Labor: Talked.", quiet=False)
    return talks


def test_no_more_goes_out_in_a_minute_than_is_allowed_however_often_the_outbox_is_drained(
    crowd: Service, clock: Clock
) -> None:
    door, limits = Door(), Limits(in_all=2)
    went = []
    for _ in range(19):
        drain(crowd, door, limits=limits)
        went.append(len(door.sent))
        clock.later(seconds=10)
    assert went == [2] * 6 + [4] * 6 + [6] * 7
    assert books(crowd).done


def test_no_domain_gets_more_in_a_minute_than_is_allowed_and_none_waits_for_another(
    crowd: Service, clock: Clock
) -> None:
    door, limits = Door(), Limits(to_a_domain=1)
    went = []
    for _ in range(13):
        drain(crowd, door, limits=limits)
        went.append(sorted(to.partition("@")[2][0] for to in door.readers))
        clock.later(seconds=10)
    assert went == [["a", "b"]] * 6 + [["a", "a", "b", "b"]] * 6 + [["a"] * 3 + ["b"] * 3]
    assert books(crowd).done


def test_a_domain_that_puts_us_off_rests_and_the_others_get_theirs(
    crowd: Service, clock: Clock
) -> None:
    door = Door()
    door.fault = SendError("421 busy", permanent=False, reach="domain")
    with crowd.database.transaction() as tx:
        for number in (4, 5, 6):
            outbox.reschedule(tx, number, crowd.now() + timedelta(seconds=30))
    assert drain(crowd, door).retried == 1
    assert [domain for domain, *_ in asleep(crowd)] == ["a.example.org"]
    door.fault = None
    clock.later(seconds=30)
    drain(crowd, door)
    assert {to.partition("@")[2] for to in door.readers} == {"b.example.org"}
    clock.later(seconds=30)
    drain(crowd, door)
    assert asleep(crowd) == ()
    assert (len(door.sent), books(crowd).done) == (6, True)


def asleep(made: Service) -> tuple[object, ...]:
    with made.database.reading() as tx:
        return outbox.resting(tx, made.now())


# --- Several at once, and what comes between --------------------------------------------------


@pytest.fixture
def real_time(database_url: str) -> Iterator[Service]:
    """A service with a digest to twelve readers, by the clock on the wall."""
    with office("http://127.0.0.1:9", database_url) as made:
        file_round(made, 1, "Labor: Talked.")
        for number in range(12):
            add_reader(made, f"{number}@example.org")
        file_round(made, 2, "Seafood: Talked.", quiet=False)
        yield made


def test_several_lanes_carry_each_mail_once(real_time: Service) -> None:
    door = Door(lanes=4, takes=0.01)
    assert drain(real_time, door).sent == 12
    assert sorted(door.readers) == sorted(f"{number}@example.org" for number in range(12))


def test_what_several_lanes_hear_of_a_domain_at_once_counts_once(real_time: Service) -> None:
    door = Door(lanes=4, takes=0.05)
    door.fault = SendError("421 busy", permanent=False, reach="domain")
    assert drain(real_time, door).retried > 1
    with real_time.database.reading() as tx:
        assert outbox.failures(tx, "example.org") == 1


def test_who_is_slower_than_the_lease_keeps_it_and_nothing_is_doubled(real_time: Service) -> None:
    slow, other = Door(lanes=2, takes=0.4), Door()
    first = Thread(target=drain, args=(real_time, slow), kwargs={"lease": 1})
    first.start()
    while first.is_alive():
        drain(real_time, other, lease=1)
        time.sleep(0.05)
    first.join()
    both = slow.readers + other.readers
    assert sorted(both) == sorted(f"{number}@example.org" for number in range(12))
    assert books(real_time).done


def test_a_run_that_is_told_to_end_finishes_what_is_in_hand(real_time: Service) -> None:
    door = Door(lanes=2, takes=0.02)

    def enough(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deliver(
            database=real_time.database,
            way_of=lambda channel: door,
            drafts=real_time.drafts,
            settings=real_time.settings,
            limits=Limits(),
            owner="told to end",
            now=utc_now,
            each=enough,
        )
    found = books(real_time)
    assert (found.sent, found.sending) == (len(door.sent), 0)
    assert 0 < found.sent < 12
    drain(real_time, Door())
    assert books(real_time).sent == 12


def test_a_database_that_is_busy_while_outcomes_wait_doubles_nothing(
    sqlite_files: SqliteFiles,
) -> None:
    """A copy is made, or a digest addressed to a hundred thousand: longer than we wait at once."""
    url = sqlite_files.ready()
    with office("http://127.0.0.1:9", url) as made:
        made.database = Database(url, patience=timedelta(milliseconds=50))
        file_round(made, 1, "Labor: Talked.")
        for number in range(5):
            add_reader(made, f"{number}@example.org")
        file_round(made, 2, "Seafood: Talked.", quiet=False)
        door = Door(lanes=2)
        door.then = lambda parcel: busy(url) if len(door.sent) == 2 else None
        assert drain(made, door).sent == 5
        assert len(door.sent) == 5
        assert books(made).done


def busy(url: str) -> None:
    """Keep the database for a while, from a thread of its own; return once it is kept."""

    def keep() -> None:
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=5)) as other:
            other.execute("begin immediate")
            time.sleep(0.5)
            other.rollback()

    Thread(target=keep).start()
    time.sleep(0.1)


def test_limits_are_those_of_the_process_and_not_of_a_run(crowd: Service, tmp_path: Path) -> None:
    slow = replace(crowd.settings, mail_per_minute=2, smtp_url=tmp_path.as_uri())
    with service(slow, now=crowd.now) as made:
        assert made.drain().sent == 2
        assert made.drain().sent == 0


# --- A message that cannot be made, and a database that goes away -----------------------------


def test_a_message_that_cannot_be_made_is_counted_told_of_and_tried_again(made: Service) -> None:
    with made.database.transaction() as tx:
        tx.exec_driver_sql("update digests set telling = '{}'")
    door = Door()
    done = drain(made, door)
    assert (done.sent, done.retried, done.failed) == (0, 1, 0)
    ((reason, messages),) = done.unmade.items()
    assert messages == 1
    assert reason.startswith("The message could not be made: ")
    assert books(made).queued == 1
    assert door.sent == []


def test_a_database_that_is_started_again_meanwhile_is_waited_for_and_no_mail_goes_out_twice(
    postgresql: PostgresqlServer,
) -> None:
    url = postgresql.ready()
    try:
        with office("http://127.0.0.1:9", url) as made:
            file_round(made, 1, "Labor: Talked.")
            with made.database.transaction() as tx:
                file_readers(tx, 120)
            file_round(made, 2, "Labor: Talked again.", quiet=False)
            door = Door(lanes=2)
            back: list[Timer] = []

            def go_away(_: Parcel) -> None:
                if len(door.sent) == 30:
                    back.append(Timer(1.0, away(made.database)))
                    back[0].start()

            door.then = go_away
            done = drain(made, door)
            back[0].join()
            assert (done.sent, done.retried, done.failed, done.unmade) == (120, 0, 0, {})
            assert books(made).sent == len(door.sent) == len(set(door.readers)) == 120
    finally:
        postgresql.drop(url)


def away(database: Database) -> Callable[[], None]:
    """Close a PostgreSQL database's connections and take no others; gives what ends that."""
    name = database.url.database
    server = database.url.set(drivername="postgresql", database="postgres")

    def tell(*statements: str) -> None:
        address = server.render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    tell(
        f'alter database "{name}" allow_connections false',
        f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'",
    )
    return lambda: tell(f'alter database "{name}" allow_connections true')
