"""A reader's own page: what can be chosen, what is refused, and what waits following the choice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from monitor.bootstrap import Service
from monitor.core.readers.choosing import Choosable
from monitor.errors import ChoiceRefused, TokenBroken, TokenSuperseded
from monitor.journeys.readers.preferences import Desk, change, desk, erase, export, offers
from storage.records import Preferences
from storage.schema import metadata
from tests.journeys.offices import Clock
from tests.journeys.readers import (
    PARTNERSHIP,
    READER,
    TASK_FORCE,
    asks,
    confirms,
    file_round,
    mails,
    on_file,
    own_token,
)


@pytest.fixture
def reader(talks: Service) -> Service:
    """A service with one reader, who was welcomed."""
    asks(talks)
    confirms(talks)
    return talks


def sees(made: Service) -> Desk:
    return desk(own_token(made), database=made.database, signer=made.signer, now=made.now())


def wants(made: Service, following: dict[str, tuple[str, ...]] | None = None, **words: Any) -> Desk:
    before = sees(made)
    return change(
        own_token(made),
        replace(before.preferences, **words),
        before.following if following is None else following,
        database=made.database,
        signer=made.signer,
        now=made.now(),
    )


def test_the_page_shows_what_is_on_file_and_what_there_is_to_choose(reader: Service) -> None:
    found = sees(reader)
    assert found.preferences == Preferences()
    assert found.following == {PARTNERSHIP: ()}
    assert [offer.slug for offer in found.offers][:2] == [PARTNERSHIP, TASK_FORCE]
    assert Choosable("seafood", "trade in seafood", False) in found.offers[0].topics


def test_a_topic_is_marked_as_the_latest_round_that_names_it_has_it(reader: Service) -> None:
    file_round(reader, 2, "Labor: Talked.", "Ports and Harbors: Talked.")
    topics = {topic.slug: topic for topic in offers(reader.database)[0].topics}
    assert topics["ports-and-harbors"] == Choosable("ports-and-harbors", "Ports and Harbors", False)
    assert not topics["labor"].bilateral


def test_everything_can_be_changed_at_once_and_is_found_again(reader: Service) -> None:
    following = {PARTNERSHIP: ("seafood", "digital-economy", "seafood"), TASK_FORCE: ()}
    wanted = Preferences("ja", "text", "weekly", 4, 17, "Asia/Tokyo", date(2024, 9, 1))
    found = change(
        own_token(reader),
        wanted,
        following,
        database=reader.database,
        signer=reader.signer,
        now=reader.now(),
    )
    assert found == sees(reader)
    assert found.preferences == wanted
    assert found.following == {PARTNERSHIP: ("digital-economy", "seafood"), TASK_FORCE: ()}


def test_the_same_choice_again_changes_nothing(reader: Service) -> None:
    wants(reader, {PARTNERSHIP: ("labor",)}, rhythm="daily")
    before = (on_file(reader), mails(reader))
    wants(reader, {PARTNERSHIP: ("labor",)}, rhythm="daily")
    assert (on_file(reader), mails(reader)) == before


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"zone": "../../etc/passwd"}, "zone"),
        ({"zone": ""}, "zone"),
        ({"hour": 24}, "hour"),
        ({"hour": -1}, "hour"),
        ({"weekday": 7}, "weekday"),
        ({"paused_until": date(2024, 7, 31)}, "paused_until"),
        ({"paused_until": date(2036, 1, 1)}, "paused_until"),
    ],
)
def test_what_cannot_be_kept_is_named_and_nothing_is_changed(
    reader: Service, words: dict[str, Any], field: str
) -> None:
    before = on_file(reader)
    with pytest.raises(ChoiceRefused) as refused:
        wants(reader, {PARTNERSHIP: ("labor",)}, language="ja", **words)
    assert set(refused.value.faults) == {field}
    assert on_file(reader) == before


@pytest.mark.parametrize(
    ("following", "field"),
    [
        ({}, "series"),
        ({"no-such-talks": ()}, "no-such-talks"),
        ({PARTNERSHIP: ("no-such-topic",)}, PARTNERSHIP),
        ({PARTNERSHIP: ("labor,seafood",)}, PARTNERSHIP),
    ],
)
def test_series_and_topics_have_to_be_those_that_are_followed(
    reader: Service, following: dict[str, tuple[str, ...]], field: str
) -> None:
    with pytest.raises(ChoiceRefused) as refused:
        wants(reader, following)
    assert set(refused.value.faults) == {field}
    assert sees(reader).following == {PARTNERSHIP: ()}


def test_every_fault_is_named_at_once(reader: Service) -> None:
    with pytest.raises(ChoiceRefused) as refused:
        wants(reader, {}, hour=99, zone="Nowhere")
    assert set(refused.value.faults) == {"series", "hour", "zone"}


def test_today_is_soon_enough_for_a_pause_in_the_readers_own_zone(
    reader: Service, clock: Clock
) -> None:
    clock.moment = datetime(2024, 8, 1, 20, tzinfo=UTC)  # in Tokyo it is August 2
    with pytest.raises(ChoiceRefused):
        wants(reader, zone="Asia/Tokyo", paused_until=date(2024, 8, 1))
    assert wants(reader, zone="Asia/Tokyo", paused_until=date(2024, 8, 2))


def test_a_pause_that_is_over_is_not_shown_and_not_in_the_way(
    reader: Service, clock: Clock
) -> None:
    wants(reader, paused_until=date(2024, 8, 3))
    clock.later(days=10)
    assert sees(reader).preferences.paused_until is None
    assert wants(reader, hour=9).preferences.hour == 9


def test_what_waits_follows_a_new_rhythm_and_a_pause(reader: Service, clock: Clock) -> None:
    assert mails(reader) == [("welcome", 1, "queued", clock())]
    wants(reader, rhythm="daily", hour=7, zone="Asia/Tokyo")
    assert mails(reader) == [("welcome", 1, "queued", datetime(2024, 8, 1, 22, tzinfo=UTC))]
    wants(reader, paused_until=date(2024, 9, 1))
    assert mails(reader) == [("welcome", 1, "queued", datetime(2024, 8, 31, 22, tzinfo=UTC))]
    wants(reader, paused_until=None, rhythm="at-once")
    assert mails(reader) == [("welcome", 1, "queued", clock())]


def test_of_a_series_that_is_left_nothing_is_sent_any_more(reader: Service) -> None:
    wants(reader, {TASK_FORCE: ()})
    assert [mail[2] for mail in mails(reader)] == ["suppressed"]
    assert sees(reader).following == {TASK_FORCE: ()}


def test_news_after_the_choice_goes_by_the_choice(reader: Service) -> None:
    wants(reader, {PARTNERSHIP: ("labor",)})
    file_round(reader, 2, "Labor: Talked.", "Digital Economy: Spoke of ports.", quiet=False)
    assert [mail[2] for mail in mails(reader)] == ["queued", "suppressed"]
    file_round(reader, 3, "Labor: Spoke.", "Digital Economy: Spoke of ports.", quiet=False)
    assert [mail[2] for mail in mails(reader)][2] == "queued"


def test_the_export_holds_all_that_is_stored_on_a_reader(reader: Service, clock: Clock) -> None:
    found = export(own_token(reader), database=reader.database, signer=reader.signer)
    assert found["subscriber"]["address"] == READER
    assert found["subscriber"]["preferences"]["zone"] == "UTC"
    assert [each["series"] for each in found["subscriber"]["subscriptions"]] == [PARTNERSHIP]
    assert [each["kind"] for each in found["letters"]] == ["confirm"]
    assert [(each["kind"], each["round"]) for each in found["mails"]] == [("welcome", 1)]
    assert found["bounces"] == []


def everything(made: Service) -> str:
    """The whole database as text."""
    with made.database.reading() as tx:
        return "\n".join(
            str(row) for table in metadata.sorted_tables for row in tx.execute(table.select())
        )


def test_one_who_is_erased_is_nowhere_in_the_database(reader: Service) -> None:
    token = own_token(reader)
    assert READER in everything(reader)
    erase(token, database=reader.database, signer=reader.signer, now=reader.now())
    assert READER not in everything(reader)
    with pytest.raises(TokenSuperseded, match="erased"):
        erase(token, database=reader.database, signer=reader.signer, now=reader.now())
    with pytest.raises(TokenSuperseded, match="erased"):
        desk(token, database=reader.database, signer=reader.signer, now=reader.now())


def test_a_link_that_confirms_opens_no_page(reader: Service) -> None:
    holder = reader.signer.read_reader(own_token(reader))
    token = reader.signer.confirm(holder, now=reader.now() - timedelta(minutes=1))
    with pytest.raises(TokenBroken):
        desk(token, database=reader.database, signer=reader.signer, now=reader.now())
