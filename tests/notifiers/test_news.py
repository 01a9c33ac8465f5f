"""The news in sentences: what went, came, split and was reworded, five lines at most."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from notifiers.digest.news.lines import MOST_LINES, Told, tell
from storage.records import (
    Absence,
    Background,
    Change,
    Comparison,
    DelegationChange,
    NewsLine,
    RankChange,
)
from tests.notifiers.builders import (
    AVIATION_FUELS,
    BACKGROUND,
    COMPARISON,
    READOUT_1,
    change,
    comparison,
    dropped,
    introduced,
    mention,
    pieces,
    summary,
)

PLAIN = Background(rounds=(1, 2, 3, 4))
UNSEEN: dict[str, Any] = {"change": "not-seen", "certainty": "unsure", "last_seen_round": None}


def compared(*topics: Change, **facts: Any) -> Comparison:
    """Round 5 against round 4, with nobody else in the lead."""
    return comparison(*topics, **({"before_round": 4, "delegations": ()} | facts))


def news(found: Comparison | None, background: Background = PLAIN, **readout: Any) -> Told:
    return tell(summary(found, **readout), background, READOUT_1)


def lines(*topics: Change, background: Background = PLAIN, **facts: Any) -> list[str]:
    return [line.text for line in news(compared(*topics, **facts), background).lines]


def first(*topics: Change, background: Background = PLAIN, **facts: Any) -> str:
    return lines(*topics, background=background, **facts)[0]


def returned(label: str, last: int = 3, **facts: Any) -> Change:
    return introduced(label, "x", **{"change": "returned", "last_seen_round": last, **facts})


def stood(**rounds: int) -> Background:
    return replace(PLAIN, times_stood=rounds)


# --- What went --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (
            ["Environment"],
            "Environment dropped out after two rounds in a row, last seen in round 4.",
        ),
        (
            ["Environment", "Labor"],
            "Environment and Labor dropped out after two rounds in a row each, last seen in round 4.",
        ),
        (
            ["Environment", "Labor", "Energy"],
            "Environment, Labor and Energy dropped out after two rounds in a row each, "
            "last seen in round 4.",
        ),
    ],
)
def test_what_dropped_out_tells_how_long_it_had_stood(labels: list[str], words: str) -> None:
    background = stood(environment=2, labor=2, energy=2)
    assert first(*(dropped(label, "x") for label in labels), background=background) == words


def test_different_ages_stand_with_their_names() -> None:
    background = stood(environment=3, labor=1)
    assert first(dropped("Environment", "x"), dropped("Labor", "y"), background=background) == (
        "Environment (after three rounds in a row) and Labor (after one round) dropped out, "
        "last seen in round 4."
    )


def test_an_age_that_is_not_known_is_not_told() -> None:
    assert first(dropped("Environment", "x")) == "Environment dropped out, last seen in round 4."


def test_with_rounds_missing_those_on_file_were_counted() -> None:
    told = lines(dropped("Labor", "x"), background=stood(labor=1), missing_rounds=(2, 3))
    assert told[0] == "Labor dropped out after one round on file, last seen in round 4."


def test_what_likely_dropped_out_is_told_in_both_readings() -> None:
    ports = dropped("Ports", "x", certainty="likely")
    assert first(ports) == (
        "Ports likely dropped out, last seen in round 4; or else it goes on under another name."
    )
    assert first(ports, dropped("Labor", "x"), background=stood(labor=1, ports=1)) == (
        "Labor dropped out after one round and Ports likely dropped out after one round, "
        "last seen in round 4; or else Ports goes on under another name."
    )
    assert first(ports, dropped("Piers", "x", certainty="likely")).endswith(
        "; or else they go on under other names."
    )


def test_many_names_are_counted_and_all_stand_in_the_evidence() -> None:
    many = [dropped(f"A rather long label number {number}", "x") for number in range(30)]
    (line,) = news(compared(*many)).lines
    assert "and 2" in line.text
    assert " more dropped out" in line.text
    assert len(line.text) < 190
    assert [each.topic for each in line.evidence] == [each.topic for each in many]


# --- Pages that break off, rounds that are missing ---------------------------------------------


def test_of_a_page_that_breaks_off_it_is_told_what_cannot_be_said() -> None:
    found = compared(
        dropped("Labor", "x", **UNSEEN), bilateral_issues=(dropped("standards", "x", **UNSEEN),)
    )
    (line,) = news(found, complete=False).lines
    assert line.text == (
        "The page of round 5 breaks off before its end: whether Labor and “standards” went "
        "cannot be said."
    )
    assert line.certainty == "unsure"


def test_a_page_that_breaks_off_with_every_topic_on_it_still_says_so() -> None:
    (line,) = news(compared(change("Labor")), complete=False).lines
    assert line.text.endswith("whether anything went cannot be said.")


def test_against_a_page_that_breaks_off_nothing_is_surely_new_or_back() -> None:
    torn = replace(PLAIN, torn=(4,))
    assert first(introduced("Energy", "x", certainty="likely"), background=torn) == (
        "Energy is likely new; but the page of round 4 breaks off, and may have named it."
    )
    assert first(returned("Energy", 3, certainty="unsure"), background=torn) == (
        "Energy is perhaps back, last named in round 3; but the page of round 4 breaks off, and "
        "may have named it."
    )


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ((4,), "Round 4 is not on file: what changed may have changed in it."),
        ((2, 3, 4), "Rounds 2 to 4 are not on file: what changed may have changed in any of them."),
    ],
)
def test_missing_rounds_are_told_whatever_else_there_is(
    missing: tuple[int, ...], words: str
) -> None:
    found = news(replace(COMPARISON, missing_rounds=missing), BACKGROUND)
    assert found.lines[-1].text == words
    assert len(found.lines) == MOST_LINES


# --- What came --------------------------------------------------------------------------------


def test_what_is_new_says_how_far_back() -> None:
    energy, ports = introduced("Energy", "x"), introduced("Ports", "x")
    since = "none of the four earlier rounds on file names"
    assert first(energy) == f"Energy is new: {since} it."
    assert first(energy, ports) == f"Energy and Ports are new: {since} them."
    one = Background(rounds=(4,))
    assert first(energy, background=one) == (
        "Energy is new: round 4, the only earlier one on file, does not name it."
    )


def test_what_is_likely_new_is_told_in_both_readings() -> None:
    assert first(introduced("Energy", "x", certainty="likely")).endswith(
        "names it; or else it continues another topic."
    )


def test_what_returned_says_since_when_it_was_away() -> None:
    assert first(returned("Energy")) == "Energy is back, last named in round 3."
    assert first(returned("Energy"), returned("Ports")) == (
        "Energy and Ports are back, last named in round 3."
    )
    assert first(returned("Energy"), returned("Ports", 1)) == (
        "Ports is back, last named in round 1; Energy is back, last named in round 3."
    )


def test_what_returned_under_another_name_is_told_with_both() -> None:
    background = replace(PLAIN, earlier_labels={"energy": "Fuel and Power"})
    assert first(returned("Energy", certainty="likely"), background=background) == (
        "“Fuel and Power”, last named in round 3, is likely back as Energy; or else it is new."
    )


# --- What took another shape, another name, another place ----------------------------------------


def split(*new: str, **facts: Any) -> Change:
    standard = {"change": "split", "after": ("Digital Economy", *new), "certainty": "likely"}
    return change("Digital Economy", **(standard | facts))


def merged(*old: str, **facts: Any) -> Change:
    standard = {"change": "merged", "before": ("Labor", *old), "certainty": "likely"}
    return change("Labor", **(standard | facts))


def test_a_split_is_told_in_both_readings() -> None:
    assert first(split("Cables")) == (
        "Cables, until round 4 likely part of Digital Economy, became a topic of its own; or else "
        "it is a new topic."
    )
    assert first(split("Cables", "Data")) == (
        "Cables and Data, until round 4 likely part of Digital Economy, became topics of their "
        "own; or else they are new topics."
    )


def test_a_merger_is_told_in_both_readings() -> None:
    assert first(merged("Forced Labor")) == (
        "Forced Labor, a topic of its own until round 4, is likely part of Labor now; or else it "
        "dropped out."
    )
    assert "are likely part of Labor now; or else they" in first(merged("Child Labor", "Wages"))


def test_a_split_that_is_certain_has_one_reading() -> None:
    assert first(split("Cables", certainty="certain")) == (
        "Cables, until round 4 part of Digital Economy, became a topic of its own."
    )


def test_a_new_name_is_told_with_the_old_one() -> None:
    renamed = change("Norms", before=("Standards",), label_changed=True)
    assert first(renamed) == "Standards is called Norms now."
    assert first(replace(renamed, certainty="likely")) == "Standards is likely called Norms now."


def test_another_strand_is_told_before_another_place() -> None:
    moved = change("Energy", moved="strand"), change("Ports", moved="order")
    assert lines(*moved) == [
        "Energy moved from the bilateral issues to the areas of common interest.",
        "Ports stands at another place in the list.",
    ]
    assert first(bilateral_issues=(change("Ports", moved="strand"),)) == (
        "Ports moved from the areas of common interest to the bilateral issues."
    )


def test_another_place_is_told_from_where_to_where() -> None:
    earlier = replace(
        READOUT_1, mentions=tuple(mention(label, "x") for label in ("Labor", "Energy", "Ports"))
    )
    now = tuple(mention(label, "x") for label in ("Energy", "Ports", "Labor"))
    moved = change("Labor", moved="order")
    told = tell(summary(compared(moved), mentions=now), PLAIN, earlier)
    assert told.lines[0].text == "Labor moved from first to last place in the list."


# --- Texts ------------------------------------------------------------------------------------


def test_what_a_text_lost_or_added_stands_in_the_pages_words() -> None:
    lost = change(
        "Labor",
        text_change="shortened",
        redline=pieces(("keep", "The Task Force"), ("delete", ", founded in 2023"), ("keep", ".")),
    )
    added = change(
        "Energy",
        text_change="extended",
        redline=pieces(("keep", "Gas"), ("insert", " and some coal"), ("keep", ".")),
    )
    assert first(lost, added) == "Labor lost “founded in 2023”; Energy added “and some coal”."


def test_words_that_stand_in_place_of_others_are_not_called_lost() -> None:
    swapped = change(
        "Labor",
        text_change="shortened",
        redline=pieces(("delete", "Both sides shared"), ("insert", "Shared"), ("keep", " notes.")),
    )
    assert first(swapped) == "Labor was shortened."


def test_reworded_and_replaced_texts_are_named() -> None:
    told = lines(
        change("Labor", text_change="reworded"),
        change("Energy", text_change="reworded"),
        change("Ports", text_change="replaced"),
        change("Style", text_change="style"),
    )
    assert told == ["Ports was given another text; Labor and Energy were reworded."]


def test_an_issue_that_is_its_own_text_is_told_by_the_words_it_added() -> None:
    issue = COMPARISON.bilateral_issues[0]
    assert lines(bilateral_issues=(issue,)) == [
        "“regulatory transparency” likely added “and due process”."
    ]


# --- Bilateral issues -------------------------------------------------------------------------


def test_bilateral_issues_are_told_in_one_sentence() -> None:
    fuels = introduced(
        AVIATION_FUELS, "x", change="returned", topic="ethanol", certainty="likely",
        last_seen_round=3,
    )  # fmt: skip
    issues = dropped("standards", "x"), introduced("trade in seafood", "x"), fuels
    background = replace(PLAIN, earlier_labels={"ethanol": "increasing Japan’s use of ethanol"})
    assert lines(bilateral_issues=issues, background=background) == [
        "Bilateral issues: “standards” dropped out, “increasing Japan’s use of ethanol” (round 3) "
        "is likely back and “trade in seafood” is new."
    ]


def test_lists_inside_the_sentence_are_kept_apart() -> None:
    issues = dropped("standards", "x"), introduced("beef", "x"), introduced("pork and ham", "x")
    assert lines(bilateral_issues=issues) == [
        "Bilateral issues: “standards” dropped out; “beef” and “pork and ham” are new."
    ]


def test_a_bilateral_issue_that_split_is_told() -> None:
    issue = change("fish", change="split", after=("fish", "eels"), certainty="likely")
    assert lines(bilateral_issues=(issue,)) == [
        "Bilateral issues: “eels” likely split off from “fish”."
    ]


# --- Leads ------------------------------------------------------------------------------------


def led(before: tuple[str, ...], after: tuple[str, ...], country: str = "Japan") -> list[str]:
    return lines(delegations=(DelegationChange(country, before, after),))


def test_other_leads_are_told_with_whom_they_replace() -> None:
    assert led(("Ono", "Matsuo"), ("Namazu", "Matsuo")) == ["Namazu led for Japan in place of Ono."]
    assert led(("Ono",), ("Ono", "Matsuo")) == ["Matsuo led for Japan beside Ono."]
    assert led(("Ono", "Matsuo"), ("Ono",)) == ["Matsuo no longer led for Japan."]
    assert led(("A",), ("B",), "United States") == ["B led for the United States in place of A."]


def test_a_lead_who_is_not_named_is_not_called_absent() -> None:
    assert led(("Ono",), ()) == ["No lead is named for Japan this time."]
    assert led((), ("Ono",))[0].startswith("Nothing came or went")
    side = DelegationChange("Japan", ("Ono",), ())
    torn = news(compared(change("Labor"), delegations=(side,)), complete=False)
    assert len(torn.lines) == 1


@pytest.mark.parametrize("direction", ["higher", "lower"])
def test_another_rank_is_told_and_rests_on_the_titles(direction: Any) -> None:
    change_ = RankChange("United States", "Director", "Assistant USTR", direction, "Led by both.")
    side = DelegationChange("United States", ("Michael Beeman",), ("Scott Wilbur",))
    (line,) = news(compared(delegations=(side,)), replace(PLAIN, ranks=(change_,))).lines
    assert line.text == (
        "Scott Wilbur (Assistant USTR) led for the United States, "
        f"of {direction} rank than Michael Beeman in round 4."
    )
    assert line.evidence[0].reason.endswith("Led by both.")
    assert line.evidence[0].topic is None


def test_the_same_rank_is_no_news_but_another_person_is() -> None:
    same = RankChange("Japan", "Director", "Director", "same", "As before.")
    side = DelegationChange("Japan", ("Ono",), ("Namazu",))
    told = news(compared(delegations=(side,)), replace(PLAIN, ranks=(same,)))
    assert [line.text for line in told.lines] == ["Namazu led for Japan in place of Ono."]


# --- What has not come up ------------------------------------------------------------------------


def absence(label: str, last: int, **facts: Any) -> Absence:
    standard = Absence(
        "common-interest", label.lower(), label, last, last + 1, "certain", f"Not “{label}”."
    )
    return replace(standard, **facts)


def test_what_has_not_come_up_for_longer_is_told_with_its_last_round() -> None:
    def silent(*absences: Absence, **facts: Any) -> str:
        return first(background=replace(PLAIN, absences=absences, **facts))

    assert silent(absence("Environment", 1)) == "Environment has not come up since round 1."
    assert silent(absence("Ports", 3), absence("Environment", 1), absence("Energy", 1)) == (
        "Environment and Energy have not come up since round 1 and Ports since round 3."
    )
    assert silent(absence("Ports", 3), torn=(2,)) == (
        "Ports has not come up since round 3, as far as the pages on file go."
    )
    assert silent(absence("Ports", 3, certainty="likely")) == (
        "Ports has likely not come up since round 3."
    )
    assert silent(absence("beef", 1, strand="bilateral")).startswith("Nothing came or went")


def test_an_absence_rests_on_the_round_that_dropped_the_topic() -> None:
    background = replace(PLAIN, absences=(absence("Environment", 1),))
    (line,) = news(compared(), background).lines
    assert (line.evidence[0].round, line.evidence[0].reason) == (2, "Not “Environment”.")


# --- The whole --------------------------------------------------------------------------------


def test_where_nothing_changed_that_is_said() -> None:
    assert lines(change("Labor"), change("Energy"), bilateral_issues=(change("fish"),)) == [
        "Nothing came or went: two topics and one bilateral issue stand as they did in round 4."
    ]


def test_a_first_round_names_its_topics() -> None:
    told = news(None, Background())
    assert [line.text for line in told.lines] == [
        "The areas of common interest are Digital Economy and Labor.",
        "The only bilateral issue is “trade in seafood”.",
    ]
    assert told.lines[0].evidence[0].reason == "The page names “Digital Economy”."


def test_the_lines_stand_in_the_order_of_what_is_news() -> None:
    found = compared(
        change("Labor", text_change="reworded"),
        introduced("Energy", "x"),
        returned("Ports"),
        split("Cables"),
        dropped("Environment", "x"),
        bilateral_issues=(dropped("standards", "x"),),
    )
    words = [line.text.split()[0].strip(",") for line in news(found).lines]
    assert words == ["Environment", "Cables", "Ports", "Energy", "Bilateral"]


def test_a_line_is_as_sure_as_the_least_sure_change_in_it() -> None:
    found = compared(dropped("Labor", "x"), dropped("Ports", "x", certainty="likely"))
    (line,) = news(found).record().lines
    assert isinstance(line, NewsLine)
    assert line.certainty == "likely"
    assert [each.reason for each in line.evidence] == [c.reason for c in found.topics]


def test_rounds_without_a_number_are_not_given_one() -> None:
    found = replace(compared(dropped("Labor", "x"), split("Cables")), before_round=None)
    told = " ".join(line.text for line in news(found, Background(), round=None).lines)
    assert "last seen in the round before" in told
    assert "None" not in told


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("Labor", "Labor"),
        ("Third-Country Issues", "Third-Country Issues"),
        ("Rules of the Sea", "Rules of the Sea"),
        ("U.S.-Japan Critical Minerals Agreement (CMA)",) * 2,
        ("Wages and Hours", "“Wages and Hours”"),
        ("Wages, Hours", "“Wages, Hours”"),
        ("trade in seafood", "“trade in seafood”"),
        ("Trade in seafood", "“Trade in seafood”"),
        ("Ports.", "“Ports.”"),
        ("Labor\n  Rights", "Labor Rights"),
        ("Lab\u202eor", "“Lab[U+202E]or”"),
        ("", "“”"),
    ],
)
def test_a_label_that_would_run_into_the_sentence_is_quoted(label: str, words: str) -> None:
    assert first(dropped(label, "x")) == f"{words} dropped out, last seen in round 4."


def test_a_long_label_is_cut_at_a_word_and_goes_by_its_own_acronym() -> None:
    assert first(dropped(AVIATION_FUELS, "x")).startswith(
        "“areas for cooperation to increase the globally available supply…” dropped out"
    )
    agreement = "An Agreement with a Name That Goes on for Longer than a Line Can Bear (AGR)"
    assert first(dropped(agreement, "x")).startswith("AGR dropped out")


def test_the_records_of_an_absurd_page_still_make_short_lines() -> None:
    long = "word " * 4000
    found = compared(
        *(dropped(f"{long}{n}", "x") for n in range(9)), *(introduced("x" * 9999, "y"),)
    )
    assert all(len(line.text) < 200 for line in news(found).lines)
    assert len(news(found).headline) <= 90
