"""Whoever asks, and for whichever address: the same answer, in the same time."""

from __future__ import annotations

import itertools
import re
import statistics
import time
from collections import defaultdict
from typing import Any

import httpx
import pytest

from monitor.entrypoints.web.guards.steady import MOMENT
from monitor.entrypoints.web.readers.subscribing import after
from monitor.journeys.readers.leave import unsubscribe
from storage import subscribers
from tests.entrypoints.site import Site
from tests.journeys.readers import PARTNERSHIP, TASK_FORCE, asks, confirms, on_file, own_token

STANDINGS = ("unknown", "pending", "confirmed", "unsubscribed", "came-back", "complained")
TIMES = 6


def address(standing: str, number: int) -> str:
    return f"{standing}-{number}@example.org"


def prepare(site: Site, standing: str, number: int) -> None:
    """See that an address stands so."""
    made, reader = site.service, address(standing, number)
    if standing == "unknown":
        return
    asks(made, reader)
    if standing == "pending":
        return
    confirms(made, reader)
    if standing == "unsubscribed":
        unsubscribe(
            own_token(made, reader), database=made.database, signer=made.signer, now=made.now()
        )
    if standing in {"came-back", "complained"}:
        reason = "complaint: abuse" if standing == "complained" else "came back: 5.1.1"
        with made.database.transaction() as tx:
            subscribers.suppress(tx, on_file(made, reader).id, reason, made.now())


def ask(visitor: httpx.Client, way: str, reader: str) -> httpx.Response:
    form: dict[str, Any] = {"address": reader, "series": PARTNERSHIP, "language": "en"}
    if way == "form":
        return visitor.post("/subscribe", data=form)
    return visitor.post("/api/v1/subscriptions", json={"address": reader})


def seen(answer: httpx.Response) -> tuple[int, bytes, list[tuple[str, str]]]:
    """All that is seen of an answer, but for the time of day."""
    return answer.status_code, answer.content, [h for h in answer.headers.items() if h[0] != "date"]


@pytest.mark.parametrize("way", ["form", "program"])
def test_the_answer_shows_nothing_of_how_an_address_stands(site: Site, way: str) -> None:
    """By its bytes, and by its time: the distributions have their least and their middle in common."""
    for standing, number in itertools.product(STANDINGS, range(TIMES)):
        prepare(site, standing, number)
    with site.visitor(99) as visitor:
        ask(visitor, way, "first@example.org")  # what is loaded once is loaded
    answers, taken = [], defaultdict(list)
    for number in range(TIMES):
        for standing in STANDINGS:
            with site.visitor(number) as visitor:
                visitor.get("/healthz")  # the connection is made
                begun = time.perf_counter()
                answers.append(seen(ask(visitor, way, address(standing, number))))
                taken[standing].append(time.perf_counter() - begun)
    assert len({str(answer) for answer in answers}) == 1
    assert answers[0][0] == 202
    assert min(map(min, taken.values())) >= MOMENT
    # A busy machine adds to any time; the least ones show what the work itself takes, if anything.
    for typical, tolerance in ((min, 0.02), (statistics.median, 0.05)):
        times = [typical(taken[standing]) for standing in STANDINGS]
        assert max(times) - min(times) < tolerance, taken


def test_what_is_asked_for_too_often_for_one_address_is_answered_alike_and_not_done(
    site: Site,
) -> None:
    answers = set()
    for number in range(10):
        with site.visitor(number) as visitor:
            answers.add(str(seen(ask(visitor, "program", "reader@example.org"))))
    assert len(answers) == 1
    assert on_file(site.service, "reader@example.org").letters == 1


def test_a_network_that_asks_too_often_is_told_when_to_come_again(site: Site) -> None:
    with site.visitor(1) as busy, site.visitor(2) as other:
        answers = [ask(busy, "form", f"{n}@") for n in range(11)]
        assert [answer.status_code for answer in answers] == [422] * 10 + [429]
        refused = answers[-1]
        assert 0 < int(refused.headers["retry-after"]) <= 60
        assert "<h1>Subscribe</h1>" in refused.text
        program = ask(busy, "program", "reader@example.org")
        assert program.headers["content-type"] == "application/problem+json"
        assert (program.json()["status"], "retry-after" in program.headers) == (429, True)
        assert ask(other, "program", "reader@example.org").status_code == 202


@pytest.mark.parametrize(
    ("language", "says"), [("en", "try again in a minute."), ("ja", "1分後に、もう一度")]
)
def test_who_is_told_to_come_again_finds_all_that_was_typed(
    site: Site, language: str, says: str
) -> None:
    typed = {"address": "<b>Reader@example.org", "series": [TASK_FORCE], "language": "ja"}
    with site.visitor(3) as busy:
        for _ in range(11):
            refused = busy.post(f"/subscribe?lang={language}", data=typed)
    assert refused.status_code == 429
    assert says in refused.text
    assert f'lang="{language}"' in refused.text
    assert 'value="&lt;b&gt;Reader@example.org"' in refused.text
    assert re.findall(r'value="([^"]*)"[^>]* checked', refused.text) == [TASK_FORCE, "ja"]
    assert f'action="/subscribe?lang={language}"' in refused.text


@pytest.mark.parametrize(
    ("seconds", "english", "japanese"),
    [
        (1, "in a minute", "1分後に"),
        (60, "in a minute", "1分後に"),
        (61, "in 2 minutes", "2分後に"),
        (3600, "in 60 minutes", "60分後に"),
    ],
)
def test_when_to_come_again_is_told_in_whole_minutes_and_never_too_early(
    seconds: int, english: str, japanese: str
) -> None:
    assert (after(seconds, "en"), after(seconds, "ja")) == (english, japanese)
