"""Listings that are understood and not what they seem: each is named, and no news; none is lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from monitor.bootstrap import Service, glance
from monitor.journeys.problems import close
from storage import archive
from tests.faults.server import MisbehavingServer, Page
from tests.journeys.offices import SERIES, Clock, office
from tests.scenarios.watched import EVE, LISTING, OTHER_LISTING, Row, Watched, shown, table

HALF = 5
Rows = Sequence[Row]


def rows_of_2021(rows: Rows) -> str:
    """The listing as it looked from 2021 to 2025."""
    items = "".join(
        f'<div class="views-row"><time datetime="{r.day}T10:00:00Z">{r.day:%B %d, %Y}</time>'
        f'<span class="views-field-title"><a href="{r.path}">{r.title}</a></span></div>'
        for r in rows
    )
    return (
        f'<html><body><h1>Press Releases</h1><div class="view-content">{items}</div></body></html>'
    )


def rows_of_2019(rows: Rows) -> str:
    """The listing as it looked in 2019, without days."""
    items = "".join(f'<li><a href="{r.path}">{r.title}</a></li>' for r in rows)
    return f'<html><body><h1>Press Releases</h1><ul class="listing">{items}</ul></body></html>'


def settle(watched: Watched) -> None:
    """A person has looked at every open issue, and closes it."""
    for issue in watched.issues():
        close(issue.id, database=watched.made.database, now=watched.clock())


def the_next_round_is_news(watched: Watched) -> None:
    """Whatever there was before: the next round is announced, once."""
    before = watched.told()
    watched.publish_round(3)
    watched.show()
    assert [len(polled.announced) for polled in watched.looks(3)] == [1, 0, 0]
    assert watched.told() == [*before, (3, "news")]


def about(kind: str, letters: list[str]) -> list[str]:
    """Those of the letters to the operator that tell of a kind of issue."""
    return [letter for letter in letters if kind in letter]


def rounds(watched: Watched) -> list[int | None]:
    with watched.made.database.reading() as tx:
        return [filed.readout.round for filed in archive.current_readouts(tx, SERIES.slug)]


def known(watched: Watched) -> dict[str, int]:
    """How many releases are on file, by what they were judged to be."""
    with watched.made.database.reading() as tx:
        return dict(archive.count_releases(tx))


def test_half_a_listing_is_suspected_once_and_is_over_when_all_of_it_is_back(
    watched: Watched,
) -> None:
    watched.looks(2)
    before = watched.kept()
    watched.show(shown(table(watched.rows[:HALF])))
    polled = watched.look()
    assert [each.kind for each in polled.suspicions] == ["listing-too-short"]
    assert watched.kinds() == ["listing-too-short"]
    (issue,) = watched.issues()
    assert dict(issue.evidence) == {"named": "5", "usually": "12"}
    assert issue.snapshot_id is not None
    watched.show()
    watched.look(minutes=10)
    assert watched.kinds() == ["listing-too-short"]
    watched.looks(2, minutes=40)
    assert watched.kinds() == []
    assert watched.kept() == before
    the_next_round_is_news(watched)


def test_what_is_new_on_half_a_listing_is_not_missed(watched: Watched) -> None:
    watched.looks(2)
    watched.publish_round(3)
    watched.show(shown(table(watched.rows[:HALF])))
    polled = watched.look()
    assert (len(polled.announced), watched.kinds()) == (1, ["listing-too-short"])


def test_a_listing_of_three_thousand_is_filed_and_only_what_could_be_a_round_is_fetched(
    watched: Watched,
) -> None:
    watched.looks(2)
    asked = len(watched.server.requests)
    many = [
        Row(EVE - timedelta(days=11 + n // 3), f"{LISTING}/2020/may/of-long-ago-{n}")
        for n in range(2_990)
    ]
    watched.show(shown(table([*watched.rows, *many])))
    polled = watched.look()
    assert (polled.announced, polled.named) == ((), 3_002)
    assert watched.kinds() == ["listing-too-long"]
    assert sum(known(watched).values()) == 3_002
    assert len(watched.server.requests) - asked < 10
    watched.publish_round(3)
    watched.show(shown(table([*watched.rows, *many])))
    assert len(watched.look().announced) == 1


def test_a_listing_of_five_thousand_is_more_than_we_read_and_named_as_such(
    watched: Watched,
) -> None:
    watched.looks(2)
    before = watched.kept()
    many = [Row(EVE, f"{LISTING}/2020/may/of-long-ago-{n}") for n in range(5_000)]
    watched.show(shown(table([*watched.rows, *many])))
    assert watched.look().announced == ()
    assert (watched.kinds(), watched.kept()) == (["unknown-layout"], before)
    watched.show()
    watched.looks(1)
    assert watched.kinds() == []
    the_next_round_is_news(watched)


def test_an_old_copy_that_a_cache_serves_for_three_days_is_suspected_and_then_over(
    watched: Watched,
) -> None:
    old = shown(table(watched.rows))
    watched.looks(1)
    watched.publish(EVE + timedelta(days=1))
    watched.show()
    watched.looks(2)
    before, baseline = watched.kept(), watched.baseline()
    watched.show(old)
    told = []
    for _ in range(12):
        polled = watched.look(hours=6)
        told += watched.alarms()
        assert (polled.announced, polled.new) == ((), 0)
    assert watched.kinds() == ["listing-backwards"]
    assert len(watched.opened()) == len(about("listing-backwards", told)) == 1
    assert (watched.kept(), watched.baseline()) == (before, baseline)
    watched.show()
    assert watched.look(hours=6).outcome == "unchanged"
    assert watched.kinds() == []
    the_next_round_is_news(watched)


def test_a_server_that_flaps_between_two_copies_is_one_issue_and_one_alarm(
    watched: Watched,
) -> None:
    old = shown(table(watched.rows))
    watched.looks(1)
    watched.publish(EVE + timedelta(days=1))
    new = shown(table(watched.rows))
    watched.show()
    watched.looks(1)
    told = []
    for _ in range(10):
        for copy in (old, new):
            watched.show(copy)
            assert watched.look().announced == ()
            told += watched.alarms()
    assert watched.opened() == ["listing-backwards"]
    assert len(about("listing-backwards", told)) == 1
    the_next_round_is_news(watched)


def test_a_listing_turned_upside_down_is_suspected_though_it_names_the_same(
    watched: Watched,
) -> None:
    watched.looks(2)
    watched.show(shown(table(watched.rows[::-1])))
    polled = watched.look()
    assert (polled.announced, polled.new) == ((), 0)
    assert watched.kinds() == ["listing-out-of-order"]
    assert watched.look().outcome == "unchanged"
    assert watched.kinds() == ["listing-out-of-order"]
    watched.show()
    watched.looks(2, hours=2)
    assert watched.kinds() == []


@pytest.mark.parametrize("layout", [rows_of_2021, rows_of_2019])
def test_a_listing_in_another_layout_that_we_know_is_no_suspicion_and_no_news(
    watched: Watched, layout: object
) -> None:
    assert callable(layout)
    watched.looks(2)
    before = watched.kept()
    watched.show(shown(layout(watched.rows)))
    polled = watched.look()
    assert (polled.outcome, polled.announced, polled.new) == ("read", (), 0)
    assert (watched.opened(), watched.kept()) == ([], before)
    watched.publish_round(3)
    watched.show(shown(layout(watched.rows)))
    assert len(watched.look().announced) == 1


def test_a_listing_that_moved_to_the_other_prefix_is_the_same_listing(watched: Watched) -> None:
    watched.looks(2)
    watched.show(Page("moved", status=404))
    watched.server.set(OTHER_LISTING, shown(table(watched.rows)))
    polled = watched.look()
    assert (polled.outcome, polled.announced, polled.new) == ("read", (), 0)
    assert watched.kinds() == []


def test_old_releases_pinned_to_the_top_are_no_suspicion(watched: Watched) -> None:
    watched.looks(2)
    pinned = [Row(date(2009, 1, n), f"{LISTING}/2009/january/pinned-{n}") for n in (1, 2, 3)]
    for row in pinned:
        watched.server.set(
            row.path, Page("<html><body><article><h1>Old</h1><p>Text.</p></article></body></html>")
        )
    watched.show(shown(table([*pinned, *watched.rows])))
    polled = watched.look()
    assert (polled.announced, polled.new) == ((), 3)
    assert watched.opened() == []


def test_a_slip_that_dates_a_release_years_ahead_does_not_spoil_later_looks(
    watched: Watched,
) -> None:
    watched.looks(1)
    row = watched.publish(EVE + timedelta(days=1))
    slip = Row(date(2042, 8, 1), row.path)
    watched.show(shown(table([slip, *watched.rows[1:]])))
    watched.looks(1)
    watched.show()
    watched.looks(2)
    assert watched.opened() == []


def test_an_older_page_in_place_of_the_newest_is_suspected(watched: Watched) -> None:
    watched.looks(2)
    older = [
        Row(EVE - timedelta(days=20 + n), f"{LISTING}/2024/july/of-before-{n}") for n in range(12)
    ]
    for row in older:
        watched.server.set(
            row.path, Page("<html><body><article><h1>Old</h1><p>Text.</p></article></body></html>")
        )
    watched.show(shown(table(older)))
    polled = watched.look()
    assert polled.announced == ()
    assert watched.kinds() == ["listing-backwards"]
    watched.show()
    watched.looks(2, hours=2)
    assert watched.kinds() == []
    the_next_round_is_news(watched)


def test_a_release_taken_off_the_top_is_asked_about_and_believed_when_a_person_says_so(
    watched: Watched,
) -> None:
    watched.publish(EVE + timedelta(days=1))
    watched.show()
    watched.looks(2)
    watched.rows.pop(0)
    watched.show()
    assert [watched.look().outcome for _ in range(3)] == ["read"] * 3
    assert watched.kinds() == ["listing-backwards"]
    settle(watched)
    assert [watched.look().outcome for _ in range(3)] == ["read", "unchanged", "unchanged"]
    assert watched.kinds() == []
    assert watched.opened() == ["listing-backwards"]
    the_next_round_is_news(watched)


def test_a_shorter_listing_that_a_person_found_right_is_not_asked_about_again(
    watched: Watched,
) -> None:
    for day in range(1, 7):
        watched.publish(EVE + timedelta(days=day))
        watched.show()
        watched.look(hours=24)
    watched.show(shown(table(watched.rows[:HALF])))
    watched.looks(2)
    settle(watched)
    for day in range(7, 9):
        watched.publish(EVE + timedelta(days=day))
        watched.show(shown(table(watched.rows[:HALF])))
        assert watched.look(hours=24).suspicions == []
    assert watched.kinds() == []
    # All of it back, and then half again: that is another time, and nobody has settled it.
    watched.show()
    watched.looks(2, hours=2)
    watched.show(shown(table(watched.rows[:HALF])))
    watched.look()
    assert watched.kinds() == ["listing-too-short"]
    assert watched.opened() == ["listing-too-short"] * 2


def test_a_listing_that_stays_short_never_becomes_the_measure_by_itself(watched: Watched) -> None:
    watched.looks(2)
    for day in range(1, 15):
        watched.publish(EVE + timedelta(days=day))
        watched.show(shown(table(watched.rows[:HALF])))
        watched.look(hours=24)
    (issue,) = watched.issues()
    assert (issue.kind, issue.evidence["usually"], issue.times) == ("listing-too-short", "12", 14)


def test_a_source_that_answers_and_has_nothing_new_for_three_weeks_is_named(
    watched: Watched,
) -> None:
    watched.looks(1)
    quiet = [watched.look(hours=24) for _ in range(20)]
    assert {polled.outcome for polled in quiet} == {"unchanged"}
    assert watched.kinds() == []
    told = []
    for _ in range(5):
        watched.look(hours=24)
        told += watched.alarms()
    assert watched.kinds() == ["listing-stale"]
    assert len(about("listing-stale", told)) == 1
    watched.publish(watched.clock().date())
    watched.show()
    assert [each.kind for each in watched.look().suspicions] == []
    watched.looks(2, hours=1)
    assert watched.kinds() == []


def test_a_silence_that_a_person_has_settled_is_not_told_again(watched: Watched) -> None:
    watched.looks(1)
    watched.look(days=23)
    assert watched.kinds() == ["listing-stale"]
    settle(watched)
    watched.looks(5, hours=24)
    assert watched.kinds() == []
    assert watched.opened() == ["listing-stale"]


def test_half_a_listing_at_the_first_look_makes_no_news_of_what_the_whole_one_names_later(
    watched: Watched,
) -> None:
    watched.clock.later(days=14)
    for day in range(8, 14):
        watched.publish(EVE + timedelta(days=day))
    watched.show(shown(table(watched.rows[:6])))
    watched.look()
    assert rounds(watched) == []
    watched.show()
    watched.looks(2)
    assert rounds(watched) == [1, 2]
    assert watched.told() == []


def test_a_glance_leaves_a_listing_that_stands_still_for_long_to_the_whole_look(
    tmp_path: Path,
) -> None:
    clock = Clock()
    url = f"sqlite:///{tmp_path / 'archive.db'}"
    with MisbehavingServer() as server, office(server.base_url, url, now=clock) as made:
        watched = Watched(server, made, clock)
        watched.looks(1)
        clock.later(days=20)
        watched.looks(1)
        assert is_whole(made, clock)
        clock.later(days=3)
        assert not is_whole(made, clock)
        watched.looks(1)
        assert watched.kinds() == ["listing-stale"]


def is_whole(made: Service, clock: Clock) -> bool:
    learned = glance(made.settings, now=clock)
    return learned is not None and learned.whole
