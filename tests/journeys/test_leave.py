"""A reader leaves by one click, and comes back by one more."""

from __future__ import annotations

import pytest

from monitor.bootstrap import Service
from monitor.errors import ReportedAsSpam, TokenBroken, TokenSuperseded
from monitor.journeys.readers.leave import come_back, forget_unconfirmed, unsubscribe
from monitor.journeys.readers.preferences import erase
from storage import subscribers
from storage.records import Subscriber
from tests.journeys.offices import Clock
from tests.journeys.readers import (
    PARTNERSHIP,
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
    """A service with one reader of two series, who was welcomed."""
    asks(talks, "reader@example.org", PARTNERSHIP, TASK_FORCE)
    confirms(talks)
    return talks


def leaves(made: Service, token: str | None = None) -> Subscriber | None:
    return unsubscribe(
        token or own_token(made), database=made.database, signer=made.signer, now=made.now()
    )


def comes_back(made: Service, token: str | None = None) -> Subscriber:
    return come_back(
        token or own_token(made),
        database=made.database,
        signer=made.signer,
        settings=made.settings,
        now=made.now(),
    )


def test_one_who_leaves_gets_nothing_more_of_any_series(reader: Service) -> None:
    gone = leaves(reader)
    assert gone is not None
    assert gone.state == "unsubscribed"
    assert [mail[2] for mail in mails(reader)] == ["suppressed"]
    file_round(reader, 2, "Labor: Spoke.", quiet=False)
    assert len(mails(reader)) == 1


def test_leaving_twice_is_as_leaving_once(reader: Service, clock: Clock) -> None:
    first = leaves(reader)
    clock.later(days=1)
    assert leaves(reader) == first


def test_one_who_comes_back_gets_what_was_chosen_before(reader: Service) -> None:
    before = on_file(reader)
    leaves(reader)
    back = comes_back(reader)
    assert (back.state, back.subscriptions, back.preferences) == (
        "confirmed",
        before.subscriptions,
        before.preferences,
    )
    assert comes_back(reader) == back


def test_a_round_that_was_missed_is_told_on_coming_back_and_none_twice(reader: Service) -> None:
    leaves(reader)
    file_round(reader, 2, "Labor: Spoke.", quiet=False)
    comes_back(reader)
    assert [mail[:3] for mail in mails(reader)] == [
        ("welcome", 1, "suppressed"),
        ("welcome", 2, "queued"),
    ]
    leaves(reader)
    comes_back(reader)
    assert len(mails(reader)) == 2


def test_one_who_waits_for_a_letter_can_leave_and_does_not_come_back_without_it(
    talks: Service,
) -> None:
    asks(talks)
    leaves(talks)
    assert on_file(talks).state == "unsubscribed"
    assert comes_back(talks).state == "unsubscribed"


@pytest.mark.parametrize("reason", ["came back: 5.1.1", "refused: 550"])
def test_one_whose_mail_came_back_takes_a_letter(reader: Service, reason: str) -> None:
    with reader.database.transaction() as tx:
        subscribers.suppress(tx, on_file(reader).id, reason, reader.now())
    leaves(reader)
    assert comes_back(reader).state == "suppressed"


def test_one_who_complained_does_not_come_back_by_a_link(reader: Service) -> None:
    with reader.database.transaction() as tx:
        subscribers.suppress(tx, on_file(reader).id, "complaint: abuse", reader.now())
    leaves(reader)
    with pytest.raises(ReportedAsSpam):
        comes_back(reader)


def test_an_old_mail_unsubscribes_after_a_change_of_address_and_tells_nothing_else(
    reader: Service,
) -> None:
    old = own_token(reader)
    with reader.database.transaction() as tx:
        subscribers.readdress(tx, on_file(reader).id, "new@example.org", "example.org")
    assert leaves(reader, old) is None
    assert on_file(reader, "new@example.org").state == "unsubscribed"
    with pytest.raises(TokenSuperseded, match="changed"):
        comes_back(reader, old)


def test_one_who_was_erased_is_as_one_who_has_left(reader: Service) -> None:
    token = own_token(reader)
    erase(token, database=reader.database, signer=reader.signer, now=reader.now())
    assert leaves(reader, token) is None


def test_no_other_link_unsubscribes(reader: Service) -> None:
    with pytest.raises(TokenBroken):
        leaves(reader, own_token(reader)[:-1])
    assert on_file(reader).state == "confirmed"


def test_an_address_that_nobody_confirms_is_forgotten_a_month_after_the_last_letter(
    reader: Service, clock: Clock
) -> None:
    asks(reader, "stranger@example.org")
    clock.later(days=20)
    asks(reader, "stranger@example.org")
    clock.later(days=29)
    assert forget_unconfirmed(database=reader.database, now=clock()) == 0
    clock.later(days=2)
    assert forget_unconfirmed(database=reader.database, now=clock()) == 1
    assert forget_unconfirmed(database=reader.database, now=clock()) == 0
    with reader.database.reading() as tx:
        left = [each.address for each in subscribers.subscribers(tx)]
    assert left == ["reader@example.org"]
