"""What changed in the five rounds of the Partnership, as the bundled pages tell them."""

from __future__ import annotations

from functools import cache

import pytest

from monitor.core.compare import compare
from monitor.core.readout import read_release
from monitor.core.release import read_text
from monitor.pressroom import PressRelease, releases
from monitor.pressroom.content import Bullets
from storage.records import Change, Comparison, Readout
from tests.core.builders import PARTNERSHIP

LEVEL = "ensuring a level playing field for certain products and services"
CMA = "U.S.-Japan Critical Minerals Agreement (CMA)"
FUELS = (
    "areas for cooperation to increase the globally available supply of sustainable aviation "
    "fuels and feedstocks, including those that are ethanol-based"
)

TABLE = {
    2: """
        continued   Labor
        continued   Digital Economy
        dropped     Environment
        dropped     Trade Facilitation
        continued   Third-Country Issues
        continued   Multilateral Cooperation
        introduced  Deepening Collaboration
        --
        continued   regulatory transparency
        dropped     standards
    """,
    3: f"""
        continued   Labor
        continued   Digital Economy
        continued   Deepening Collaboration
        continued   Third-Country Issues
        dropped     Multilateral Cooperation
        --
        continued   regulatory transparency
        introduced  {LEVEL}
        introduced  increasing Japan’s use of ethanol
        introduced  issues related to the Inflation Reduction Act
    """,
    4: f"""
        continued   Labor
        continued   Digital Economy
        dropped     Deepening Collaboration
        continued   Third-Country Issues
        introduced  {CMA}
        --
        continued   regulatory transparency
        continued   {LEVEL}
        dropped     increasing Japan’s use of ethanol
        dropped     issues related to the Inflation Reduction Act
        introduced  technical barriers to trade
    """,
    5: f"""
        continued   Digital Economy
        continued   {CMA}
        split       Third-Country Issues + Non-Market Policies and Practices
        continued   Labor
        --
        continued   regulatory transparency and due process
        continued   {LEVEL}
        dropped     technical barriers to trade
        introduced  trade in seafood
        returned    {FUELS}
    """,
}


def text_of(release: PressRelease) -> str:
    lines = [release.title]
    for block in release.body:
        lines += [f"• {item}" for item in block.items] if isinstance(block, Bullets) else [block]
    return "\n\n".join(lines)


@cache
def rounds() -> tuple[Readout, ...]:
    bundled = sorted((r for r in releases() if r.round), key=lambda r: r.round or 0)
    read = [read_release(read_text(text_of(each)), (PARTNERSHIP,)) for each in bundled]
    return tuple(reading.readouts[0] for reading in read)


def against_the_round_before(number: int) -> Comparison:
    return compare(rounds()[number - 2], rounds()[number - 1], PARTNERSHIP, rounds())


def change_of(number: int, label: str) -> Change:
    found = against_the_round_before(number)
    (change,) = (
        c for c in (*found.topics, *found.bilateral_issues) if label in (*c.after, *c.before)
    )
    return change


def table(found: Comparison) -> list[str]:
    def rows(changes: tuple[Change, ...]) -> list[str]:
        return [f"{c.change:11} {' + '.join(c.after or c.before)}" for c in changes]

    return [*rows(found.topics), "--", *rows(found.bilateral_issues)]


@pytest.mark.parametrize("number", TABLE)
def test_the_table_of_changes_is_that_of_the_record(number: int) -> None:
    wanted = [line.strip() for line in TABLE[number].strip().splitlines()]
    assert table(against_the_round_before(number)) == wanted


def test_ethanol_returned_in_round_5_from_round_3_under_another_name() -> None:
    change = change_of(5, FUELS)
    assert (change.change, change.last_seen_round, change.topic) == ("returned", 3, "ethanol")
    assert change.reason == (
        "Round 3 named “increasing Japan’s use of ethanol”, the same topic by the reviewed list "
        "(ethanol); round 4 did not."
    )


def test_non_market_practices_are_likely_split_off_with_the_very_words_that_left() -> None:
    change = change_of(5, "Non-Market Policies and Practices")
    assert (change.before, change.certainty) == (("Third-Country Issues",), "likely")
    assert (
        "in round 4 “non-market” and “practices” stood under “Third-Country Issues”, and left it; "
        "or else it is a new topic."
    ) in change.reason


def test_regulatory_transparency_goes_on_under_a_longer_name() -> None:
    change = change_of(5, "regulatory transparency and due process")
    assert (change.change, change.label_changed, change.text_change) == (
        "continued",
        True,
        "extended",
    )
    assert change.words_new == ("due", "process")


def test_what_was_dropped_says_in_which_rounds_it_had_stood() -> None:
    assert change_of(3, "Multilateral Cooperation").reason == (
        "Round 3 does not name “Multilateral Cooperation”, which stood in rounds 1 and 2."
    )
    assert change_of(4, "increasing Japan’s use of ethanol").reason == (
        "Round 4 does not name “increasing Japan’s use of ethanol”, which round 3 was the first on "
        "file to name."
    )


def test_only_labor_moved_in_its_list_when_round_4_put_it_last() -> None:
    assert [c.after for c in against_the_round_before(4).topics if c.moved] == [("Labor",)]
    assert {c.moved for c in against_the_round_before(5).topics} == {None}


def test_nothing_that_was_introduced_or_dropped_is_said_to_be_related_to_anything() -> None:
    for number in TABLE:
        found = against_the_round_before(number)
        for change in (*found.topics, *found.bilateral_issues):
            assert "Possibly related" not in change.reason
