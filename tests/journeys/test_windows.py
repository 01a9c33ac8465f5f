"""A backfill within bounds: what it leaves out is neither news afterwards nor lost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from monitor.errors import UsageError
from monitor.journeys.past.window import Window, window_of
from monitor.pressroom import PressRoom, rounds
from monitor.series import DEFAULT
from storage import journal
from tests.journeys.offices import NOW, Clock, office

PUBLISHED = rounds()
EVE = PUBLISHED[5] - timedelta(days=1)


@pytest.mark.parametrize(
    "window",
    [Window(until=PUBLISHED[4]), Window(since=date(2024, 12, 1)), Window(date(2021, 1, 1), EVE)],
)
def test_what_a_bounded_backfill_left_out_is_no_news_at_the_look_after_it(
    database_url: str, window: Window
) -> None:
    with (
        PressRoom(through=date(2025, 12, 31)) as room,
        office(room.base_url, database_url) as made,
    ):
        made.take_past_in(window)
        assert made.look().announced == ()


@pytest.mark.parametrize(
    "window", [Window(), Window(since=date(2020, 1, 1)), Window(until=date(2030, 1, 1))]
)
def test_a_backfill_that_leaves_out_nothing_counts_as_a_look_so_the_next_round_is_news(
    database_url: str, window: Window
) -> None:
    with PressRoom(through=EVE) as room, office(room.base_url, database_url) as made:
        made.take_past_in(window)
        room.publish(PUBLISHED[5])
        assert len(made.look().announced) == 1


def test_what_was_published_since_the_last_look_stays_its_news_after_two_backfills(
    database_url: str,
) -> None:
    clock = Clock(NOW - timedelta(days=3))
    with PressRoom(through=EVE) as room, office(room.base_url, database_url, now=clock) as made:
        made.look()
        room.publish(PUBLISHED[5])
        clock.later(days=5)
        assert (DEFAULT, 5) not in made.take_past_in().rounds
        clock.later(days=5)
        assert (DEFAULT, 5) not in made.take_past_in().rounds
        assert len(made.look().announced) == 1


def test_a_run_that_somebody_stops_is_no_look_and_the_next_one_takes_the_rest_in(
    database_url: str,
) -> None:
    def stop(done: int, of: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with PressRoom(through=PUBLISHED[5]) as room, office(room.base_url, database_url) as made:
        with pytest.raises(KeyboardInterrupt):
            made.take_past_in(each=stop)
        with made.database.reading() as tx:
            assert journal.last_good_poll(tx, made.settings.source_url) is None
        assert (DEFAULT, 5) in made.take_past_in().rounds


def test_a_window_that_ends_before_it_begins_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="2024-01-01"):
        window_of(date(2024, 1, 2), date(2024, 1, 1))
    assert window_of(date(2024, 1, 1), date(2024, 1, 1)).holds(date(2024, 1, 1))
