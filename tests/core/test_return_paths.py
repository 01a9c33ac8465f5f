"""An envelope sender for each mail: what comes back to it is known, and nobody can make one up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.bounces.return_paths import ReturnPath

OURS = ReturnPath("bounces+*@rounds.example.org", "rounds.example.org", b"a key")
MAIL = "<digest-12.3456@rounds.example.org>"


def test_a_mail_goes_out_from_an_address_that_names_it() -> None:
    sender = OURS.for_mail(MAIL)
    assert sender.startswith("bounces+digest-12.3456-")
    assert sender.endswith("@rounds.example.org")
    assert OURS.mail_of([sender]) == MAIL


def test_what_comes_back_is_known_in_any_case_and_among_others() -> None:
    assert OURS.mail_of(["x@example.org", OURS.for_mail(MAIL).upper()]) == MAIL


@pytest.mark.parametrize("forged", ["digest-12.3457", "letter-1"])
def test_a_signature_holds_for_its_own_mail_alone(forged: str) -> None:
    assert OURS.mail_of([OURS.for_mail(MAIL).replace("digest-12.3456", forged)]) is None


def test_another_key_makes_another_address() -> None:
    other = ReturnPath(OURS.address, OURS.domain, b"another key")
    assert OURS.mail_of([other.for_mail(MAIL)]) is None


def test_without_a_star_all_mail_comes_from_one_address_that_proves_nothing() -> None:
    plain = ReturnPath("bounces@rounds.example.org", "rounds.example.org", b"a key")
    assert plain.for_mail(MAIL) == plain.address
    assert plain.mail_of([plain.address]) is None


@pytest.mark.parametrize("odd", ["<no id>", f"<{'d' * 60}@rounds.example.org>", "<A@b>"])
def test_a_mail_whose_tag_does_not_fit_goes_out_from_the_plain_address(odd: str) -> None:
    assert OURS.for_mail(odd) == "bounces@rounds.example.org"


@given(st.text(max_size=100), st.text(max_size=100))
def test_no_text_is_taken_for_an_address_of_ours(text: str, tag: str) -> None:
    assert OURS.mail_of([text, OURS.address.replace("*", tag)]) is None


@given(st.from_regex(r"[a-z]{1,8}-[0-9]{1,9}(\.[0-9]{1,9})?", fullmatch=True))
def test_every_mail_of_ours_is_known_by_its_address(local: str) -> None:
    message_id = f"<{local}@rounds.example.org>"
    assert OURS.mail_of([OURS.for_mail(message_id)]) == message_id
    assert len(OURS.for_mail(message_id).rpartition("@")[0]) <= 64
