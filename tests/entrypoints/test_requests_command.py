"""requests: what was asked of whom, and what came of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.bootstrap import utc_now
from monitor.pressroom import PressRoom
from storage.database import Database
from storage.records import RequestMade
from storage.requests import record_requests
from tests.entrypoints.saved import PUBLISHED
from tests.entrypoints.user import User

DAY = timedelta(days=1)


def test_every_request_that_the_server_saw_is_on_record(operator: User) -> None:
    with PressRoom(through=PUBLISHED[5]) as room:
        for word in ("backfill", "poll", "poll"):
            assert operator.runs(word, source_url=room.base_url).code == 0
        seen = [(request.path, request.status) for request in room.requests]
        told = operator.reads("requests", "--limit", "1000")
    base = room.base_url
    assert [(each["address"].removeprefix(base), each["status"]) for each in told["requests"]] == (
        seen
    )
    (host,) = told["hosts"]
    assert (host["host"], host["requests"]) == (base.removeprefix("http://"), len(seen))
    assert host["unchanged"] == sum(1 for _, status in seen if status == 304) == 2
    assert host["size"] == sum(each["size"] for each in told["requests"]) > 10_000


@pytest.fixture
def asked(operator: User) -> User:
    """A user with three requests on record: of today, of yesterday, and to another host."""
    now = utc_now()
    made = [
        RequestMade(now, "ustr.gov", "https://ustr.gov/a", 304, None, 0, 80),
        RequestMade(now - DAY, "ustr.gov", "https://ustr.gov/b", None, "timed-out", 0, 30_000),
        RequestMade(now, "example.org", "https://example.org/\x1b[31m", 200, None, 5, 20),
    ]
    database = Database(str(operator.settings["database_url"]))
    with database.transaction() as tx:
        record_requests(tx, made)
    database.close()
    return operator


def test_requests_are_listed_the_newest_last_and_summed_up_by_host(asked: User) -> None:
    lines = asked.runs("requests").said.splitlines()
    assert [line.split()[-1] for line in lines[1:3]] == ["https://ustr.gov/b", "https://ustr.gov/a"]
    assert "timed-out" in lines[1]
    assert lines[-2:] == [
        "example.org: 1 request, 0 unchanged (304), 0 failed; 5 bytes in 0.0 s",
        "ustr.gov: 2 requests, 1 unchanged (304), 1 failed; 0 bytes in 30.1 s",
    ]


def test_an_address_does_not_steer_the_terminal(asked: User) -> None:
    assert "\x1b" not in asked.runs("requests").said


def test_requests_are_told_of_by_day_and_by_host_and_the_list_is_bounded(asked: User) -> None:
    since = f"{utc_now():%Y-%m-%d}"
    told = asked.reads("requests", "--since", since, "--host", "ustr.gov")
    assert [each["address"] for each in told["requests"]] == ["https://ustr.gov/a"]
    assert [each["requests"] for each in told["hosts"]] == [1]
    bounded = asked.reads("requests", "--limit", "1")
    assert (len(bounded["requests"]), len(bounded["hosts"])) == (1, 2)


def test_where_nothing_was_asked_that_is_said(operator: User) -> None:
    assert operator.runs("requests").said == "no request is on record\n"
    assert operator.reads("requests") == {"requests": [], "hosts": []}


@pytest.mark.parametrize("words", [("--since", "yesterday"), ("--limit", "0"), ("--limit", "x")])
def test_what_is_no_day_or_number_is_refused(operator: User, words: tuple[str, str]) -> None:
    assert operator.runs("requests", *words).code == 2
