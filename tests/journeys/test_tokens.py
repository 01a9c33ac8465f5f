"""Signed links: each counts for one thing, for one reader, for its time, and in one spelling."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import TokenBroken, TokenExpired, TokenRefused
from monitor.journeys.readers.tokens import LASTS, LONGEST, Holder, NewAddress, Signer

NOW = datetime(2026, 5, 6, 12, 0, tzinfo=UTC)
SIGNER = Signer("a key that only the tests know")
HOLDERS = st.builds(Holder, st.integers(1, 2**63 - 1), st.integers(0, 10**6))
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."


def made(holder: Holder) -> dict[str, str]:
    return {
        "confirm": SIGNER.confirm(holder, now=NOW),
        "reader": SIGNER.reader(holder),
        "address": SIGNER.address(holder, "new@example.org", now=NOW),
    }


def readings(signer: Signer = SIGNER, now: datetime = NOW) -> dict[str, Callable[[str], object]]:
    return {
        "confirm": lambda token: signer.read_confirm(token, now=now),
        "reader": signer.read_reader,
        "address": lambda token: signer.read_address(token, now=now),
    }


@given(HOLDERS)
def test_a_token_says_whom_it_stands_for(holder: Holder) -> None:
    tokens, read = made(holder), readings()
    assert read["confirm"](tokens["confirm"]) == holder
    assert read["reader"](tokens["reader"]) == holder
    assert read["address"](tokens["address"]) == NewAddress(holder, "new@example.org")


@given(HOLDERS)
def test_a_token_fits_into_an_address_as_it_is_and_onto_a_line(holder: Holder) -> None:
    tokens = made(holder)
    assert all(re.fullmatch(r"[\w.-]+", token, re.ASCII) for token in tokens.values())
    assert len(tokens["reader"]) <= 90


def test_a_reader_has_one_token_as_long_as_the_address_stays() -> None:
    assert SIGNER.reader(Holder(7, 0)) == SIGNER.reader(Holder(7, 0))
    assert SIGNER.reader(Holder(7, 0)) != SIGNER.reader(Holder(7, 1))


@pytest.mark.parametrize(
    "address", [f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 60}.org", "用户@例子.广告"]
)
def test_any_address_fits_into_a_token(address: str) -> None:
    token = SIGNER.address(Holder(2**63 - 1, 99), address, now=NOW)
    assert len(token) <= LONGEST
    assert SIGNER.read_address(token, now=NOW).address == address


@pytest.mark.parametrize("made_for", ["confirm", "reader", "address"])
@pytest.mark.parametrize("used_for", ["confirm", "reader", "address"])
def test_a_token_opens_nothing_but_what_it_was_made_for(made_for: str, used_for: str) -> None:
    token = made(Holder(7, 1))[made_for]
    if made_for == used_for:
        readings()[used_for](token)
    else:
        with pytest.raises(TokenBroken):
            readings()[used_for](token)


@pytest.mark.parametrize("purpose", ["confirm", "reader", "address"])
def test_a_token_signed_with_another_key_is_refused(purpose: str) -> None:
    with pytest.raises(TokenBroken):
        readings(Signer("another key"))[purpose](made(Holder(7, 1))[purpose])


@pytest.mark.parametrize("purpose", ["confirm", "address"])
def test_a_token_that_confirms_counts_for_three_days(purpose: str) -> None:
    token = made(Holder(7, 1))[purpose]
    readings(now=NOW + LASTS - timedelta(seconds=1))[purpose](token)
    with pytest.raises(TokenExpired, match=r"until May 09, 2026, 12:00 UTC") as refused:
        readings(now=NOW + LASTS)[purpose](token)
    assert "subscribe again" in refused.value.todo


def test_a_readers_own_link_has_no_end() -> None:
    token = made(Holder(7, 1))["reader"]
    assert readings(now=NOW + timedelta(days=10_000))["reader"](token) == Holder(7, 1)


@given(st.sampled_from(["confirm", "reader", "address"]), st.data())
def test_a_token_with_any_letter_changed_is_refused(purpose: str, data: st.DataObject) -> None:
    token = made(Holder(7, 1))[purpose]
    where = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from(sorted(set(LETTERS) - {token[where]})))
    with pytest.raises(TokenRefused):
        readings()[purpose](token[:where] + letter + token[where + 1 :])


@given(st.sampled_from(["confirm", "reader", "address"]), st.data())
def test_a_token_that_was_cut_off_or_grew_is_refused(purpose: str, data: st.DataObject) -> None:
    token = made(Holder(7, 1))[purpose]
    cut = token[: data.draw(st.integers(0, len(token) - 1))]
    grown = token + data.draw(st.text(LETTERS, min_size=1))
    for other in (cut, grown):
        with pytest.raises(TokenBroken):
            readings()[purpose](other)


@given(st.sampled_from(["confirm", "reader", "address"]), st.text())
def test_whatever_is_no_token_is_refused_with_what_to_do(purpose: str, words: str) -> None:
    with pytest.raises(TokenBroken) as refused:
        readings()[purpose](words)
    assert "open the link in the mail again" in refused.value.todo


def test_an_overlong_token_is_refused_unread() -> None:
    with pytest.raises(TokenBroken, match="longer than any of ours"):
        SIGNER.read_reader("A" * (LONGEST + 1))
