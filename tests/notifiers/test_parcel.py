"""What a message's bytes are, read back with the standard library's parser."""

from __future__ import annotations

import contextlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.mail.parcel import PREFERENCES, UNSUBSCRIBE, Draft, PersonalLinks, compose
from notifiers.message import SendError
from storage.records import Rendering

RENDERING = Rendering(
    subject="Round 5: Environment dropped",
    text=f"Dropped: Environment\n\nPreferences: {PREFERENCES}\nUnsubscribe: {UNSUBSCRIBE}\n",
    html=f'<p>Dropped</p>\n<a href="{PREFERENCES}">Preferences</a> <a href="{UNSUBSCRIBE}">x</a>\n',
)
SENDER = "Roundwatch <watch@example.org>"
MESSAGE_ID = "<digest-3.17@example.org>"
DATE = datetime(2024, 7, 31, 18, 5, tzinfo=UTC)
LINKS = PersonalLinks(
    preferences="https://watch.example.org/preferences/WzE3LDFd.aQ_x-y.W0",
    unsubscribe="https://watch.example.org/unsubscribe/WzE3LDFd.aQ_x-y.W1",
)
LIST_ID = ("List-Id", "<us-japan.example.org>")


def addressed(
    draft: Draft,
    recipient: str = "reader@example.com",
    message_id: str = MESSAGE_ID,
    links: PersonalLinks | None = LINKS,
) -> bytes:
    return draft.addressed(recipient=recipient, message_id=message_id, date=DATE, links=links)


def parsed(content: bytes) -> EmailMessage:
    mail = message_from_bytes(content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert mail.defects == []
    return mail


def words(mail: EmailMessage, kind: str) -> str:
    """A body as a mail program shows it, with line ends as we write them."""
    body = mail.get_body((kind,))
    assert body is not None
    assert body.defects == []
    return str(body.get_content()).replace("\r\n", "\n")


def linked(body: str, links: PersonalLinks = LINKS) -> str:
    return body.replace(PREFERENCES, links.preferences).replace(UNSUBSCRIBE, links.unsubscribe)


def test_a_message_reads_back_as_it_was_given() -> None:
    mail = parsed(addressed(compose(RENDERING, sender=SENDER, headers=[LIST_ID])))
    assert mail["From"] == SENDER
    assert mail["To"] == "reader@example.com"
    assert mail["Subject"] == "Round 5: Environment dropped"
    assert mail["Message-ID"] == MESSAGE_ID
    assert mail["Date"].datetime == DATE
    assert mail["List-Id"] == "<us-japan.example.org>"
    assert mail["MIME-Version"] == "1.0"
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert words(mail, "plain") == linked(RENDERING.text)
    assert words(mail, "html") == linked(str(RENDERING.html))


def test_a_message_says_that_a_machine_wrote_it() -> None:
    mail = parsed(addressed(compose(RENDERING, sender=SENDER)))
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Precedence"] == "bulk"


def test_a_message_says_how_to_unsubscribe_with_one_click() -> None:
    mail = parsed(addressed(compose(RENDERING, sender=SENDER)))
    assert mail["List-Unsubscribe"] == f"<{LINKS.unsubscribe}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_where_one_can_unsubscribe_by_mail_that_is_listed_too() -> None:
    links = replace(LINKS, unsubscribe_mail="mailto:leave@example.org?subject=WzE3LDFd")
    mail = parsed(addressed(compose(RENDERING, sender=SENDER), links=links))
    ways = [way.strip() for way in mail["List-Unsubscribe"].split(",")]
    assert ways == [f"<{links.unsubscribe}>", f"<{links.unsubscribe_mail}>"]


def test_without_public_pages_there_is_nothing_to_click() -> None:
    plain = Rendering("Round 5", "Reply to unsubscribe.\n", None)
    mail = parsed(addressed(compose(plain, sender=SENDER), links=None))
    assert mail["List-Unsubscribe"] is None
    assert mail["List-Unsubscribe-Post"] is None
    assert words(mail, "plain") == plain.text


def test_places_for_links_are_never_left_empty() -> None:
    with pytest.raises(ValueError, match="places for personal links"):
        addressed(compose(RENDERING, sender=SENDER), links=None)


@pytest.mark.parametrize("words_only", [{"html": None}, {}])
def test_a_message_of_text_alone_has_one_part(words_only: dict[str, None]) -> None:
    draft = compose(
        replace(RENDERING, **words_only), sender=SENDER, format="text" if not words_only else "both"
    )
    mail = parsed(addressed(draft))
    assert mail.get_content_type() == "text/plain"
    assert words(mail, "plain") == linked(RENDERING.text)


def test_a_link_with_an_ampersand_is_escaped_in_html_alone() -> None:
    links = replace(LINKS, unsubscribe="https://watch.example.org/u?a=1&b=2")
    mail = parsed(addressed(compose(RENDERING, sender=SENDER), links=links))
    assert 'href="https://watch.example.org/u?a=1&amp;b=2"' in words(mail, "html")
    assert "Unsubscribe: https://watch.example.org/u?a=1&b=2\n" in words(mail, "plain")


def test_a_draft_knows_its_size() -> None:
    draft = compose(RENDERING, sender=SENDER)
    assert 500 < draft.size < len(addressed(draft))


BODIES = st.lists(
    st.one_of(st.text(max_size=200), st.sampled_from([PREFERENCES, UNSUBSCRIBE, ".", "\n", " "]))
).map("".join)
TOKENS = st.text("abcXYZ019-_.=~", max_size=200)


def lines_of(body: str) -> str:
    """A body as it must come back: line ends as LF, and one at its end."""
    written = re.sub("[\ud800-\udfff]", "?", body).replace("\r\n", "\n").replace("\r", "\n")
    return written if written.endswith("\n") else written + "\n"


@given(BODIES, BODIES, TOKENS, TOKENS)
def test_any_words_and_links_come_back_whole_on_short_lines(
    text: str, html: str, preferences: str, unsubscribe: str
) -> None:
    links = PersonalLinks(f"https://a.example/{preferences}", f"https://a.example/{unsubscribe}")
    content = addressed(compose(Rendering("Round 5", text, html), sender=SENDER), links=links)
    mail = parsed(content)
    assert decoded(mail, "plain") == linked(lines_of(text), links)
    assert decoded(mail, "html") == linked(lines_of(html), links)
    body = content.split(b"\r\n\r\n", 1)[1]
    assert all(len(line) <= 76 for line in body.split(b"\r\n"))
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")


def decoded(mail: EmailMessage, kind: str) -> str:
    """The body's own bytes: the parser's text drops characters that end a line elsewhere."""
    body = mail.get_body((kind,))
    assert body is not None
    return bytes(body.get_payload(decode=True)).decode("utf-8").replace("\r\n", "\n")


HOSTILE = st.text().map(lambda words: f"{words}\r\nBcc: all@example.com\r\n\r\n{words}")


@given(HOSTILE, HOSTILE)
def test_no_input_begins_a_header_of_its_own(subject: str, extra: str) -> None:
    draft = compose(
        replace(RENDERING, subject=subject),
        sender=SENDER,
        headers=[("X-Note", f"{extra}\nX-Evil: yes\x85X-Evil: yes{subject}")],
    )
    mail = parsed(addressed(draft))
    assert sorted(name.lower() for name in mail) == sorted(
        [
            *("from", "to", "subject", "date", "message-id", "auto-submitted", "precedence"),
            *("x-note", "mime-version", "content-type", "list-unsubscribe"),
            "list-unsubscribe-post",
        ]
    )


@given(st.one_of(st.text(), HOSTILE), st.one_of(st.text(), HOSTILE), st.one_of(st.text(), HOSTILE))
def test_no_readers_own_words_begin_a_header(recipient: str, message_id: str, link: str) -> None:
    draft = compose(RENDERING, sender=SENDER)
    expected = parsed(addressed(draft)).keys()
    for own in (
        {"recipient": f"{recipient}@example.com"},
        {"message_id": f"<{message_id}@example.org>"},
        {"links": replace(LINKS, unsubscribe=f"https://a.example/{link}")},
        {"links": replace(LINKS, preferences=f"https://a.example/{link}")},
        {"links": replace(LINKS, unsubscribe_mail=f"mailto:a@example.org?subject={link}")},
    ):
        with contextlib.suppress(SendError):
            content = addressed(draft, **own)  # type: ignore[arg-type]
            assert message_from_bytes(content).keys() == expected


@given(st.text())
def test_any_subject_reads_back_on_one_line(subject: str) -> None:
    draft = compose(replace(RENDERING, subject=subject), sender=SENDER)
    line = parsed(addressed(draft))["Subject"]
    assert line == " ".join(
        re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", " ", subject).split()
    )


@pytest.mark.parametrize(
    "broken",
    [
        {"recipient": "reader@example.com\r\nBcc: all@example.com"},
        {"recipient": "reader@example.com, all@example.com"},
        {"recipient": "Reader <reader@example.com>"},
        {"recipient": "reader"},
        {"recipient": ""},
        {"message_id": "digest-3"},
        {"message_id": "<digest-3@example.org>\r\nBcc: all@example.com"},
        {"links": replace(LINKS, unsubscribe="https://a.example/>, <mailto:b@example.com")},
        {"links": replace(LINKS, preferences="https://a.example/" + "x" * 900)},
    ],
)
def test_what_cannot_stand_in_a_readers_headers_is_refused_for_good(
    broken: dict[str, object],
) -> None:
    draft = compose(RENDERING, sender=SENDER)
    with pytest.raises(SendError) as refused:
        addressed(draft, **broken)  # type: ignore[arg-type]
    assert refused.value.permanent


@pytest.mark.parametrize(
    "broken",
    [
        {"sender": "Roundwatch\n <watch@example.org>"},
        {"sender": "Roundwatch"},
        {"headers": [("X-Note\r\nBcc", "all@example.com")]},
        {"headers": [("Subject", "a second one")]},
        {"headers": [("List-Unsubscribe", "<https://elsewhere.example>")]},
    ],
)
def test_what_cannot_stand_in_the_common_headers_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"mail address|header"):
        compose(RENDERING, **{"sender": SENDER, **broken})  # type: ignore[arg-type]


def test_long_machine_headers_are_kept_whole() -> None:
    list_id = f"<{'us-japan-partnership-on-trade.' * 5}example.org>"
    message_id = f"<{'digest.' * 20}@example.org>"
    draft = compose(RENDERING, sender=SENDER, headers=[("List-Id", list_id)])
    content = addressed(draft, message_id=message_id)
    assert parsed(content)["List-Id"] == list_id
    assert parsed(content)["Message-ID"] == message_id
    assert b"=?utf-8?" not in content


@pytest.mark.parametrize(
    ("recipient", "line"),
    [
        ("読者@example.com", "To: 読者@example.com"),
        ("a..b@docomo.ne.jp", "To: a..b@docomo.ne.jp"),
        ("a+b'c@example.com", "To: a+b'c@example.com"),
    ],
)
def test_odd_addresses_are_written_as_a_header_may_hold_them(recipient: str, line: str) -> None:
    head = addressed(compose(RENDERING, sender=SENDER), recipient=recipient).partition(b"\r\n\r\n")
    assert line.encode() in head[0].split(b"\r\n")
