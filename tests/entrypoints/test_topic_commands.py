"""topic: one topic over all rounds, and the labels that a person links to topics."""

from __future__ import annotations

from tests.entrypoints.user import User

DEEPENING, MULTILATERAL = "Deepening Collaboration", "Multilateral Cooperation"


def flat(text: str) -> str:
    return " ".join(text.split())


def test_a_topic_is_shown_over_all_rounds_also_those_that_do_not_name_it(reader: User) -> None:
    said = flat(reader.runs("topic", "ethanol").said)
    assert "round 2, held during the week of August 22, 2022: does not name it" in said
    assert "round 3, held from February 2-3, 2023: increasing Japan’s use of ethanol" in said
    assert "dropped (certain): increasing Japan’s use of ethanol" in said
    assert "returned (certain): areas for cooperation" in said
    assert "Round 3 named “increasing Japan’s use of ethanol”, the same topic" in said


def test_a_topic_as_json_has_each_round_with_label_text_and_change(reader: User) -> None:
    found = reader.reads("topic", "non-market-policies-and-practices")
    assert found["name"] == "Non-Market Policies and Practices"
    assert [one["round"] for one in found["rounds"]] == [1, 2, 3, 4, 5]
    assert [one["labels"] for one in found["rounds"]] == [[], [], [], [], [found["name"]]]
    assert found["rounds"][4]["change"]["change"] == "split"
    assert found["rounds"][4]["text"].startswith("Described the harm")
    assert found["rounds"][3]["change"] is None


def test_a_topic_is_found_by_slug_by_name_and_by_any_label_of_it(reader: User) -> None:
    by_slug = reader.reads("topic", "ethanol")
    assert by_slug == reader.reads("topic", "increasing Japan's use of ethanol")
    assert by_slug == reader.reads("topic", "Ethanol", "--series", "us-japan-partnership-on-trade")


def test_a_topic_or_series_that_is_not_there_is_named(reader: User) -> None:
    done = reader.runs("topic", "shipbuilding")
    assert done.code == 1
    assert "knows no topic “shipbuilding”" in done.complained
    assert reader.runs("topic", "labor", "--series", "none").code == 2


def test_an_empty_archive_has_no_topic_to_show_or_to_link(operator: User) -> None:
    assert operator.runs("topic", "labor").code == 1
    assert "has no round of the" in operator.runs("topic", "link", "A", "labor").complained


def test_what_cannot_be_linked_is_refused_with_what_to_do(reader: User) -> None:
    same = reader.runs("topic", "link", "labor", "Labor")
    assert (same.code, "are one topic already" in same.complained) == (2, True)
    reviewed = reader.runs("topic", "link", MULTILATERAL, DEEPENING)
    assert (reviewed.code, "on the reviewed list" in reviewed.complained) == (1, True)
    unknown = reader.runs("topic", "link", "shipbuilding", "labor")
    assert (unknown.code, "roundwatch matrix" in unknown.complained) == (1, True)
    assert reader.runs("topic", "unlink", "labor").code == 1
    assert reader.runs("topic", "link", "labor").code == 2


def test_without_links_the_list_says_so(reader: User) -> None:
    assert reader.runs("topic", "links").said == "no label is linked\n"
