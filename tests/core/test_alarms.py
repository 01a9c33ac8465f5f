"""Alarms: told once, again when they say another thing, and when they are over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.alarms import CHANGED_AFTER, OVER_AFTER, Trouble, Turn, turn
from monitor.core.troubles import PATIENCE, troubles_of
from storage.records import Alarm, Issue

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CHECK = timedelta(minutes=5)
SILENT = Trouble("source", "The source is silent", "last seen at ten")
STUCK = Trouble("sending", "Deliveries are stuck")
FAULTS = frozenset({"timed-out", "half-loaded", "unknown-layout", "empty-listing"})


class Watch:
    """A clock and a file of alarms: checks, one after the other."""

    def __init__(self) -> None:
        self.now = NOON
        self.standing: dict[str, Alarm] = {}

    def checks(self, *troubles: Trouble, after: timedelta = CHECK) -> Turn:
        self.now += after
        news = turn(self.standing, troubles, self.now)
        self.standing = {alarm.name: alarm for alarm in news.kept}
        return news


def test_what_is_not_well_is_told_once_and_when_it_is_over() -> None:
    watch = Watch()
    assert watch.checks(SILENT).new == (SILENT,)
    for _ in range(100):
        assert not watch.checks(SILENT).is_news
    assert not watch.checks().is_news
    over = watch.checks(after=OVER_AFTER)
    assert [alarm.says for alarm in over.over] == [SILENT.says]
    assert watch.standing == {}
    assert not watch.checks().is_news


def test_another_time_or_count_in_the_detail_is_no_news() -> None:
    watch = Watch()
    watch.checks(SILENT)
    later = Trouble(SILENT.alarm, SILENT.says, "last seen at eleven")
    assert not watch.checks(later, after=timedelta(days=1)).is_news


def test_what_has_become_another_thing_is_told_again_but_not_every_five_minutes() -> None:
    watch = Watch()
    watch.checks(STUCK)
    worse = Trouble(STUCK.alarm, "Deliveries are stuck for good")
    assert not watch.checks(worse).is_news
    assert watch.checks(worse, after=CHANGED_AFTER).changed == (worse,)
    assert not watch.checks(worse, after=CHANGED_AFTER).is_news


def test_what_flaps_is_one_alarm() -> None:
    watch = Watch()
    news = [watch.checks(*([SILENT] if n % 12 == 0 else [])) for n in range(12 * 24)]
    assert [n for n, each in enumerate(news) if each.is_news] == [0]


def test_a_second_alarm_is_told_without_the_first() -> None:
    watch = Watch()
    watch.checks(SILENT)
    assert watch.checks(SILENT, STUCK).new == (STUCK,)


@given(st.lists(st.sets(st.sampled_from((SILENT, STUCK))), max_size=80))
def test_every_alarm_begins_and_ends_in_turn_and_never_sooner_than_an_hour_after_it_went_well(
    course: Sequence[set[Trouble]],
) -> None:
    watch = Watch()
    told: dict[str, list[str]] = {"source": [], "sending": []}
    seen: dict[str, datetime] = {}
    for troubles in course:
        news = watch.checks(*troubles)
        seen |= {each.alarm: watch.now for each in troubles}
        for each in news.new:
            told[each.alarm].append("begun")
        for alarm in news.over:
            told[alarm.name].append("over")
            assert watch.now - seen[alarm.name] > OVER_AFTER
        assert {each.alarm for each in troubles} <= set(watch.standing)
    for course_of_one in told.values():
        assert course_of_one == ["begun", "over"] * (len(course_of_one) // 2) + ["begun"] * (
            len(course_of_one) % 2
        )


def issue(kind: str, address: str = "https://example.org/a", opened: datetime = NOON) -> Issue:
    return Issue(1, kind, address, f"what is odd about {address}", opened_at=opened)


def test_a_new_layout_is_one_alarm_at_once_whatever_pages_show_it() -> None:
    pages = [issue("unknown-layout", f"https://example.org/{n}") for n in range(40)]
    (found,) = troubles_of(pages, FAULTS, NOON)
    assert found.alarm == "layout unknown-layout"
    assert found.says == "The source has changed its layout (unknown-layout)"
    assert found.detail.endswith("https://example.org/2, and 37 more")
    (fewer,) = troubles_of(pages[:1], FAULTS, NOON)
    assert fewer.says == found.says


def test_a_page_that_fails_to_come_is_an_alarm_once_it_lasts() -> None:
    pages = [issue("timed-out")]
    assert list(troubles_of(pages, FAULTS, NOON + PATIENCE - CHECK)) == []
    (found,) = troubles_of(pages, FAULTS, NOON + PATIENCE)
    assert found.says == "Pages cannot be had or read (timed-out)"


def test_what_a_page_says_is_an_alarm_of_its_own_at_once() -> None:
    first, second = issue("doubt"), issue("doubt", "https://example.org/b")
    found = list(troubles_of([first, second], FAULTS, NOON))
    assert len({each.alarm for each in found}) == 2
    assert found[0].says == "Issue “doubt”: what is odd about https://example.org/a"
