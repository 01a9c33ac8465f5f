"""subscribe and subscribers: readers, as the operator keeps them."""

from __future__ import annotations

import pytest

from tests.entrypoints.saved import SLUG
from tests.entrypoints.user import User

ADDRESS = "reader@example.org"


def test_a_reader_is_added_once(operator: User) -> None:
    first = operator.runs("subscribe", ADDRESS)
    again = operator.runs("subscribe", "Reader@EXAMPLE.org")
    assert (first.code, again.code) == (0, 0)
    assert first.said == f"{ADDRESS} gets the digests of the U.S.-Japan Partnership on Trade\n"
    assert again.said.startswith(f"{ADDRESS} is on the list already")
    (reader,) = operator.reads("subscribers", "list")
    assert (reader["address"], reader["series"]) == (ADDRESS, SLUG)


def test_readers_are_listed_as_a_table(operator: User) -> None:
    assert operator.runs("subscribers", "list").said == "no readers yet\n"
    assert operator.reads("subscribers", "list") == []
    operator.runs("subscribe", ADDRESS)
    operator.runs("subscribe", "other.reader@example.com")
    head, *rows = operator.runs("subscribers", "list").said.splitlines()
    assert head.split() == ["Address", "Series", "Since"]
    assert [row.split()[:2] for row in rows] == [
        [ADDRESS, SLUG],
        ["other.reader@example.com", SLUG],
    ]


@pytest.mark.parametrize(
    "address", ["nobody", "a@b@example.org", "@example.org", "x y@example.org"]
)
def test_what_is_no_mail_address_is_refused(address: str, operator: User) -> None:
    done = operator.runs("subscribe", address)
    assert (done.code, done.said) == (2, "")
    assert f"“{address}” is no mail address" in done.complained
    assert "write it like reader@example.org" in done.complained
    assert operator.reads("subscribers", "list") == []


def test_a_reader_is_erased_down_to_the_bytes_of_the_database(operator: User) -> None:
    operator.runs("subscribe", ADDRESS)
    done = operator.runs("subscribers", "erase", "READER@example.org")
    assert (done.code, done.complained) == (0, "")
    assert operator.reads("subscribers", "list") == []
    assert not [f for f in operator.home.iterdir() if b"example.org" in f.read_bytes().lower()]
    again = operator.runs("subscribers", "erase", ADDRESS)
    assert (again.code, again.said) == (1, "")
    assert f"{ADDRESS} is not on the list" in again.complained
