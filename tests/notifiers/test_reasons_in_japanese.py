"""The reasons of a comparison in Japanese: every form that the core says them in, and no other."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.core.compare import compare
from monitor.core.ranks import rank_changes
from notifiers.words.ja.forms import form
from notifiers.words.ja.reasons import PARTS, SENTENCES, in_japanese, kinds
from notifiers.words.wording import one_line
from storage.records import Comparison, Delegation, Lead, Readout
from tests.core.builders import PARTNERSHIP, issue, mention, readout
from tests.core.test_compare_laws import HISTORIES, readouts

THIRD = mention("Third-Country Issues", "Spoke of tariffs, seafood and non-market practices.")
LESS = mention("Third-Country Issues", "Spoke of tariffs.")
WOOD, MILLS = mention("Wood"), mention("Wood and Paper", "Spoke of mills.")
PORTS = mention("Ports", "Heard from crews on piers.")
TITLES = (
    "Director",
    "Director for Korea",
    "Assistant U.S. Trade Representative",
    "Assistant United States Trade Representative",
    "Deputy Assistant United States Trade Representative",
    "United States Trade Representative",
    "acting Director",
)


def torn(number: int, *mentions: object) -> Readout:
    return readout(number, *mentions, complete=False)  # type: ignore[arg-type]


SCENES: tuple[tuple[Readout, ...], ...] = (
    (readout(1, WOOD, mention("Labor")), readout(2, mention("LABOR"), mention("labor"))),
    (readout(1, mention("Policies & Practices")), readout(2, mention("policies and practices"))),
    (readout(1, mention("Third-country Issues")), readout(2, mention("Third–Country Issue"))),
    (
        readout(1, mention("regulatory transparency")),
        readout(2, mention("regulatory transparency and due process")),
    ),
    (readout(1, mention("customs valuation")), readout(2, mention("customs valuation permits"))),
    (readout(1, issue("standards")), readout(2, mention("standards"))),
    (
        readout(1, mention("increasing Japan’s use of ethanol")),
        readout(2, mention("sustainable aviation fuels that are ethanol-based")),
    ),
    # split and merged
    (readout(1, THIRD), readout(2, LESS, mention("Seafood"), mention("Non-Market Practices"))),
    (torn(1, THIRD), readout(2, LESS, mention("Seafood"))),
    (readout(1, LESS, mention("Seafood")), readout(2, THIRD)),
    (readout(1, MILLS), readout(2, WOOD, mention("Paper"))),
    (readout(1, WOOD, mention("Paper")), readout(2, MILLS)),
    # related
    (readout(1, THIRD), readout(2, LESS, issue("trade in seafood"))),
    (readout(1, LESS, issue("trade in seafood")), readout(2, THIRD)),
    (readout(1, THIRD), readout(2, mention("Seafood"))),
    (readout(1, mention("Seafood")), readout(2, THIRD)),
    (readout(1, mention("Wood Mills")), readout(2, mention("Wood Roads"))),
    (readout(1, PORTS), readout(2, mention("Harbors", "Heard about crews and piers."))),
    # pages that break off
    (readout(1, THIRD, WOOD), torn(2, THIRD)),
    (readout(1, WOOD, mention("Labor")), torn(2, WOOD, mention("Labor", ""))),
    (torn(1, WOOD), readout(2, WOOD, mention("Labor"))),
    # the past: before and after, then history
    (readout(4, WOOD), readout(5, mention("Labor")), readout(1, WOOD), torn(2), readout(3)),
    (readout(4), readout(5, WOOD), readout(1), torn(2), readout(3)),
    (readout(4), readout(5, WOOD), readout(3)),
    (readout(4), readout(5, WOOD), torn(3)),
    (readout(4), readout(5, WOOD), readout(3), torn(2)),
    (torn(4), readout(5, WOOD), readout(1), readout(2), torn(3)),
    (torn(4), readout(5, WOOD), readout(2)),
    (torn(4), readout(5, WOOD), torn(2)),
    (readout(4), readout(5, WOOD), readout(1, WOOD), readout(2, WOOD)),
    (torn(4), readout(5, WOOD), readout(1, WOOD)),
    (readout(4), readout(5, mention("Wood Pulp")), readout(1, mention("Wood"))),
    (readout(4, WOOD), readout(5), readout(3)),
    (readout(1, WOOD), readout(5), readout(3, WOOD)),
    (readout(1), readout(5, WOOD), readout(3, WOOD)),
    (readout(2, WOOD), readout(3, issue("Wood"))),
    (readout(2, WOOD), readout(3, issue("Wood"), WOOD)),
    (readout(2, WOOD, issue("Wood")), readout(3, WOOD)),
    (
        readout(4),
        readout(5, mention("ethanol")),
        readout(1, mention("increasing Japan’s use of ethanol")),
    ),
    (readout(None, WOOD), readout(None, mention("Labor"))),
)


def reasons_of(found: Comparison) -> list[str]:
    return [one_line(change.reason) for change in (*found.topics, *found.bilateral_issues)]


def led(number: int | None, country: str, title: str) -> Readout:
    made = readout(number)
    side = Delegation(country, (Lead("Ann Lee", title),))
    return Readout(
        *(made.series, made.round, made.held, (), made.city, (side,), ()),
        next_round=None,
        complete=True,
    )


def ranks(number: int | None = 4, country: str = "United States") -> list[str]:
    pairs = [(led(number, country, x), led(5, country, y)) for x in TITLES for y in TITLES]
    return [change.reason for pair in pairs for change in rank_changes(*pair)]


def every_reason() -> list[str]:
    compared = [compare(old, new, PARTNERSHIP, past) for old, new, *past in SCENES]
    told = [reason for found in compared for reason in reasons_of(found)]
    return [*told, *ranks(), *ranks(None, "Japan")]


def is_in_japanese(said: str) -> bool:
    """Whether no Latin letter stands outside quotations; EU is what Japanese calls it."""
    return re.search(r"[A-Za-z]", re.sub(r"「[^「」]*」", "", said).replace("EU", "")) is None


def test_every_form_of_a_sentence_is_one_that_the_core_says() -> None:
    told = "\n".join(every_reason())
    forms = [*SENTENCES, *(each for parts in PARTS.values() for each in parts if each)]
    assert [each for each in forms if not re.search(form(each, "", kinds()).shape, told)] == []


@pytest.mark.parametrize("reason", sorted(set(every_reason())))
def test_every_reason_of_these_scenes_is_said_in_japanese(reason: str) -> None:
    said = in_japanese(reason)
    assert said is not None
    assert is_in_japanese(said)
    assert said.endswith("。")


@given(readouts(), readouts(), HISTORIES)
def test_whatever_the_core_compares_its_reasons_can_be_said(
    before: Readout, after: Readout, history: list[Readout]
) -> None:
    labels = [m.label + m.text for each in (before, after, *history) for m in each.mentions]
    assume(not any(set(label) & set("“”「」") for label in labels))
    for reason in reasons_of(compare(before, after, PARTNERSHIP, history)):
        said = in_japanese(reason)
        assert said is not None
        assert is_in_japanese(said)
        assert set(re.findall("“([^“”]*)”", reason)) <= set(re.findall("「([^「」]*)」", said))


def test_a_reason_with_quotation_marks_in_a_label_is_said_whole() -> None:
    label = "the “Wood” Agreement"
    (reason,) = reasons_of(compare(readout(1, mention(label)), readout(2), PARTNERSHIP, ()))
    assert in_japanese(reason) == (
        "第2回会合は「the “Wood” Agreement」を挙げていません。第1回会合では挙げられていました。"
    )


@pytest.mark.parametrize(
    "reason",
    [
        "The stars say so.",
        "Both rounds name “Labor”. The stars say so.",
        "Both rounds name “Labor”",
        "Both rounds name “La“bor”.",
        "Both rounds name Labor.",
    ],
)
def test_a_reason_of_another_form_is_not_half_translated(reason: str) -> None:
    assert in_japanese(reason) is None


def test_no_reason_is_no_reason() -> None:
    assert in_japanese("") == ""


@given(st.text(alphabet="“”. ab", max_size=60))
def test_a_label_says_nothing_beyond_its_quotation(label: str) -> None:
    said = in_japanese(f"Both rounds name “{label}”.")
    if said is not None and not set(label) & set("“”"):
        assert said == f"両会合とも「{label}」を挙げています。"


@pytest.mark.parametrize(
    "label", ["a. " * 1000, "“a” and " * 1000, "“" * 5000, "a, and of " * 1000]
)
def test_a_broken_label_takes_no_time(label: str) -> None:
    began = time.perf_counter()
    in_japanese(f"Round 5 does not name “{label}”, which stood in rounds 1 to 4.")
    assert time.perf_counter() - began < 1
