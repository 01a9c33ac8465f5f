from hypothesis import given
from hypothesis import strategies as st

from monitor.core.compare import compare, text_change
from storage.records import Change, Comparison, Readout
from tests.core.builders import PARTNERSHIP, issue, mention, readout


def compared(before: Readout, after: Readout, *history: Readout) -> Comparison:
    return compare(before, after, PARTNERSHIP, history)


def by_label(changes: tuple[Change, ...]) -> dict[str, Change]:
    return {(change.after or change.before)[0]: change for change in changes}


def test_a_name_in_another_style_is_the_same_name_and_no_changed_label() -> None:
    change = compared(
        readout(1, mention("Third-country Issues")), readout(2, mention("Third‑Country  Issues"))
    ).topics[0]
    assert (change.change, change.label_changed, change.certainty) == (
        "continued",
        False,
        "certain",
    )


def test_a_reviewed_alias_is_the_same_topic_under_another_name() -> None:
    before, after = (
        readout(1, mention("Critical Minerals")),
        readout(2, mention("U.S.-Japan Critical Minerals Agreement (CMA)")),
    )
    change = compared(before, after).topics[0]
    assert (change.change, change.label_changed) == ("continued", True)
    assert "reviewed list" in change.reason


def test_a_label_inside_another_is_likely_the_same_and_says_why() -> None:
    change = compared(
        readout(1, issue("customs valuation")), readout(2, issue("customs valuation and licensing"))
    ).bilateral_issues[0]
    assert (change.change, change.certainty, change.label_changed) == ("continued", "likely", True)
    assert "“customs valuation and licensing”" in change.reason


def test_words_that_every_label_has_tie_nothing_together() -> None:
    changes = compared(readout(3, issue("trade in mutton")), readout(4, issue("barriers to trade")))
    assert [c.change for c in changes.bilateral_issues] == ["dropped", "introduced"]


def test_a_dropped_topic_says_in_which_round_it_was_last_seen() -> None:
    change = compared(
        readout(4, mention("Environment"), mention("Labor")), readout(5, mention("Labor"))
    ).topics[0]
    assert (change.change, change.before, change.last_seen_round) == (
        "dropped",
        ("Environment",),
        4,
    )


def test_a_topic_from_an_earlier_round_than_the_last_has_returned() -> None:
    third = readout(3, issue("increasing Japan’s use of ethanol"))
    change = compared(
        readout(4, issue("seafood")), readout(5, issue("ethanol"), issue("seafood")), third
    ).bilateral_issues[-1]
    assert (change.change, change.last_seen_round) == ("returned", 3)
    assert "Round 3 named “increasing Japan’s use of ethanol”" in change.reason


def test_a_new_topic_whose_words_left_a_matched_one_is_likely_split_off_and_both_readings_stand() -> (
    None
):
    before = readout(
        4,
        mention(
            "Third-Country Issues", "Spoke of tariffs and of non-market policies and practices."
        ),
    )
    after = readout(
        5,
        mention("Third-Country Issues", "Spoke of tariffs."),
        mention("Non-Market Policies and Practices", "Planned joint work."),
    )
    (change,) = compared(before, after).topics
    assert (change.change, change.certainty) == ("split", "likely")
    assert change.after == ("Third-Country Issues", "Non-Market Policies and Practices")
    assert "or else it is a new topic" in change.reason


def test_a_lost_topic_whose_words_came_into_a_matched_one_is_likely_merged() -> None:
    before = readout(
        4, mention("Labor", "Spoke of audits."), mention("Environment", "Spoke of forests.")
    )
    after = readout(5, mention("Labor", "Spoke of audits and the environment."))
    (change,) = compared(before, after).topics
    assert (change.change, change.before) == ("merged", ("Labor", "Environment"))


def test_against_a_page_that_breaks_off_nothing_is_called_dropped() -> None:
    before, after = (
        readout(4, mention("Labor"), mention("Environment")),
        readout(5, mention("Labor"), complete=False),
    )
    changes = by_label(compared(before, after).topics)
    assert (changes["Environment"].change, changes["Environment"].certainty) == (
        "not-seen",
        "unsure",
    )


def test_an_inserted_topic_moves_nothing_and_a_moved_one_is_the_one_that_moved() -> None:
    before = readout(4, mention("Labor"), mention("Environment"), mention("Standards"))
    inserted = readout(
        5,
        mention("Digital Economy"),
        mention("Labor"),
        mention("Environment"),
        mention("Standards"),
    )
    assert {c.moved for c in compared(before, inserted).topics} == {None}
    turned = readout(5, mention("Environment"), mention("Standards"), mention("Labor"))
    assert by_label(compared(before, turned).topics)["Labor"].moved == "order"


def test_a_topic_that_became_a_bilateral_issue_moved_strand() -> None:
    changes = compared(
        readout(4, mention("Standards")), readout(5, issue("standards"))
    ).bilateral_issues
    assert [(c.change, c.moved) for c in changes] == [("continued", "strand")]


def test_rounds_between_the_two_are_named_as_missing() -> None:
    assert compared(readout(1), readout(5)).missing_rounds == (2, 3, 4)


def test_rounds_between_the_two_that_are_on_file_are_not_missing() -> None:
    assert compared(readout(1), readout(5), readout(3), readout(4)).missing_rounds == (2,)


def test_leads_are_told_by_country_and_one_not_named_is_empty() -> None:
    (change,) = compared(readout(1, lead="A Lead"), readout(2)).delegations
    assert (change.country, change.before, change.after) == ("United States", ("A Lead",), ())


def test_each_kind_of_change_in_a_text_has_its_word() -> None:
    assert text_change("Spoke of rules – and data.", "Spoke of rules — and data.") == "style"
    assert text_change("Spoke of rules and data.", "Spoke of rules.") == "shortened"
    assert text_change("Spoke of rules.", "Spoke of rules and data.") == "extended"
    assert text_change("Spoke of rules and data.", "Spoke of rules and fish.") == "reworded"
    assert text_change("Spoke of rules and data.", "Praised some fishing fleets.") == "replaced"
    assert text_change("Spoke of rules.", "Spoke of rules.") == "same"


LABELS = st.lists(
    st.sampled_from(
        [
            "Labor",
            "Environment",
            "Digital Economy",
            "Digital Trade",
            "Third-Country Issues",
            "Trade Facilitation",
            "Wood",
            "Wood Products",
        ]
    ),
    unique=True,
    max_size=6,
)
TEXTS = st.sampled_from(
    ["Spoke of wood.", "Spoke of the environment and labor.", "Planned talks on digital trade."]
)


@given(st.lists(st.tuples(LABELS, TEXTS), min_size=2, max_size=2))
def test_every_label_of_both_rounds_stands_in_exactly_one_change(
    rounds: list[tuple[list[str], str]],
) -> None:
    before, after = (
        readout(n, *(mention(label, text) for label in labels))
        for n, (labels, text) in enumerate(rounds, 1)
    )
    changes = compared(before, after).topics
    assert sorted(label for c in changes for label in c.before) == sorted(rounds[0][0])
    assert sorted(label for c in changes for label in c.after) == sorted(rounds[1][0])


@given(LABELS, TEXTS)
def test_a_round_compared_with_itself_changed_in_nothing(labels: list[str], text: str) -> None:
    one, other = (
        readout(1, *(mention(x, text) for x in labels)),
        readout(2, *(mention(x, text) for x in labels)),
    )
    assert {
        (c.change, c.label_changed, c.text_change, c.moved) for c in compared(one, other).topics
    } <= {("continued", False, "same", None)}
