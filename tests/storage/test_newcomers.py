"""Many readers filed at once: the new ones, whole; the known ones left alone."""

from __future__ import annotations

from datetime import UTC, date, datetime

from storage import newcomers, subscribers
from storage.database import Database
from storage.records import Preferences, Subscriber, SubscriberState, Subscription

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PICKY = Preferences("ja", "text", "weekly", 6, 23, "Asia/Tokyo", date(2026, 9, 1))


def newcomer(
    address: str, *series: str, state: SubscriberState = "confirmed", reason: str | None = None
) -> Subscriber:
    return Subscriber(
        id=0,
        address=address,
        channel="mail",
        domain="example.org",
        state=state,
        created_at=NOON,
        confirmed_at=NOON if state == "confirmed" else None,
        reason=reason,
        preferences=PICKY,
        subscriptions=tuple(Subscription(0, each, ("labor",), NOON) for each in series),
    )


def test_new_readers_are_filed_with_all_that_they_follow(database: Database) -> None:
    shut = newcomer("b@example.org", state="suppressed", reason="complaint")
    with database.transaction() as tx:
        assert newcomers.enter(tx, []) == (0, 0)
        assert newcomers.enter(tx, [newcomer("A@example.org", "one", "two"), shut]) == (2, 2)
    with database.reading() as tx:
        first, second = subscribers.subscribers(tx)
    assert [each.series for each in first.subscriptions] == ["one", "two"]
    assert (first.confirmed_at, first.preferences) == (NOON, PICKY)
    assert (second.state, second.reason, second.confirmed_at) == ("suppressed", "complaint", None)


def test_readers_on_file_stay_as_they_are_in_any_spelling(database: Database) -> None:
    with database.transaction() as tx:
        newcomers.enter(tx, [newcomer("a@example.org", "one", state="unsubscribed")])
        again = [newcomer("A@Example.org", "one", "two"), newcomer("b@example.org")]
        assert newcomers.enter(tx, again) == (1, 0)
    with database.reading() as tx:
        first, _ = subscribers.subscribers(tx)
        found = newcomers.known_among(tx, [("A@example.org", "mail"), ("c@example.org", "mail")])
    assert (first.address, first.state) == ("a@example.org", "unsubscribed")
    assert [each.series for each in first.subscriptions] == ["one"]
    assert found == {("A@example.org", "mail")}
