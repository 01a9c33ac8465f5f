"""The scheduler: when it fires, who takes a tick, what is caught up, and what a fault does."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.bootstrap import Service, utc_now
from monitor.core.schedule import Rhythm
from monitor.entrypoints.scheduler import RhythmTrigger, Ticks, scheduler_for
from monitor.entrypoints.work import Work
from monitor.journeys.poll import poll
from monitor.pressroom import PressRoom
from monitor.settings import Settings
from notifiers.message import Settle, Take
from storage import journal, outbox
from storage.records import Poll
from storage.requests import traffic
from tests.databases import PostgresqlServer
from tests.entrypoints.saved import EVE
from tests.entrypoints.ticking import Clock, a_round_comes_out, on_duty, ticks_of

WASHINGTON = ZoneInfo("America/New_York")
NOON = datetime(2024, 7, 31, 16, 0, 20, tzinfo=UTC)  # a Wednesday, in office hours
RHYTHM = Settings(database_url="sqlite:///never").rhythm


@pytest.fixture
def clock() -> Clock:
    """A clock at noon in Washington."""
    return Clock(NOON)


@pytest.fixture
def guard(room: PressRoom, database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Service]:
    """A service that watches the bundled pages, with nothing on file."""
    with on_duty(room.base_url, database_url, tmp_path / "mail", clock) as made:
        yield made


def looks(made: Service) -> tuple[Poll, ...]:
    with made.database.reading() as tx:
        return journal.polls(tx, 100)


# --- When -------------------------------------------------------------------------------------


def fire_times(now: datetime, count: int, rhythm: Rhythm = RHYTHM) -> list[datetime]:
    """The next times at which the trigger fires, each asked for at the time of the one before."""
    trigger = RhythmTrigger(rhythm, random.Random(1))
    times: list[datetime] = []
    for _ in range(count):
        now = trigger.get_next_fire_time(times[-1] if times else None, now)
        times.append(now)
    return times


def test_looks_fall_due_in_the_rhythm_each_a_little_later_and_never_too_late() -> None:
    times = fire_times(NOON, 80)
    late = [each.timestamp() % 300 for each in times]
    assert times == sorted(times)
    assert {step.seconds // 60 for step in map(lambda a, b: b - a, times, times[1:])} <= {4, 5}
    assert all(0 <= seconds <= RHYTHM.jitter_seconds for seconds in late)
    assert max(late) - min(late) > RHYTHM.jitter_seconds / 2


def test_in_the_night_looks_are_rarer_and_begin_again_with_the_office() -> None:
    before_eight = datetime(2024, 8, 1, 7, 25, tzinfo=WASHINGTON)
    quiet = Rhythm(WASHINGTON, RHYTHM.office_start, RHYTHM.office_end, 5, 30, 0)
    times = [each.astimezone(WASHINGTON) for each in fire_times(before_eight, 4, quiet)]
    assert [f"{each:%H:%M}" for each in times] == ["07:30", "08:00", "08:05", "08:10"]


@pytest.mark.parametrize("zone", [WASHINGTON, UTC], ids=str)
@pytest.mark.parametrize("day", [datetime(2024, 11, 3), datetime(2024, 3, 10)], ids=str)  # noqa: DTZ001
def test_no_look_is_skipped_or_doubled_when_the_clocks_change(
    day: datetime, zone: ZoneInfo
) -> None:
    quiet = Rhythm(WASHINGTON, RHYTHM.office_start, RHYTHM.office_end, 5, 30, 0)
    trigger = RhythmTrigger(quiet, random.Random(1))
    now = day.replace(tzinfo=UTC) + timedelta(hours=4)
    for _ in range(10):
        following = trigger.get_next_fire_time(None, now.astimezone(zone)).astimezone(UTC)
        assert following - now == timedelta(minutes=30)
        now = following


def test_the_service_has_its_jobs_and_looks_at_once_and_checks_later(
    guard: Service, clock: Clock
) -> None:
    scheduler = scheduler_for(ticks_of(guard), RHYTHM, clock)
    scheduler.start(paused=True)
    try:
        jobs = {job.id: job for job in scheduler.get_jobs()}
        first = [job for job in jobs.values() if job.next_run_time == clock.now]
        assert {"poll", "deliver", "check", "housekeep"} < set(jobs)
        assert {job.func.__name__ for job in first} == {
            "beat",
            "catch_up",
            "deliver",
            "housekeep",
            "past",
            "read_bounces",
            "rescue",
        }
        assert all(job.misfire_grace_time is None and job.coalesce for job in jobs.values())
    finally:
        scheduler.shutdown()


def test_the_latest_rounds_are_looked_for_once_a_week_and_daily_while_one_is_missing(
    guard: Service, clock: Clock, room: PressRoom
) -> None:
    ticks = ticks_of(guard)
    ticks.poll()

    def asked(**later: float) -> int:
        clock.now += timedelta(**later)
        before = len(room.requests)
        ticks.canaries()
        return len(room.requests) - before

    assert asked(hours=6) > 0
    assert asked(minutes=1) == 0
    assert asked(days=7) > 0
    assert asked(days=7) > 0
    about = "http://127.0.0.1:9/a-round-that-nobody-finds"
    with guard.database.transaction() as tx:
        journal.open_issue(
            tx,
            kind="canary-missing",
            address=about,
            summary="gone",
            evidence={},
            snapshot_id=None,
            now=clock.now,
        )
    assert asked(days=1) > 0
    assert asked(hours=1) == 0
    assert asked(days=1) > 0


# --- Who --------------------------------------------------------------------------------------


def test_two_schedulers_on_one_database_look_once(
    room: PressRoom, database_url: str, tmp_path: Path, clock: Clock
) -> None:
    with ExitStack() as stack:
        guards = [
            stack.enter_context(on_duty(room.base_url, database_url, tmp_path / "mail", clock))
            for _ in range(2)
        ]
        together(*(ticks_of(each).poll for each in guards))
        assert len(looks(guards[0])) == 1
        assert len([r for r in room.requests if r.path == "/robots.txt"]) == 1
        clock.now += timedelta(minutes=4)
        together(*(ticks_of(each).poll for each in guards))
        assert len(looks(guards[0])) == 1
        clock.now += timedelta(minutes=1)
        together(*(ticks_of(each).poll for each in guards))
        assert len(looks(guards[0])) == 2


def together(*acts: Callable[[], None]) -> None:
    """Act at the same time, in a thread each."""
    start = threading.Barrier(len(acts))

    def at_once(act: Callable[[], None]) -> None:
        start.wait(10)
        act()

    threads = [threading.Thread(target=at_once, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def test_two_schedulers_on_one_database_tell_the_operator_once(
    room: PressRoom, database_url: str, tmp_path: Path, clock: Clock
) -> None:
    with ExitStack() as stack:
        guards = [
            stack.enter_context(on_duty(room.base_url, database_url, tmp_path / "mail", clock))
            for _ in range(2)
        ]
        ticks_of(guards[0]).poll()
        clock.now += timedelta(days=1)
        for _ in range(3):
            clock.now += timedelta(minutes=5)
            together(*(ticks_of(each).check for each in guards))
        ticks_of(guards[0]).deliver()
    (path,) = (tmp_path / "mail").glob("*.eml")
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert mail["to"] == "operator@example.org"
    assert mail["subject"].startswith("Roundwatch needs you: The source http")


# --- What was missed --------------------------------------------------------------------------


def test_at_the_first_start_a_look_is_overdue(guard: Service) -> None:
    ticks_of(guard).catch_up()
    assert [each.outcome for each in looks(guard)] == ["read"]


def test_however_many_looks_were_missed_one_catches_up(guard: Service, clock: Clock) -> None:
    ticks_of(guard).catch_up()
    clock.now += timedelta(days=3)
    ticks_of(guard).catch_up()
    ticks_of(guard).catch_up()
    assert [each.outcome for each in looks(guard)] == ["unchanged", "read"]


def test_nothing_is_caught_up_when_no_look_was_missed(guard: Service, clock: Clock) -> None:
    ticks_of(guard).catch_up()
    clock.now += timedelta(minutes=4)
    ticks_of(guard).catch_up()
    assert len(looks(guard)) == 1


def test_a_look_by_hand_is_not_looked_after_at_the_start(guard: Service, clock: Clock) -> None:
    look(guard)
    clock.now += timedelta(minutes=4)
    ticks_of(guard).catch_up()
    assert len(looks(guard)) == 1


def test_ticks_of_a_week_ago_are_forgotten_and_later_ones_are_not(
    guard: Service, clock: Clock
) -> None:
    def taken(due: datetime) -> bool:
        with guard.database.transaction() as tx:
            return not journal.take_tick(tx, job="poll", due_at=due, now=clock.now)

    long_ago, lately = NOON - timedelta(days=8), NOON - timedelta(days=6)
    assert not taken(long_ago)
    assert not taken(lately)
    ticks_of(guard).housekeep()
    assert not taken(long_ago)
    assert taken(lately)


def test_requests_are_on_record_for_ninety_days(guard: Service, clock: Clock) -> None:
    look(guard)
    asked = clock.now

    def on_record() -> int:
        with guard.database.reading() as tx:
            return sum(each.requests for each in traffic(tx))

    guard.client.put_on_record()
    made = on_record()
    clock.now = asked + timedelta(days=90)
    ticks_of(guard).housekeep()
    assert on_record() == made > 0
    clock.now = asked + timedelta(days=91)
    ticks_of(guard).housekeep()
    assert on_record() == 0


# --- What follows -----------------------------------------------------------------------------


@pytest.fixture
def news(room: PressRoom, guard: Service, clock: Clock) -> Service:
    """A service with four rounds and three readers on file; the fifth round has just come out."""
    a_round_comes_out(room, guard, clock)
    return guard


def look(made: Service) -> None:
    """A look that delivers nothing."""
    poll(database=made.database, site=made.site, settings=made.settings, now=made.now)


def sent_and_queued(made: Service) -> tuple[int, int]:
    with made.database.reading() as tx:
        books = outbox.balance(tx)
    assert books.sending == 0
    return books.sent, books.queued


def test_a_look_that_finds_a_round_delivers_it_at_once(
    news: Service, clock: Clock, tmp_path: Path
) -> None:
    ticks_of(news).poll()
    mails = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in (tmp_path / "mail").glob("*.eml")
    ]
    assert {mail["to"] for mail in mails} == {
        "one@example.org",
        "two@example.org",
        "three@example.org",
    }
    assert all(mail["subject"].startswith("Round 5: ") for mail in mails)
    assert {mail["date"].datetime for mail in mails} == {clock.now}


class Slow:
    """A way out that takes its time, and counts how many go through it at once."""

    def __init__(self) -> None:
        self.inside = 0
        self.most_inside = 0

    @property
    def lanes(self) -> int:
        return 1

    def carry(self, take: Take, settle: Settle) -> None:
        while (parcel := take(True)) is not None:
            self.inside += 1
            self.most_inside = max(self.inside, self.most_inside)
            time.sleep(0.05)
            self.inside -= 1
            settle(parcel, None)

    def close(self) -> None:
        """Nothing is held open."""


def test_one_connection_is_never_used_by_two_deliveries_at_once(news: Service) -> None:
    slow = Slow()
    vars(news)["notifier"] = slow
    look(news)
    ticks = ticks_of(news)
    together(ticks.deliver, ticks.deliver, ticks.deliver)
    assert sent_and_queued(news) == (3, 0)
    assert slow.most_inside == 1


def test_a_service_that_is_to_end_settles_the_mail_at_hand_and_leaves_the_rest(
    news: Service, tmp_path: Path, clock: Clock
) -> None:
    ticks = ticks_of(news)
    look(news)
    ticks.stop()
    ticks.deliver()
    assert sent_and_queued(news) == (1, 2)
    clock.now += timedelta(seconds=10)
    again = ticks_of(news)
    again.deliver()
    give_up = time.monotonic() + 20
    while sent_and_queued(news) != (3, 0) and time.monotonic() < give_up:
        time.sleep(0.1)  # a job that was cut short is put back for a second later
        again.do_jobs()
    assert sent_and_queued(news) == (3, 0)
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 3


def test_a_look_that_fails_is_logged_and_the_next_one_runs(
    database_url: str, tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    room = PressRoom(through=EVE)
    caplog.set_level(logging.INFO, "roundwatch")
    with room, on_duty(f"{room.base_url}/elsewhere", database_url, tmp_path, clock) as made:
        ticks = ticks_of(made)
        ticks.poll()
        clock.now += timedelta(minutes=5)
        ticks.poll()
        assert [each.outcome for each in looks(made)] == ["failed", "failed"]
    said = [(each.levelname, each.getMessage()) for each in caplog.records]
    assert len([line for level, line in said if level == "WARNING" and "poll: gone" in line]) == 2


def test_a_database_that_goes_away_ends_the_tick_and_not_the_service(
    room: PressRoom, tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "roundwatch")
    archive = tmp_path / "archive.db"
    with on_duty(room.base_url, f"sqlite:///{archive}", tmp_path / "mail", clock) as made:
        ticks = ticks_of(made)
        ticks.poll()
        made.database.close()
        whole = archive.read_bytes()
        archive.write_bytes(b"this is no database, " * 50)
        clock.now += timedelta(minutes=5)
        ticks.poll()
        ticks.deliver()
        made.database.close()
        archive.write_bytes(whole)
        clock.now += timedelta(minutes=5)
        ticks.poll()
        assert [each.outcome for each in looks(made)] == ["unchanged", "read"]
    errors = [each.getMessage() for each in caplog.records if each.levelname == "ERROR"]
    assert len(errors) == 1, errors
    assert "file is not a database" in errors[0]
    assert caplog.text.count("database: it answers again") == 1


def test_a_fault_that_nobody_expected_is_logged_whole_and_the_next_tick_comes(
    room: PressRoom, tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"sqlite:///{tmp_path / 'archive.db'}"
    with on_duty(room.base_url, url, tmp_path / "mail", clock) as made:
        with made.database.transaction() as tx:
            tx.exec_driver_sql("drop table polls")
        ticks = ticks_of(made)
        ticks.poll()
        ticks.deliver()
    (fault,) = [each for each in caplog.records if each.levelname == "ERROR"]
    assert fault.getMessage() == "poll failed in a way nobody expected"
    assert fault.exc_text is not None
    assert "no such table: polls" in fault.exc_text


def test_where_nobody_works_the_scheduler_says_so_itself_soon_and_once(
    room: PressRoom, postgresql: PostgresqlServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = postgresql.ready()
    clock = Clock(utc_now())
    is_told: list[bool] = []
    with on_duty(room.base_url, url, tmp_path / "mail", clock) as made:
        ticks = Ticks(made, Work(made))
        ticks.poll()
        ticks.check()
        ticks.rescue()
        assert caplog.text == ""
        for _ in range(8):  # two minutes of the quickest rhythm, without a check
            clock.now += timedelta(seconds=15)
            ticks.rescue()
            is_told.append("no worker is there" in caplog.text)
        clock.now += timedelta(minutes=5)
        ticks.check()
    postgresql.drop(url)
    assert is_told == [False] * 4 + [True] * 4
    assert caplog.text.count("alarm: Jobs wait and no worker is there") == 1


def test_a_service_that_is_to_end_leaves_the_rest_of_a_look_to_the_next_start(
    room: PressRoom, guard: Service, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "roundwatch")
    stopped = ticks_of(guard)
    stopped.stop()
    stopped.poll()
    stopped.do_jobs()  # where a look leaves them, the pages are jobs of their own
    assert ": stopped; what is left has its turn" in caplog.text
    read = [r.path for r in room.requests if "/20" in r.path]
    assert len(read) == 1
    clock.now += timedelta(minutes=5)
    ticks_of(guard).catch_up()
    again = [r.path for r in room.requests if "/20" in r.path]
    assert len(again) > 10
    assert len(again) == len(set(again))
