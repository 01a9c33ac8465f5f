"""What a log must not hold is taken out of its lines, and what an operator needs is left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.discreet import discreet, on_one_line
from monitor.journeys.readers.tokens import Holder, Signer
from tests.journeys.offices import NOW

KEY = "a key that is only for this test"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("550 5.1.1 <ann.o'hara+x@example.org>: no such user", "550 5.1.1 <…@example.org>: no such user"),
        ('to "odd one"@example.org.', "to …@example.org."),
        ("postgresql://watch:pa:ss%40word@db.example.org:5432/x", "postgresql://…@db.example.org:5432/x"),
        ("smtp://only-a-user@mail.example.org", "smtp://…@mail.example.org"),
        ("smtp://user:p@ss@mail.example.org:25", "smtp://…@mail.example.org:25"),
        ("https://ustr.gov/press?page=2&token=abc, again", "https://ustr.gov/press?… again"),
        ("mailto:leave@example.org?subject=unsubscribe%20abc", "mailto:…@example.org?…"),
        ("key (address_key)=(reader@example.org) exists", "key (address_key)=(…@example.org) exists"),
        ("Message-ID <digest-4.1234@rounds.example.org>", "Message-ID <…@rounds.example.org>"),
    ],
)  # fmt: skip
def test_what_is_secret_or_personal_goes_and_the_host_stays(said: str, kept: str) -> None:
    assert discreet(said) == kept


@pytest.mark.parametrize(
    "line",
    [
        "poll: read, 20 requests, 16 new",
        "watching https://ustr.gov, pages at http://127.0.0.1:8000/",
        "poll: gone: https://ustr.gov/about/policy-offices/press-office is gone (404)",
        "deliver: digest 12: 480 sent, 20 retried",
        "a page failed: ReadingError: two titles in 2024.07.31-readout.html",
    ],
)
def test_lines_of_our_own_stay_as_they_are(line: str) -> None:
    assert discreet(line) == line


@given(st.integers(0, 10**9), st.integers(0, 50))
def test_no_token_of_a_readers_link_is_left(reader: int, generation: int) -> None:
    signer, holder = Signer(KEY), Holder(reader, generation)
    for token in (
        signer.reader(holder),
        signer.confirm(holder, now=NOW),
        signer.address(holder, "new@example.org", now=NOW),
    ):
        line = f"GET https://rounds.example.org/preferences/{token} failed"
        assert token.rpartition(".")[2] not in discreet(line)


@given(st.text(), st.text(alphabet="abcdefghij.+-_", min_size=1, max_size=30))
def test_no_local_part_is_left_whatever_stands_before_it(before: str, local: str) -> None:
    assert f"{local}@example.org" not in discreet(f"{before} {local}@example.org")


@given(st.text())
def test_words_begin_no_line_of_their_own(words: str) -> None:
    written = on_one_line(words)
    assert len(written.splitlines()) <= 1
    assert "\x1b" not in written
