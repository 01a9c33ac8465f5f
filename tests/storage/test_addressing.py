from __future__ import annotations

import time
from datetime import datetime, timedelta
from threading import Event

import pytest

from storage import outbox, subscribers
from storage.database import Database, Transaction
from storage.outbox.addressing import PIECE
from storage.records import Addressed, Outcome, Part
from tests.storage.builders import (
    MINUTE,
    NOON,
    SERIES,
    address,
    at_once,
    crowd,
    digest,
    reader,
    rows,
)

LEASE = timedelta(minutes=5)
EVENING = NOON + timedelta(hours=6)


def sent_together(tx: Transaction, at: datetime = EVENING) -> list[tuple[int, ...]]:
    """Claim all that is due; return the digests in each mail."""
    claimed = outbox.claim(tx, owner="w", now=at, lease=LEASE, limit=100)
    return [tuple(part.digest_id for part in each.parts) for each in claimed]


def test_a_digest_goes_to_each_reader_of_its_series_and_to_no_other(database: Database) -> None:
    with database.transaction() as tx:
        reader(tx, "other", "another")
        for name in ("a", "b", "c"):
            reader(tx, name)
        assert address(tx, digest(tx)) == 3
        claimed = outbox.claim(tx, owner="w", now=NOON, lease=LEASE, limit=9)
        assert [each.recipient.address[0] for each in claimed] == ["a", "b", "c"]
        assert outbox.balance(tx).balanced


def test_who_has_not_confirmed_or_has_left_is_no_candidate(database: Database) -> None:
    with database.transaction() as tx:
        reader(tx, "pending", state="pending")
        subscribers.unsubscribe(tx, reader(tx, "gone").id, NOON)
        subscribers.unfollow(tx, reader(tx, "tired").id, SERIES, NOON)
        assert list(outbox.candidates(tx, SERIES)) == []


def test_a_suppressed_reader_is_a_candidate_so_that_the_books_tell(database: Database) -> None:
    with database.transaction() as tx:
        subscribers.suppress(tx, reader(tx).id, "nobody there", NOON)
        ((one,),) = outbox.candidates(tx, SERIES)
        assert one.state == "suppressed"
        digest_id = digest(tx)
        assert address(tx, digest_id, None, reason="nobody there") == 0
        books = outbox.balance(tx, digest_id)
    assert (books.candidates, books.suppressed, books.balanced) == (1, 1, True)


def test_a_candidate_knows_the_topics_and_preferences_of_the_reader(database: Database) -> None:
    with database.transaction() as tx:
        who = reader(tx, topics=("beef", "apples"), rhythm="weekly", weekday=3, hour=17)
        ((one,),) = outbox.candidates(tx, SERIES, [who.id])
        assert list(outbox.candidates(tx, SERIES, [who.id + 1])) == []
    assert one.topics == ("apples", "beef")
    assert one.preferences == who.preferences
    assert one.domain == "example.org"


def test_candidates_come_in_pieces_and_each_of_them_once(database: Database) -> None:
    everybody = 2 * PIECE + 1
    with database.transaction() as tx:
        crowd(tx, everybody)
        pieces = [len(piece) for piece in outbox.candidates(tx, SERIES)]
        digest_id = digest(tx)
        assert address(tx, digest_id) == everybody
        assert outbox.balance(tx, digest_id).candidates == everybody
    assert pieces == [PIECE, PIECE, 1]


def test_that_one_leaves_meanwhile_keeps_a_digest_from_nobody_else(database: Database) -> None:
    """On PostgreSQL a piece is then short by one; the pieces after it come all the same."""
    with database.transaction() as tx:
        crowd(tx, PIECE + 1)
        digest_id = digest(tx)
    held = Event()

    def work(number: int) -> None:
        if number == 0:
            with database.transaction() as tx:
                subscribers.unsubscribe(tx, 1, NOON)
                held.set()
                time.sleep(0.3)
        else:
            held.wait()
            with database.transaction() as tx:
                address(tx, digest_id)

    at_once(2, work)
    with database.reading() as tx:
        assert outbox.balance(tx, digest_id).queued == PIECE


def test_addressing_twice_adds_only_who_came_between(database: Database) -> None:
    with database.transaction() as tx:
        reader(tx, "early")
        digest_id = digest(tx)
        assert address(tx, digest_id) == 1
        late = reader(tx, "late")
        assert address(tx, digest_id, only=[late.id]) == 1
        assert address(tx, digest_id) == 0
        assert outbox.balance(tx, digest_id).candidates == 2
        assert outbox.balance(tx).balanced


def test_a_digest_is_filed_once_and_again_as_a_correction(database: Database) -> None:
    with database.transaction() as tx:
        first, again = digest(tx), digest(tx)
        correction = digest(tx, kind="correction")
        assert [each.id for each in outbox.digests(tx)] == [correction, first]
        found = outbox.digest(tx, first)
        assert outbox.digest(tx, correction + 1) is None
    assert again == first
    assert found is not None
    assert found.telling is not None
    assert (found.round, found.kind, found.candidates) == (4, "news", 0)
    assert found.telling.summary.readout.round == 4


def test_a_round_without_a_number_is_told_of_once_too(database: Database) -> None:
    with database.transaction() as tx:
        assert digest(tx, None) == digest(tx, None)


def test_what_a_round_was_told_as_last_is_its_news_or_correction_never_a_welcome(
    database: Database,
) -> None:
    with database.transaction() as tx:
        assert outbox.last_told(tx, SERIES, 4) is None
        digest(tx)
        correction = digest(tx, kind="correction")
        digest(tx, kind="welcome")
        digest(tx, 5)
        told = outbox.last_told(tx, SERIES, 4)
    assert told is not None
    assert told.id == correction


def test_the_message_id_is_fixed_by_digest_and_subscription(database: Database) -> None:
    with database.transaction() as tx:
        who = reader(tx)
        digest_id = digest(tx)
        address(tx, digest_id)
        (one,) = outbox.claim(tx, owner="w", now=NOON, lease=LEASE, limit=9)
    assert one.message_id == f"<digest-{digest_id}.{who.subscriptions[0].id}@example.org>"


def test_what_is_gathered_for_one_time_goes_out_in_one_mail(database: Database) -> None:
    with database.transaction() as tx:
        reader(tx, "a", SERIES, "another", topics=("beef",))
        reader(tx, "b")
        one, two = digest(tx), digest(tx, 5)
        other = digest(tx, series="another")
        address(tx, one, EVENING, gathered=True)
        address(tx, two, EVENING, gathered=True)
        address(tx, other, EVENING, gathered=True, series="another")
        assert outbox.claim(tx, owner="w", now=NOON, lease=LEASE, limit=9) == ()
        mails = outbox.claim(tx, owner="w", now=EVENING, lease=LEASE, limit=9)
        assert outbox.claim(tx, owner="x", now=EVENING, lease=LEASE, limit=9) == ()
        books = outbox.balance(tx)
    assert [each.recipient.address[0] for each in mails] == ["a", "b"]
    assert mails[0].parts == tuple(Part(each, ("beef",)) for each in (one, two, other))
    assert mails[1].parts == (Part(one, ()), Part(two, ()))
    assert (books.sending, books.candidates) == (5, 5)


def test_what_is_gathered_for_another_time_is_a_mail_of_its_own(database: Database) -> None:
    with database.transaction() as tx:
        reader(tx)
        for number, due_at in enumerate((EVENING, EVENING + MINUTE, EVENING), start=1):
            address(tx, digest(tx, number), due_at, gathered=True)
        assert sent_together(tx, EVENING) == [(1, 3)]
        assert sent_together(tx, EVENING + MINUTE) == [(2,)]


def test_nothing_joins_a_mail_that_is_being_sent_or_was_tried(database: Database) -> None:
    with database.transaction() as tx:
        reader(tx)
        address(tx, digest(tx, 1), NOON, gathered=True)
        (mail,) = outbox.claim(tx, owner="w", now=NOON, lease=LEASE, limit=9)
        address(tx, digest(tx, 2), NOON, gathered=True)
        failed = tried_again(mail.id)
        assert outbox.settle(tx, [failed], owner="w", now=NOON) == 1
        address(tx, digest(tx, 3), NOON, gathered=True)
        assert sent_together(tx, NOON) == [(1,), (2, 3)]


def tried_again(delivery_id: int) -> Outcome:
    return Outcome(delivery_id, "queued", NOON, "451 later")


def test_nothing_joins_a_mail_of_another_reader_or_one_that_goes_at_once(
    database: Database,
) -> None:
    with database.transaction() as tx:
        reader(tx, "a")
        address(tx, digest(tx, 1), EVENING)
        address(tx, digest(tx, 2), EVENING)
        assert sent_together(tx) == [(1,), (2,)]


def test_a_claim_and_a_digest_for_the_same_time_never_lose_each_other(database: Database) -> None:
    """The one is joined, or goes after: on PostgreSQL the two run at the same moment."""
    with database.transaction() as tx:
        for number in range(30):
            reader(tx, str(number))
        address(tx, digest(tx, 1), NOON, gathered=True)
        second = digest(tx, 2)

    def work(number: int) -> None:
        if number == 0:
            with database.transaction() as tx:
                address(tx, second, NOON, gathered=True)
        else:
            for _ in range(10):
                with database.transaction() as tx:
                    mails = outbox.claim(tx, owner=f"w{number}", now=NOON, lease=LEASE, limit=2)
                    done = [Outcome(each.id, "sent") for each in mails]
                    outbox.settle(tx, done, owner=f"w{number}", now=NOON)

    at_once(4, work)
    with database.transaction() as tx:
        while mails := outbox.claim(tx, owner="last", now=NOON, lease=LEASE, limit=7):
            done = [Outcome(each.id, "sent") for each in mails]
            outbox.settle(tx, done, owner="last", now=NOON)
        books = outbox.balance(tx)
    assert (books.sent, books.candidates) == (60, 60)


def test_what_waits_is_gathered_at_another_time_when_the_reader_asks(database: Database) -> None:
    with database.transaction() as tx:
        who, other = reader(tx, "a"), reader(tx, "b")
        for number, due_at in enumerate((NOON, EVENING, EVENING), start=1):
            address(tx, digest(tx, number), due_at, gathered=True)
        later = EVENING + MINUTE
        outbox.reschedule(tx, who.id, later)
        outbox.reschedule(tx, who.id + other.id, later)  # nobody: nothing happens
        assert sent_together(tx) == [(1,), (2, 3)]
        assert sent_together(tx, later) == [(1, 2, 3)]


def test_what_was_tried_keeps_its_time_when_the_rest_is_rescheduled(database: Database) -> None:
    with database.transaction() as tx:
        who = reader(tx)
        address(tx, digest(tx, 1), NOON)
        (mail,) = outbox.claim(tx, owner="w", now=NOON, lease=LEASE, limit=9)
        outbox.settle(tx, [tried_again(mail.id)], owner="w", now=NOON)
        address(tx, digest(tx, 2), NOON)
        outbox.reschedule(tx, who.id, EVENING)
        assert sent_together(tx, NOON) == [(1,)]
        assert sent_together(tx, EVENING) == [(1,), (2,)]


@pytest.mark.parametrize("leaving", [SERIES, "another"])
def test_of_a_gathered_mail_one_series_may_leave_and_the_rest_goes_out(
    database: Database, leaving: str
) -> None:
    with database.transaction() as tx:
        who = reader(tx, "reader", SERIES, "another")
        mine = {SERIES: [digest(tx, n) for n in (1, 2)]}
        mine["another"] = [digest(tx, n, series="another") for n in (1, 2)]
        for slug, number in ((SERIES, 0), ("another", 0), (SERIES, 1), ("another", 1)):
            address(tx, mine[slug][number], EVENING, gathered=True, series=slug)
        outbox.suppress_waiting(tx, who.id, "no longer followed", NOON, leaving)
        (left,) = {SERIES, "another"} - {leaving}
        assert sent_together(tx) == [tuple(mine[left])]
        books = outbox.balance(tx)
    assert (books.sending, books.suppressed, books.candidates) == (2, 2, 4)


def test_what_waits_is_suppressed_with_its_reason_and_what_is_being_sent_is_not(
    database: Database,
) -> None:
    with database.transaction() as tx:
        who = reader(tx)
        address(tx, digest(tx, 1), NOON)
        outbox.claim(tx, owner="w", now=NOON, lease=LEASE, limit=1)
        address(tx, digest(tx, 2), NOON)
        outbox.suppress_waiting(tx, who.id, "unsubscribed", NOON)
        outbox.suppress_waiting(tx, who.id + 1, "unsubscribed", NOON)
        states = [
            (each["state"], each["error"])
            for each in subscribers.everything_on(tx, who.id)["mails"]
        ]
    assert states == [("sending", None), ("suppressed", "unsubscribed")]


def test_what_may_have_gone_out_is_abandoned_when_the_reader_leaves(database: Database) -> None:
    with database.transaction() as tx:
        who = reader(tx)
        address(tx, digest(tx))
        (mail,) = outbox.claim(tx, owner="w", now=NOON, lease=LEASE, limit=1)
        lost = Outcome(mail.id, "uncertain", NOON, "the answer was lost")
        outbox.settle(tx, [lost], owner="w", now=NOON)
        subscribers.unsubscribe(tx, who.id, NOON)
        assert outbox.claim(tx, owner="w", now=EVENING, lease=LEASE, limit=1) == ()
        assert outbox.balance(tx).abandoned == 1


def test_a_candidate_that_nothing_is_sent_to_is_in_the_books_all_the_same(
    database: Database,
) -> None:
    with database.transaction() as tx:
        reader(tx)
        ((one,),) = outbox.candidates(tx, SERIES)
        digest_id = digest(tx)
        nothing = [Addressed(one, None, "no news in the topics chosen", gathered=True)]
        assert outbox.address(tx, digest_id, nothing, now=NOON, message_id_domain="e.org") == 0
        assert outbox.address(tx, digest_id, [], now=NOON, message_id_domain="e.org") == 0
        assert outbox.balance(tx, digest_id).suppressed == 1
        assert outbox.next_attempt(tx) is None
    assert rows(database, ["deliveries"]) == {"deliveries": 1}
