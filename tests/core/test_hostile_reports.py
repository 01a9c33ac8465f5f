"""Mail from anyone: whatever it is, it is read in bounded time and memory, without an error."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.bounces.reports import report_in
from tests.returned import MAILS

REPORTS = [path.read_bytes() for path in sorted(MAILS.glob("*"))]
KINDS = {"hard", "soft", "complaint", "ignored"}
SECONDS = 1
MEMORY = 20_000_000


def held(content: bytes) -> None:
    """What holds of any report: one line of words, no more than fits the database."""
    report = report_in(content)
    assert len(report.identity) == 64
    assert len(report.bounces) <= 101
    for bounce in report.bounces:
        assert bounce.kind in KINDS
        assert len(bounce.words) <= 300
        for text in (bounce.words, bounce.address, bounce.message_id or "", bounce.status or ""):
            assert not set("\n\r\0") & set(text)
            text.encode()  # no half of a character, which no database takes
            assert len(text) <= 410


@given(st.binary(max_size=2000))
def test_any_bytes_are_read(content: bytes) -> None:
    held(content)


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """A report with pieces of others in the place of its own."""
    content = draw(st.sampled_from(REPORTS))
    for _ in range(draw(st.integers(1, 4))):
        other = draw(st.sampled_from(REPORTS))
        start, end = sorted(draw(st.lists(st.integers(0, len(content)), min_size=2, max_size=2)))
        begin = draw(st.integers(0, len(other)))
        piece = draw(st.one_of(st.just(other[begin : begin + end - start]), st.binary(max_size=50)))
        content = content[:start] + piece + content[end:]
    return content


@given(spoilt())
def test_any_spoilt_report_is_read(content: bytes) -> None:
    held(content)


@given(st.sampled_from(REPORTS), st.text(st.characters(codec="ascii", categories=["L", "N", "P"])))
def test_any_charset_may_be_claimed(content: bytes, charset: str) -> None:
    held(content.replace(b"us-ascii", charset.encode()).replace(b"utf-8", charset.encode()))


@pytest.mark.parametrize(
    "charset",
    ["punycode", "idna", "undefined", "zlib", "unicode_escape", "utf-7", "utf-16", "rot13"],
)
def test_odd_charsets_are_no_trouble(charset: str) -> None:
    head = f"From: MAILER-DAEMON@example.org\nContent-Type: text/plain; charset={charset}\n"
    words = f"Subject: =?{charset}?b?+2AB+3//Y?= =?{charset}?q?=D8=00-x?=\n\n"
    held((head + words).encode() + b"<a@example.org>: 550 5.1.1 +2AA- \xd8\x00\n" * 3000)


def nested(depth: int) -> bytes:
    """Multiparts within multiparts."""
    heads = [f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(depth)]
    return b"From: MAILER-DAEMON@example.org\n" + "".join(heads).encode()


SIZE = 10_000_000
PLAIN = b"From: MAILER-DAEMON@example.org\n\n"
MULTI = b"From: MAILER-DAEMON@example.org\nContent-Type: multipart/report; boundary=x\n\n"
STATUS = MULTI + b"--x\nContent-Type: message/delivery-status\n\n"

# Mails made to cost time or memory, each of ten megabytes or near.
BOMBS: dict[str, Callable[[], bytes]] = {
    "deep": lambda: nested(200_000),
    "parts": lambda: MULTI + b"--x\n\n" * (SIZE // 5),
    "parts with headers": lambda: MULTI + b"--x\nA: b\n\nc\n" * (SIZE // 12),
    "mails in mails": lambda: b"Content-Type: message/rfc822\n\n" * (SIZE // 30),
    "recipients": lambda: STATUS + b"Final-Recipient: rfc822; a@example.org\n\n" * (SIZE // 40),
    "one field": lambda: STATUS + b"Final-Recipient: " + b"a" * SIZE,
    "folded field": lambda: STATUS + b"Diagnostic-Code: smtp;\n" + b" 550\n" * (SIZE // 5),
    "fields": lambda: b"A: b\n" * (SIZE // 5),
    "one header": lambda: b"Subject: " + b"=?utf-8?q?" * (SIZE // 10),
    "encoded words": lambda: b"Subject: " + b"=?utf-8?q?=41?= " * (SIZE // 16),
    "blank lines": lambda: STATUS + b"\n \n" * (SIZE // 3),
    "boundaries in spaces": lambda: MULTI + (b"--x" + b" " * 1000 + b"y\n") * (SIZE // 1005),
    "addresses": lambda: PLAIN + b"a@example.org\n" * (SIZE // 14),
    "one address": lambda: PLAIN + b"a" * SIZE,
    "at signs": lambda: PLAIN + b"<" + b"@" * SIZE,
    "quotation": lambda: PLAIN + b">" * SIZE,
    "dashes": lambda: PLAIN + b"-" * SIZE,
    "dashed lines": lambda: PLAIN + b"-----\n" * (SIZE // 6),
    "codes": lambda: PLAIN + b"550 " * (SIZE // 4),
    "colons": lambda: PLAIN + b": " * (SIZE // 2),
    "message ids": lambda: PLAIN + b"Message-ID:\n" * (SIZE // 12),
    "nobody": lambda: PLAIN + b"a@example.org\n550 " + b"user " * (SIZE // 5),
    "base64": lambda: (
        PLAIN.replace(b"\n\n", b"\nContent-Transfer-Encoding: base64\n\n") + b"Q=" * (SIZE // 2)
    ),
    "quoted": lambda: (
        PLAIN.replace(b"\n\n", b"\nContent-Transfer-Encoding: quoted-printable\n\n") + b"=" * SIZE
    ),
    "noughts": lambda: b"\0" * SIZE,
    "parameters": lambda: b"Content-Type: multipart/x" + b"; a=b" * (SIZE // 5),
    "semicolons": lambda: b"Content-Type: multipart/x" + b";" * SIZE,
    "subject": lambda: b"Subject: " + b"re: [ " * (SIZE // 6),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_mail_made_to_cost_is_read_in_bounded_time_and_memory(name: str) -> None:
    content = BOMBS[name]()
    tracemalloc.start()
    started = time.process_time()
    held(content)
    took = time.process_time() - started
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took < SECONDS
    assert peak < MEMORY
