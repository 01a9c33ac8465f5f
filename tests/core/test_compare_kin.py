"""Splits, mergers, what must match and what must not, and pages that break off."""

from __future__ import annotations

import pytest

from storage.records import Change
from tests.core.builders import issue, mention, readout
from tests.core.test_compare import by_label, compared

THIRD = mention("Third-Country Issues", "Spoke of tariffs, seafood and non-market practices.")
LESS = mention("Third-Country Issues", "Spoke of tariffs.")


def kinds(changes: tuple[Change, ...]) -> list[tuple[str, str]]:
    return [(c.change, " + ".join(c.after or c.before)) for c in changes]


@pytest.mark.parametrize(
    ("one", "other", "certainty"),
    [
        ("Labor", "LABOR", "certain"),
        ("Third-country Issues", "Third–Country Issue", "certain"),
        ("technical barriers to trade", "Technical Barriers to Trade (TBT)", "certain"),
        ("Policies & Practices", "policies and practices", "certain"),
        ("regulatory transparency", "regulatory transparency and due process", "certain"),
        ("Critical Minerals", "U.S.-Japan Critical Minerals Agreement (CMA)", "certain"),
        ("customs valuation", "customs valuation and licensing", "likely"),
        ("非市場的政策", "非市場的政策", "certain"),
        ("Other Issues", "other issues", "certain"),
    ],
)
def test_these_are_one_topic(one: str, other: str, certainty: str) -> None:
    for before, after in ((one, other), (other, one)):
        (change,) = compared(readout(1, mention(before)), readout(2, mention(after))).topics
        assert (change.change, change.certainty) == ("continued", certainty)
        assert before in change.reason


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("trade in seafood", "technical barriers to trade"),
        (
            "U.S.-Japan Critical Minerals Agreement (CMA)",
            "issues related to the Inflation Reduction Act",
        ),
        ("U.S.-Japan Critical Minerals Agreement (CMA)", "increasing Japan’s use of ethanol"),
        ("Deepening Collaboration", "Multilateral Cooperation"),
        ("Deepening Collaboration", "areas for cooperation"),
        ("Deepening Collaboration", "Collaboration"),
        ("Deepening Collaboration", "Deepening Cooperation on Labor"),
        ("Non-Market Policies and Practices", "Market Access"),
        ("Standards (food)", "Standards (cars)"),
        ("非市場的政策", "労働"),
        ("Other Issues", "Issues"),
        ("–", "…"),
    ],
)
def test_these_are_two_topics(one: str, other: str) -> None:
    for before, after in ((one, other), (other, one)):
        found = compared(readout(1, mention(before)), readout(2, mention(after))).topics
        assert kinds(found) == [("dropped", before), ("introduced", after)]


@pytest.mark.parametrize("party", ["Japan", "U.S.", "United States"])
def test_the_name_of_a_party_relates_nothing(party: str) -> None:
    found = compared(readout(1, issue(f"{party} rice")), readout(2, issue(f"{party} beef")))
    assert {c.certainty for c in found.bilateral_issues} == {"certain"}


# --- Splits and mergers -------------------------------------------------------------------------


def test_a_topic_may_be_split_into_several() -> None:
    after = readout(2, LESS, mention("Seafood"), mention("Non-Market Practices"))
    (change,) = compared(readout(1, THIRD), after).topics
    assert (change.change, change.certainty) == ("split", "likely")
    assert change.after == ("Third-Country Issues", "Seafood", "Non-Market Practices")
    assert "“seafood” stood under “Third-Country Issues”, and left it" in change.reason
    assert "“non-market” and “practices” stood" in change.reason


def test_words_that_stayed_are_no_split() -> None:
    found = compared(readout(1, THIRD), readout(2, THIRD, mention("Seafood")))
    assert kinds(found.topics)[1] == ("introduced", "Seafood")


def test_words_that_left_two_topics_are_no_split_but_told() -> None:
    before = readout(1, THIRD, mention("Labor", "Crews in seafood plants."))
    after = readout(2, LESS, mention("Labor", "Crews."), mention("Seafood", "Fish."))
    change = by_label(compared(before, after).topics)["Seafood"]
    assert (change.change, change.certainty) == ("introduced", "likely")
    assert "Possibly related to “Third-Country Issues” and “Labor”" in change.reason


def test_words_that_went_to_the_other_strand_are_told_and_counted_as_no_split() -> None:
    found = compared(readout(1, THIRD), readout(2, LESS, issue("trade in seafood")))
    assert kinds(found.topics) == [("continued", "Third-Country Issues")]
    (change,) = found.bilateral_issues
    assert (change.change, change.certainty) == ("introduced", "likely")
    assert (
        "in round 1 “seafood” stood there, and left; it is new, or came from there" in change.reason
    )


def test_a_topic_that_an_earlier_round_named_returned_and_is_no_split() -> None:
    earlier = readout(1, mention("Seafood"))
    found = compared(readout(2, THIRD), readout(3, LESS, mention("Seafood")), earlier)
    assert kinds(found.topics) == [
        ("continued", "Third-Country Issues"),
        ("returned", "Seafood"),
    ]


def test_a_topic_that_left_altogether_became_two_whose_labels_it_held() -> None:
    before = readout(1, mention("Wood and Paper", "Spoke of mills."))
    after = readout(2, mention("Wood"), mention("Paper"))
    (change,) = compared(before, after).topics
    assert (change.change, change.certainty) == ("split", "likely")
    assert (change.before, change.after) == (("Wood and Paper",), ("Wood", "Paper"))
    assert "“Wood” and “Paper” are likely what it was split into" in change.reason
    assert "or else it was dropped and they are new topics" in change.reason


def test_two_topics_that_left_became_one_whose_label_holds_theirs() -> None:
    before = readout(1, mention("Wood"), mention("Paper"))
    after = readout(2, mention("Wood and Paper", "Spoke of mills."))
    (change,) = compared(before, after).topics
    assert (change.change, change.before) == ("merged", ("Wood", "Paper"))
    assert "names neither “Wood” nor “Paper”" in change.reason
    assert "or else they were dropped and it is a new topic" in change.reason


def test_a_merger_quotes_the_words_that_came() -> None:
    before = readout(1, LESS, mention("Seafood"))
    (change,) = compared(before, readout(2, THIRD)).topics
    assert (change.change, change.before) == ("merged", ("Third-Country Issues", "Seafood"))
    assert "in round 2 “seafood” stands under “Third-Country Issues” for the first" in change.reason
    assert "or else it was dropped" in change.reason


def test_one_new_label_under_a_topic_that_left_is_a_relation_and_no_match() -> None:
    found = compared(readout(1, THIRD), readout(2, mention("Seafood", "Fish.")))
    assert kinds(found.topics) == [("dropped", "Third-Country Issues"), ("introduced", "Seafood")]
    assert all(c.certainty == "likely" for c in found.topics)
    assert "in round 1 “seafood” stood under it" in found.topics[0].reason


def test_a_relation_by_texts_gives_both_readings_on_both_sides() -> None:
    before = readout(1, mention("Ports", "Heard from crews on piers."))
    after = readout(2, mention("Harbors", "Heard about crews and piers."))
    gone, new = compared(before, after).topics
    assert gone.reason.endswith(
        "Possibly related to “Harbors”, not sure: both texts have “Heard”, “crews” and “piers”; "
        "it was dropped, or goes on as “Harbors”."
    )
    assert new.reason.endswith("; it is new, or “Ports” under another name.")


def test_house_style_relates_nothing() -> None:
    text = "Discussions focused on shared commitments."
    before = readout(1, mention("Ports", text), mention("Labor", text))
    after = readout(2, mention("Rice", text), mention("Labor", text))
    assert {c.certainty for c in compared(before, after).topics} == {"certain"}


# --- Pages that break off -----------------------------------------------------------------------


def test_nothing_is_dropped_or_merged_by_a_page_that_breaks_off() -> None:
    before = readout(1, LESS, mention("Seafood"), issue("standards"))
    found = compared(before, readout(2, THIRD, complete=False))
    assert [c.change for c in found.topics] == ["continued", "not-seen"]
    (lost,) = found.bilateral_issues
    assert (lost.change, lost.certainty, lost.last_seen_round) == ("not-seen", "unsure", None)
    assert "breaks off before its end" in lost.reason
    assert "may stand in the rest" in lost.reason


def test_what_the_last_topic_of_a_torn_page_seems_to_have_lost_is_no_split() -> None:
    after = readout(2, mention("Seafood"), LESS, complete=False)
    found = by_label(compared(readout(1, THIRD), after).topics)
    assert found["Seafood"].change == "introduced"
    assert (
        "breaks off after it: what it says of it may go on" in found["Third-Country Issues"].reason
    )


def test_a_split_against_a_torn_page_is_unsure_and_says_why() -> None:
    before = readout(1, THIRD, complete=False)
    (change,) = compared(before, readout(2, LESS, mention("Seafood"))).topics
    assert (change.change, change.certainty) == ("split", "unsure")
    assert "or it stood in the part of round 1 that is missing" in change.reason


# --- Awkward pages ------------------------------------------------------------------------------


def test_a_topic_that_a_page_names_twice_is_one_topic_with_both_texts() -> None:
    before = readout(1, mention("Labor", "Spoke of audits."))
    after = readout(2, mention("Labor", "Spoke of audits."), mention("labor", "Planned visits."))
    (change,) = compared(before, after).topics
    assert (change.change, change.before, change.after) == (
        "continued",
        ("Labor",),
        ("Labor", "labor"),
    )
    assert "Round 2 names it 2 times: “Labor”, “labor”." in change.reason
    assert change.text_change == "extended"


def test_the_same_label_in_both_strands_is_matched_with_its_own() -> None:
    before = readout(1, issue("standards"), mention("Standards", "Spoke."))
    after = readout(2, mention("Standards", "Spoke."), issue("standards"))
    found = compared(before, after)
    assert [c.moved for c in (*found.topics, *found.bilateral_issues)] == [None, None]


def test_a_changed_strand_is_said_in_words() -> None:
    found = compared(readout(1, mention("Standards")), readout(2, issue("standards")))
    assert found.topics == ()
    (change,) = found.bilateral_issues
    assert change.moved == "strand"
    assert "among the areas of common interest and stands among the bilateral" in change.reason


def test_hundreds_of_topics_are_told_apart() -> None:
    before = readout(1, *(mention(f"Topic{n} of wood{n}", f"Text {n}") for n in range(400)))
    after = readout(2, *(mention(f"Topic{n} of wood{n}", f"Text {n}") for n in range(200, 600)))
    found = [c.change for c in compared(before, after).topics]
    assert {kind: found.count(kind) for kind in set(found)} == {
        "dropped": 200,
        "continued": 200,
        "introduced": 200,
    }
