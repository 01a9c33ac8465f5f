"""What a mail reports, read from reports as the usual servers write them; and what none is."""

from __future__ import annotations

import re

import pytest

from monitor.core.bounces.reports import report_in
from storage.records import Bounce
from tests.returned import MAILS, READER

OURS = "<digest-1.1@rounds.example.org>"

SAID = {
    "postfix-unknown-user": ("hard", "5.1.1"),
    "postfix-gave-up": ("soft", "4.4.1"),
    "exim-report": ("hard", "5.1.1"),
    "exim-plain": ("soft", "5.2.2"),
    "exchange-report": ("hard", "5.1.10"),
    "exchange-old-plain": ("hard", "5.1.1"),
    "gmail-mailbox-full": ("soft", "5.2.2"),
    "docomo-plain": ("hard", None),
    "ses-like": ("soft", "5.7.1"),
    "qmail": ("hard", "5.1.1"),
    "sendmail-plain": ("hard", "5.2.1"),
    "complaint": ("complaint", None),
    "complaint-without-recipient": ("complaint", None),
    "postfix-delayed": ("ignored", "4.4.1"),
    "postfix-delivered": ("ignored", "2.0.0"),
    "exim-still-trying": ("ignored", "4.7.1"),
    "complaint-withdrawn": ("ignored", None),
}
ANSWERED = ["vacation-english", "vacation-japanese", "vacation-by-program", "receipt"]
OTHERS = ["internationalised", "person"]


def mail(name: str) -> bytes:
    return (MAILS / f"{name}.eml").read_bytes()


def bounces(content: bytes) -> tuple[Bounce, ...]:
    return report_in(content).bounces


def only(content: bytes) -> Bounce:
    (found,) = bounces(content)
    return found


def test_every_mail_of_the_collection_is_held_to_something() -> None:
    assert {path.stem for path in MAILS.glob("*.eml")} == {*SAID, *ANSWERED, *OTHERS}


@pytest.mark.parametrize("name", SAID)
def test_a_report_is_read_as_its_server_means_it(name: str) -> None:
    found = only(mail(name))
    assert (found.kind, found.status) == SAID[name]
    assert (found.address, found.message_id) == (READER, OURS)
    assert found.words


@pytest.mark.parametrize("name", [*SAID, *ANSWERED, *OTHERS])
@pytest.mark.parametrize("end", [b"\r\n", b"\r"])
def test_line_ends_change_nothing(name: str, end: bytes) -> None:
    assert bounces(mail(name).replace(b"\n", end)) == bounces(mail(name))


@pytest.mark.parametrize("name", ANSWERED)
def test_what_a_person_or_their_machine_answers_never_counts(name: str) -> None:
    assert only(mail(name)).kind == "ignored"


def test_what_a_person_writes_is_no_report_whatever_it_quotes() -> None:
    assert bounces(mail("person")) == ()


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Round 5",
        "Re: Automatische Antwort: Round 5",
        "Réponse automatique : Round 5",
        "自動応答: Round 5",
        "【自動返信】お問い合わせ",
        "不在のお知らせ",
        "Автоответ: Round 5",
        "=?utf-8?b?" + "6Ieq5YuV6L+U5L+h" + "?=",
    ],
)
def test_a_machine_that_answers_for_a_person_is_known_by_its_subject(subject: str) -> None:
    written = f"From: {READER}\nReturn-Path: <>\nSubject: {subject}\n\n550 5.1.1 <{READER}>\n"
    assert only(written.encode()).kind == "ignored"


@pytest.mark.parametrize("header", ["X-Autorespond: 1", "Precedence: auto_reply", "X-Vacation: y"])
def test_a_machine_that_answers_for_a_person_is_known_by_its_header(header: str) -> None:
    written = f"From: {READER}\nReturn-Path: <>\n{header}\n\n550 5.1.1 <{READER}>\n"
    assert only(written.encode()).kind == "ignored"


def test_a_report_in_fields_counts_however_its_subject_begins() -> None:
    away = re.sub(rb"(?m)^Subject:.*$", b"Subject: Automatic reply", mail("exchange-report"))
    assert only(away).kind == "hard"


@pytest.mark.parametrize("action", ["delayed", "relayed", "expanded", "delivered", "Delayed"])
def test_only_a_mail_that_failed_counts(action: str) -> None:
    content = mail("postfix-unknown-user").replace(b"Action: failed", f"Action: {action}".encode())
    assert only(content).kind == "ignored"


def test_each_recipient_of_a_report_is_read_by_itself() -> None:
    more = (
        b"\nFinal-Recipient: rfc822; other@example.org\nAction: failed\nStatus: 5.2.2\n\n--77AB12C0"
    )
    content = mail("postfix-unknown-user").replace(b"\n--77AB12C0", b"\n" + more, 3)
    found = [(b.address, b.kind) for b in bounces(content)]
    assert found == [(READER, "hard"), ("other@example.org", "soft")]


def test_whom_we_wrote_to_comes_before_where_it_was_passed_on_to() -> None:
    content = mail("postfix-unknown-user").replace(
        b"Final-Recipient: rfc822; reader@", b"Final-Recipient: rfc822; elsewhere@"
    )
    assert only(content).address == READER


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (b"rfc822;reader+2Bnews@example.org", "reader+news@example.org"),
        (b"rfc822;reader+20@example.org", "reader+20@example.org"),
        (b"rfc822; <reader@example.org>", "reader@example.org"),
        (b"RFC822;READER@EXAMPLE.ORG", "READER@EXAMPLE.ORG"),
        (b"reader@example.org", "reader@example.org"),
        (b"utf-8; \\x{8AAD}\\x{8005}@example.org", "読者@example.org"),
        (b"utf-8; r\\x{D800}@example.org", "r\\x{D800}@example.org"),
    ],
)
def test_an_address_is_freed_of_its_escapes(written: bytes, meant: str) -> None:
    content = mail("postfix-unknown-user").replace(b"rfc822;reader@example.org", written)
    assert only(content).address == meant


def test_a_report_in_utf_8_is_read_like_any_other() -> None:
    found = only(mail("internationalised"))
    assert (found.kind, found.address) == ("hard", "読者@example.org")
    assert found.words == "smtp; 550 5.1.1 宛先がありません"


def test_without_the_head_of_our_mail_the_name_of_the_envelope_stands_for_it() -> None:
    content = mail("postfix-unknown-user").replace(OURS.encode(), b"nothing")
    assert only(content).message_id is None
    named = content.replace(
        b"X-Postfix-Queue-ID: 77AB12C0",
        b"Original-Envelope-Id: " + b"digest-1.1+40rounds.example.org",
    )
    assert only(named).message_id == OURS


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        ("abuse", "complaint"),
        ("FRAUD", "complaint"),
        ("opt-out", "complaint"),
        ("opt-out-list", "complaint"),
        ("not-spam", "ignored"),
        ("auth-failure", "ignored"),
        ("virus", "ignored"),
        ("other", "ignored"),
        ("", "ignored"),
    ],
)
def test_feedback_is_a_complaint_only_where_somebody_wants_no_more(type_: str, kind: str) -> None:
    content = mail("complaint").replace(b"Feedback-Type: abuse", f"Feedback-Type: {type_}".encode())
    assert only(content).kind == kind


def test_a_mail_within_the_mail_is_no_report_of_its_sender() -> None:
    inner = mail("postfix-unknown-user")
    outer = b"From: reader@example.org\nContent-Type: message/rfc822\n\n"
    assert bounces(outer + inner) == ()


def test_a_report_in_an_envelope_of_a_mailing_list_is_still_read() -> None:
    head, _, body = mail("postfix-unknown-user").partition(b"\n\n")
    kind = re.search(rb"Content-Type: multipart/report.*\n.*\n", head)
    assert kind is not None
    wrapped = (
        b"From: MAILER-DAEMON@relay.example.net\nContent-Type: multipart/mixed; boundary=out\n\n"
        b"--out\n"
        + kind[0]
        + b"\n"
        + body
        + b"\n--out\nContent-Type: text/plain\n\nfooter\n--out--\n"
    )
    assert only(wrapped).kind == "hard"


def test_a_report_is_the_same_one_by_its_own_message_id_or_its_bytes() -> None:
    content = mail("qmail")
    again = b"Received: by another hop\n" + mail("exim-plain")
    assert report_in(again).identity == report_in(mail("exim-plain")).identity
    assert report_in(content).identity == report_in(content).identity
    assert report_in(content + b"more").identity != report_in(content).identity


def test_the_addresses_a_report_came_to_are_told() -> None:
    content = b"Delivered-To: bounces+tag@rounds.example.org\n" + mail("exim-report")
    assert "bounces+tag@rounds.example.org" in report_in(content).return_paths


def test_where_our_mail_came_from_is_told_by_a_complaint() -> None:
    content = mail("complaint").replace(b"Mail-From: <digests@", b"Mail-From: <bounces+tag@")
    assert "bounces+tag@rounds.example.org" in report_in(content).return_paths


def test_a_report_that_returns_ten_megabytes_is_read_all_the_same() -> None:
    content = mail("exim-report").replace(b"Round 5 was held", b"Round 5 was held\n" * 600_000)
    assert only(content).kind == "hard"
    assert report_in(content).identity == report_in(content[:-1000]).identity


def test_what_stands_in_the_copy_of_our_mail_is_not_the_servers_word() -> None:
    words = "It did not work.\n\n--- Below this line is a copy of the message.\n\n"
    head = f"From: MAILER-DAEMON@mx.example.net\nReturn-Path: <>\n\n{words}"
    assert bounces(f"{head}<{READER}>:\n550 5.1.1 nobody\n".encode()) == ()
