"""`roundwatch run` and `serve` as processes: they begin, they look, they serve, they end."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from urllib.request import urlopen

import pytest

from monitor.pressroom import PressRoom
from tests.entrypoints.user import User, told_to_end

PATIENCE = 20.0
SOON = 5.0


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
