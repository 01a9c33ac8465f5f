"""How watchers of pages fail, played through: good, then a bad state for a while, then good again.

Each state is named as an issue, announces nothing, changes nothing on file, and leaves what is
remembered of the listing alone; and the round that comes out afterwards is announced exactly once.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from storage import archive
from storage.schema import fetches as fetch_table
from storage.schema import revisions, snapshots
from tests.faults.server import Behaviour, Page, busy
from tests.journeys.offices import SERIES
from tests.journeys.pages import page, path_of
from tests.scenarios.watched import LISTING, Watched, shown, table
from tests.walls import WALLS

State = Callable[[Watched], Behaviour]

NEW_LAYOUT = "<html><body><h1>Press Releases</h1>{}</body></html>"


def new_layout(watched: Watched) -> Behaviour:
    cards = "".join(
        f'<section><h2><a href="{r.path}">{r.title}</a></h2></section>' for r in watched.rows
    )
    return shown(NEW_LAYOUT.format(cards))


STATES: dict[str, tuple[State, str]] = {
    "empty, without a byte": (lambda _: Page(""), "empty-page"),
    "empty, with a frame": (
        lambda _: Page("<html><body><main></main></body></html>"),
        "empty-page",
    ),
    "empty, with its menus": (lambda _: shown(NEW_LAYOUT.format("<p>Filter</p>")), "empty-listing"),
    **{
        f"a wall of {network}": (lambda _, wall=wall: shown(wall), "blocked-page")
        for network, wall in WALLS.items()
    },
    "a wall that says so": (lambda _: Page("Access Denied", status=403), "forbidden"),
    "another layout": (new_layout, "unknown-layout"),
    "half of it": (lambda w: Page(table(w.rows)[:-40]), "half-loaded"),
    "later, please": (lambda _: busy("7200"), "too-many-requests"),
}


@pytest.mark.parametrize("state", STATES)
def test_a_bad_state_is_named_and_is_no_news_and_the_next_round_is(
    watched: Watched, state: str
) -> None:
    bad, kind = STATES[state]
    watched.looks(2)
    before, pages, baseline = watched.kept(), watched.pages(), watched.baseline()
    watched.show(bad(watched))
    for polled in watched.looks(3, minutes=40):
        assert polled.announced == ()
        assert [problem.kind for problem in polled.problems] == [kind]
        assert watched.kinds() == [kind]
    assert (watched.kept(), watched.baseline()) == (before, baseline)
    assert watched.pages() >= pages

    watched.show()
    watched.restart()  # or the pace would keep to a Retry-After in real time
    assert all(not polled.announced for polled in watched.looks(2, hours=2))
    assert watched.kinds() == []
    assert watched.opened() == [kind]
    assert watched.kept() == before

    watched.publish_round(3)
    watched.show()
    assert [len(polled.announced) for polled in watched.looks(3)] == [1, 0, 0]
    assert watched.told() == [(3, "news")]


def test_a_wall_is_named_with_its_network_where_the_operator_looks(watched: Watched) -> None:
    watched.looks(1)
    watched.show(shown(WALLS["Akamai"]))
    watched.looks(3)
    (issue,) = watched.issues()
    assert "a wall of Akamai" in issue.summary
    assert issue.evidence["network"] == "Akamai"
    refused = Page(WALLS["Cloudflare"], status=403, headers={"cf-mitigated": "challenge"})
    watched.show(refused)
    watched.looks(1)
    found = {issue.kind: issue for issue in watched.issues()}
    assert found["forbidden"].evidence["network"] == "Cloudflare"
    assert "a wall of Cloudflare" in found["forbidden"].summary


def test_a_server_that_wants_to_be_left_alone_is_not_asked_until_then(watched: Watched) -> None:
    watched.looks(1)
    watched.show(busy("7200"))
    watched.looks(1)
    asked = len(watched.server.requests)
    watched.looks(3)
    assert len(watched.server.requests) == asked
    watched.show()
    watched.restart()
    assert watched.look(hours=1).problems == ()


def test_what_an_older_program_made_of_the_pages_is_no_reason_to_believe_a_304(
    watched: Watched,
) -> None:
    watched.looks(1)
    assert watched.look().requests == 1
    with watched.made.database.transaction() as tx:
        tx.execute(update(fetch_table).values(reader="an older one"))
    asked = len(watched.server.requests)
    polled = watched.look()
    assert (polled.outcome, polled.announced) == ("read", ())
    (listing,) = [seen for seen in watched.server.requests[asked:] if seen.path == LISTING]
    assert "if-none-match" not in listing.headers
    assert watched.look().outcome == "unchanged"
    assert watched.kinds() == []


def test_a_text_that_is_changed_and_changed_back_is_three_revisions_and_three_pages(
    watched: Watched,
) -> None:
    texts = [page(2, "Labor: Talked.", f"Goods: {word}.") for word in ("First", "Second")]
    for text in (texts[0], texts[1], texts[0]):
        watched.server.set(path_of(2), shown(text))
        watched.look(hours=25)
    with watched.made.database.reading() as tx:
        filed = archive.readout_of_round(tx, SERIES.slug, 2)
        assert filed is not None
        query = (
            select(snapshots.c.sha256, snapshots.c.body)
            .join(revisions, revisions.c.snapshot_id == snapshots.c.id)
            .where(revisions.c.release_id == filed.release_id)
            .order_by(revisions.c.number)
        )
        kept = tx.execute(query).all()
    assert [zlib.decompress(row.body).decode() for row in kept] == [texts[0], texts[1], texts[0]]
    assert all(hashlib.sha256(zlib.decompress(row.body)).hexdigest() == row.sha256 for row in kept)
    assert watched.told() == []


def test_the_operator_hears_once_that_nothing_can_be_seen_any_more_and_once_that_it_can(
    watched: Watched,
) -> None:
    watched.looks(2)
    watched.show(shown(WALLS["Imperva"]))
    told = []
    for _ in range(12):
        watched.look()
        told += watched.alarms()
    assert len([letter for letter in told if "blocked-page" in letter]) == 1
    watched.show()
    told = []
    for _ in range(6):
        watched.look()
        told += watched.alarms()
    assert len([letter for letter in told if "over" in letter and "blocked-page" in letter]) == 1
