"""`roundwatch run` and `serve` as processes: they begin, they look, they serve, they end."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from urllib.request import urlopen

import pytest

from monitor.bootstrap import utc_now
from monitor.pressroom import PressRoom
from storage import outbox, queue
from storage.database import Database
from tests.databases import PostgresqlServer
from tests.entrypoints.saved import PUBLISHED
from tests.entrypoints.user import Ended, User, told_to_end
from tests.journeys.offices import add_reader, office

PATIENCE = 20.0
SOON = 5.0
BEFORE_IT_IS_KILLED = 10.0
"""Seconds that a container is given to end by default."""


@pytest.fixture
def watcher(watcher: User) -> User:
    """A user whose service has no second look due while a test runs."""
    watcher.settings |= {"poll_office_minutes": 1440, "poll_other_minutes": 1440}
    return watcher


@pytest.fixture
def listen() -> str:
    """A loopback address that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return f"127.0.0.1:{probe.getsockname()[1]}"


def until(so: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait until something is so, while the process lives."""
    begun = time.monotonic()
    while not so():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() - begun < PATIENCE
        time.sleep(0.05)


def is_ready(listen: str) -> bool:
    try:
        with urlopen(f"http://{listen}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:  # not listening yet, or 503
        return False


def heeds_sigterm(process: subprocess.Popen[str]) -> bool:
    """Whether it catches the signal yet: Linux says so (proc_pid_status(5), SigCgt)."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    caught = int(status.partition("SigCgt:")[2].split()[0], 16)
    return bool(caught >> (signal.SIGTERM - 1) & 1)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=lambda how: how.name)
def test_the_service_looks_at_once_serves_and_ends_well_when_told(
    how: signal.Signals, room: PressRoom, watcher: User, listen: str
) -> None:
    with watcher.keeps_running("run", listen=listen) as process:
        until(lambda: is_ready(listen), process)
        with urlopen(f"http://{listen}/", timeout=5) as page:
            assert "Round 4" in page.read().decode()
        with urlopen(f"http://{listen}/api/v1/latest", timeout=5) as answer:
            served = json.load(answer)
        told_at = time.monotonic()
        done = told_to_end(process, how)
    assert time.monotonic() - told_at < SOON
    assert (done.code, done.said) == (0, "")
    log = [re.sub(r"^[\d-]+ [\d:,]+ ", "", line) for line in done.complained.splitlines()]
    assert log[0] == f"INFO watching {room.base_url}, pages at http://{listen}/"
    assert log[1] == (f"INFO no mail server is set: mail is written to {watcher.home / 'mail'}")
    assert log[2] == "INFO no operator's address is set: alarms are told in this log alone"
    looked = re.fullmatch(r"INFO poll: read, \d+ requests, \d+ new \[(\S+)\]", log[3])
    assert looked
    assert len(log) == 4
    assert [look["outcome"] for look in watcher.reads("trace", looked[1])["looks"]] == ["read"]
    assert watcher.reads("latest") == served


def test_told_to_end_in_the_middle_of_a_look_it_ends_after_the_page_at_hand(
    room: PressRoom, watcher: User, listen: str
) -> None:
    with watcher.keeps_running("run", listen=listen, max_requests_per_second=2) as process:
        until(lambda: len(room.requests) >= 4, process)
        told_at = time.monotonic()
        done = told_to_end(process, signal.SIGTERM)
    assert time.monotonic() - told_at < SOON
    assert done.code == 0
    assert "poll: stopped; what is left has its turn after the next start" in done.complained
    assert len(room.requests) < 10
    assert "poll: read" not in done.complained


def test_the_pages_are_served_alone_without_a_look(
    room: PressRoom, watcher: User, listen: str
) -> None:
    watcher.runs("poll")
    asked = len(room.requests)
    with watcher.keeps_running("serve", listen=listen) as process:
        until(lambda: is_ready(listen), process)
        done = told_to_end(process, signal.SIGTERM)
    assert (done.code, done.said, done.complained) == (0, f"pages at http://{listen}/\n", "")
    assert len(room.requests) == asked


def replaced(user: User, file: Path) -> Ended:
    return user.runs("restore", str(file), "--force", backup_folder=user.home / "kept")


@pytest.mark.parametrize("command", ["run", "serve"])
def test_a_database_is_not_replaced_under_a_process_that_has_it_open(
    command: str, watcher: User, listen: str
) -> None:
    file = watcher.home / "all.backup"
    watcher.runs("poll")
    assert watcher.runs("backup", str(file)).code == 0
    with watcher.keeps_running(command, listen=listen) as process:
        until(lambda: is_ready(listen), process)
        refused = replaced(watcher, file)
        told_to_end(process, signal.SIGTERM)
    assert (refused.code, refused.said) == (3, "")
    assert f"the database sqlite:///{watcher.archive} is in use" in refused.complained
    assert "Stop what uses it: `roundwatch run`" in refused.complained
    assert not list((watcher.home / "kept").iterdir())
    assert replaced(watcher, file).code == 0


@pytest.mark.parametrize("command", ["run", "serve"])
def test_a_port_that_is_taken_ends_the_start(command: str, watcher: User) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        done = watcher.runs(command, listen=listen)
    assert done.code == 2
    assert f"ROUNDWATCH_LISTEN: nothing can be served at {listen}" in done.complained
    assert "Address already in use" in done.complained


def test_what_would_fail_every_tick_fails_the_start(
    room: PressRoom, watcher: User, listen: str
) -> None:
    watcher.archive.write_bytes(b"this is no database, " * 50)
    done = watcher.runs("run", listen=listen)
    assert done.code == 3
    assert "file is not a database" in done.complained
    assert room.requests == ()


# --- With a queue -----------------------------------------------------------------------------


@pytest.fixture
def with_queue(watcher: User, postgresql: PostgresqlServer) -> Iterator[User]:
    """The same user with PostgreSQL and a reader; mail is written to a folder."""
    url = postgresql.ready()
    watcher.settings |= {"database_url": url, "smtp_url": (watcher.home / "mail").as_uri()}
    yield watcher
    postgresql.drop(url)


def test_with_a_queue_one_process_looks_takes_in_sends_and_ends_whole(
    room: PressRoom, with_queue: User, listen: str
) -> None:
    url, mail = str(with_queue.settings["database_url"]), with_queue.home / "mail"
    with office(room.base_url, url, now=lambda: utc_now() - timedelta(days=2)) as before:
        before.take_past_in()
        before.look()
        add_reader(before, "reader@example.org")
    room.publish(PUBLISHED[5])
    made = Database(url)
    try:
        with with_queue.keeps_running("run", listen=listen) as process:
            until(lambda: any(mail.glob("*.eml")), process)
            with urlopen(f"http://{listen}/", timeout=5) as page:
                assert "Round 5" in page.read().decode()
            told_at = time.monotonic()
            done = told_to_end(process, signal.SIGTERM)
        assert time.monotonic() - told_at < BEFORE_IT_IS_KILLED
        with made.reading() as tx:
            books, waiting = outbox.balance(tx), queue.waiting(tx)
    finally:
        made.close()
    assert done.code == 0, done
    assert "Traceback" not in done.complained
    assert (books.sent, books.done) == (1, True)
    assert dict(waiting) == {}
    (path,) = mail.glob("*.eml")
    assert "Round 5" in message_from_bytes(path.read_bytes(), policy=policy.default)["subject"]


@pytest.mark.parametrize(
    ("words", "does"),
    [
        (("schedule",), r"\S+: a look every 1440 minutes from .+; jobs for workers"),
        (("worker",), "doing the jobs of letters, digests, looks, care, past"),
        (("worker", "--queue", "past"), "doing the jobs of past"),
    ],
    ids=["schedule", "worker", "worker for one queue"],
)
def test_a_scheduler_and_a_worker_say_what_they_do_and_that_they_have_ended(
    words: tuple[str, ...], does: str, with_queue: User
) -> None:
    name = Database(str(with_queue.settings["database_url"])).url.database
    with with_queue.keeps_running(*words) as process:
        until(lambda: heeds_sigterm(process), process)
        done = told_to_end(process, signal.SIGTERM)
    assert (done.code, done.said) == (0, "")
    lines = done.complained.splitlines()
    assert re.search(rf" INFO {words[0]}: {does},? in the database \S+/{name}\b", lines[0])
    assert lines[-1].endswith(f" INFO {words[0]}: ended, as it was told to")


def test_with_a_queue_it_ends_promptly_in_the_middle_and_another_goes_on(
    room: PressRoom, with_queue: User, listen: str
) -> None:
    with with_queue.keeps_running("run", listen=listen, max_requests_per_second=2) as process:
        until(lambda: sum("/20" in each.path for each in room.requests) >= 2, process)
        told_at = time.monotonic()
        done = told_to_end(process, signal.SIGTERM)
    assert time.monotonic() - told_at < BEFORE_IT_IS_KILLED
    assert done.code == 0, done
    assert "intake: stopped; what is left has its turn after the next start" in done.complained
    asked = [each.path for each in room.requests if "/20" in each.path]
    time.sleep(1.1)  # the job was put back for a second later
    assert with_queue.runs("worker", "--once").code == 0
    again = [each.path for each in room.requests if "/20" in each.path]
    assert len(again) > len(asked) + 5
    assert len(again) == len(set(again))
