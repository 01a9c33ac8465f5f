"""Reports that came in: believed on evidence, counted once, each with its consequence."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from monitor.core.bounces.return_paths import ReturnPath
from monitor.journeys.bounces import BouncesTaken, Marks, take_bounces
from monitor.journeys.readers.own_links import OwnLinks
from monitor.journeys.readers.standing import has_complained
from monitor.journeys.readers.tokens import Holder, Signer
from storage import outbox, subscribers
from storage.database import Database
from storage.records import Subscriber
from tests.returned import (
    DAY,
    DOMAIN,
    LETTER,
    NOON,
    READER,
    each_of_its_own,
    mail,
    sent_to,
    standing,
)

SIGNER = Signer("a key of the tests")
PLAIN = Marks(SIGNER, ReturnPath("digests@rounds.example.org", DOMAIN, b"key"))
SIGNED = Marks(SIGNER, ReturnPath("bounces+*@rounds.example.org", DOMAIN, b"key"))


def take(
    database: Database, *mails: bytes, marks: Marks = PLAIN, at: datetime = NOON
) -> BouncesTaken:
    return take_bounces(mails, database=database, marks=marks, now=at)


def counted(taken: BouncesTaken) -> dict[str, int]:
    """The counts that are not nought."""
    return {name: n for name in taken.__slots__ if (n := getattr(taken, name)) and name != "mails"}


@pytest.fixture
def reader(database: Database) -> Subscriber:
    """A reader to whom one mail went, `<letter-1@rounds.example.org>`."""
    return sent_to(database, READER)


def asks_to_leave(subject: str, sender: str = "someone@else.example") -> bytes:
    return f"From: {sender}\r\nSubject: {subject}\r\n\r\nPlease.\r\n".encode()


def test_a_mail_with_the_readers_own_token_unsubscribes_whoever_sent_it(
    database: Database, reader: Subscriber
) -> None:
    token = SIGNER.reader(Holder(reader.id, reader.generation))
    links = OwnLinks(SIGNER, "https://rounds.example.org", "leave+me@example.org")
    written = links.personal(reader.id, reader.generation).unsubscribe_mail
    assert written == f"mailto:leave+me@example.org?subject=unsubscribe%20{token}"
    for _ in range(2):
        assert counted(take(database, asks_to_leave(f"unsubscribe {token}"))) == {"left": 1}
        assert standing(database, reader.id).state == "unsubscribed"


@pytest.mark.parametrize("wish", ["unsubscribe", "unsubscribe {}x", "Re: {}", "unsubscribe {} now"])
def test_a_mail_without_a_whole_token_changes_nothing(
    wish: str, database: Database, reader: Subscriber
) -> None:
    token = SIGNER.reader(Holder(reader.id, reader.generation))
    assert counted(take(database, asks_to_leave(wish.format(token), READER))) == {"others": 1}
    assert standing(database, reader.id).state == "confirmed"


HARD = [
    "postfix-unknown-user", "exim-report", "exchange-report", "exchange-old-plain", "docomo-plain",
    "qmail", "sendmail-plain",
]  # fmt: skip


@pytest.mark.parametrize("name", HARD)
def test_a_hard_bounce_stops_the_mail_and_says_why(
    name: str, database: Database, reader: Subscriber
) -> None:
    assert counted(take(database, mail(name))) == {"hard": 1, "stopped": 1}
    now = standing(database, reader.id)
    assert now.state == "suppressed"
    assert now.reason is not None
    assert now.reason.startswith("came back: ")


@pytest.mark.parametrize("name", ["complaint", "complaint-without-recipient"])
def test_a_complaint_stops_the_mail_until_the_operator_lifts_it(
    name: str, database: Database, reader: Subscriber
) -> None:
    assert counted(take(database, mail(name))) == {"complaint": 1, "stopped": 1}
    assert has_complained(standing(database, reader.id))


@pytest.mark.parametrize(
    "name",
    ["postfix-delayed", "postfix-delivered", "exim-still-trying", "complaint-withdrawn",
     "vacation-english", "vacation-japanese", "vacation-by-program", "receipt"],
)  # fmt: skip
def test_what_is_no_failure_never_counts(name: str, database: Database, reader: Subscriber) -> None:
    assert counted(take(database, mail(name))) == {"ignored": 1}
    assert standing(database, reader.id) == reader


def test_what_a_person_writes_is_none_of_our_business(
    database: Database, reader: Subscriber
) -> None:
    assert counted(take(database, mail("person"), b"", b"\0\xff")) == {"others": 3}
    assert standing(database, reader.id) == reader


def test_soft_bounces_add_up_until_the_mail_is_stopped(
    database: Database, reader: Subscriber
) -> None:
    reports = each_of_its_own("gmail-mailbox-full", 5)
    assert counted(take(database, *reports[:4])) == {"soft": 4}
    now = standing(database, reader.id)
    assert (now.state, now.bounces, now.bounced_at) == ("confirmed", 4.0, NOON)
    assert counted(take(database, reports[4])) == {"soft": 1, "stopped": 1}
    assert (standing(database, reader.id).reason or "").startswith(
        "came back again and again: 5.2.2"
    )


def test_soft_bounces_are_forgotten_with_time(database: Database, reader: Subscriber) -> None:
    for month, report in enumerate(each_of_its_own("ses-like", 12)):
        taken = take(database, report, at=NOON + month * 30 * DAY)
        assert counted(taken) == {"soft": 1}
    assert standing(database, reader.id).bounces < 2


def test_a_mail_taken_twice_counts_once(database: Database, reader: Subscriber) -> None:
    report = mail("gmail-mailbox-full")
    otherwise = b"Received: by another way\r\n" + report.replace(b"\n", b"\r\n")
    assert counted(take(database, report, report, otherwise)) == {"soft": 1, "again": 2}
    assert standing(database, reader.id).bounces == 1.0


def test_one_who_has_left_stays_so_whatever_comes_back(
    database: Database, reader: Subscriber
) -> None:
    with database.transaction() as tx:
        subscribers.unsubscribe(tx, reader.id, NOON)
    assert counted(take(database, mail("postfix-unknown-user"))) == {"hard": 1}
    assert standing(database, reader.id).state == "unsubscribed"


def test_what_waits_for_a_reader_is_not_sent_after_a_hard_bounce(
    database: Database, reader: Subscriber
) -> None:
    take(database, mail("qmail"))
    assert standing(database, reader.id).state == "suppressed"
    with database.transaction() as tx:
        assert outbox.claim(tx, owner="later", now=NOON + 2 * DAY, lease=DAY, limit=9)[1:] == ()


# --- Evidence ---------------------------------------------------------------------------------

FORGED: list[tuple[str, Sequence[tuple[str, str]]]] = [
    ("another address", [("reader@example.org", "other@example.org")]),
    ("a mail never sent", [("letter-1@", "letter-2@")]),
    ("another domain's mail", [("letter-1@rounds", "letter-1@digests")]),
    ("no mail", [("<letter-1@rounds.example.org>", "none")]),
]


@pytest.mark.parametrize("changes", [c for _, c in FORGED], ids=[name for name, _ in FORGED])
@pytest.mark.parametrize("name", ["postfix-unknown-user", "complaint", "qmail"])
def test_a_report_that_does_not_know_our_mail_and_its_reader_stops_nobody(
    name: str, changes: Sequence[tuple[str, str]], database: Database, reader: Subscriber
) -> None:
    other = sent_to(database, "third@example.org")
    assert counted(take(database, mail(name, *changes))) == {"doubted": 1}
    assert standing(database, reader.id) == reader
    assert standing(database, other.id) == other


def test_an_address_counts_in_any_spelling(database: Database, reader: Subscriber) -> None:
    shouted = mail("postfix-unknown-user", ("reader@example.org", "READER@Example.ORG"))
    assert counted(take(database, shouted)) == {"hard": 1, "stopped": 1}


def test_an_internationalised_domain_counts_in_both_spellings(database: Database) -> None:
    reader = sent_to(database, "reader@bücher.example.org")
    coded = mail("postfix-unknown-user", ("reader@example.org", "reader@xn--bcher-kva.example.org"))
    assert counted(take(database, coded)) == {"hard": 1, "stopped": 1}
    assert standing(database, reader.id).state == "suppressed"


def own_link(reader: Subscriber, generation: int = 0) -> str:
    token = SIGNER.reader(Holder(reader.id, generation))
    return f"List-Unsubscribe: <https://rounds.example.org/unsubscribe/{token}>"


HEAD = "Message-ID: <letter-1@rounds.example.org>"


def test_the_readers_own_link_proves_a_mail_that_a_relay_gave_another_message_id(
    database: Database, reader: Subscriber
) -> None:
    relayed = mail(
        "ses-like", (HEAD, f"Message-ID: <0100@ses>\n{own_link(reader)}"), ("5.7.1", "5.1.1")
    )
    assert counted(take(database, relayed)) == {"hard": 1, "stopped": 1}


def test_the_readers_own_link_proves_a_complaint_without_an_address(
    database: Database, reader: Subscriber
) -> None:
    link = own_link(reader).replace("unsubscribe/", "unsubscribe/\n ")
    veiled = mail(
        "complaint",
        ("Original-Rcpt-To: <reader@example.org>", "Original-Rcpt-To: <9f2c@example.org>"),
        (HEAD, link),
    )
    assert counted(take(database, veiled)) == {"complaint": 1, "stopped": 1}


def test_a_complaint_of_somebody_the_mail_was_passed_on_to_is_not_the_readers(
    database: Database, reader: Subscriber
) -> None:
    friend = mail(
        "complaint",
        ("<reader@example.org>", "<friend@elsewhere.example>"),
        (HEAD, own_link(reader)),
    )
    assert counted(take(database, friend)) == {"soft": 1}


def test_a_link_of_an_address_that_the_reader_has_left_proves_nothing(
    database: Database, reader: Subscriber
) -> None:
    with database.transaction() as tx:
        subscribers.readdress(tx, reader.id, "new@example.org", "example.org")
    late = mail("postfix-unknown-user", (HEAD, f"{HEAD}\n{own_link(reader)}"))
    assert counted(take(database, late)) == {"doubted": 1}


@pytest.mark.parametrize(
    "forged", ["x" * 40, SIGNER.reader(Holder(999, 0)), Signer("b").reader(Holder(1, 0))]
)
def test_a_forged_link_proves_nothing(forged: str, database: Database, reader: Subscriber) -> None:
    link = f"List-Unsubscribe: <https://rounds.example.org/unsubscribe/{forged}>"
    assert counted(take(database, mail("ses-like", (HEAD, link)))) == {"doubted": 1}
    assert standing(database, reader.id) == reader


def test_a_signed_return_path_proves_a_bounce_that_shows_nothing_else(
    database: Database, reader: Subscriber
) -> None:
    sender = SIGNED.return_path.for_mail(LETTER)
    bare = f"From: MAILER-DAEMON@mx.example.net\nTo: {sender}\n\n550 5.1.1 nobody here\n"
    assert counted(take(database, bare.encode(), marks=SIGNED)) == {"hard": 1, "stopped": 1}


def test_with_signed_return_paths_a_message_id_that_can_be_guessed_proves_nothing(
    database: Database, reader: Subscriber
) -> None:
    assert counted(take(database, mail("qmail"), marks=SIGNED)) == {"doubted": 1}
    forged = SIGNED.return_path.for_mail(LETTER).replace("-1-", "-2-")
    elsewhere = mail("qmail", ("To: digests@rounds.example.org", f"To: {forged}"))
    assert counted(take(database, elsewhere, marks=SIGNED)) == {"doubted": 1}


def test_a_hard_bounce_of_where_the_mail_was_passed_on_to_counts_as_soft(
    database: Database, reader: Subscriber
) -> None:
    sender = SIGNED.return_path.for_mail(LETTER)
    passed_on = mail(
        "qmail", ("To: digests@rounds.example.org", f"To: {sender}"), ("<reader@", "<elsewhere@")
    )
    assert counted(take(database, passed_on, marks=SIGNED)) == {"soft": 1}
    assert standing(database, reader.id).bounces == 1.0


def test_reports_taken_at_the_same_time_count_each_and_a_copy_but_once(
    database: Database, reader: Subscriber
) -> None:
    reports = each_of_its_own("gmail-mailbox-full", 4)
    with ThreadPoolExecutor(8) as workers:
        taken = list(workers.map(lambda report: take(database, report), reports * 2))
    assert sum(each.soft for each in taken) == 4
    assert sum(each.again for each in taken) == 4
    assert standing(database, reader.id).bounces == 4.0
