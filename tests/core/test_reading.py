from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.readout import doubts, read_release
from monitor.core.release import Page, read_saved, read_text
from monitor.series import followed
from storage.records import Reading
from tests.core.builders import CLOSING, INTRO, OPENING, readout_page, release


def read(page: Page) -> Reading:
    return read_release(page, followed())


def solid(text: str) -> str:
    return "".join(text.split())


# --- What is a readout, and what only looks like one ------------------------------------------


@pytest.mark.parametrize(
    "opening",
    [
        OPENING,
        "TOKYO – Officials of the United States and Japan concluded the fourth round of meetings of the U.S.- Japan Partnership on Trade on May 6, 2024.",
        "WASHINGTON — Japan and the United States completed the 4th round of talks under the Partnership on Trade on May 6, 2024.",
        "The fourth round of meetings under the U.S.– Japan Partnership on Trade was held in Tokyo on May 6, 2024.",
        "TOKYO – Both sides met in Tokyo on May 6, 2024 for Round 4 of the U.S.-Japan Partnership on Trade.",
        "WASHINGTON, D.C. – This week, the United States and Japan held the fourth meeting of the Partnership on Trade.",
    ],
)
def test_a_first_sentence_that_reports_the_event_held_makes_a_readout(opening: str) -> None:
    reading = read(readout_page(opening=opening))
    assert reading.verdict == "readout"
    assert reading.readouts[0].round == 4


@pytest.mark.parametrize(
    "opening",
    [
        "WASHINGTON – The Ambassador met the Minister today and welcomed the second round of the Partnership on Trade meetings held last week.",
        "WASHINGTON – The United States and Japan held the first round of meetings of the Task Force on Human Rights set up under the U.S.-Japan Partnership on Trade.",
        "WASHINGTON – The United States and Japan will hold the fifth round of meetings under the U.S.-Japan Partnership on Trade next week.",
        "WASHINGTON – For the first day of the fifth round of meetings under the U.S.-Japan Partnership on Trade, officials met in Tokyo.",
        "WASHINGTON – The fifth round of meetings under the U.S.-Japan Partnership on Trade is currently taking place in Tokyo.",
        "WASHINGTON – The United States and Japan opened the fifth round of meetings under the U.S.-Japan Partnership on Trade today.",
    ],
)
def test_a_mention_a_plan_or_a_round_under_way_is_only_related(opening: str) -> None:
    reading = read(readout_page(opening=opening))
    assert (reading.verdict, reading.readouts) == ("related", ())
    assert "first sentence" in reading.evidence[0]


def test_a_release_that_never_names_the_series_is_unrelated_and_says_what_it_is_about() -> None:
    reading = read(
        release("GENEVA – The sixth round of talks on tariffs ended in Washington on May 6, 2025.")
    )
    assert reading.verdict == "unrelated"
    assert "The sixth round of talks on tariffs" in reading.evidence[0]


def test_title_and_body_that_disagree_on_the_number_leave_it_unknown() -> None:
    page = readout_page()
    titled = Page(
        "Readout of the Fifth Round of Meetings under the U.S.-Japan Partnership on Trade",
        None,
        None,
        page.blocks,
    )
    reading = read(titled)
    assert reading.readouts[0].round is None
    assert any("disagree" in line for line in reading.evidence)
    assert "the number of the round is unknown" in doubts(reading)


# --- What stands in it ------------------------------------------------------------------------


def test_every_paragraph_of_a_readout_has_its_part_and_no_doubt_remains() -> None:
    reading = read(readout_page())
    assert reading.release is not None
    assert [p.role for p in reading.release.paragraphs] == [
        "opening",
        "list-intro",
        "mention",
        "mention",
        "bilateral",
        "closing",
        "end-mark",
    ]
    assert doubts(reading) == ()


def test_a_paragraph_without_a_part_is_other_and_a_doubt() -> None:
    reading = read(readout_page(bilateral="Lunch was served."))
    assert doubts(reading) == (
        "no known part: “Lunch was served.”",
        "a paragraph among the topics was not understood",
    )


@pytest.mark.parametrize(
    ("bullet", "label", "text"),
    [
        ("• Labor: Talked.", "Labor", "Talked."),
        ("- Labor – Talked.", "Labor", "Talked."),
        ("• Labor– Talked.", "Labor", "Talked."),
        ("• Third-Country Issues – Talked: a lot.", "Third-Country Issues", "Talked: a lot."),
        (
            "• U.S.-Japan Critical Minerals Agreement (CMA): Talked.",
            "U.S.-Japan Critical Minerals Agreement (CMA)",
            "Talked.",
        ),
    ],
)
def test_a_label_ends_at_the_first_dash_or_colon_and_never_at_a_hyphen(
    bullet: str, label: str, text: str
) -> None:
    mention = read(readout_page(bullets=[bullet])).readouts[0].mentions[0]
    assert (mention.label, mention.text) == (label, text)


def test_a_bullet_whose_sign_stands_alone_on_its_line_takes_the_next_one() -> None:
    page = read_text("\n".join([OPENING, INTRO, "-", "Labor – Talked.", "", CLOSING]))
    assert [m.label for m in read(page).readouts[0].mentions] == ["Labor"]


def test_the_last_bullet_ends_where_the_bilateral_sentence_begins() -> None:
    joined = (
        "• Labor: Talked of audits. They also covered bilateral trade issues including plywood."
    )
    reading = read(readout_page(bullets=[joined], bilateral="Both will continue to talk."))
    assert [(m.strand, m.label) for m in reading.readouts[0].mentions] == [
        ("common-interest", "Labor"),
        ("bilateral", "plywood"),
    ]


@pytest.mark.parametrize(
    ("listed", "items"),
    [
        ("including plywood and mutton.", ["plywood", "mutton"]),
        (
            "on each side, including issues in the areas of plywood and standards, among others.",
            ["plywood", "standards"],
        ),
        (
            "including a level field for goods and services, plywood, and mutton.",
            ["a level field for goods and services", "plywood", "mutton"],
        ),
        (
            "including plywood, and fuels, including those made of corn.",
            ["plywood", "fuels, including those made of corn"],
        ),
        (
            "including regulatory transparency and due process.",
            ["regulatory transparency and due process"],
        ),
    ],
)
def test_bilateral_items_are_split_at_the_list_and_not_inside_an_item(
    listed: str, items: list[str]
) -> None:
    reading = read(readout_page(bilateral=f"They also discussed bilateral trade issues {listed}"))
    assert [m.label for m in reading.readouts[0].mentions if m.strand == "bilateral"] == items


@pytest.mark.parametrize(
    ("sentence", "leads"),
    [
        (
            "The U.S. delegation was led by Ada Bell, Director for Tea.",
            [("United States", "Ada Bell", "Director for Tea")],
        ),
        (
            "The U.S. delegation was led by Deputy Assistant United States Trade Representative Ada Bell.",
            [("United States", "Ada Bell", "Deputy Assistant United States Trade Representative")],
        ),
        (
            "The U.S. delegation was led by Ada Bell, Assistant U.S. Trade Representative for Tea, Rice, and Cocoa Affairs, and Japan’s delegation "
            "was led by Bo Cho, Director General, Bureau of Tea, Ministry of Rice, Tea, and Cocoa, and Di Eto, Deputy Director, Ministry of Wood.",
            [
                (
                    "United States",
                    "Ada Bell",
                    "Assistant U.S. Trade Representative for Tea, Rice, and Cocoa Affairs",
                ),
                (
                    "Japan",
                    "Bo Cho",
                    "Director General, Bureau of Tea, Ministry of Rice, Tea, and Cocoa",
                ),
                ("Japan", "Di Eto", "Deputy Director, Ministry of Wood"),
            ],
        ),
    ],
)
def test_leads_are_read_in_either_order_with_titles_full_of_commas(
    sentence: str, leads: list[tuple[str, str, str]]
) -> None:
    readout = read(readout_page(opening=f"{OPENING} {sentence}")).readouts[0]
    assert [
        (d.country, lead.name, lead.title) for d in readout.delegations for lead in d.leads
    ] == leads


def test_the_launch_in_the_purpose_paragraph_is_not_the_meetings_date() -> None:
    purpose = "The Partnership on Trade was launched in November 2021."
    page = release(
        OPENING.replace("on May 6-7, 2024", "last week"),
        purpose,
        INTRO,
        "• Labor: Talked.",
        CLOSING,
    )
    assert read(page).readouts[0].held.start is None


def test_a_year_that_is_not_written_comes_from_the_address_and_the_evidence_says_so() -> None:
    page = readout_page(opening=OPENING.replace("May 6-7, 2024", "May 6"))
    address = (
        "https://ustr.gov/about-us/policy-offices/press-office/press-releases/2024/may/a-readout"
    )
    reading = read(Page(None, None, address, page.blocks))
    assert reading.readouts[0].held.start == date(2024, 5, 6)
    assert any("from the address, /2024/" in line for line in reading.evidence)


@pytest.mark.parametrize(
    ("closing", "text", "precision"),
    [
        (
            "They expect to hold the next round during the summer of 2025.",
            "during the summer of 2025",
            "season",
        ),
        (
            "They will meet and look forward to the next round of Partnership meetings.",
            "look forward to the next round of Partnership meetings",
            "unstated",
        ),
    ],
)
def test_the_next_round_is_in_the_words_of_the_page(
    closing: str, text: str, precision: str
) -> None:
    span = read(readout_page(closing=closing)).readouts[0].next_round
    assert span is not None
    assert (span.text, span.precision) == (text, precision)


def test_no_word_of_a_next_round_is_none() -> None:
    assert read(readout_page(closing="Both will continue to talk.")).readouts[0].next_round is None


def test_a_page_that_breaks_off_says_that_it_is_incomplete() -> None:
    assert (
        read(release(OPENING, INTRO, "• Labor: Talked.", "• Digital Economy:")).readouts[0].complete
        is False
    )
    assert read(release(OPENING, INTRO, "• Labor: Talked.")).readouts[0].complete is False
    assert read(readout_page()).readouts[0].complete is True


def test_what_stands_below_background_is_neither_topic_nor_date() -> None:
    page = release(
        OPENING,
        INTRO,
        "• Labor: Talked.",
        CLOSING,
        "Background",
        "• Seafood: Talked in the third round on May 1, 2020.",
    )
    assert [m.label for m in read(page).readouts[0].mentions] == ["Labor"]


# --- The forms of a release -------------------------------------------------------------------


def test_a_saved_text_with_breadcrumb_title_and_date_gives_all_three() -> None:
    page = read_text(f"Breadcrumb\n\nA Title of Two\nLines\n\nJuly 05, 2024\n\n{OPENING}\n")
    assert (page.title, page.published, len(page.blocks)) == (
        "A Title of Two Lines",
        date(2024, 7, 5),
        1,
    )


def test_a_saved_text_without_title_and_date_invents_none() -> None:
    page = read_text(OPENING)
    assert (page.title, page.published) == (None, None)


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    page = read_text(
        "WASHINGTON – The United States and Japan held\nthe fourth round of meetings under the\nPartnership on Trade today.\n\nA second\nparagraph."
    )
    assert [b.text for b in page.blocks][1] == "A second paragraph."


def test_a_date_far_from_its_address_is_unknown_and_noted() -> None:
    address = "https://ustr.gov/about-us/policy-offices/press-office/press-releases/2024/july/a"
    page = read_saved(f"A Title\n\nMay 05, 2019\n\n{OPENING}", address=address)
    assert page.published is None
    assert "2019-05-05" in page.notes[0]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=400))
def test_no_character_of_any_body_is_lost_or_doubled(text: str) -> None:
    body = f"{OPENING}\n\n{text}"
    reading = read(read_text(body))
    assert reading.release is not None
    assert solid("".join(p.text for p in reading.release.paragraphs)) == solid(body)


SENTENCES = st.sampled_from(
    [
        INTRO,
        CLOSING,
        "• Labor: Talked of audits.",
        "-",
        "•",
        "###",
        "They also discussed bilateral trade issues including plywood.",
        "Background",
        "tail without an end",
        "• Labor: A. They covered bilateral issues such as tea. More. ###",
    ]
)


@given(st.lists(SENTENCES, max_size=12), st.sampled_from(["\n", "\n\n", "\n\u00a0\n"]))
def test_no_character_of_a_readout_is_lost_or_doubled(lines: list[str], between: str) -> None:
    body = between.join([OPENING, *lines])
    reading = read(read_text(body))
    assert reading.release is not None
    assert solid("".join(p.text for p in reading.release.paragraphs)) == solid(body)
