"""The latest round must be findable, at its address and on the listing; else somebody is told."""

from __future__ import annotations

from datetime import timedelta

from monitor.core.canaries import MOST_PAGES
from monitor.core.look import Look
from monitor.journeys.canary import Looked
from monitor.journeys.intake import Arrival, take_in
from monitor.journeys.problems import close
from tests.faults.server import Page
from tests.journeys.pages import page, path_of
from tests.scenarios.watched import EVE, LISTING, Row, Watched, shown, table

NOT_THE_ROUND = page(2, "Labor: Talked.").replace("Partnership on Trade", "Committee on Fish")


def search(watched: Watched, **later: float) -> Looked:
    """Look for canaries, by default a week later."""
    watched.clock.later(**(later or {"days": 7}))
    return watched.made.look_for_canaries()


def said(watched: Watched) -> list[str]:
    """What the open issues about canaries say."""
    return [issue.summary for issue in watched.issues() if issue.kind == "canary-missing"]


def test_a_round_that_is_where_it_was_costs_its_page_and_one_of_the_listing(
    watched: Watched,
) -> None:
    watched.looks(1)
    asked = len(watched.server.requests)
    looked = search(watched, minutes=1)
    (found,) = looked.found
    assert (found.canary.round, found.is_read, found.is_listed) == (2, True, True)
    assert (looked.requests, looked.problem) == (2, None)
    sent = watched.server.requests[asked:]
    assert [seen.path for seen in sent] == [path_of(2), LISTING]
    assert not any("if-none-match" in seen.headers for seen in sent)
    assert (watched.kinds(), watched.told()) == ([], [])


def test_before_there_is_a_round_nothing_is_asked_for(watched: Watched) -> None:
    looked = search(watched)
    assert (looked.found, looked.requests) == ((), 0)


def test_a_round_whose_page_is_gone_is_told_once_and_over_when_it_is_back(
    watched: Watched,
) -> None:
    watched.looks(1)
    good = shown(page(2, "Labor: Talked.", "Goods: Part 2."))
    watched.server.set(path_of(2), Page("nothing", status=404))
    assert len(search(watched, hours=1).missing) == 1
    told = watched.alarms()
    assert said(watched) == [
        "round 2 of us-japan-partnership-on-trade: its page is not read as that round any more"
    ]
    search(watched, hours=1)
    told += watched.alarms()
    assert len([letter for letter in told if "canary-missing" in letter]) == 1
    watched.server.set(path_of(2), good)
    watched.looks(3, days=2)
    assert search(watched).missing == ()
    assert said(watched) == []


def test_a_page_that_is_another_one_now_is_no_round_any_more(watched: Watched) -> None:
    watched.looks(1)
    watched.server.set(path_of(2), shown(NOT_THE_ROUND))
    assert len(search(watched, hours=1).missing) == 1
    assert len(said(watched)) == 1
    assert watched.told() == []


def test_a_page_that_cannot_be_had_says_nothing_of_a_canary(watched: Watched) -> None:
    watched.looks(1)
    for bad in (
        Page("no", status=403),
        Page("<title>Access Denied</title><p>No"),
        Page(status=500),
    ):
        watched.server.set(path_of(2), bad)
        (found,) = search(watched, hours=30).found
        assert (found.is_read, found.is_listed) == (None, True)
    assert said(watched) == []


def test_a_round_that_no_listing_names_any_more_is_told_with_where_it_was_looked_for(
    watched: Watched,
) -> None:
    watched.looks(1)
    without = [row for row in watched.rows if row.path != path_of(2)]
    watched.show(shown(table(without)))
    (found,) = search(watched, hours=1).missing
    assert (found.is_read, found.is_listed) == (True, False)
    (issue,) = [issue for issue in watched.issues() if issue.kind == "canary-missing"]
    assert issue.summary.endswith(": no listing names it any more")
    assert LISTING in issue.evidence["listing pages looked at"]
    watched.show()
    assert search(watched).missing == ()
    assert said(watched) == []


def test_a_round_that_has_left_the_first_page_is_found_on_the_page_of_its_year(
    watched: Watched,
) -> None:
    watched.looks(1)
    for day in range(1, 25):
        watched.publish(EVE + timedelta(days=day))
    watched.server.set(f"{LISTING}/2024", shown(table(watched.rows)))
    watched.show(shown(table(watched.rows[:12])))
    looked = search(watched, days=25)
    (found,) = looked.found
    assert (found.is_read, found.is_listed) == (True, True)
    assert f"{LISTING}/2024" in watched.server.paths


def test_a_listing_too_long_to_be_looked_through_says_nothing_of_a_canary(
    watched: Watched,
) -> None:
    watched.looks(1)
    asked = len(watched.server.requests)
    for number in range(MOST_PAGES + 9):
        day = EVE + timedelta(days=400 - number)
        rows = [Row(day, f"{LISTING}/{day.year}/march/on-page-{number}-{n}") for n in range(9)]
        following = f'<a href="?page={number + 1}" rel="next">Next page</a>'
        html = table(rows).replace("</ul>", f"</ul>{following}")
        watched.server.set(LISTING if number == 0 else f"{LISTING}?page={number}", shown(html))
    looked = search(watched, days=400)
    (found,) = looked.found
    assert (found.is_read, found.is_listed) == (True, None)
    assert len(watched.server.requests) - asked <= MOST_PAGES + 5
    assert said(watched) == []


def test_a_canary_that_a_person_has_settled_is_not_told_again(watched: Watched) -> None:
    watched.looks(1)
    watched.show(shown(table([row for row in watched.rows if row.path != path_of(2)])))
    search(watched, hours=1)
    (issue,) = [issue for issue in watched.issues() if issue.kind == "canary-missing"]
    close(issue.id, database=watched.made.database, now=watched.clock())
    for _ in range(3):
        assert len(search(watched).missing) == 1
    assert said(watched) == []
    assert watched.opened().count("canary-missing") == 1


def test_a_correction_that_a_canary_comes_upon_is_a_revision_like_any_other(
    watched: Watched,
) -> None:
    watched.looks(1)
    watched.publish_round(3)
    watched.show()
    assert len(watched.look().announced) == 1
    watched.server.set(path_of(3), shown(page(3, "Labor: Talked.", "Energy: Talked.")))
    assert search(watched, hours=2).missing == ()
    assert watched.told() == [(3, "news"), (3, "correction")]


def test_a_round_that_only_the_internet_archive_has_is_passed_over_in_words(
    watched: Watched,
) -> None:
    captured = Arrival(
        address=f"https://ustr.gov{path_of(2)}",
        fetched_from=f"https://web.archive.org/web/20240801000000id_/https://ustr.gov{path_of(2)}",
        origin="wayback",
        fetched_at=watched.clock(),
        status=200,
        headers={"content-type": "text/html"},
        body=page(2, "Labor: Talked.").encode(),
    )
    made, look = watched.made, Look(watched.clock().date(), quiet=True, first=False)
    take_in(captured, look, database=made.database, settings=made.settings, now=watched.clock())
    looked = search(watched)
    (passed,) = looked.passed_over
    assert (passed.round, passed.why) == (2, "it was never seen at the source itself")
    assert looked.found == ()
