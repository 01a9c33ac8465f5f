"""What a server's no means is what the table in docs/digests.md says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.message import NothingCanBeSent, Reach
from notifiers.smtp.address import read_address
from notifiers.smtp.answers import Step, meaning, refusal

DIGESTS = Path(__file__).parents[2] / "docs" / "digests.md"
ROW = re.compile(r"\| ((?:MAIL|RCPT|DATA|end)[^|]*) \| (`\d[^|]*) \| (\w+) \| (yes|no) \|")
SERVER = read_address("smtp://mail.example")


def table() -> list[tuple[Step, str, Reach, bool]]:
    """One entry for each answer of the table and each command it may follow."""
    return [
        (cast("Step", step), answer, cast("Reach", about), for_good == "yes")
        for steps, answers, about, for_good in ROW.findall(DIGESTS.read_text("utf-8"))
        for step in steps.split(", ")
        for answer in re.findall(r"`([^`]+)`", answers)
    ]


@pytest.mark.parametrize(("step", "answer", "about", "for_good"), table())
def test_an_answer_means_what_the_table_says(
    step: Step, answer: str, about: Reach, for_good: bool
) -> None:
    code, _, status = answer.partition(" ")
    found = meaning(step, int(code), f"{status} and some words".strip())
    assert (found.reach, found.permanent, found.status) == (about, for_good, status or None)


def test_the_table_has_every_step_and_every_reach() -> None:
    assert {step for step, *_ in table()} == set(get_args(Step))
    assert {about for _, _, about, _ in table()} == set(get_args(Reach))


STEPS = st.sampled_from(get_args(Step))


@given(STEPS, st.integers(400, 499), st.text())
def test_a_passing_code_is_never_for_good(step: Step, code: int, words: str) -> None:
    assert not meaning(step, code, words).permanent


@given(st.integers(400, 599), st.text())
def test_before_the_reader_is_named_nothing_is_said_of_an_address(code: int, words: str) -> None:
    assert meaning("MAIL", code, words).reach in {"all", "message"}


@given(STEPS, st.integers(400, 599), st.integers(0, 999), st.integers(0, 999))
def test_an_enhanced_code_of_another_class_is_not_believed(
    step: Step, code: int, subject: int, detail: int
) -> None:
    other = "5" if code < 500 else "4"
    assert meaning(step, code, f"{other}.{subject}.{detail} no") == meaning(step, code, "no")


@given(STEPS, st.integers(400, 599), st.binary(max_size=200))
def test_every_no_becomes_an_error_that_quotes_it(step: Step, code: int, words: bytes) -> None:
    error = refusal(SERVER, step, code, words)
    assert f"mail.example:25 answered {code}" in error.summary
    assert isinstance(error, NothingCanBeSent) == (error.reach == "all")
    assert bool(error.todo) == (error.reach == "all")
