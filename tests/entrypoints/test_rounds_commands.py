"""latest, show, matrix, and compare by number: what is on file, for people and for programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.entrypoints.saved import IMAGE, LINK, SCRIPT, SLUG
from tests.entrypoints.user import User


def flat(text: str) -> str:
    return " ".join(text.split())


def test_the_latest_round_is_told_with_what_changed(reader: User) -> None:
    done = reader.runs_alone("latest")
    said = flat(done.said)
    assert (done.code, done.complained) == (0, "")
    assert "Partnership on Trade, round 5" in said
    assert "(2024-07-29 to 2024-07-30), Washington; published July 31, 2024" in said
    assert "Compared with round 4" in said
    assert "Split: Third-Country Issues → Third-Country Issues + Non-Market Policies" in said
    assert "“Non-Market Policies and Practices” likely split off; three bilateral issues" in said
    assert "- Bilateral issues: “technical barriers to trade” dropped out" in said
    assert "“increasing Japan’s use of ethanol” (round 3) is back" in said
    assert "Environment and Trade Facilitation have not come up since round 1" in said
    assert "Unusual: no topic dropped out and one topic likely split" in said
    assert "led by a Director; an Assistant United States Trade Representative" in said
    assert "{+and due process+}" in said
    assert "Scott Wilbur, Director for Japan Affairs" in said
    assert "https://ustr.gov/about-us/policy-offices/press-office/press-releases/2024/july/" in said
    assert "\x1b" not in done.said


def test_the_latest_round_as_json_is_one_line_with_its_pieces(reader: User) -> None:
    found = reader.reads("latest")
    assert {"release", "readout", "comparison", "news"} <= set(found)
    assert found["readout"]["round"] == 5
    assert found["comparison"]["before_round"] == 4
    assert "split" in {change["change"] for change in found["comparison"]["topics"]}
    assert reader.runs_alone("latest", "--json").said.count("\n") == 1
    assert reader.reads("show", "5") == found


def test_the_news_as_json_points_to_the_changes_it_rests_on(reader: User) -> None:
    found = reader.reads("latest")
    news, comparison = found["news"], found["comparison"]
    assert set(news) == {"headline", "lines", "unusual"}
    assert news["headline"].startswith("“Non-Market Policies and Practices” likely split off")
    assert 2 <= len(news["lines"]) <= 5
    strands = {
        "common-interest": comparison["topics"],
        "bilateral": comparison["bilateral_issues"],
    }
    for line in news["lines"]:
        assert set(line) == {"text", "certainty", "evidence"}
        assert line["evidence"]
        for each in line["evidence"]:
            assert each["reason"]
            if each["round"] == 5 and each["strand"]:
                reasons = {c["topic"]: c["reason"] for c in strands[each["strand"]]}
                assert reasons[each["topic"]] == each["reason"]


def test_the_evidence_of_an_absence_is_the_change_of_an_earlier_round(reader: User) -> None:
    lines = reader.reads("latest")["news"]["lines"]
    (silent,) = [line for line in lines if "have not come up since" in line["text"]]
    found = {(each["round"], each["topic"]): each["reason"] for each in silent["evidence"]}
    second = {c["topic"]: c["reason"] for c in reader.reads("show", "2")["comparison"]["topics"]}
    assert found[2, "environment"] == second["environment"]


def test_the_news_of_an_earlier_round_knows_nothing_of_later_ones(reader: User) -> None:
    third = reader.reads("show", "3")["news"]
    told = " ".join(line["text"] for line in third["lines"])
    assert "Environment and Trade Facilitation have not come up since round 1" in told
    assert "only one earlier comparison" in third["unusual"]
    assert "no earlier round is on file" in reader.reads("show", "1")["news"]["unusual"]


def test_the_latest_round_as_markdown_has_headings_and_marked_words(reader: User) -> None:
    done = reader.runs("latest", "--markdown")
    lines = done.said.splitlines()
    assert (done.code, done.complained) == (0, "")
    assert lines[0] == "# U.S.-Japan Partnership on Trade, round 5"
    assert [line for line in lines if line.startswith("## ")] == [
        "## Topics",
        "## Bilateral issues",
        "## Delegations",
    ]
    assert "### Dropped: technical barriers to trade" in lines
    assert "~~technical barriers to trade~~" in lines
    assert "regulatory transparency **and due process**" in lines


def test_an_earlier_round_is_shown_against_the_one_before_it(reader: User) -> None:
    said = flat(reader.runs("show", "3").said)
    assert "round 3" in said
    assert "Tokyo" in said
    assert "Compared with round 2" in said
    assert "Dropped: Multilateral Cooperation" in said


def test_the_first_round_has_no_comparison(reader: User) -> None:
    assert reader.reads("show", "1")["comparison"] is None
    assert "The first round in the archive" in reader.runs("show", "1").said


def test_a_round_that_is_not_there_is_answered_with_those_that_are(reader: User) -> None:
    for words in (["show", "9"], ["show", "9", "--json"], ["compare", "1", "9"]):
        done = reader.runs(*words)
        assert (done.code, done.said) == (1, "")
        assert "the archive has no round 9" in done.complained
        assert "it has: 1, 2, 3, 4, 5" in done.complained


@pytest.mark.parametrize("words", [["latest"], ["latest", "--json"], ["matrix"], ["show", "1"]])
def test_an_empty_archive_is_not_there_rather_than_empty(words: list[str], newcomer: User) -> None:
    done = newcomer.runs(*words)
    assert (done.code, done.said) == (1, "")
    assert "the archive has no round" in done.complained


def test_an_empty_archive_says_how_to_fill_it(newcomer: User) -> None:
    complained = newcomer.runs("latest").complained
    assert "roundwatch poll" in complained
    assert "roundwatch backfill" in complained


def test_the_matrix_has_a_dot_where_a_round_names_a_topic(reader: User) -> None:
    done = reader.runs("matrix")
    head, *rows = done.said.splitlines()
    dots = {row[:35].strip(): [row[head.index(n)] == "●" for n in "12345"] for row in rows}
    assert (done.code, done.complained) == (0, "")
    assert dots["Labor"] == [True] * 5
    assert dots["Environment"] == [True, False, False, False, False]
    assert dots["Deepening Collaboration"] == [False, True, True, False, False]


def test_the_matrix_as_json_has_a_label_or_null_for_each_round(reader: User) -> None:
    found = reader.reads("matrix")
    assert (found["series"], found["rounds"]) == (SLUG, [1, 2, 3, 4, 5])
    rows = {row["topic"]: row for row in found["rows"]}
    assert rows["environment"]["labels"] == ["Environment", None, None, None, None]
    assert rows["seafood"]["strand"] == "bilateral"
    assert all(len(row["labels"]) == 5 for row in found["rows"])


def test_any_two_rounds_on_file_are_compared_by_number(reader: User) -> None:
    found = reader.reads("compare", "2", "4")
    fates = {change["topic"]: change["change"] for change in found["topics"]}
    assert (found["before_round"], found["after_round"]) == (2, 4)
    assert fates["multilateral-cooperation"] == "dropped"
    done = reader.runs("compare", "2", "4")
    assert done.code == 0
    assert "dropped (certain): Multilateral Cooperation" in done.said


@pytest.mark.parametrize("words", [("5", "4"), ("5", "5")], ids=" ".join)
def test_the_earlier_round_comes_first(words: tuple[str, str], reader: User) -> None:
    done = reader.runs("compare", *words)
    assert (done.code, done.said) == (2, "")
    assert "two different rounds are compared, the earlier first" in done.complained


@pytest.mark.parametrize(
    "words",
    [["latest"], ["show", "5"], ["compare", "4", "5"], ["matrix"], ["latest", "--markdown"]],
    ids=" ".join,
)
def test_no_scraped_word_steers_the_terminal(
    words: list[str], hostile: Path, tmp_path: Path
) -> None:
    done = User.with_archive(tmp_path, hostile).runs(*words)
    assert (done.code, done.complained) == (0, "")
    assert "[U+202E]" in done.said.replace("\\", "")
    assert not {"\x1b", "\u202e", "\u2067"} & set(done.said)


def test_no_scraped_word_is_alive_in_markdown(hostile: Path, tmp_path: Path) -> None:
    said = User.with_archive(tmp_path, hostile).runs("latest", "--markdown").said
    for trap in (SCRIPT, IMAGE, LINK):
        assert trap not in said
    assert r"Labor \<script\>alert(1)\</script\>" in said
    assert r"\[here\](https\://example.com/trap)" in said


def test_json_has_every_character_as_the_page_has_it(hostile: Path, tmp_path: Path) -> None:
    found = User.with_archive(tmp_path, hostile).reads("latest")
    labels = [mention["label"] for mention in found["readout"]["mentions"]]
    assert f"Labor {SCRIPT}" in labels
    assert "Digital \u202eEconomy" in labels
