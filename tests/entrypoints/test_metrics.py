"""`/metrics`: what it says, in which form, of whom, and what it costs."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event

from monitor.bootstrap import Service, service
from monitor.entrypoints.web import metrics
from monitor.entrypoints.web.app import pages
from monitor.entrypoints.web.metrics import GAUGES, DatabaseFigures
from monitor.series import followed
from monitor.settings import Settings
from storage import journal, outbox
from tests.entrypoints.routes import SECRETS
from tests.entrypoints.saved import SLUG
from tests.entrypoints.site import Site, served
from tests.entrypoints.user import ROOT
from tests.journeys.offices import NOW, Clock, add_reader
from tests.journeys.readers import READER, asks, file_round, own_token

TOKEN = SECRETS["operator_token"]


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept from one request to the next."""
    monkeypatch.setattr(metrics, "KEPT_TIMES", 0)


@pytest.fixture
def busy(site: Site) -> Site:
    """A site with something of everything."""
    made = site.service
    add_reader(made, "confirmed@example.org")
    asks(made)
    file_round(made, 2, "Labor: Spoke.", quiet=False)
    with made.database.transaction() as tx:
        poll = journal.start_poll(tx, source=made.settings.source_url, now=NOW)
        journal.finish_poll(tx, poll, now=NOW, outcome="unchanged", requests=1)
        journal.open_issue(
            tx,
            kind="unknown-layout",
            address=None,
            summary="-",
            evidence={},
            snapshot_id=None,
            now=NOW,
        )
        later = NOW + timedelta(hours=1)
        outbox.rest(tx, "slow.example", failures=1, not_before=later, words="450 later")
        outbox.rest(tx, "awake.example", failures=1, not_before=NOW, words="450 later")
    return site


def families(text: str) -> dict[str, Metric]:
    return {family.name: family for family in text_string_to_metric_families(text)}


def scraped(site: Site) -> dict[str, Metric]:
    with site.visitor() as asking:
        answer = asking.get("/metrics")
    assert answer.status_code == 200
    return families(answer.text)


def values(family: Metric) -> dict[str, float]:
    """The values of a figure by its one label; by nothing where it has none."""
    return {"".join(sample.labels.values()): sample.value for sample in family.samples}


def test_the_figures_say_how_the_service_stands(busy: Site) -> None:
    found = {name.removeprefix("roundwatch_"): values(m) for name, m in scraped(busy).items()}
    assert found["database_up"] == {"": 1}
    assert found["last_good_poll_timestamp_seconds"] == {"": NOW.timestamp()}
    assert found["oldest_due_delivery_timestamp_seconds"] == {"": NOW.timestamp()}
    assert found["oldest_delivery_slot_timestamp_seconds"] == {"": NOW.timestamp()}
    states = dict.fromkeys("sending uncertain sent suppressed failed abandoned".split(), 0)
    assert found["deliveries"] == {"queued": 2, **states}
    assert found["readers"] == {"pending": 1, "confirmed": 1, "unsubscribed": 0, "suppressed": 0}
    assert found["rounds"] == {each.slug: 0 for each in followed()} | {SLUG: 2}
    assert found["releases"]["readout"] == 2
    assert found["digests"] == {"news": 1, "correction": 0, "welcome": 0, "withdrawal": 0}
    assert found["open_issues"]["unknown-layout"] == 1
    assert (found["alarms"], found["resting_domains"]) == ({"": 0}, {"": 1})
    assert found["database_size_bytes"][""] > 100_000
    assert found["database_schema_info"] == {busy.service.database.revision(): 1}
    assert found["database_read_timestamp_seconds"] == {"": NOW.timestamp()}
    assert 0 < found["database_read_seconds"][""] < 30
    assert found["process_resident_memory_bytes"][""] > 1_000_000


def test_the_outbox_is_told_as_its_books_have_it(busy: Site, clock: Clock) -> None:
    made = busy.service
    busy.drain()
    clock.later(seconds=1)
    with made.database.reading() as tx:
        books = outbox.balance(tx)
    found = scraped(busy)
    assert values(found["roundwatch_deliveries"]) == {
        state: getattr(books, state) for state in values(found["roundwatch_deliveries"])
    }
    assert books.sent == 2
    assert values(found["roundwatch_oldest_due_delivery_timestamp_seconds"]) == {}
    busy.service.sound_alarms()
    assert values(scraped(busy)["roundwatch_alarms"])[""] >= 1


def test_what_is_not_there_yet_is_missing_and_not_nought(site: Site) -> None:
    found = scraped(site)
    for name in ("last_good_poll", "oldest_due_delivery", "oldest_delivery_slot"):
        assert values(found[f"roundwatch_{name}_timestamp_seconds"]) == {}


# --- The form ---------------------------------------------------------------------------------


def test_the_text_is_what_prometheus_reads_and_nobody_keeps_it(site: Site) -> None:
    with site.visitor() as asking:
        asking.get("/")
        answer, head = asking.get("/metrics"), asking.head("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=1.0.0; charset=utf-8")
    assert answer.headers["cache-control"] == head.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    assert (head.status_code, head.content) == (200, b"")


def test_names_types_and_units_keep_the_conventions(busy: Site) -> None:
    """https://prometheus.io/docs/practices/naming, as far as a program can tell."""
    units = ("_seconds", "_bytes", "_info")
    for name, family in scraped(busy).items():
        assert re.fullmatch(r"(roundwatch|process)_[a-z_]+", name)
        assert family.documentation
        assert family.type in {"gauge", "counter", "histogram"}
        for wrong in ("_ms", "_milli", "_kb", "_count", "_total", "_minutes", "_age"):
            assert not name.endswith(wrong)
        for unit in units:
            assert unit not in name or name.endswith(unit), "the unit comes last"
        for sample in family.samples:
            assert family.type != "counter" or sample.name.endswith("_total")
            assert set(sample.labels) <= {
                *("state", "series", "verdict", "kind", "revision", "version"),
                *("route", "method", "status", "le", "queue"),
            }


def documented() -> dict[str, tuple[str, str]]:
    """The figures of the table in the docs: type and labels."""
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    rows = re.findall(r"^\| `(roundwatch_\w+)` \| (\w+) \|([^|]*)\|", page, re.MULTILINE)
    return {name: (kind, labels.strip()) for name, kind, labels in rows}


def test_the_docs_list_every_figure_with_its_type_and_its_labels(busy: Site) -> None:
    with busy.visitor() as visitor:
        visitor.get("/")
    told = {}
    for name, family in scraped(busy).items():
        if name.startswith("roundwatch_"):
            labels = list(dict.fromkeys(k for s in family.samples for k in s.labels if k != "le"))
            full = f"{name}_total" if family.type == "counter" else name
            told[full] = (family.type, ", ".join(f"`{each}`" for each in sorted(labels)))
    assert documented() == told


# --- Requests ---------------------------------------------------------------------------------


def requests(site: Site) -> dict[tuple[str, str, str], float]:
    samples = scraped(site)["roundwatch_http_requests"].samples
    return {(s.labels["route"], s.labels["method"], s.labels["status"]): s.value for s in samples}


def test_requests_are_counted_by_template_method_and_status(site: Site) -> None:
    asks(site.service)
    token = own_token(site.service)
    with site.visitor() as visitor:
        for _ in range(2):  # the second time from the shelf
            visitor.get("/rounds/1")
        tag = visitor.get("/rounds/1").headers["etag"]
        visitor.get("/rounds/1", headers={"If-None-Match": tag})
        visitor.get("/rounds/9")
        visitor.get(f"/preferences/{token}")
        visitor.post("/rounds/1")
        visitor.get("/no/such/address/at/all")
        visitor.request("BREW", "/")
        visitor.post("/subscribe", content=b"x" * 40_000)
    assert requests(site) == {
        ("/rounds/{number}", "GET", "200"): 3,
        ("/rounds/{number}", "GET", "304"): 1,
        ("/rounds/{number}", "GET", "404"): 1,
        ("/preferences/{token}", "GET", "200"): 1,
        ("/rounds/{number}", "POST", "405"): 1,
        ("none", "GET", "404"): 1,
        ("/", "other", "405"): 1,
        ("none", "POST", "413"): 1,
    }


def test_whatever_visitors_send_the_labels_are_few_and_tell_nothing(site: Site) -> None:
    asks(site.service)
    token = own_token(site.service)
    with site.visitor(Authorization="Bearer a-secret-in-a-header") as visitor:
        for number in range(60):
            visitor.get(f"/preferences/{token}{number}")
            visitor.get(f"/{READER}-{number}?q=a-word-in-a-query")
            visitor.request(f"METHOD{number}", f"/x{number}/y/z/w")
        text = visitor.get("/metrics").text
    for secret in (token, READER, "METHOD", "a-secret", "a-word", "x59"):
        assert secret not in text
    assert len(requests(site)) == 4


def test_the_time_of_every_request_is_observed(site: Site) -> None:
    with site.visitor() as visitor:
        for _ in range(5):
            visitor.get("/healthz")
    samples = scraped(site)["roundwatch_http_request_duration_seconds"].samples
    about = {s.name.rpartition("_")[2]: s for s in samples if s.labels.get("le", "+Inf") == "+Inf"}
    assert {"bucket": 5, "count": 5}.items() <= {k: s.value for k, s in about.items()}.items()
    assert 0 < about["sum"].value < 5


def test_an_answer_that_fails_is_counted_as_the_server_gives_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Service) -> Any:
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setattr(Service, "signer", property(broken))
    with site.visitor() as visitor:
        assert visitor.get("/unsubscribe/x").status_code == 500
    assert requests(site)["/unsubscribe/{token}", "GET", "500"] == 1


# --- Who may see it, and what it costs -------------------------------------------------------


def test_with_a_token_in_the_settings_it_takes_that_token(
    database_url: str, tmp_path: Path
) -> None:
    with served(database_url, tmp_path / "mail", operator_token=TOKEN) as site:
        with site.visitor() as stranger:
            refused = stranger.get("/metrics")
            assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
            assert refused.headers["content-type"] == "application/problem+json"
        with site.visitor(Authorization=f"Bearer {TOKEN}") as operator:
            assert "roundwatch_database_up 1.0" in operator.get("/metrics").text


def test_without_one_it_is_open_and_holds_numbers_alone(busy: Site) -> None:
    with busy.visitor() as stranger:
        text = stranger.get("/metrics").text
    own = {READER, "example.org", "slow.example", busy.address, str(busy.mail)}
    assert {word for word in own if word in text} == set()


def test_a_database_that_is_away_is_a_figure_too(tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_bytes(b"this is no database, " * 50)
    found = asked(Settings(database_url=f"sqlite:///{tmp_path / 'archive.db'}"))
    assert values(found["roundwatch_database_up"]) == {"": 0}
    assert "roundwatch_deliveries" not in found
    assert values(found["process_open_fds"])[""] > 0


def asked(settings: Settings) -> dict[str, Metric]:
    async def asking(made: Service) -> httpx.Response:
        transport = httpx.ASGITransport(pages(made))
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.get("/metrics")

    with service(settings) as made:
        answer = asyncio.run(asking(made))
    assert answer.status_code == 200
    return families(answer.text)


def test_all_is_read_in_one_transaction(busy: Site) -> None:
    taken = []
    event.listen(busy.service.database._engine, "checkout", lambda *those: taken.append(those))
    scraped(busy)
    assert len(taken) == 1


class Watch:
    """Seconds that pass when a test says so, and while something is read."""

    def __init__(self, reading: float) -> None:
        self.seconds, self._reading = 0.0, reading

    def __call__(self) -> float:
        self.seconds += self._reading / 2
        return self.seconds


@pytest.mark.parametrize(("reading", "kept"), [(0.01, 1.0), (0.3, 30.0), (5.0, 60.0)])
def test_what_was_read_is_kept_a_hundred_times_as_long_as_that_took_and_a_minute_at_most(
    busy: Site, monkeypatch: pytest.MonkeyPatch, reading: float, kept: float
) -> None:
    monkeypatch.setattr(metrics, "KEPT_TIMES", 100)
    watch = Watch(reading)
    figures = DatabaseFigures(busy.service, watch)

    def confirmed() -> float:
        asyncio.run(figures.refresh())
        [found] = (m for m in figures.collect() if m.name == "roundwatch_readers")
        return values(found)["confirmed"]

    before = confirmed()
    add_reader(busy.service, "another@example.org")
    watch.seconds += kept / 2 - reading
    assert confirmed() == before
    watch.seconds += kept / 2
    assert confirmed() == before + 1


def test_those_who_ask_at_once_are_answered_by_one_reading(
    busy: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "KEPT_TIMES", 100)
    taken = []
    event.listen(busy.service.database._engine, "checkout", lambda *those: taken.append(those))
    figures = DatabaseFigures(busy.service)

    async def all_at_once() -> None:
        await asyncio.gather(*(figures.refresh() for _ in range(20)))

    asyncio.run(all_at_once())
    assert len(taken) == 1


def test_every_figure_of_the_code_is_shown_once(busy: Site) -> None:
    found = scraped(busy)
    assert len({gauge.name for gauge in GAUGES}) == len(GAUGES)
    assert {gauge.name for gauge in GAUGES} <= set(found)
