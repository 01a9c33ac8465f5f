"""What a message's bytes are, read back with the standard library's parser."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.message import Message, SendError, bare_address, digest_message, to_bytes
from storage.records import Delivery, RenderedDigest

MESSAGE = Message(
    message_id="<digest-3.reader-17@example.org>",
    sender="Roundwatch <watch@example.org>",
    recipient="reader@example.com",
    date=datetime(2024, 7, 31, 18, 5, tzinfo=UTC),
    subject="Round 5: Environment dropped",
    text="Dropped: Environment\n",
    html="<p>Dropped: Environment</p>\n",
)


def parsed(message: Message) -> EmailMessage:
    mail = message_from_bytes(to_bytes(message), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def test_a_message_reads_back_as_it_was_given() -> None:
    mail = parsed(MESSAGE)
    assert mail["From"] == "Roundwatch <watch@example.org>"
    assert mail["To"] == "reader@example.com"
    assert mail["Subject"] == "Round 5: Environment dropped"
    assert mail["Message-ID"] == "<digest-3.reader-17@example.org>"
    assert mail["Date"].datetime == MESSAGE.date
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content() == "Dropped: Environment\r\n"
    assert html.get_content() == "<p>Dropped: Environment</p>\r\n"
    assert mail.get_content_type() == "multipart/alternative"


def test_a_message_says_that_a_machine_wrote_it() -> None:
    mail = parsed(MESSAGE)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Precedence"] == "bulk"


def test_without_html_a_message_is_plain_text() -> None:
    mail = parsed(replace(MESSAGE, html=None))
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content() == "Dropped: Environment\r\n"


def test_quotes_dashes_and_long_lines_survive_any_server() -> None:
    words = "“Third-Country Issues” – 日本\n" + "x" * 5000 + "\n.\nFrom here\n"
    data = to_bytes(replace(MESSAGE, text=words, html=None, subject="“Environment” – dropped"))
    assert data.isascii()
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    mail = message_from_bytes(data, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert mail.get_content() == words.replace("\n", "\r\n")
    assert mail["Subject"] == "“Environment” – dropped"


@given(st.text(), st.text())
def test_no_input_begins_a_header_of_its_own(subject: str, extra: str) -> None:
    hostile = replace(
        MESSAGE,
        subject=f"{subject}\r\nBcc: all@example.com\r\n\r\n{extra}",
        headers=(("X-Note", f"{extra}\nX-Evil: yes\x85X-Evil: yes{subject}"),),
    )
    mail = parsed(hostile)
    assert mail["Bcc"] is None
    assert mail["X-Evil"] is None
    assert {name.lower() for name in mail} == {
        *("from", "to", "subject", "date", "message-id", "auto-submitted", "precedence"),
        *("x-note", "mime-version", "content-type"),
    }


@given(st.text())
def test_any_subject_reads_back_on_one_line(subject: str) -> None:
    line = parsed(replace(MESSAGE, subject=subject))["Subject"]
    assert line == " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", subject).split())


@pytest.mark.parametrize(
    "broken",
    [
        {"recipient": "reader@example.com\r\nBcc: all@example.com"},
        {"recipient": "reader@example.com, all@example.com"},
        {"recipient": "reader"},
        {"recipient": ""},
        {"sender": "Roundwatch\n <watch@example.org>"},
        {"message_id": "digest-3"},
        {"message_id": "<digest-3@example.org>\r\nBcc: all@example.com"},
        {"headers": (("X-Note\r\nBcc", "all@example.com"),)},
        {"headers": (("Subject", "a second one"),)},
    ],
)
def test_what_cannot_stand_in_a_header_is_refused_for_good(broken: dict[str, object]) -> None:
    with pytest.raises(SendError) as refused:
        to_bytes(replace(MESSAGE, **broken))  # type: ignore[arg-type]
    assert refused.value.permanent


def test_long_machine_headers_are_kept_whole() -> None:
    list_id = f"<{'us-japan-partnership-on-trade.' * 5}example.org>"
    message_id = f"<{'digest.' * 20}@example.org>"
    mail = parsed(replace(MESSAGE, message_id=message_id, headers=(("List-Id", list_id),)))
    assert mail["List-Id"] == list_id
    assert mail["Message-ID"] == message_id
    assert b"=?utf-8?" not in to_bytes(
        replace(MESSAGE, message_id=message_id, headers=(("List-Id", list_id),))
    )


def test_an_address_outside_ascii_is_written_as_it_is() -> None:
    data = to_bytes(replace(MESSAGE, recipient="読者@example.com"))
    assert "To: 読者@example.com\r\n".encode() in data


def test_a_claimed_delivery_becomes_a_message_of_its_series_list() -> None:
    digest = RenderedDigest(
        series="us-japan-partnership-on-trade",
        round=5,
        kind="news",
        subject="Round 5",
        text="Dropped: Environment\n",
        html="<p>Dropped: Environment</p>\n",
    )
    delivery = Delivery(
        id=1,
        digest_id=3,
        subscription_id=17,
        address="reader@example.com",
        message_id="<digest-3.reader-17@example.org>",
        attempts=0,
        digest=digest,
    )
    mail = parsed(
        digest_message(delivery, sender="Roundwatch <watch@example.org>", date=MESSAGE.date)
    )
    assert mail["List-Id"] == "<us-japan-partnership-on-trade.example.org>"
    assert mail["Message-ID"] == "<digest-3.reader-17@example.org>"
    assert mail["To"] == "reader@example.com"


def test_the_bare_address_is_found_in_a_mailbox() -> None:
    assert bare_address("Roundwatch <watch@example.org>") == "watch@example.org"
    assert bare_address("watch@example.org") == "watch@example.org"
    with pytest.raises(ValueError, match="not a mail address"):
        bare_address("Roundwatch")
