"""A digest as its reader gets it: text and HTML that say the same, whatever changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given, settings
from hypothesis import strategies as st

from notifiers.digest.render import LARGEST, render
from notifiers.digest.sheet import Sheet, lay_out
from notifiers.mail.parcel import PREFERENCES, UNSUBSCRIBE, PersonalLinks, compose
from notifiers.words.wrapping import COLUMNS
from storage.records import (
    Change,
    Comparison,
    Op,
    Piece,
    Presence,
    Rendering,
    Span,
    Summary,
    TextChange,
)
from tests.notifiers.builders import (
    AVIATION_FUELS,
    ISSUES,
    READOUT_1,
    RELEASE_1,
    RENDERED_AT,
    ROUND_1,
    ROUND_5,
    SOURCE_1,
    SOURCE_5,
    TOPICS,
    change,
    comparison,
    dropped,
    introduced,
    mention,
    pieces,
    summary,
    telling,
)

PUBLIC_URL = "https://rounds.example.org"
FIRST = Summary(RELEASE_1, READOUT_1, None, SOURCE_1)
TORN = summary(
    comparison(
        dropped("Labor", "Labor was on the list.", change="not-seen", certainty="unsure"),
        change("Digital Economy"),
    ),
    complete=False,
    next_round=None,
)


def digest(found: Summary, public_url: str | None = PUBLIC_URL, **facts: Any) -> Rendering:
    return render([telling(found, **facts)], language="en", public_url=public_url)


def sheet(found: Summary) -> Sheet:
    return lay_out(telling(found), public_url=PUBLIC_URL)


def page(rendered: Rendering) -> BeautifulSoup:
    assert rendered.html is not None
    return BeautifulSoup(rendered.html, "html.parser")


def shown(rendered: Rendering) -> str:
    """The words of the HTML that a reader sees, on one line."""
    soup = page(rendered)
    for hidden in soup.select("head, .hint"):
        hidden.decompose()
    return " ".join(soup.get_text(" ").split())


def one(soup: BeautifulSoup, selector: str) -> Tag:
    (found,) = soup.select(selector)
    return found


# --- What stands in it ------------------------------------------------------------------------


def test_a_reader_finds_the_news_before_everything_else() -> None:
    rendered = digest(summary())
    assert rendered.subject.startswith("Round 5: Environment, Trade Facilitation +1 dropped")
    lines = [" ".join(line.get_text().split()) for line in page(rendered).select(".news li")]
    assert 2 <= len(lines) <= 5
    assert lines[0].startswith("Environment, Trade Facilitation and Multilateral Cooperation drop")
    assert rendered.text.index("IN SHORT") < rendered.text.index("- Environment, Trade")
    assert rendered.text.index("- Environment, Trade") < rendered.text.index("TOPICS")


def test_the_names_in_the_news_lead_to_their_cards() -> None:
    soup = page(digest(summary(comparison(*TOPICS, bilateral_issues=ISSUES))))
    links = soup.select(".news a")
    assert len(links) > 5
    for link in links:
        assert link["href"].startswith("#")
        where = one(soup, f'[id="{str(link["href"])[1:]}"]')
        first = " ".join(link.get_text().strip("“”…").split()[:2])
        assert first.lower() in " ".join(where.get_text().lower().split()) or where["id"] == "leads"


def test_a_place_on_the_page_has_one_name_and_a_name_one_place() -> None:
    twice = change("Labor"), change("Labor", topic='Labor" onclick="x')
    found = comparison(*twice, change("Labor"), bilateral_issues=(change("Labor"),))
    names = [str(each["id"]) for each in page(digest(summary(found))).select("[id]")]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"leads|(topic|issue)-[a-z0-9-]*", name) for name in names)


def test_without_its_links_the_news_reads_the_same() -> None:
    """Some mail programs strip every `id` and every link that leads to one."""
    rendered = digest(summary())
    soup = page(rendered)
    for link in soup.select(".news a"):
        link.unwrap()
    for line in sheet(summary()).news.lines:
        assert line.text in " ".join(soup.get_text().split())


def test_a_card_that_had_no_room_is_not_linked() -> None:
    many = [dropped(f"Topic {number}", LONG * 40) for number in range(60)]
    soup = page(digest(summary(comparison(*many))))
    ids = {str(each["id"]) for each in soup.select("[id]")}
    assert {str(link["href"])[1:] for link in soup.select(".news a")} <= ids


def test_a_change_of_rank_is_told_beside_the_leads() -> None:
    words = shown(digest(summary()))
    assert "a higher rank, led it in round 1." in words


def test_dropped_topics_have_the_first_cards_then_those_that_came() -> None:
    fates = [each.get_text() for each in page(digest(summary())).select(".card .fate")]
    assert fates == [*["Dropped"] * 3, "Introduced", "Split", "Continued", "Continued"]


def test_the_round_says_when_and_where_it_was_held_and_what_it_is_compared_with() -> None:
    words = shown(digest(summary()))
    assert "Held: “July 29-30, 2024” ( 2024-07-29 to 2024-07-30 ), Washington" in words
    assert "Published: July 31, 2024" in words
    assert "Compared with round 1, held “February 28 (March 1, Japan time)”" in words
    assert "rounds 2 to 4 are not in the archive" in words


def test_the_leads_stand_before_and_after_with_their_titles() -> None:
    words = shown(digest(summary()))
    assert (
        "Michael Beeman, Assistant U.S. Trade Representative for Japan, Korea and APEC Affairs"
        " → Scott Wilbur, Director for Japan Affairs"
    ) in words
    assert "Economy, Trade, and Industry → not named in this readout" in words


def test_a_lead_who_was_not_named_before_is_not_called_absent() -> None:
    found = summary()
    assert found.comparison is not None
    side = replace(found.comparison.delegations[1], before=(), after=("Ono Keiichi",))
    words = shown(digest(summary(replace(found.comparison, delegations=(side,)))))
    assert "not named in the readout of round 1 → Ono Keiichi" in words


@pytest.mark.parametrize(
    ("next_round", "complete", "words"),
    [
        (Span("during the summer of 2022", None, None, "season"), True, "“during the summer of"),
        (None, True, "Next round not mentioned in this readout"),
        (None, False, "Next round not known: the page breaks off"),
    ],
)
def test_the_next_round_is_told_in_the_pages_words(
    next_round: Span | None, complete: bool, words: str
) -> None:
    assert words in shown(digest(summary(next_round=next_round, complete=complete)))


def test_the_source_can_be_checked() -> None:
    rendered = digest(summary())
    links = [str(link["href"]) for link in page(rendered).select(".source a")]
    assert links == [ROUND_5, ROUND_1, f"{PUBLIC_URL}/us-japan-partnership-on-trade/rounds/5"]
    for words in (shown(rendered), rendered.text):
        assert "2024-07-31 18:02 UTC" in words.replace("2024-07-31  18", "2024-07-31 18")
    assert SOURCE_5.sha256 in rendered.text
    assert SOURCE_5.sha256[:16] in shown(rendered)


@pytest.mark.parametrize(
    ("origin", "fetched_from", "words"),
    [
        ("live", ROUND_5, "2024-07-31 18:02 UTC SHA"),
        ("live", "http://127.0.0.1:8000/press", "UTC, from http://127.0.0.1:8000/press"),
        (
            "wayback",
            "https://web.archive.org/web/2024/x",
            "Captured 2024-07-31 18:02 UTC, by the Internet Archive: https",
        ),
        ("folder", "file:///home/somebody/round%205.html", "UTC, from the saved page round 5.html"),
    ],
)
def test_a_detour_of_the_page_is_told(origin: Any, fetched_from: str, words: str) -> None:
    found = replace(summary(), source=replace(SOURCE_5, origin=origin, fetched_from=fetched_from))
    rendered = digest(found)
    assert words in shown(rendered)
    assert "/home/somebody" not in rendered.html + rendered.text


def test_a_saved_page_without_an_address_says_so() -> None:
    found = summary()
    found = replace(
        found,
        release=replace(found.release, url=None),
        source=replace(SOURCE_1, address=None),
    )
    assert "Official page no address known" in shown(digest(found))


def test_the_footer_says_what_this_is_and_what_may_be_wrong_with_it() -> None:
    for words in (shown(digest(summary())), " ".join(digest(summary()).text.split())):
        assert "It is not part of USTR." in words
        assert "The comparison was made by a program; where it and the official page" in words
        assert re.search("Compared:? 2024-07-31 18:05 UTC", words)


def test_a_reader_has_links_of_their_own_where_there_are_pages() -> None:
    rendered = digest(summary())
    links = [str(link["href"]) for link in page(rendered).select(".foot a")]
    assert links == [PREFERENCES, UNSUBSCRIBE]
    lines = rendered.text.splitlines()
    ends = ["Choose what you get, and when:", PREFERENCES, "", "Unsubscribe:", UNSUBSCRIBE]
    assert lines[-5:] == ends
    assert "Reply to this mail" not in rendered.text


def test_without_pages_a_reply_takes_a_reader_off_the_list() -> None:
    rendered = digest(summary(), public_url=None)
    for words in (shown(rendered), " ".join(rendered.text.split())):
        assert "Reply to this mail to be taken off the list." in words
    assert rendered.html is not None
    assert ".invalid" not in rendered.html + rendered.text


def test_a_correction_is_marked_as_one() -> None:
    rendered = digest(summary(), kind="correction")
    assert rendered.subject.startswith("Correction: Round 5: ")
    assert "Correction: this mail takes the place" in one(page(rendered), ".notice").get_text()
    assert "! Correction: this mail takes the place" in rendered.text


def test_the_first_round_lists_its_topics_plainly() -> None:
    rendered = digest(FIRST)
    assert "there is none to compare it with" in shown(rendered)
    assert "Labor The two sides agreed to talk further." in shown(rendered)
    assert page(rendered).select("ins, del") == []
    assert "[-" not in rendered.text


def test_a_page_that_breaks_off_drops_nothing() -> None:
    rendered = digest(TORN)
    assert page(rendered).select(".card del") == []
    for words in (shown(rendered), rendered.text):
        assert "breaks off before its end" in words
        assert "No topic dropped" not in words
        assert "dropped out" not in words
        assert "Dropped:" not in words
    assert "Labor was on the list." in shown(rendered)


# --- Redlines ---------------------------------------------------------------------------------


def test_gone_and_new_words_are_told_apart_without_color() -> None:
    soup = page(digest(summary()))
    gone, new = soup.select(".card del span"), soup.select(".card ins span")
    assert gone
    assert new
    assert all("line-through" in str(each["style"]) for each in gone)
    assert all("underline" in str(each["style"]) for each in new)


def test_a_replaced_text_stands_as_two_blocks() -> None:
    replaced = change(
        "Labor",
        text_change="replaced",
        redline=pieces(("delete", "All is as it was."), ("insert", "Other words now.")),
    )
    rendered = digest(summary(comparison(replaced)))
    assert one(page(rendered), ".before").get_text() == "All is as it was."
    assert one(page(rendered), ".after").get_text() == "Other words now."
    assert "    [-All is as it was.-]\n\n    {+Other words now.+}" in rendered.text


def test_a_bilateral_issue_is_its_own_redline() -> None:
    rendered = digest(summary())
    terms = [each.get_text() for each in page(rendered).select(".issues .term")]
    assert terms == [
        "standards",
        "ensuring a level playing field for certain products and services",
        "trade in seafood",
        AVIATION_FUELS,
        "regulatory transparency and due process",
    ]
    assert "* Continued: regulatory transparency {+and due process+}" in rendered.text


OPS: tuple[Op, ...] = ("keep", "delete", "insert")
PROSE = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Cn"), exclude_characters="\u061c\u200e\u200f"),
    max_size=40,
).filter(lambda text: not re.search("[\u2028\u2029\u202a-\u202e\u2066-\u2069]", text))


@settings(max_examples=60)
@given(
    st.lists(st.builds(Piece, st.sampled_from(OPS), PROSE), min_size=1, max_size=10),
    st.sampled_from(["reworded", "replaced"]),
)
def test_a_redline_without_its_inserts_is_the_text_before(
    redline: list[Piece], kind: TextChange
) -> None:
    found = comparison(change("Labor", text_change=kind, redline=tuple(redline)))
    soup = page(digest(summary(found)))
    for op, tag in (("insert", "ins"), ("delete", "del")):
        text = "".join(
            quote.get_text()
            for quote in BeautifulSoup(str(soup), "html.parser").select(".card .quote")
            if not (quote.find_parent(class_="legend"))
            for _ in [[each.extract() for each in quote.select(tag)]]
        )
        assert text == "".join(piece.text for piece in redline if piece.op != op)


# --- Text and HTML ----------------------------------------------------------------------------

PRESENCES: tuple[Presence, ...] = (
    *("continued", "introduced", "returned", "dropped", "not-seen", "split", "merged"),
)
TEXT_CHANGES: tuple[TextChange | None, ...] = (
    *("same", "style", "shortened", "extended", "reworded", "replaced", None),
)


def every_change() -> Iterator[Change]:
    """Each presence with each fact that may stand beside it."""
    both = pieces(("keep", "They met"), ("delete", " twice"), ("insert", " again"), ("keep", "."))
    for presence in PRESENCES:
        yield change(
            f"Topic {presence}",
            change=presence,
            before=() if presence in ("introduced", "returned") else (f"Topic {presence}",),
            after=() if presence in ("dropped", "not-seen") else (f"Topic {presence}", "Twin"),
            last_seen_round=3 if presence == "returned" else None,
            topic="environment",
            redline=both,
        )
    for number, text_change in enumerate(TEXT_CHANGES):
        yield change(f"Text {number}", text_change=text_change, redline=both)
    for certainty in ("certain", "likely", "unsure"):
        yield change(f"Sure {certainty}", certainty=certainty, label_changed=True, after=("New",))
    for moved in ("order", "strand"):
        yield change(f"Moved {moved}", moved=moved, redline=())


def test_every_kind_of_change_has_its_words() -> None:
    both_strands = comparison(*every_change(), bilateral_issues=tuple(every_change()))
    words = shown(digest(summary(both_strands)))
    for expected in (
        "Introduced Topic introduced + Twin",
        "Returned · last seen in round 3",
        "Dropped · had stood in 1 round",
        "Not seen · as the round before had it",
        "Split · same text Topic split → Topic split + Twin",
        "Merged · same text",
        *("· same text", "· style only", "· shortened", "· extended", "· reworded"),
        "· text replaced",
        "Continued · renamed · same text Sure certain → New",
        *("Likely: Both rounds", "Not sure: Both rounds"),
        *("another place in the list", "was a bilateral issue", "was a common topic"),
    ):
        assert expected in words


UNSAID = {
    *("kind", "subject", "presence", "form", "op", "inline", "sha256"),
    *("anchor", "about", "certainty", "evidence"),
}


def strings(value: object) -> Iterator[str]:
    """Every string of a sheet that is meant to be read."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from strings(each)
    elif is_dataclass(value):
        for each in fields(value):
            if each.name not in UNSAID:
                yield from strings(getattr(value, each.name))


def bare(words: str) -> str:
    """Without white space and without the marks of a redline."""
    return re.sub(r"\s|\[-|-\]|\{\+|\+\}", "", words)


@pytest.mark.parametrize(
    "found",
    [
        summary(),
        FIRST,
        TORN,
        summary(comparison(*every_change(), bilateral_issues=tuple(every_change()))),
    ],
    ids=["news", "first round", "torn page", "every change"],
)
def test_text_and_html_both_say_everything_the_sheet_holds(found: Summary) -> None:
    rendered = digest(found)
    text, html = bare(rendered.text), bare(shown(rendered))
    told = [words for words in strings(sheet(found)) if not words.endswith(("→ Twin", "→ New"))]
    assert len(told) > 15
    labels = {card.label for card in sheet(found).issue_cards if card.inline}
    for words in told:
        if words not in labels:
            assert bare(words) in text, words
            assert bare(words) in html, words


def test_plain_text_reads_well_at_72_columns() -> None:
    for line in digest(summary()).text.splitlines():
        assert len(line) <= COLUMNS or re.fullmatch(r"https://\S+|SHA-256 [0-9a-f]{64}", line)
        assert line == line.rstrip() or line == "-- "
    assert "\n\n\n\n" not in digest(summary()).text


def test_the_same_arguments_give_the_same_digest() -> None:
    assert digest(summary()) == digest(summary())


def test_a_digest_makes_a_mail_that_reads_back() -> None:
    rendered = digest(summary())
    mail = message_from_bytes(
        compose(rendered, sender="watch@example.org").addressed(
            recipient="reader@example.com",
            message_id="<digest-1.1@example.org>",
            date=RENDERED_AT,
            links=PersonalLinks(PREFERENCES, UNSUBSCRIBE),
        ),
        policy=policy.default,
    )
    assert isinstance(mail, EmailMessage)
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert mail["Subject"] == rendered.subject
    assert text.get_content().splitlines() == rendered.text.splitlines()
    assert html.get_content().splitlines() == rendered.html.splitlines()


# --- What mail programs need ------------------------------------------------------------------


def test_the_html_loads_nothing_and_runs_nothing() -> None:
    html = digest(summary()).html
    soup = BeautifulSoup(html, "html.parser")
    assert soup.select("script, img, link, iframe, form, object, video, audio") == []
    assert "url(" not in html
    assert "@import" not in html
    assert all(str(link["href"]).startswith(("https://", "#")) for link in soup.select("a"))


def test_styles_are_inlined_and_those_for_dark_and_narrow_windows_survive() -> None:
    html = digest(summary()).html
    (style,) = BeautifulSoup(html, "html.parser").select("style")
    assert "prefers-color-scheme: dark" in style.get_text()
    assert "max-width: 520px" in style.get_text()
    assert BeautifulSoup(html, "html.parser").select(".quote")[0]["style"]
    assert 'name="color-scheme" content="light dark"' in html
    assert html.index("charset") < 200


# --- Hostile and huge input -------------------------------------------------------------------

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&\u202egpj.exe{{ 7 * 7 }}"


def evil_summary() -> Summary:
    hostile = change(
        EVIL,
        after=(EVIL + "2",),
        label_changed=True,
        reason=EVIL,
        redline=pieces(("keep", EVIL), ("delete", EVIL), ("insert", EVIL)),
    )
    made = summary(
        comparison(hostile, bilateral_issues=(hostile, introduced(EVIL, EVIL))),
        held=Span(EVIL, None, None, "unstated", EVIL),
        city=EVIL,
        next_round=Span(EVIL, None, None, "unstated"),
    )
    return replace(
        made,
        release=replace(made.release, title=EVIL, url="javascript:alert(1)"),
        source=replace(SOURCE_5, fetched_from=f"javascript:{EVIL}", sha256=EVIL),
    )


@pytest.mark.parametrize("found", [evil_summary(), replace(evil_summary(), comparison=None)])
def test_nothing_scraped_comes_alive(found: Summary) -> None:
    rendered = digest(
        replace(found, readout=replace(found.readout, mentions=(mention(EVIL, EVIL + "!"),))),
        series_name=EVIL,
        public_url="javascript:alert(1)",
    )
    soup = page(rendered)
    assert soup.select("script, img") == []
    assert soup.select('a[href^="javascript"]') == []
    assert [
        each for each in soup.select("*") if any(name.startswith("on") for name in each.attrs)
    ] == []
    assert "\u202e" not in rendered.html + rendered.text + rendered.subject
    assert "[U+202E]gpj.exe{{ 7 * 7 }}" in shown(rendered)
    assert "{{ 7 * 7 }}" in rendered.text
    assert "\n" not in rendered.subject


def test_a_label_cannot_add_lines_of_its_own_to_the_mail() -> None:
    hostile = introduced("Labor\r\nBcc: all@example.com\n\n-- \nReply elsewhere", "x")
    rendered = digest(summary(comparison(hostile)))
    assert "\n" not in rendered.subject
    assert not re.search(r"^(Bcc|Reply elsewhere)", rendered.text, re.MULTILINE)


LONG = "words upon words about trade and more of it "


@pytest.mark.parametrize(
    ("topics", "words", "runs"),
    [(5, 5_000, 1), (400, 20, 3), (3, 5, 20_000), (1, 200_000, 1), (60, 100, 40)],
)
def test_however_long_the_page_the_mail_fits(topics: int, words: int, runs: int) -> None:
    redline = tuple(Piece(OPS[number % 3], LONG * (words // 8 + 1)) for number in range(runs))
    huge = [
        change(f"{LONG * 3}{number}", redline=redline, reason=LONG * 20, label_changed=True)
        for number in range(topics)
    ]
    found = comparison(*huge, bilateral_issues=tuple(huge))
    rendered = digest(
        summary(found, city=LONG * 999, next_round=Span(LONG * 999, None, None, "day"))
    )
    assert len(rendered.html.encode()) <= LARGEST
    assert len(rendered.text.encode()) <= LARGEST
    assert "Shortened to fit into a mail" in rendered.text
    assert page(rendered).select(".foot")


def test_a_huge_first_round_fits_too() -> None:
    many = tuple(mention(f"{LONG}{n}", LONG * 500) for n in range(300))
    rendered = digest(summary(None, mentions=many))
    assert len(rendered.html.encode()) <= LARGEST
    assert "Shortened to fit into a mail" in shown(rendered)


def test_an_ordinary_digest_is_not_shortened() -> None:
    rendered = digest(summary())
    assert "Shortened" not in rendered.text
    assert len(rendered.html.encode()) < LARGEST / 2


def test_rounds_and_titles_that_are_not_known_are_not_made_up() -> None:
    nameless = replace(comparison(change("Labor")), before_round=None, after_round=None)
    found: Comparison = replace(nameless, delegations=())
    words = shown(digest(summary(found, round=None, city=None), before=None))
    assert "A round without a number" in words
    assert "Compared with the round before." in words
    assert "None" not in words
