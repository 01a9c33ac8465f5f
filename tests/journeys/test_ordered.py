"""Backfills that are left to the service: by months, beside everything else, stopped at will."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.bootstrap import Service
from monitor.core.selection import Selection
from monitor.entrypoints.work import Work
from monitor.errors import NotFound
from monitor.journeys.past import ordered
from monitor.journeys.past.ordered import Wish
from monitor.journeys.past.window import Window
from storage import backfills, journal, outbox, queue
from storage.records import BackfillMonth, OrderedBackfill
from tests.entrypoints.ticking import ticks_of
from tests.journeys.big_offices import (
    NOW,
    Make,
    candidates,
    fetched,
    keys,
    on_file,
)
from tests.journeys.offices import Clock, add_reader
from tests.servers.big_site import BigSite

SINCE_2015 = Wish(since=date(2015, 1, 1), everything=True)


@pytest.fixture
def clock() -> Clock:
    """A clock on the day after the big site's last release."""
    return Clock(NOW)


def ordered_at(made: Service, wish: Wish) -> int:
    return ordered.order(wish, database=made.database, settings=made.settings, now=made.now())


def the_one(made: Service) -> tuple[OrderedBackfill, tuple[BackfillMonth, ...]]:
    with made.database.reading() as tx:
        (found,) = backfills.backfills(tx)
        return found, backfills.months(tx, found.id)


def pieces(made: Service) -> int:
    """Do one piece after the other; return how many there were."""
    count = 0
    while made.go_on_with_the_past() is not None:
        count += 1
        assert count < 500
    return count


# --- All of it, by months ---------------------------------------------------------------------


def test_a_walk_and_then_each_month_is_a_piece_of_its_own(make: Make) -> None:
    server, made = make(BigSite(100))
    ordered_at(made, SINCE_2015)
    done = pieces(made)
    found, months = the_one(made)
    inside = keys([r for r in server.site.listed if r.published >= date(2015, 1, 1)])
    assert found.ended_at is not None
    assert done == 1 + len(months) + 1
    assert [month.month for month in months] == sorted(month.month for month in months)
    assert all(month.ended_at and month.read == len(month.chosen) for month in months)
    assert set(inside) <= set(fetched(server))
    assert len(fetched(server)) == len(set(fetched(server)))


def test_it_takes_in_what_a_backfill_by_hand_takes_in(make: Make, clock: Clock) -> None:
    server, made = make(BigSite(150))
    ordered_at(made, Wish())
    pieces(made)
    assert fetched(server) == keys(candidates(server.site))
    assert sorted(on_file(made.database)) == keys(server.site.listed)
    asked = len(server.requests)
    clock.later(hours=1)
    assert made.take_past_in().read == 0  # the newest page alone is asked for again
    assert len(server.requests) == asked + 1


def test_it_is_on_record_as_a_look_once_it_is_at_its_end(make: Make) -> None:
    server, made = make(BigSite(80))
    ordered_at(made, Wish())
    made.go_on_with_the_past()
    with made.database.reading() as tx:
        assert journal.last_good_poll(tx, server.base_url) is None
    pieces(made)
    with made.database.reading() as tx:
        assert journal.last_good_poll(tx, server.base_url) is not None


def test_the_days_that_reading_brings_up_are_planned_in_turn(make: Make) -> None:
    server, made = make(BigSite(1_000))
    window = Window(since=date(2022, 1, 1))
    said = made.rehearse_past(window, selection=Selection(near=3), section="press-releases")
    asked = len(fetched(server))
    ordered_at(made, Wish(since=date(2022, 1, 1), near=3))
    pieces(made)
    assert len(fetched(server)) - asked == len(said.planned) > 0
    assert the_one(made)[0].ended_at is not None


def test_nobody_is_told_of_it(make: Make) -> None:
    _, made = make(BigSite(150))
    add_reader(made, "reader@example.org")
    ordered_at(made, Wish())
    pieces(made)
    with made.database.reading() as tx:
        assert outbox.digests(tx) == ()


# --- Beside everything else -------------------------------------------------------------------


def test_a_tick_has_it_done_on_either_database(make: Make) -> None:
    _, made = make(BigSite(80))
    ordered_at(made, SINCE_2015)
    ticks_of(made).past()
    found, months = the_one(made)
    assert found.ended_at is not None
    assert months


def test_two_backfills_are_done_one_after_the_other(make: Make, clock: Clock) -> None:
    server, made = make(BigSite(80))
    for wish in (Wish(since=date(2020, 1, 1), everything=True), SINCE_2015):
        ordered_at(made, wish)
    pieces(made)
    with made.database.reading() as tx:
        assert all(each.ended_at for each in backfills.backfills(tx))
    assert len(fetched(server)) == len(set(fetched(server)))


def test_an_order_and_each_month_have_a_job_where_there_is_a_queue(make: Make) -> None:
    _, made = make(BigSite(80))
    ordered_at(made, SINCE_2015)
    with made.database.reading() as tx:
        waiting = queue.waiting(tx)
        assert waiting == ({"past": 1} if queue.queued(tx) else {})
    made.go_on_with_the_past()
    months = the_one(made)[1]
    with made.database.reading() as tx:
        if queue.queued(tx):
            assert queue.waiting(tx)["past"] == 1 + len(months) + 1


# --- Stopped, and gone on with ----------------------------------------------------------------


class Enough(Exception):
    """Somebody stops it."""


def test_what_is_stopped_at_any_release_goes_on_there(make: Make) -> None:
    server, made = make(BigSite(100))
    ordered_at(made, SINCE_2015)

    def each(done: int, total: int) -> None:
        raise Enough

    made.go_on_with_the_past()  # the walk, whose own checkpoints have tests of their own
    made_pieces = 0
    while the_one(made)[0].ended_at is None:
        made_pieces += 1
        assert made_pieces < 200
        try:
            made.go_on_with_the_past(each=each)
        except Enough:
            continue
    assert len(fetched(server)) == len(set(fetched(server)))
    inside = keys([r for r in server.site.listed if r.published >= date(2015, 1, 1)])
    assert set(inside) <= set(on_file(made.database, read=True))


def test_a_month_that_the_host_has_no_answers_for_stays_open(make: Make, clock: Clock) -> None:
    server, made = make(BigSite(100))
    ordered_at(made, SINCE_2015)
    made.go_on_with_the_past()
    server.tired_after = 0
    done = made.go_on_with_the_past()
    assert done is not None
    assert not done.complete
    assert not any(month.ended_at for month in the_one(made)[1])


def test_the_service_does_not_go_round_and_round_while_a_host_is_away(
    make: Make, clock: Clock
) -> None:
    server, made = make(BigSite(100))
    ordered_at(made, SINCE_2015)
    made.go_on_with_the_past()
    server.tired_after = 0
    work = Work(made)
    assert work.do("past")  # it ends, for the next tick to try again
    assert the_one(made)[0].ended_at is None


def test_one_that_is_ended_by_hand_takes_in_nothing_more(make: Make) -> None:
    server, made = make(BigSite(100))
    number = ordered_at(made, SINCE_2015)
    made.go_on_with_the_past()
    ordered.stop(number, database=made.database, now=made.now())
    assert made.go_on_with_the_past() is None
    assert fetched(server) == []
    with pytest.raises(NotFound, match="no backfill 1 under way"):
        ordered.stop(number, database=made.database, now=made.now())
