"""A source that is down for hours: named, not stormed, told of once; and nothing is lost by it."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

import pytest

from monitor.core.addresses import FEED_PATH, OFFICIAL_ORIGIN, canonical
from monitor.core.outages import IN_A_ROW, LONGEST_REST
from monitor.errors import HostAtRest
from monitor.journeys.alarms import sound
from monitor.journeys.past.live import backfill_live
from monitor.journeys.past.window import Backfilled, Window
from monitor.pressroom import releases
from monitor.sources.ustr import UstrSite
from storage import alarms, archive
from tests.databases import PostgresqlServer, SqliteFiles
from tests.faults.server import Behaviour, HangUp, MisbehavingServer, Page
from tests.faults.watch import (
    DAY,
    FIFTH_PATH,
    LISTING,
    OTHER_LISTING,
    VALIDATORS,
    Watch,
    page,
    serve,
)

LONG = timedelta(hours=6)
EVERY = timedelta(minutes=5)
TRIES = 3
FAULTS = {
    "server-fault": Page("oops", status=500),
    "unreachable": HangUp(),
    "forbidden": Page("no", status=403),
}


def go_dark(server: MisbehavingServer, behaviour: Behaviour) -> None:
    """Have every page of the site answer like this."""
    paths = [canonical(each.address).removeprefix(OFFICIAL_ORIGIN) for each in releases()]
    for path in (LISTING, OTHER_LISTING, FEED_PATH, "/robots.txt", *paths):
        server.set(path, behaviour)


def go_on(watch: Watch) -> Backfilled:
    """A backfill, as a new process would run it."""
    with closing(watch._client(10.0)) as client:
        return backfill_live(
            database=watch.database,
            site=UstrSite(watch.server.base_url, client),
            settings=watch.settings,
            window=Window(),
            now=watch.now,
        )


def standing(watch: Watch) -> set[str]:
    """What the operator has been told of, after a check."""
    sound(database=watch.database, settings=watch.settings, now=watch.now())
    with watch.database.reading() as tx:
        return set(alarms.standing(tx))


@pytest.mark.parametrize("kind", FAULTS)
def test_an_outage_of_hours_is_a_handful_of_requests_and_one_alarm_and_loses_nothing(
    watch: Watch, kind: str
) -> None:
    go_dark(watch.server, FAULTS[kind])
    before, kinds, told = watch.on_file(), [], set[str]()
    for _ in range(LONG // EVERY):
        polled = watch.look()
        assert polled.outcome == "failed"
        kinds += [problem.kind for problem in polled.problems]
        told |= standing(watch)
        watch.later(minutes=5)
    assert set(kinds) == {kind, "host-at-rest"}
    # Five pages, each tried three times at the most; then one request at the end of each rest.
    trials = 3 + LONG // LONGEST_REST
    assert len(watch.server.requests) <= IN_A_ROW * TRIES + trials
    assert told == {"source", f"issue {kind}"}
    assert watch.on_file() == before

    serve(watch.server, DAY, **VALIDATORS)
    waited = timedelta(0)
    while (polled := watch.look()).outcome == "failed":
        watch.later(minutes=5)
        waited += EVERY
    assert waited <= LONGEST_REST
    assert [len(taken.announced) for taken in polled.taken if taken.announced] == [1]


def test_a_look_during_a_rest_asks_nothing_and_says_until_when(watch: Watch) -> None:
    go_dark(watch.server, HangUp())
    while not isinstance((polled := watch.look()).problem, HostAtRest):
        pass
    asked, issues = len(watch.server.requests), watch.issues()
    polled = watch.look()
    assert (polled.outcome, polled.requests, len(polled.problems)) == ("failed", 0, 1)
    assert "is left alone until 2024-07-31 12:05:00 UTC" in polled.problems[0].summary
    assert len(watch.server.requests) == asked
    assert watch.issues() == issues
    assert {issue.kind for issue in issues} == {"unreachable"}


def test_a_release_that_is_wanted_during_a_rest_is_not_put_off_for_it(watch: Watch) -> None:
    serve(watch.server, DAY, **VALIDATORS)
    watch.server.set(FIFTH_PATH, Page("oops", status=500))
    for path in (LISTING, FEED_PATH):
        watch.server.set(path, page(DAY, path, **VALIDATORS), Page("oops", status=500))
    watch.look()
    while not isinstance(watch.look().problem, HostAtRest):
        watch.later(minutes=5)
    with watch.database.reading() as tx:
        wanted = archive.wanted_releases(tx, now=watch.now() + timedelta(days=1))
    watch.later(minutes=1)
    watch.look()
    with watch.database.reading() as tx:
        assert archive.wanted_releases(tx, now=watch.now() + timedelta(days=1)) == wanted


def test_a_backfill_stops_at_a_host_at_rest_and_goes_on_when_it_is_started_again(
    databases: SqliteFiles | PostgresqlServer,
) -> None:
    url = databases.ready()
    with MisbehavingServer() as server, closing(Watch(url, server)) as watch:
        serve(server, DAY, **VALIDATORS)
        for each in releases():
            server.set(canonical(each.address).removeprefix(OFFICIAL_ORIGIN), HangUp())
        done = go_on(watch)
        assert done.left > 0
        assert len(server.requests) < 40
        asked = len(server.requests)
        with pytest.raises(HostAtRest, match="is left alone until"):
            go_on(watch)
        assert len(server.requests) == asked

        serve(server, DAY, **VALIDATORS)
        watch.later(minutes=5)
        assert go_on(watch).problems == []
        assert watch.rounds() == [1, 2, 3, 4, 5]
    databases.drop(url)
