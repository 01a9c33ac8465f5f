from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from monitor.pressroom import PressRelease, releases, rounds
from monitor.pressroom.content import Bullets, Kind, _read
from monitor.pressroom.frame import NOTICE
from tests.pressroom.wording import shared_runs

SHARED = Path(__file__).parents[3] / "shared"
ROUNDS = sorted((r for r in releases() if r.round), key=lambda r: r.round or 0)


def text_of(release: PressRelease) -> str:
    parts = (b.items if isinstance(b, Bullets) else (b,) for b in release.body)
    return "\n".join(line.replace("\u00a0", " ") for part in parts for line in part)


def labels_of(release: PressRelease) -> list[str]:
    [bullets] = [block for block in release.body if isinstance(block, Bullets)]
    return [item.replace("– ", ": ").replace(" : ", ": ").split(": ")[0] for item in bullets.items]


def of_kind(kind: Kind) -> list[PressRelease]:
    return [release for release in releases() if release.kind == kind]


def test_the_five_rounds_are_there_with_their_days_of_publication() -> None:
    assert rounds() == {
        1: date(2022, 3, 1),
        2: date(2022, 8, 25),
        3: date(2023, 2, 3),
        4: date(2023, 12, 16),
        5: date(2024, 7, 31),
    }


def test_what_is_assumed_about_a_round_is_said_on_its_page() -> None:
    noted = {release.round: release.note for release in ROUNDS if release.note}
    assert set(noted) == {1, 2, 4}
    assert "not known" in noted[1]
    assert "labels" in noted[2]
    assert "assumed" in noted[4]


@pytest.mark.parametrize(
    ("number", "labels"),
    [
        (
            1,
            "Labor/Digital Economy/Environment/Trade Facilitation/Third-country Issues"
            "/Multilateral Cooperation",
        ),
        (
            2,
            "Labor/Digital Economy/Deepening Collaboration/Third-Country Issues"
            "/Multilateral Cooperation",
        ),
        (3, "Labor/Digital Economy/Deepening Collaboration/Third-Country Issues"),
        (
            4,
            "Digital Economy/U.S.-Japan Critical Minerals Agreement (CMA)"
            "/Third-Country Issues/Labor",
        ),
        (
            5,
            "Digital Economy/U.S.-Japan Critical Minerals Agreement (CMA)/Third-Country Issues"
            "/Non-Market Policies and Practices/Labor",
        ),
    ],
)
def test_each_round_names_its_topics_in_the_order_of_the_record(number: int, labels: str) -> None:
    assert labels_of(ROUNDS[number - 1]) == labels.split("/")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "on February 28 (March 1, Japan time). "),
        (2, "during the week of August 22, 2022. "),
        (3, "from February 2-3, 2023. "),
        (4, "from December 14-15, 2023. "),
        (5, "on July 29-30, 2024. "),
    ],
)
def test_each_round_dates_its_meeting_in_the_words_of_the_record(number: int, words: str) -> None:
    assert words in text_of(ROUNDS[number - 1]).split("\n")[0].replace("  ", " ")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "Michael Beeman, Assistant U.S. Trade Representative for Japan, Korea and APEC Aff"),
        (1, "Matsuo Takehiko, Director General, Trade Policy Bureau, Ministry of Economy, Trade, "),
        (2, "Namazu Hiroyuki, Director General, Economic Affairs Bureau, Ministry of Foreign Aff"),
        (3, "led by Deputy Assistant United States Trade Representative Danielle Fumagalli."),
        (
            4,
            "Christopher Wilson, Assistant United States Trade Representative for Japan, Korea, and",
        ),
        (5, "Scott Wilbur, Director for Japan Affairs."),
    ],
)
def test_each_round_names_who_led(number: int, words: str) -> None:
    assert words in text_of(ROUNDS[number - 1]).split("\n")[0]


def test_only_the_third_round_was_held_in_tokyo() -> None:
    places = [text_of(release).split(" – ")[0] for release in ROUNDS]
    assert places == ["WASHINGTON", "WASHINGTON", "TOKYO", "WASHINGTON", "WASHINGTON"]


def test_labels_end_the_way_the_record_shows_round_by_round() -> None:
    endings = [
        {"– ", ": "} & {m for m in ("– ", ": ") if m in text_of(r).split("including")[1]}
        for r in ROUNDS
    ]
    assert endings == [{"– "}, {"– "}, {"– "}, {": "}, {": "}]
    for release in ROUNDS[1:3]:
        assert "Collaboration– " in text_of(release)
        assert "Labor – " in text_of(release)


def test_every_round_tells_of_the_launch_of_transparency_and_of_the_next_round() -> None:
    for release in ROUNDS:
        text = text_of(release)
        assert "November 2021" in text
        assert "regulatory transparency" in text
        assert "the next round of Partnership meetings" in text
    assert "during the summer of 2022" in text_of(ROUNDS[0])


def test_ethanol_stands_in_the_third_and_fifth_round_alone() -> None:
    assert [r.round for r in ROUNDS if "ethanol" in text_of(r)] == [3, 5]


def test_non_market_practices_leave_third_country_issues_for_a_topic_of_their_own() -> None:
    def third_country(number: int) -> str:
        lines = text_of(ROUNDS[number - 1]).split("\n")
        return next(line for line in lines if line.startswith("Third-Country"))

    assert "non-market policies and practices" in third_country(4)
    assert "market" not in third_country(5)


def test_the_task_force_is_mentioned_under_labor_from_the_third_round_on() -> None:
    for release in ROUNDS:
        [labor] = [line for line in text_of(release).split("\n") if line.startswith("Labor")]
        assert ("Task Force on the Promotion of Human Rights" in labor) == (
            release.round in (3, 4, 5)
        )


def test_every_kind_of_trap_is_there() -> None:
    assert {release.kind for release in releases()} == set(get_args(Kind))
    assert len([release for release in releases() if release.listed]) >= 60


def test_a_ministers_readout_mentions_the_second_round_held_last_week() -> None:
    assert any(
        "second round of the U.S.-Japan Partnership on Trade meetings held last week" in text_of(r)
        for r in of_kind("mention")
    )


def test_the_task_force_has_a_first_round_and_a_second_meeting_of_its_own() -> None:
    texts = [text_of(release) for release in of_kind("task-force")]
    assert any("held the first round of" in text for text in texts)
    assert any("held the second meeting of the Task Force" in text for text in texts)


def test_announcements_say_will_hold_and_their_addresses_drop_the_to() -> None:
    [second] = [r for r in of_kind("announcement") if "Second Negotiating Round" in r.title]
    assert "to Hold" in second.title
    assert "to-hold" not in second.address
    assert "will hold a second round" in text_of(second)


def test_one_schedule_is_all_in_capitals_and_one_names_a_fifth_round() -> None:
    assert any(release.title.isupper() for release in of_kind("schedule"))
    assert any("fifth negotiating round" in text_of(release) for release in of_kind("schedule"))


def test_a_briefing_in_the_middle_of_a_round_says_that_it_goes_on() -> None:
    texts = "\n".join(text_of(release) for release in of_kind("midway"))
    assert "are currently taking place" in texts
    assert "for the first day" in texts


def test_the_tariff_talks_are_numbered_by_the_press_and_said_to_be_no_release() -> None:
    [talks] = of_kind("tariff-talks")
    assert "sixth round" in text_of(talks)
    assert talks.note is not None
    assert "No such release is known" in talks.note


def test_other_series_have_rounds_of_their_own() -> None:
    titles = "\n".join(release.title for release in of_kind("other-round"))
    for name in ("Kenya", "UK", "TPP", "Transatlantic", "AGOA", "NAFTA", "Chile", "India"):
        assert name in titles
    assert any("Taiwan" in release.title for release in releases())


def test_releases_after_the_move_of_2025_stand_under_the_new_prefix_and_older_ones_do_not() -> None:
    for release in releases():
        assert ("gov/about/" in release.address) == (release.published >= date(2025, 9, 1))


def test_a_file_with_an_unknown_field_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"x\.toml: .*colour"):
        _read("x.toml", 'title = "T"\ncolour = "red"\n')


def test_a_file_of_an_unknown_kind_is_refused_by_name() -> None:
    page = 'title = "T"\npublished = 2024-01-01\naddress = "https://ustr.gov/x"\nbody = "B"\n'
    with pytest.raises(ValueError, match=r"x\.toml: kind 'odd'"):
        _read("x.toml", page + 'kind = "odd"\n')


@pytest.fixture(scope="module")
def real_texts() -> list[str]:
    if not SHARED.is_dir():
        pytest.skip("../shared is not here: nothing to compare our wording with")
    seeds = [path.read_text("utf-8") for path in (SHARED / "seeds").glob("*.txt")]
    saved = (SHARED / "reference" / "releases-2019").glob("*.json")
    return seeds + [json.loads(path.read_text("utf-8"))["excerpt"] for path in saved]


def test_no_eight_words_of_ours_stand_in_a_real_release(real_texts: list[str]) -> None:
    titles = [release.title for release in releases()]
    borrowed = {
        release.path: runs
        for release in releases()
        if (runs := shared_runs(text_of(release), real_texts, titles))
    }
    assert len(real_texts) >= 15
    assert borrowed == {}
    assert shared_runs(NOTICE, real_texts) == []


def test_a_sentence_taken_over_from_a_real_release_would_be_found(real_texts: list[str]) -> None:
    for text in real_texts:
        longest = max(text.replace("\n", " ").split(". "), key=len)
        assert shared_runs(f"As they say, {longest}.", real_texts) != []
