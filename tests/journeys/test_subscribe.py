"""Somebody asks for digests: who gets a letter, how often, and what a confirmation does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from monitor.bootstrap import Service
from monitor.errors import ReportedAsSpam, TokenExpired, TokenSuperseded, UsageError
from monitor.journeys.readers.leave import unsubscribe
from monitor.journeys.readers.subscribe import confirm
from monitor.journeys.readers.tokens import Holder
from storage import subscribers
from storage.records import Preferences
from tests.journeys.offices import Clock, office
from tests.journeys.readers import (
    PARTNERSHIP,
    READER,
    TASK_FORCE,
    asks,
    confirms,
    holder,
    mails,
    on_file,
    own_token,
    post,
)


def suppress(made: Service, reason: str) -> None:
    with made.database.transaction() as tx:
        subscribers.suppress(tx, on_file(made).id, reason, made.now())


def test_who_asks_waits_and_gets_a_letter(talks: Service) -> None:
    asks(talks, "Reader@EXAMPLE.org", language="ja")
    reader = on_file(talks)
    assert (reader.address, reader.state, reader.domain) == (
        "Reader@example.org",
        "pending",
        "example.org",
    )
    assert [each.series for each in reader.subscriptions] == [PARTNERSHIP]
    assert reader.preferences == Preferences(language="ja")
    [letter] = post(talks)
    assert (letter.kind, letter.address, letter.language) == (
        "confirm",
        "Reader@example.org",
        "ja",
    )
    assert letter.facts == {"series": "U.S.-Japan Partnership on Trade"}
    assert mails(talks) == []


def test_what_is_no_address_is_refused_and_nothing_is_filed(talks: Service) -> None:
    with pytest.raises(UsageError, match="is no mail address"):
        asks(talks, "reader@example.org\r\nBcc: other@example.org")
    with talks.database.reading() as tx:
        assert list(subscribers.subscribers(tx)) == []
    assert post(talks) == []


def test_an_address_that_nobody_confirms_gets_a_letter_an_hour_and_three_in_all(
    talks: Service, clock: Clock
) -> None:
    for _ in range(20 * 6):
        asks(talks)
        clock.later(minutes=10)
    times = [letter.created_at for letter in post(talks)]
    assert len(times) == 3
    assert times[1] - times[0] >= timedelta(hours=1)
    clock.later(days=30)
    asks(talks)
    assert len(post(talks)) == 4


def test_many_who_ask_at_once_cause_one_letter(talks: Service) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: asks(talks), range(16)))
    assert len(post(talks)) == 1
    assert on_file(talks).letters == 1


def test_whoever_confirms_is_a_reader_and_gets_the_latest_digest(
    talks: Service, clock: Clock
) -> None:
    asks(talks, READER, PARTNERSHIP, TASK_FORCE)
    clock.later(hours=5)
    reader = confirms(talks)
    assert (reader.state, reader.confirmed_at, reader.letters) == ("confirmed", clock(), 0)
    assert mails(talks) == [("welcome", 1, "queued", clock())]


def test_confirming_twice_changes_nothing(talks: Service, clock: Clock) -> None:
    asks(talks)
    first = confirms(talks)
    clock.later(hours=1)
    assert confirms(talks) == first
    assert len(mails(talks)) == 1


def test_confirming_twice_at_once_queues_one_welcome(talks: Service) -> None:
    asks(talks)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: confirms(talks), range(8)))
    assert {reader.state for reader in found} == {"confirmed"}
    assert len(mails(talks)) == 1


def test_without_a_round_on_file_there_is_no_welcome(database_url: str) -> None:
    with office("http://127.0.0.1:9", database_url) as made:
        asks(made)
        assert confirms(made).state == "confirmed"
        assert mails(made) == []


def test_a_reader_is_changed_in_nothing_by_being_subscribed_again(
    talks: Service, clock: Clock
) -> None:
    asks(talks)
    before = confirms(talks)
    clock.later(days=40)
    asks(talks, READER, TASK_FORCE, language="ja", topics={TASK_FORCE: ("wages",)})
    assert on_file(talks) == before
    assert len(post(talks)) == 1


def test_what_was_asked_for_before_the_confirmation_counts_all_together(talks: Service) -> None:
    asks(talks, READER, PARTNERSHIP)
    asks(talks, READER, TASK_FORCE)
    assert {each.series for each in confirms(talks).subscriptions} == {PARTNERSHIP, TASK_FORCE}


def test_a_reader_who_left_and_asks_again_gets_a_letter_and_what_is_asked_for_now(
    talks: Service, clock: Clock
) -> None:
    asks(talks, READER, PARTNERSHIP)
    confirms(talks)
    unsubscribe(own_token(talks), database=talks.database, signer=talks.signer, now=clock())
    clock.later(days=1)
    asks(talks, READER, TASK_FORCE)
    assert on_file(talks).state == "pending"
    assert len(post(talks)) == 2
    reader = confirms(talks)
    assert (reader.state, [s.series for s in reader.subscriptions]) == ("confirmed", [TASK_FORCE])


def test_a_link_that_confirmed_once_brings_nobody_back_who_has_left(
    talks: Service, clock: Clock
) -> None:
    asks(talks)
    confirms(talks)
    token = own_token(talks)
    unsubscribe(token, database=talks.database, signer=talks.signer, now=talks.now())
    assert [mail[2] for mail in mails(talks)] == ["suppressed"]
    with pytest.raises(TokenSuperseded, match="unsubscribed since"):
        confirms(talks)
    assert on_file(talks).state == "unsubscribed"
    clock.later(hours=1)
    asks(talks)
    assert on_file(talks).state == "pending"
    assert confirms(talks).state == "confirmed"
    assert [mail[2] for mail in mails(talks)] == ["queued"]  # the welcome that had been stopped


def test_one_whose_mail_came_back_can_confirm_anew(talks: Service, clock: Clock) -> None:
    asks(talks)
    confirms(talks)
    suppress(talks, "came back: 5.1.1, nobody there")
    clock.later(hours=2)
    asks(talks)
    assert len(post(talks)) == 2
    assert on_file(talks).state == "suppressed"
    assert (confirms(talks).state, on_file(talks).reason) == ("confirmed", None)


def test_after_a_complaint_the_form_sends_nothing_and_no_link_helps(
    talks: Service, clock: Clock
) -> None:
    asks(talks)
    token = talks.signer.confirm(holder(talks), now=clock())
    suppress(talks, "complaint: abuse")
    clock.later(hours=2)
    before = on_file(talks)
    asks(talks, READER, TASK_FORCE)
    assert on_file(talks) == before
    assert len(post(talks)) == 1
    with pytest.raises(ReportedAsSpam, match="reported as spam"):
        confirm(
            token,
            database=talks.database,
            signer=talks.signer,
            settings=talks.settings,
            now=clock(),
        )


def test_a_link_that_is_too_old_confirms_nobody(talks: Service, clock: Clock) -> None:
    asks(talks)
    token = talks.signer.confirm(holder(talks), now=clock())
    clock.later(days=3)
    with pytest.raises(TokenExpired):
        confirm(
            token,
            database=talks.database,
            signer=talks.signer,
            settings=talks.settings,
            now=clock(),
        )
    assert on_file(talks).state == "pending"


def test_a_link_of_nobody_confirms_nobody(talks: Service, clock: Clock) -> None:
    token = talks.signer.confirm(Holder(99, 0), now=clock())
    with pytest.raises(TokenSuperseded, match="erased"):
        confirm(
            token,
            database=talks.database,
            signer=talks.signer,
            settings=talks.settings,
            now=clock(),
        )


def test_a_key_is_made_once_and_found_again(database_url: str) -> None:
    with office("http://127.0.0.1:9", database_url) as one:
        token = one.signer.reader(Holder(1, 0))
    with office("http://127.0.0.1:9", database_url) as other:
        assert other.signer.read_reader(token) == Holder(1, 0)
