"""A database that is locked or full, a mail server that is down, settings that are faulty.

Seen from outside, on the real command: nothing is lost, and it says what to do.
"""

from __future__ import annotations

import socket
import sqlite3
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from monitor.core.addresses import FEED_PATH
from storage import fetches
from storage.records import StoredManners
from tests.faults.processes import Ended, Meanwhile, Roundwatch, ended
from tests.faults.server import Page
from tests.faults.watch import (
    DAY,
    EVE,
    FIFTH_PATH,
    LISTING,
    VALIDATORS,
    Watch,
    good,
    serve,
)
from tests.notifiers.mail_servers import Postbox, mail_server

# A process that waits 0.3 s for a lock instead of 10 s, and whose SQLite may have so many pages.
INSIDE = """
import sqlite3
real = sqlite3.connect
def connect(*words, **options):
    connection = real(*words, **(options | {{"timeout": 0.3}}))
    connection.execute("pragma max_page_count = {pages}")
    return connection
sqlite3.connect = sqlite3.dbapi2.connect = connect
"""
NO_END = 1 << 30
READERS = 12
Commands = Callable[..., Roundwatch]


@pytest.fixture
def watch(watch_on_a_file: Watch) -> Watch:
    """The fifth round is out; on SQLite, since its locks and its size are what this is about."""
    serve(watch_on_a_file.server, DAY, **VALIDATORS)
    watch_on_a_file.subscribe(READERS)
    return watch_on_a_file


@pytest.fixture
def command(watch: Watch, tmp_path: Path) -> Commands:
    """The command on this archive: mail goes to files unless a setting says otherwise."""

    def made(pages: int = NO_END, **settings: object) -> Roundwatch:
        usual = {
            "database_url": watch.settings.database_url,
            "source_url": watch.server.base_url,
            "smtp_url": mail_folder(tmp_path).as_uri(),
            "max_requests_per_second": 1000,
            "delivery_lease_seconds": 1,
        }
        return Roundwatch(tmp_path, INSIDE.format(pages=pages), **(usual | settings))

    return made


# --- A database that is locked ----------------------------------------------------------------


def test_a_locked_database_stops_poll_and_deliver_and_loses_nothing(
    watch: Watch, command: Commands, tmp_path: Path
) -> None:
    lock = Lock(watch)
    lock.take()
    running = [command().start("poll"), command().start("deliver")]
    for end in map(ended, running):
        assert_says_what_to_do(end, "is busy", "try again in a moment")
    lock.release()

    assert_all_goes_on(watch, command(), tmp_path)


def test_a_lock_met_at_the_first_glance_loses_nothing(
    watch: Watch, command: Commands, tmp_path: Path
) -> None:
    serve(watch.server, EVE)
    assert command().run("poll").code == 0
    with watch.database.transaction() as tx:  # robots.txt is asked for, and to be remembered
        fetches.remember_manners(tx, watch.server.host, StoredManners(None, None, None, None))
    serve(watch.server, DAY, **VALIDATORS)
    lock = Lock(watch)
    lock.take()
    assert_says_what_to_do(command().run("poll"), "is busy", "try again in a moment")
    lock.release()

    assert_all_goes_on(watch, command(), tmp_path)


@pytest.mark.parametrize("path", [LISTING, FEED_PATH, FIFTH_PATH], ids=["listing", "feed", "page"])
def test_a_lock_taken_while_a_page_is_on_its_way_loses_nothing(
    watch: Watch, command: Commands, tmp_path: Path, path: str
) -> None:
    lock = Lock(watch)
    watch.server.set(path, Meanwhile(good(path), before=lock.take), good(path))
    assert_says_what_to_do(command().run("poll"), "is busy", "try again in a moment")
    lock.release()
    assert watch.rounds() == [1, 2, 3, 4]

    assert_all_goes_on(watch, command(), tmp_path)


def test_a_lock_taken_between_the_yes_and_our_commit_doubles_that_mail_at_most(
    watch: Watch, command: Commands
) -> None:
    lock = Lock(watch)
    postbox = Interrupted(lock.take)
    with mail_server(postbox) as port:
        roundwatch = command(smtp_url=mail_url(port), mail_connections=1)
        assert roundwatch.run("poll").code == 0
        assert_says_what_to_do(roundwatch.run("deliver"), "is busy", "try again in a moment")
        lock.release()
        watch.moment = from_now(seconds=2)
        watch.deliver(mail_url(port))

    assert watch.books().sent == READERS + 1
    copies = Counter(postbox.recipients)
    assert len(copies) == READERS + 1
    assert copies - Counter(set(copies)) <= Counter([postbox.interrupted])


# --- A database that is full ------------------------------------------------------------------


@pytest.mark.parametrize("spare", [0, 1, 4, 8])
def test_a_full_database_stops_poll_and_loses_nothing(
    watch: Watch, command: Commands, tmp_path: Path, spare: int
) -> None:
    end = command(watch.pages() + spare).run("poll")

    assert_says_what_to_do(end, "cannot be written to", "Make room on the disk")
    assert watch.rounds() == [1, 2, 3, 4]
    assert watch.digests() == ()
    assert_all_goes_on(watch, command(), tmp_path)


def test_a_database_that_fills_up_while_mail_goes_out_loses_nothing(
    watch: Watch, command: Commands
) -> None:
    wordy = ["451 " + "the mailbox is busy, and here is a long story about it. " * 8]
    postbox = Postbox(answers={"DATA": wordy * (READERS + 1)})
    with mail_server(postbox) as port:
        roundwatch = command(smtp_url=mail_url(port))
        assert roundwatch.run("poll").code == 0
        watch.pack()
        end = command(watch.pages(), smtp_url=mail_url(port)).run("deliver")
        assert_says_what_to_do(end, "cannot be written to", "Make room on the disk")
        assert watch.books().failed == 0
        postbox.answers.clear()
        watch.moment = from_now(minutes=6)
        watch.deliver(mail_url(port))

    assert watch.books().sent == READERS + 1
    assert set(Counter(postbox.recipients).values()) == {1}


# --- A mail server that is down ---------------------------------------------------------------


def test_a_mail_server_that_is_down_loses_nothing_and_is_named(
    watch: Watch, command: Commands
) -> None:
    assert command().run("poll").code == 0

    shut = command(smtp_url=mail_url(closed_port()), mail_connections=1)
    end = shut.run("deliver")

    assert_says_what_to_do(end, "could not be reached", "Check the host and port")
    assert (watch.books().queued, watch.books().failed) == (READERS + 1, 0)
    postbox = Postbox()
    with mail_server(postbox) as port:
        assert command(smtp_url=mail_url(port)).run("deliver").code == 0
        assert watch.books().sent == READERS  # the one that was tried waits its five minutes
        watch.moment = from_now(minutes=6)
        watch.deliver(mail_url(port))
    assert watch.books().sent == READERS + 1
    assert set(Counter(postbox.recipients).values()) == {1}


# --- A source that is down, and settings ------------------------------------------------------


def test_a_source_that_fails_is_named_and_its_issue_ends_with_the_next_look(
    watch: Watch, command: Commands
) -> None:
    """Though the listing has not changed meanwhile: the server says 304."""
    assert command().run("poll").code == 0
    watch.server.set(LISTING, Page(status=403), good(LISTING))

    end = command().run("poll")

    assert_says_what_to_do(end, "answered 403", "Open the address in a browser")
    assert [issue.kind for issue in watch.issues()] == ["forbidden"]
    assert command().run("poll").said.startswith("unchanged")
    assert watch.issues() == ()


def test_faulty_settings_are_named_one_and_all(command: Commands) -> None:
    faulty = command(
        source_url="ftp://example.org",
        poll_zone="Mars/Olympus",
        poll_office_minutes=0,
        pol_other_minutes=5,
        secret_key_file="there-is-no-such-file",
    )
    for words in ("poll", "deliver"):
        end = faulty.run(words)
        assert end.code == 2
        assert end.said == ""
        for name in "SOURCE_URL POLL_ZONE POLL_OFFICE_MINUTES POL_OTHER_MINUTES SECRET_KEY".split():
            assert f"ROUNDWATCH_{name}" in end.complained
        assert "what to do:" in end.complained
        assert "Traceback" not in end.complained


# --- What is done, and looked at --------------------------------------------------------------


class Lock:
    """Another process that writes to the database and does not end."""

    def __init__(self, watch: Watch) -> None:
        self._path = watch.settings.database_url.removeprefix("sqlite:///")
        self._held: sqlite3.Connection | None = None

    def take(self) -> None:
        """Lock the database; a second time changes nothing."""
        if self._held is None:
            self._held = sqlite3.connect(
                self._path, isolation_level=None, check_same_thread=False, timeout=10
            )
            self._held.execute("begin exclusive")

    def release(self) -> None:
        """Let go of it; it must have been taken."""
        assert self._held is not None
        self._held.close()


class Interrupted(Postbox):
    """Says yes to the third mail, and in the same moment something happens."""

    def __init__(self, happens: Callable[[], None]) -> None:
        super().__init__()
        self._happens = happens
        self.interrupted = ""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        if len(self.mails) == 3:
            self.interrupted = self.recipients[-1]
            self._happens()
        return answer


def assert_says_what_to_do(end: Ended, what: str, todo: str) -> None:
    assert end.code == 3, end
    assert what in end.complained
    assert todo in end.complained.partition("what to do:")[2]
    assert "Traceback" not in end.complained


def assert_all_goes_on(watch: Watch, roundwatch: Roundwatch, folder: Path) -> None:
    """Once the fault is over, poll and deliver do all that was to be done, once."""
    assert list(mail_folder(folder).glob("*.eml")) == []
    assert roundwatch.run("poll").code == 0
    assert watch.rounds() == [1, 2, 3, 4, 5]
    assert [digest.round for digest in watch.digests()] == [5]
    assert watch.books().queued == READERS + 1
    assert watch.issues() == ()
    assert roundwatch.run("deliver").code == 0
    assert watch.books().sent == READERS + 1
    assert len(list(mail_folder(folder).glob("*.eml"))) == READERS + 1


def mail_folder(folder: Path) -> Path:
    return folder / "mail"


def mail_url(port: int) -> str:
    return f"smtp://127.0.0.1:{port}?starttls=never"


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def from_now(**length: float) -> datetime:
    return datetime.now(UTC) + timedelta(**length)
