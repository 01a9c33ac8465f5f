"""What the codes mean: by us, and as the docs have it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.core.bounces.status_codes import (
    BY_CODE,
    BY_WORDS,
    Answer,
    answer_in,
    class_of,
    status_in,
)

PAGE = Path(__file__).parents[2] / "docs" / "bounces.md"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("5.1.1", "hard"),
        ("5.1.2", "hard"),
        ("5.1.6", "hard"),
        ("5.1.10", "hard"),
        ("5.2.1", "hard"),
        ("5.2.2", "soft"),
        ("5.7.1", "soft"),
        ("5.7.26", "soft"),
        ("5.7.17", "hard"),
        ("4.2.2", "soft"),
        ("4.1.1", "soft"),
        ("4.7.500", "soft"),
        ("5.1.7", "soft"),
        ("5.1.8", "soft"),
        ("5.3.4", "ignored"),
        ("5.6.0", "ignored"),
        ("5.6.7", "soft"),
        ("5.4.4", "soft"),
        ("5.5.2", "soft"),
        ("5.9.9", "soft"),
        ("5.0.0", "soft"),
        ("2.1.5", "ignored"),
    ],
)
def test_a_status_code_has_one_meaning(status: str, kind: str) -> None:
    assert class_of(Answer(550, status, "some words")) == kind


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("550 5.4.1 Recipient address rejected: Access denied", "hard"),
        ("550 5.4.1 no answer from the host", "soft"),
        ("550 5.5.0 Requested action not taken: mailbox unavailable", "hard"),
        ("550 5.2.1 gets mail at a rate that is too high", "soft"),
        ("550 Unknown user", "hard"),
        ("550 No such user here", "hard"),
        ("550 <a@example.org>: Recipient address rejected: User unknown in local table", "hard"),
        ("550 this account does not exist", "hard"),
        ("554 delivery error: this user doesn't have a mail account", "hard"),
        ("553 invalid recipient", "hard"),
        ("550 blocked: the sending host is listed", "soft"),
        ("550 spam, or an unknown user", "soft"),
        ("550 no thanks", "soft"),
        ("554 transaction failed", "soft"),
        ("551 user not local", "hard"),
        ("552 too much stored", "soft"),
        ("556 takes no mail", "hard"),
        ("521 takes no mail", "hard"),
        ("450 later", "soft"),
        ("421 busy: unknown user", "soft"),
        ("599 whatever", "soft"),
        ("550 5.0.0 user unknown", "hard"),
        ("552 5.0.0 too much stored", "soft"),
    ],
)
def test_an_answer_without_a_telling_code_is_judged_by_its_basic_one_and_its_words(
    answer: str, kind: str
) -> None:
    found = answer_in(answer)
    assert found is not None
    assert class_of(found) == kind


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("host mx said: 550 5.1.1 nobody", (550, "5.1.1")),
        ("host mx said: 550-5.1.1 nobody", (550, "5.1.1")),
        ("Remote host said: 550 nobody (#5.1.1)", (550, "5.1.1")),
        ("nobody of that name (#5.1.1)", (None, "5.1.1")),
        ("<mx.example.org #5.1.1 smtp;550 5.1.1 nobody>", (None, "5.1.1")),
        ("#550 5.1.10 RESOLVER", (550, "5.1.10")),
        ("    550 nobody", (550, None)),
        ("Status: 5.2.2", (None, "5.2.2")),
        ("(reason: 550 5.2.1 closed)", (550, "5.2.1")),
        ("550", (550, None)),
    ],
)
def test_an_answer_is_found_wherever_servers_quote_it(
    words: str, found: tuple[int | None, str | None]
) -> None:
    answer = answer_in(f"Some words.\n{words}")
    assert answer is not None
    assert (answer.reply, answer.status) == found


@pytest.mark.parametrize(
    "words",
    [
        "Exim 4.94.2 on this host",
        "host mx.example.org [5.1.1.25]",
        "about 550 people",
        "since 4.10.2024",
        "5500 readers",
        "",
    ],
)
def test_what_only_looks_like_a_code_is_none(words: str) -> None:
    assert answer_in(words) is None


def test_leading_noughts_of_a_code_are_lost() -> None:
    assert status_in("5.01.001 (nobody)") == "5.1.1"
    assert status_in("15.1.1, 5.1.1.1, 5.1.1111") is None


def test_the_docs_show_the_table_as_it_is() -> None:
    page = PAGE.read_text("utf-8")
    rows = re.findall(r"^\| `([0-9.]+)` \| (\w+) \| (.+?) \|$", page, re.MULTILINE)
    assert rows == [(m.code, m.kind, m.means) for m in (*BY_CODE, *BY_WORDS)]
