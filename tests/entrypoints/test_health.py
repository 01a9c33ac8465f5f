"""`/healthz` and `/readyz` on their edges: what is well, what is not, and what is asked for it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event

from monitor.bootstrap import Service, service
from monitor.entrypoints.web.app import pages
from monitor.settings import Settings
from storage import journal
from storage.records import PollOutcome
from tests.entrypoints.site import Site
from tests.journeys.offices import Clock, add_reader
from tests.journeys.readers import file_round


def ready(site: Site) -> tuple[int, dict[str, bool], str]:
    """The status, what is well by its name, and all that it says."""
    with site.visitor() as asking:
        answer, head = asking.get("/readyz"), asking.head("/readyz")
    assert answer.headers["cache-control"] == head.headers["cache-control"] == "no-store"
    assert (head.status_code, head.content) == (answer.status_code, b"")
    found: list[dict[str, Any]] = answer.json()
    well = {each["name"]: each["well"] for each in found}
    assert answer.status_code == (200 if all(well.values()) else 503)
    return answer.status_code, well, " ".join(each["says"] for each in found)


def looks(site: Site, outcome: PollOutcome | None = "unchanged") -> None:
    """A look that ends so; None: it goes on."""
    made, now = site.service, site.service.now()
    with made.database.transaction() as tx:
        poll = journal.start_poll(tx, source=made.settings.source_url, now=now)
        if outcome:
            journal.finish_poll(tx, poll, now=now, outcome=outcome, requests=1)


def test_nobody_has_looked_yet_so_it_is_not_ready(site: Site) -> None:
    status, well, says = ready(site)
    assert (status, well) == (503, {"sees": False, "sends": True})
    assert "was never seen yet" in says


@pytest.mark.parametrize("outcome", ["failed", None])
def test_a_look_that_failed_or_goes_on_is_no_good_look(
    site: Site, outcome: PollOutcome | None
) -> None:
    looks(site, outcome)
    assert ready(site)[0] == 503


@pytest.mark.parametrize("outcome", ["unchanged", "read"])
def test_one_good_look_makes_it_ready_and_failing_ones_do_not_unmake_it_at_once(
    site: Site, clock: Clock, outcome: PollOutcome
) -> None:
    looks(site, outcome)
    assert ready(site)[:2] == (200, {"sees": True, "sends": True})
    clock.later(minutes=5)
    looks(site, "failed")
    assert ready(site)[0] == 200


def test_three_looks_that_were_due_and_brought_nothing_are_too_many(
    site: Site, clock: Clock
) -> None:
    looks(site)  # at 08:00 in Washington on a Thursday: every five minutes
    clock.later(minutes=15, seconds=20)
    assert ready(site)[0] == 200
    clock.later(seconds=1)
    looks(site, "failed")
    status, well, says = ready(site)
    assert (status, well) == (503, {"sees": False, "sends": True})
    assert "last good look" in says
    looks(site)
    assert ready(site)[0] == 200


def test_a_look_at_another_source_is_none_at_this_one(site: Site) -> None:
    with site.service.database.transaction() as tx:
        poll = journal.start_poll(tx, source="https://elsewhere.example", now=site.service.now())
        journal.finish_poll(tx, poll, now=site.service.now(), outcome="read", requests=1)
    assert ready(site)[0] == 503


def test_a_delivery_may_be_due_for_an_hour_and_no_longer(site: Site, clock: Clock) -> None:
    add_reader(site.service, "reader@example.org")
    file_round(site.service, 2, "Labor: Spoke.", quiet=False)
    clock.later(minutes=60)
    looks(site)
    assert ready(site)[:2] == (200, {"sees": True, "sends": True})
    clock.later(seconds=1)
    status, well, says = ready(site)
    assert (status, well) == (503, {"sees": True, "sends": False})
    assert "a delivery is due since 2024-08-01 12:00 UTC" in says
    site.drain()
    assert ready(site)[0] == 200


def test_what_is_put_off_again_and_again_is_seen_after_two_hours(site: Site, clock: Clock) -> None:
    add_reader(site.service, "reader@example.org")
    file_round(site.service, 2, "Labor: Spoke.", quiet=False)
    later = clock.moment + timedelta(hours=3)
    with site.service.database.transaction() as tx:
        tx.exec_driver_sql("update deliveries set due_at = %r" % f"{later:%Y-%m-%d %H:%M:%S}")  # noqa: UP031
    clock.later(hours=2)
    looks(site)
    assert ready(site)[0] == 200
    clock.later(seconds=1)
    assert ready(site)[:2] == (503, {"sees": True, "sends": False})


def test_neither_issues_nor_books_make_it_unready(site: Site) -> None:
    looks(site)
    with site.service.database.transaction() as tx:
        journal.open_issue(
            tx,
            kind="unknown-layout",
            address=None,
            summary="-",
            evidence={},
            snapshot_id=None,
            now=site.service.now(),
        )
    assert ready(site)[0] == 200


@pytest.fixture
def nowhere(tmp_path: Path) -> Iterator[Service]:
    """A service whose database is none."""
    (tmp_path / "archive.db").write_bytes(b"this is no database, " * 50)
    with service(Settings(database_url=f"sqlite:///{tmp_path / 'archive.db'}")) as made:
        yield made


def asked(made: Service, *paths: str) -> list[httpx.Response]:
    async def asking() -> list[httpx.Response]:
        transport = httpx.ASGITransport(pages(made))
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return [await client.get(path) for path in paths]

    return asyncio.run(asking())


def test_without_its_database_the_process_is_alive_and_not_ready(nowhere: Service) -> None:
    alive, unready = asked(nowhere, "/healthz", "/readyz")
    assert (alive.status_code, alive.json()) == (200, {"status": "ok"})
    assert unready.status_code == 503
    assert unready.headers["content-type"] == "application/problem+json"
    assert unready.headers["cache-control"] == "no-store"
    assert "the archive cannot be read now" in unready.text


def test_that_it_is_alive_is_said_without_a_look_at_the_database(site: Site) -> None:
    taken: list[object] = []
    event.listen(site.service.database._engine, "checkout", lambda *those: taken.append(those))
    with site.visitor() as asking:
        for method in ("GET", "HEAD"):
            assert asking.request(method, "/healthz").status_code == 200
        assert taken == []
        asking.get("/readyz")
        assert len(taken) == 1
