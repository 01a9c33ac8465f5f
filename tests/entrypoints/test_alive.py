"""alive: a sign of life of what cannot be asked by HTTP."""

from __future__ import annotations

import os
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.entrypoints.pulse import is_alive
from tests.databases import PostgresqlServer
from tests.entrypoints.user import User, told_to_end

NOW = datetime(2024, 7, 31, 12, tzinfo=UTC)
PATIENCE = 60


def comes(pulse: Path) -> bool:
    end = time.monotonic() + PATIENCE
    while not pulse.exists() and time.monotonic() < end:
        time.sleep(0.1)
    return pulse.exists()


def test_a_sign_of_life_counts_for_thirty_seconds() -> None:
    assert is_alive(NOW, NOW)
    assert is_alive(NOW - timedelta(seconds=30), NOW)
    assert not is_alive(NOW - timedelta(seconds=31), NOW)
    assert not is_alive(None, NOW)


def shows_it_again_and_again(command: str, user: User) -> None:
    pulse = user.home / "pulse"
    with user.keeps_running(command) as process:
        assert comes(pulse)
        first = user.runs("alive")
        assert (first.code, first.said[:19]) == (0, "last sign of life: ")
        pulse.unlink()
        assert comes(pulse)
        assert told_to_end(process, signal.SIGTERM).code == 0
    long_ago = time.time() - 60
    os.utime(pulse, (long_ago, long_ago))
    after = user.runs("alive")
    assert (after.code, after.said) == (1, "")
    assert f"no sign of life in {pulse}: the last was 20" in after.complained


def test_a_scheduler_shows_it_again_and_again(tmp_path: Path) -> None:
    settings = {"pulse_file": tmp_path / "pulse", "source_url": "http://127.0.0.1:9"}
    shows_it_again_and_again("schedule", User.with_archive(tmp_path, **settings))


def test_a_worker_shows_it_again_and_again(tmp_path: Path, postgresql: PostgresqlServer) -> None:
    url = postgresql.ready()
    pulse, mail = tmp_path / "pulse", tmp_path.as_uri()
    user = User(tmp_path, pulse_file=pulse, database_url=url, smtp_url=mail)
    shows_it_again_and_again("worker", user)
    postgresql.drop(url)


def test_what_shows_none_is_not_alive(tmp_path: Path) -> None:
    done = User(tmp_path, pulse_file=tmp_path / "pulse").runs("alive")
    assert (done.code, done.said) == (1, "")
    assert "the last was never" in done.complained


@pytest.mark.parametrize(("given", "said"), [("", "is not set"), ("pulse", "an absolute path")])
def test_without_a_file_for_it_nothing_can_be_said(given: str, said: str, tmp_path: Path) -> None:
    done = User(tmp_path, pulse_file=given).runs("alive")
    assert (done.code, done.said) == (2, "")
    assert said in done.complained
