"""One id from the look to the mail: in the log, on file, in the mail's head, and back again."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from monitor.bootstrap import Service
from monitor.entrypoints.logs import formatter
from monitor.journeys.traces import traced
from monitor.pressroom import PressRoom
from storage import journal
from storage.database import Database
from storage.schema import letters
from storage.trace import current, following
from tests.entrypoints.site import Site
from tests.entrypoints.ticking import Clock, a_round_comes_out, on_duty, ticks_of
from tests.entrypoints.user import User
from tests.journeys.readers import PARTNERSHIP

NOON = datetime(2024, 7, 31, 16, 0, 20, tzinfo=UTC)


class Lines(logging.Handler):
    """The lines of the log as machines read them."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(formatter("json"))
        self.read: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.read.append(json.loads(self.format(record)))

    def about(self, words: str) -> list[dict[str, Any]]:
        """The lines that begin with these words."""
        return [line for line in self.read if line["event"].startswith(words)]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """The log of the service from now on."""
    handler, log = Lines(), logging.getLogger("roundwatch")
    before = log.level
    log.setLevel(logging.INFO)
    log.addHandler(handler)
    yield handler
    log.removeHandler(handler)
    log.setLevel(before)


@pytest.fixture
def noon() -> Clock:
    """A clock at noon in Washington."""
    return Clock(NOON)


@pytest.fixture
def news(room: PressRoom, database_url: str, tmp_path: Path, noon: Clock) -> Iterator[Service]:
    """A service with readers, and a round that nobody has seen yet."""
    with on_duty(room.base_url, database_url, tmp_path / "mail", noon) as made:
        a_round_comes_out(room, made, noon)
        yield made


def test_from_a_mail_to_the_look_that_found_its_round_and_back(
    news: Service, lines: Lines, tmp_path: Path
) -> None:
    ticks_of(news).poll()
    mails = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in (tmp_path / "mail").glob("*.eml")
    ]
    (trace,) = {mail["Roundwatch-Trace"] for mail in mails}
    with news.database.reading() as tx:
        found = traced(tx, trace)
    (look,), (digest,) = found.looks, found.digests
    assert (look.outcome, look.source) == ("read", news.settings.source_url)
    assert (digest.round, digest.kind, digest.sent) == (5, "news", len(mails)) == (5, "news", 3)
    (polled,) = lines.about("poll: read")
    (told,) = lines.about(f"deliver: digest {digest.id}: 3 sent")
    assert (polled["trace"], polled["task"], polled["level"]) == (trace, "poll", "info")
    assert (told["trace"], told["task"]) == (trace, "digests")


def test_every_look_has_an_id_of_its_own(news: Service, lines: Lines, noon: Clock) -> None:
    ticks = ticks_of(news)
    for _ in range(3):
        ticks.poll()
        noon.now += timedelta(minutes=5)
    traces = [line["trace"] for line in lines.about("poll: ")]
    assert len(set(traces)) == 3
    assert traces == sorted(traces)


def test_what_is_sent_later_is_told_under_the_look_that_found_it(
    news: Service, lines: Lines, noon: Clock
) -> None:
    ticks = ticks_of(news)
    with following("20240731T160520-aaaaaa"):
        news.look()
    noon.now += timedelta(minutes=5)
    ticks.deliver()
    (told,) = lines.about("deliver: digest")
    assert told["trace"] == "20240731T160520-aaaaaa"


def test_an_id_is_of_its_block_alone() -> None:
    with following("a"):
        with following("b"):
            assert current() == "b"
        assert current() == "a"
    assert current() is None


def test_a_command_leads_from_the_id_to_all_that_is_on_file(watcher: User) -> None:
    watcher.runs("subscribe", "one@example.org")
    watcher.runs("poll")
    watcher.runs("poll")
    looked = watcher.reads("trace", last_look(watcher))
    assert [look["outcome"] for look in looked["looks"]] == ["unchanged"]
    assert looked["digests"] == looked["letters"] == []
    said = watcher.runs("trace", last_look(watcher)).said
    assert ": unchanged, 1 request" in said


def test_an_id_that_nothing_is_on_file_under_is_said_so(watcher: User) -> None:
    done = watcher.runs("trace", "20240731T160520-aaaaaa")
    assert done.code == 1
    assert "nothing is on file under 20240731T160520-aaaaaa" in done.complained


def last_look(watcher: User) -> str:
    with closing(Database(f"sqlite:///{watcher.archive}")) as archive, archive.reading() as tx:
        return str(journal.polls(tx, 1)[0].trace)


def test_a_letter_names_the_request_that_asked_for_it(site: Site) -> None:
    for number in (1, 2):
        with site.visitor() as visitor:
            form = {"address": f"reader{number}@example.org", "series": PARTNERSHIP}
            assert visitor.post("/subscribe", data=form).status_code == 202
    mails = site.drain()
    with site.service.database.reading() as tx:
        on_file = list(tx.scalars(select(letters.c.trace).order_by(letters.c.id)))
        found = traced(tx, on_file[0])
    assert [mail["Roundwatch-Trace"] for mail in mails] == on_file
    assert len(set(on_file)) == 2
    assert [(each.kind, each.state, each.count) for each in found.letters] == [
        ("confirm", "sent", 1)
    ]
