"""Readouts of the other followed series, in our own words and in the shapes that theirs have.

Names, dates and labels are those of the public record; the sentences are ours.
"""

from __future__ import annotations

from datetime import date

import pytest

from monitor.core.readout import read_release
from monitor.core.release import Page, read_text
from monitor.series import DEFAULT, followed, series_named
from storage.records import Reading
from tests.core.builders import INTRO, release

TASK_FORCE = (
    "WASHINGTON – The United States and Japan held the second meeting of the Task Force on the "
    "Promotion of Human Rights and International Labor Standards in Supply Chains."
)
SEAFOOD = ("• Import controls on seafood;", "• Work on board of fishing vessels; and", "• Ports.")


def read(*lines: str, published: date | None = None) -> Reading:
    page = read_text("\n\n".join(lines))
    return read_release(
        Page(page.title, published or page.published, page.url, page.blocks), followed()
    )


def labels(reading: Reading, index: int = 0) -> list[str]:
    return [mention.label for mention in reading.readouts[index].mentions]


def test_the_task_force_has_topics_without_labels_and_days_in_two_parts() -> None:
    reading = read(
        f"{TASK_FORCE} The dialogue of governments was held virtually on October 7, 2024 and that "
        "with stakeholders was held virtually on December 17, 2024.",
        "Agencies of both countries spoke about the seafood sector, including:",
        *SEAFOOD,
        "###",
    )
    (readout,) = reading.readouts
    assert (readout.series, readout.round, readout.city) == ("us-japan-labor-task-force", 2, None)
    assert (readout.held.start, readout.held.end) == (date(2024, 10, 7), date(2024, 12, 17))
    assert readout.held.text.startswith("October 7, 2024 and")
    assert labels(reading) == [
        "Import controls on seafood",
        "Work on board of fishing vessels",
        "Ports",
    ]


@pytest.mark.parametrize(
    "listed",
    [
        "They went through texts in the following areas: agriculture; customs, trade facilitation, "
        "and enforcement; and inclusivity.",
        "They went through (1) agriculture, (2) customs, trade facilitation, and enforcement, and "
        "(3) inclusivity.",
    ],
)
def test_kenya_lists_its_texts_in_one_sentence(listed: str) -> None:
    reading = read(
        "WASHINGTON – The United States and Kenya concluded the sixth negotiating round under the "
        "U.S.-Kenya Strategic Trade and Investment Partnership from September 16–30, 2024.",
        listed,
    )
    (readout,) = reading.readouts
    assert (readout.series, readout.round) == ("us-kenya-stip", 6)
    assert labels(reading) == [
        "agriculture",
        "customs, trade facilitation, and enforcement",
        "inclusivity",
    ]
    assert readout.complete


def test_what_kenya_plans_to_take_up_is_no_topic_of_a_round() -> None:
    reading = read(
        "WASHINGTON – The United States and Kenya will hold a second round under the Strategic "
        "Trade and Investment Partnership from October 4-7, 2023.",
        "The round will cover (1) agriculture, and (2) inclusivity.",
    )
    assert (reading.verdict, reading.readouts) == ("related", ())


def test_taiwan_writes_prose_and_counts_no_rounds() -> None:
    reading = read(
        "WASHINGTON – The United States and Taiwan, under the auspices of the American Institute "
        "in Taiwan (AIT) and the Taipei Economic and Cultural Representative Office in the United "
        "States (TECRO), held an in-person negotiating round for the U.S.-Taiwan Initiative on "
        "21st-Century Trade in Taipei, Taiwan, from January 14-17, 2023.",
        "Terry McCartin, Assistant United States Trade Representative, led the U.S. delegation.",
        "The officials compared drafts of texts covering trade facilitation, anticorruption, and "
        "services domestic regulation.",
    )
    (readout,) = reading.readouts
    assert (readout.series, readout.round) == ("us-taiwan-21st-century-trade", None)
    assert readout.city == "Taipei"
    assert labels(reading) == [
        "trade facilitation",
        "anticorruption",
        "services domestic regulation",
    ]
    assert readout.delegations[0].leads[0].name == "Terry McCartin"


def test_the_uk_group_lists_topics_with_semicolons_and_commas_within() -> None:
    reading = read(
        "London, United Kingdom – The United Kingdom and the United States held the fourth meeting "
        "of the U.S.-UK Trade and Investment Working Group on 10th and 11th July, and the second "
        "meeting of a dialogue of small firms on 9th July.",
        "The two are old partners. The Working Group covered topics, including goods; services and "
        "investment, including financial services; and digital trade.",
        published=date(2018, 7, 13),
    )
    (readout,) = reading.readouts
    assert (readout.series, readout.round) == ("us-uk-tiwg", 4)
    assert (readout.held.start, readout.held.end) == (date(2018, 7, 10), date(2018, 7, 11))
    assert labels(reading) == [
        "goods",
        "services and investment, including financial services",
        "digital trade",
    ]


# --- Several rounds in one release ------------------------------------------------------------


def test_a_release_may_report_rounds_of_two_series_each_with_its_own_days_and_topics() -> None:
    reading = read(
        "WASHINGTON – The United States and Japan held the sixth round of meetings under the "
        "U.S.-Japan Partnership on Trade on June 3-4, 2025, and the third meeting of the Task Force "
        "on the Promotion of Human Rights and International Labor Standards in Supply Chains on "
        "June 5, 2025.",
        INTRO,
        "• Labor: Talked about audits.",
        "• Digital Economy: Talked about data.",
        "The Task Force heard from its members on several matters, including:",
        *SEAFOOD,
        "Both sides look forward to the next round.",
        "###",
    )
    partnership, task_force = reading.readouts
    assert (partnership.series, partnership.round) == (DEFAULT, 6)
    assert (task_force.series, task_force.round) == ("us-japan-labor-task-force", 3)
    assert partnership.held.text == "June 3-4, 2025"
    assert task_force.held.text == "June 5, 2025"
    assert labels(reading, 0) == ["Labor", "Digital Economy"]
    assert len(labels(reading, 1)) == 3


def test_a_release_may_report_two_rounds_of_one_series() -> None:
    reading = read(
        "WASHINGTON – The United States and Japan held the sixth and seventh rounds of meetings "
        "under the U.S.-Japan Partnership on Trade from June 3-12, 2025.",
        INTRO,
        "• Labor: Talked about audits.",
        "• Digital Economy: Talked about data.",
        "###",
    )
    assert [readout.round for readout in reading.readouts] == [6, 7]
    assert labels(reading, 0) == labels(reading, 1) == ["Labor", "Digital Economy"]
    assert any("does not tell apart" in line for line in reading.evidence)


def test_two_rounds_with_days_of_their_own_are_told_apart() -> None:
    reading = read(
        "WASHINGTON – The United States and Japan held the sixth round of meetings under the "
        "U.S.-Japan Partnership on Trade on June 3, 2025 and their seventh round on June 9, 2025.",
        "During the sixth round, the two sides took up several topics, including:",
        "• Labor: Talked about audits.",
        "• Environment: Talked about rivers.",
        "During the seventh round, the two sides took up several topics, including:",
        "• Digital Economy: Talked about data.",
        "• Trade Facilitation: Talked about forms.",
        "###",
    )
    assert [(r.round, r.held.text) for r in reading.readouts] == [
        (6, "June 3, 2025"),
        (7, "June 9, 2025"),
    ]
    assert labels(reading, 0) == ["Labor", "Environment"]
    assert labels(reading, 1) == ["Digital Economy", "Trade Facilitation"]


# --- The Partnership in shapes that it has not used yet ---------------------------------------


@pytest.mark.parametrize(
    "lines",
    [
        ("• Labor. Talked about audits.", "• Digital Economy. Talked about data."),
        (
            "On the topic of Labor, they talked about audits.",
            "On the topic of Digital Economy, they talked about data.",
        ),
        (
            "On the topic of Labor, they talked about audits. It took a day. On the topic of "
            "Digital Economy, they talked about data.",
        ),
        ("• Labor", "• Digital Economy"),
        ("They took up (1) Labor, and (2) Digital Economy.",),
    ],
)
def test_the_partnership_is_read_in_other_shapes_of_lists_too(lines: tuple[str, ...]) -> None:
    opening = (
        "WASHINGTON – The United States and Japan held the sixth round of Partnership meetings in "
        "Tokyo on June 3, 2025. The Partnership on Trade was launched in November 2021."
    )
    intro = (INTRO,) if len(lines) > 1 else ()
    reading = read_release(release(opening, *intro, *lines, "###"), followed())
    (readout,) = reading.readouts
    assert (readout.round, readout.city) == (6, "Tokyo")
    assert labels(reading) == ["Labor", "Digital Economy"]


@pytest.mark.parametrize("slug", [series.slug for series in followed()])
def test_every_shipped_series_names_itself_in_its_own_pattern(slug: str) -> None:
    series = series_named(slug)
    assert series.mention.search(series.name)
    assert series.names_all_parties(" and ".join(p.names[0] for p in series.parties))
