"""Odd but plausible pages: mentions that must not be rounds, rounds that must not be lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.core.readout import doubts, read_release, withheld
from monitor.core.release import Page, read_page, read_text
from monitor.errors import AnotherPage
from monitor.series import followed
from storage.records import Reading
from tests.core.builders import CLOSING, INTRO, OPENING, readout_page, release

BULLETS = ("• Labor: Talked of audits.", "• Digital Economy: Talked of data.")
EVENT = "round of meetings under the U.S.-Japan Partnership on Trade"
TITLE = "Fifth Round of Meetings under the U.S.-Japan Partnership on Trade"


def read(page: Page) -> Reading:
    return read_release(page, followed())


def labels(reading: Reading, strand: str = "common-interest") -> list[str]:
    return [m.label for m in reading.readouts[0].mentions if m.strand == strand]


@pytest.mark.parametrize(
    "first",
    [
        f"The Minister of Japan and the Ambassador of the United States noted that officials held the second {EVENT}.",
        f"The Committee heard that the United States and Japan concluded the second {EVENT}.",
        f"The Ambassador praised the work of the United States and Japan, which held the second {EVENT}.",
        f"The United States applauds that Japan hosted the second {EVENT}.",
        f"In a call the two sides reviewed progress since they concluded the second {EVENT}.",
        f"When the United States and Japan held the third {EVENT}, they agreed to a report.",
        f"One year after the United States and Japan held the first {EVENT}, workers wait.",
        f"The United States and Japan have not held the fourth {EVENT}.",
        "The United States and Japan held a meeting under the U.S.-Japan Partnership on Trade’s Task Force on May 6, 2024.",
        f"The United States and Japan held an intersessional meeting under the U.S.-Japan Partnership on Trade on May 6, 2024 before the fifth {EVENT}.",
    ],
)
def test_a_mention_however_close_to_the_form_is_no_readout(first: str) -> None:
    assert read(release(f"WASHINGTON – {first}", CLOSING)).verdict == "related"


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        (
            f"Week Ahead: The {TITLE}",
            (
                "WASHINGTON – This week officials travel.",
                "Schedule:",
                "• Monday: The Partnership on Trade.",
                "• Tuesday: Lunch.",
            ),
        ),
        (
            f"Media Advisory: {TITLE}",
            (
                "WASHINGTON – Details follow.",
                "Details:",
                "• What: Partnership on Trade meetings",
                "• When: July 29",
            ),
        ),
        (
            f"Statement on the Postponed {TITLE}",
            (
                "WASHINGTON – The round has been put off.",
                "Topics:",
                "• Labor: x",
                "• Digital Economy: Partnership on Trade",
            ),
        ),
        (
            f"USTR to Host {TITLE}",
            (
                "WASHINGTON – Next week the sides meet.",
                "Topics:",
                "• Labor: x",
                "• Digital: Partnership on Trade",
            ),
        ),
    ],
)
def test_a_title_alone_makes_no_readout_of_an_announcement(
    title: str, lines: tuple[str, ...]
) -> None:
    page = Page(title, None, None, release(*lines).blocks)
    reading = read(page)
    assert (reading.verdict, doubts(reading)) == ("related", ())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("held the fourth round", "held a productive fourth round"),
        ("held the fourth round", "held the fourth ministerial-level round"),
        ("held the fourth round", "held the 4th formal, in-person round"),
        ("held the fourth round", "held virtually the fourth round"),
        ("held the fourth round", "held in Tokyo the fourth round"),
        ("held the fourth round", "met in person in Washington, D.C., for the fourth round"),
        ("held", "successfully concluded"),
        (
            "The United States and Japan",
            "In keeping with their plan to meet twice a year, the United States and Japan",
        ),
        (
            "The United States and Japan",
            "The United States, which currently chairs APEC, and Japan",
        ),
        ("The United States and Japan", "American and Japanese officials"),
    ],
)
def test_other_words_for_the_same_thing_are_still_a_readout(old: str, new: str) -> None:
    reading = read(readout_page(opening=OPENING.replace(old, new)))
    assert [readout.round for readout in reading.readouts] == [4]


def test_all_capitals_are_read_like_the_rest() -> None:
    readout = read(readout_page(opening=OPENING.upper())).readouts[0]
    assert (readout.round, str(readout.held.start)) == (4, "2024-05-06")


def test_a_subhead_that_is_a_sentence_does_not_hide_the_opening() -> None:
    page = release("Delegations met in Washington.", OPENING, INTRO, *BULLETS, CLOSING)
    assert read(page).verdict == "readout"


def test_a_round_of_a_high_number_is_read() -> None:
    assert (
        read(readout_page(opening=OPENING.replace("fourth", "twenty-second"))).readouts[0].round
        == 22
    )


def test_what_looks_like_a_readout_and_is_not_understood_is_a_doubt() -> None:
    page = readout_page(opening="WASHINGTON – Officials discussed trade.")
    reading = read(Page(f"Readout of the {TITLE}", None, None, page.blocks))
    assert reading.verdict == "related"
    assert doubts(reading)[0].startswith("it looks like the readout of a round")


@pytest.mark.parametrize(
    "bullets",
    [
        ("1. Labor: Talked of audits.", "2. Digital Economy: Talked of data."),
        ("(1) Labor – Talked of audits.", "(2) Digital Economy – Talked of data."),
        ("• Labor: Talked of audits.", "They will go on.", "• Digital Economy: Talked of data."),
    ],
)
def test_topics_are_found_however_the_list_is_set(bullets: tuple[str, ...]) -> None:
    reading = read(readout_page(bullets=bullets))
    assert (labels(reading), withheld(reading)) == (["Labor", "Digital Economy"], ())


@pytest.mark.parametrize(
    "body",
    [
        "<p>{o}</p><p>{i}</p><p><strong>Labor:</strong> Talked.</p><p><strong>Digital Economy:</strong> Talked.</p><p>{c}</p>",
        "<p>{o}</p><p>{i}</p><ul><li><strong>Labor</strong><br>Talked.</li><li><strong>Digital Economy</strong><br>Talked.</li></ul><p>{c}</p>",
        '<p>{o}</p><p>{i}</p><ul><li class="menu-item">Labor: Talked.</li><li class="subheader">Digital Economy: Talked.</li></ul><p>{c}</p>',
        "<p>{o}</p><ul><li>Labor: Talked.</li><li>Digital Economy: Talked.</li></ul><p>{c}</p>",
    ],
)
def test_topics_are_found_in_every_markup_of_a_list(body: str) -> None:
    text = body.format(o=OPENING, i=INTRO, c=CLOSING)
    html = f'<html><body class="layout-one-sidebar"><article><h1>T</h1><div class="field--name-body">{text}</div></article></body></html>'
    assert labels(read(read_page(html))) == ["Labor", "Digital Economy"]


def test_a_bullet_that_is_no_topic_withholds_the_readout() -> None:
    reading = read(readout_page(bullets=(*BULLETS, "• They also talked about seafood.")))
    assert withheld(reading) == ("a paragraph among the topics was not understood",)


def test_a_closing_word_before_the_list_does_not_make_a_torn_page_whole() -> None:
    page = release(OPENING, "They continue to work together.", INTRO, BULLETS[0])
    assert read(page).readouts[0].complete is False


@pytest.mark.parametrize(
    ("sentence", "items"),
    [
        (
            "They also discussed the following bilateral trade issues: tea, rice, and wood.",
            ["tea", "rice", "wood"],
        ),
        (
            "They also discussed bilateral trade issues, in particular tea and rice.",
            ["tea", "rice"],
        ),
        (
            "They also discussed bilateral trade issues, including tea, as well as rice.",
            ["tea", "rice"],
        ),
        (
            "They also discussed bilateral trade issues, including tea, rice, and other issues.",
            ["tea", "rice"],
        ),
        (
            "They also discussed bilateral trade issues, including tea; rice, wood and salt; and steel.",
            ["tea", "rice, wood and salt", "steel"],
        ),
        (
            "They discussed bilateral trade issues including tea and rice, and look forward to the next round.",
            ["tea", "rice"],
        ),
        (
            "The United States raised bilateral trade issues including tea and rice, while Japan raised bilateral trade issues including steel and cars.",
            ["tea", "rice", "steel", "cars"],
        ),
    ],
)
def test_bilateral_items_are_found_however_the_sentence_is_built(
    sentence: str, items: list[str]
) -> None:
    assert labels(read(readout_page(bilateral=sentence)), "bilateral") == items


def test_bilateral_issues_may_be_bullets_of_their_own() -> None:
    page = release(
        OPENING,
        INTRO,
        *BULLETS,
        "They also discussed bilateral trade issues, including:",
        "• tea;",
        "• rice; and",
        "• wood.",
        CLOSING,
    )
    reading = read(page)
    assert (labels(reading, "bilateral"), labels(reading)) == (
        ["tea", "rice", "wood"],
        ["Labor", "Digital Economy"],
    )


def test_a_bilateral_sentence_without_items_withholds_the_readout() -> None:
    reading = read(
        readout_page(bilateral="The United States raised tea and rice as bilateral trade issues.")
    )
    assert withheld(reading) == ("no bilateral issue was found where some are spoken of",)


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("from May 6, 2024 to May 8, 2024", "2024-05-06", "2024-05-08"),
        ("on 6-7 May 2024", "2024-05-06", "2024-05-07"),
        ("on May 6, 7, and 8, 2024", "2024-05-06", "2024-05-08"),
        ("on May 6 (May 7, Japan time), 2024", "2024-05-06", "2024-05-06"),
    ],
)
def test_days_are_read_however_they_are_written(words: str, start: str, end: str) -> None:
    held = read(readout_page(opening=OPENING.replace("on May 6-7, 2024", words))).readouts[0].held
    assert (str(held.start), str(held.end)) == (start, end)


def test_the_days_are_those_of_the_event_and_not_of_something_before_it() -> None:
    opening = OPENING.replace(
        "The United States", "Following a visit on February 2, 2023, the United States"
    )
    assert str(read(readout_page(opening=opening)).readouts[0].held.start) == "2024-05-06"


@pytest.mark.parametrize(
    ("closing", "start"),
    [
        ("The next round will be held in Tokyo in the fall of 2024.", "2024-09-01"),
        ("The next round is scheduled for October 3-4, 2024.", "2024-10-03"),
        ("They look forward to opening the next round in October 2024.", "2024-10-01"),
        ("They look forward to holding the fifth round in October 2024.", "2024-10-01"),
        ("They expect the next round between October and December 2024.", None),
        (
            "They look forward to the next round in Tokyo, following the ministerial in May 2023.",
            None,
        ),
    ],
)
def test_the_next_round_is_never_before_this_one_and_in_the_words_of_the_page(
    closing: str, start: str | None
) -> None:
    span = read(readout_page(closing=closing)).readouts[0].next_round
    if "expect the next" in closing:
        assert span is None or span.precision in {"month", "unstated"}
    else:
        assert span is not None
        assert (str(span.start) if span.start else None) == start


@pytest.mark.parametrize(
    ("led", "leads"),
    [
        ("was headed by Ada Bell, Director for Tea", [("Ada Bell", "Director for Tea")]),
        (
            "was led by Ambassador Ada Bell, Deputy Trade Representative",
            [("Ada Bell", "Ambassador, Deputy Trade Representative")],
        ),
        (
            "was led by Ada Bell, director for tea, and Di Eto, director for rice",
            [("Ada Bell", "director for tea"), ("Di Eto", "director for rice")],
        ),
        (
            "was led by Ada Bell, Director for Tea, Di Eto, Director for Rice, and Fay Gold, Director for Wood",
            [
                ("Ada Bell", "Director for Tea"),
                ("Di Eto", "Director for Rice"),
                ("Fay Gold", "Director for Wood"),
            ],
        ),
        (
            "was led by Ada Bell, Director for Tea, and included officials of two ministries",
            [("Ada Bell", "Director for Tea")],
        ),
    ],
)
def test_leads_are_read_however_they_are_listed(led: str, leads: list[tuple[str, str]]) -> None:
    readout = read(readout_page(opening=f"{OPENING} The U.S. delegation {led}.")).readouts[0]
    assert [(lead.name, lead.title) for d in readout.delegations for lead in d.leads] == leads


def test_a_soft_hyphen_changes_no_label() -> None:
    reading = read(read_text("\n\n".join([OPENING, INTRO, "• La\u00adbor: Talked.", CLOSING])))
    assert reading.readouts[0].mentions[0].topic == "labor"


@pytest.mark.parametrize("name", ["listing-2019", "listing-2021", "listing-2026"])
def test_a_listing_is_no_release(name: str) -> None:
    html = (Path(__file__).parent.parent / "pages" / f"{name}.html").read_text("utf-8")
    with pytest.raises(AnotherPage, match="listing"):
        read_page(html)


def test_furniture_among_characters_that_no_xml_may_hold_is_left_out_all_the_same() -> None:
    html = "<main><h1>T</h1><div>&#1;<nav>Menu</nav>&#2; Text.</div></main>"
    assert "Menu" not in "".join(block.text for block in read_page(html).blocks)


BANNER = (
    "Content on this archived webpage is NOT UPDATED, and links may not work.",
    "Click here to go to the CURRENT USTR.GOV WEBSITE",
)


@pytest.mark.parametrize(
    "above",
    [
        (*BANNER, ""),
        ("ARCHIVE", ""),
        ("Skip to main content", "Home", "Press Office", "Press Releases", ""),
        ("Home", "Breadcrumb", ""),
    ],
)
@pytest.mark.parametrize("title", [TITLE, f"# {TITLE}"])
def test_what_stands_above_a_saved_text_is_not_taken_for_its_title(
    above: tuple[str, ...], title: str
) -> None:
    page = read_text("\n".join([*above, title, "", "May 8, 2024", "", OPENING]))
    assert (page.title, str(page.published)) == (TITLE, "2024-05-08")
    assert [block.text for block in page.blocks] == [OPENING]


def test_a_banner_is_not_lost() -> None:
    page = read_text("\n".join([*BANNER, TITLE, "May 8, 2024", OPENING]))
    assert page.notes == (f"the page bears a banner: “{' '.join(BANNER)}”",)


def test_bold_labels_of_markdown_are_topics() -> None:
    page = release(
        OPENING, INTRO, "- **Labor:** Talked.", "- **Digital Economy:** Talked.", CLOSING
    )
    assert labels(read(page)) == ["Labor", "Digital Economy"]


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2024-05-08T09:00:00-04:00">',
        '<script type="application/ld+json">{"datePublished": "2024-05-08"}</script>',
    ],
)
def test_a_day_that_only_the_head_names_is_the_articles(head: str) -> None:
    html = f"<html><head>{head}</head><main><h1>T</h1><p>Text.</p></main></html>"
    assert str(read_page(html).published) == "2024-05-08"


def test_a_title_that_only_the_head_names_is_taken_and_noted() -> None:
    title = "A Title | United States Trade Representative"
    body = '<div class="field--name-body"><p>Text.</p></div>'
    page = read_page(f"<html><head><title>{title}</title></head><main>{body}</main></html>")
    assert page.title == "A Title"
    assert page.notes == ("the page has no heading; its head calls it “A Title”",)
