"""Two accounts of one release, field by field."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.rereading import Account, differences
from storage.records import Delegation, Lead, Readout, Span
from tests.core.builders import issue, mention, readout

DAY = date(2024, 7, 31)
ROUND = readout(5, mention("Labor"), mention("Digital Economy"), lead="A. Person")


def account(*readouts: Readout, title: str | None = "Readout") -> Account:
    return Account("readout" if readouts else "unrelated", title, DAY, readouts)


def found(before: Account, after: Account) -> list[tuple[str, str | None, str | None]]:
    return [(each.what, each.before, each.after) for each in differences(before, after)]


def of_round(**changes: object) -> list[tuple[str, str | None, str | None]]:
    changed = replace(ROUND, **changes)  # type: ignore[arg-type]
    name = "us-japan-partnership-on-trade 5: "
    return [(w.removeprefix(name), b, a) for w, b, a in found(account(ROUND), account(changed))]


def test_the_same_account_has_no_differences() -> None:
    assert found(account(ROUND), account(ROUND)) == []


def test_verdict_title_and_rounds_are_told_before_and_after() -> None:
    assert found(account(title=None), account(ROUND)) == [
        ("verdict", "unrelated", "readout"),
        ("title", None, "Readout"),
        ("rounds", None, "us-japan-partnership-on-trade 5"),
    ]


def test_topics_are_told_by_the_labels_that_went_and_came() -> None:
    said = of_round(mentions=(mention("Labor"), mention("Seafood"), issue("plywood")))
    assert said == [("topics", "Digital Economy", "plywood; Seafood")]


def test_a_topic_that_stays_is_told_where_its_text_or_its_name_is_another() -> None:
    labor, digital = ROUND.mentions
    other = replace(labor, text="Other words."), replace(digital, topic="digital-trade")
    assert of_round(mentions=other) == [
        ("topic of “Digital Economy”", "digital-economy", "digital-trade"),
        ("text of “Labor”", "Talked about it.", "Other words."),
    ]


def test_days_leads_city_and_the_next_round_are_told_in_their_words() -> None:
    later = Span("next spring", None, None, "unstated")
    led = (Delegation("Japan", (Lead("B. Person", None),)),)
    span = Span("May 6-7", date(2026, 5, 6), date(2026, 5, 7), "day")
    said = of_round(next_round=later, delegations=led, city="Tokyo", held=span)
    assert [what for what, _, _ in said] == ["held", "city", "next round", "delegations"]
    assert said[0][2] == "May 6-7 (2026-05-06 to 2026-05-07)"
    assert said[2][1:] == (None, "next spring (no days)")
    assert said[3][1:] == ("United States: A. Person (Director)", "Japan: B. Person")


def test_a_long_text_is_cut_and_its_length_is_told() -> None:
    ((_, _, after),) = of_round(
        mentions=(replace(ROUND.mentions[0], text="x" * 900), ROUND.mentions[1])
    )
    assert after == "x" * 200 + "… (900 characters)"


labels = st.lists(st.sampled_from(["Labor", "Seafood", "Digital Economy", "Energy"]), unique=True)


@given(labels, labels)
def test_whatever_differs_is_told_and_the_way_back_is_its_mirror(
    a: list[str], b: list[str]
) -> None:
    one, other = (account(readout(5, *map(mention, each))) for each in (a, b))
    there, back = found(one, other), found(other, one)
    assert there == [(what, after, before) for what, before, after in back]
    assert (there == []) == (set(a) == set(b))
