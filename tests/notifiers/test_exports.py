"""Files to take away: a spreadsheet runs nothing of them, and Markdown makes nothing of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from string import punctuation
from urllib.parse import urlsplit

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from notifiers.exports.inert import inert, inert_line, link_to, redline, slanted, strong
from notifiers.exports.lines import RoundLine
from notifiers.exports.spreadsheet import cell_of, harmless, lines_as_csv, table_as_csv
from notifiers.words.wording import visible
from storage.records import Op, Piece

STARTERS = "=+-@\t\r\n＝＋－＠"
OPS: tuple[Op, ...] = ("keep", "delete", "insert")

# Signs that mean something in Markdown are drawn often, letters of any script sometimes.
SIGNS = st.sampled_from([*punctuation, *"  \t\n\xa0\u2003aZ1éß語“”—…\u200b\u202e\x1b\r"])
WORDS = st.lists(
    SIGNS | st.sampled_from(["www.", "http://", "1.", "iv)", "***", "~~", "<b>", "&amp;", "](x)"])
).map("".join)
TEXTS = WORDS | st.text(st.characters(exclude_categories=["Cs"]))
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def unquoted(cell: str) -> str:
    """The text of a cell again, as the docs say it."""
    return cell[1:] if cell.startswith("'") and cell[1:2] in (*STARTERS, "'") and cell[1:] else cell


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


# --- CSV --------------------------------------------------------------------------------------


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=2)))
def test_a_table_is_read_again_as_it_was_written(rows: list[list[str]]) -> None:
    head, *found = read(table_as_csv(["one", "two"], rows))
    assert head == ["one", "two"]
    assert found == [[harmless(cell) for cell in row] for row in rows]
    assert [[unquoted(cell) for cell in row] for row in found] == [
        [visible(cell) for cell in row] for row in rows
    ]


@given(TEXTS, st.sampled_from([*STARTERS, ""]))
@example("cmd|' /C calc'!A0", "=")
@example("SUM(A1:A9)", "@")
def test_no_cell_begins_as_a_formula_does(text: str, starter: str) -> None:
    assert not harmless(starter + text).startswith(tuple(STARTERS))


@given(TEXTS)
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert harmless(f"a{text}") == visible(f"a{text}")


def test_days_times_and_what_is_not_known_have_one_form() -> None:
    tokyo = datetime(2024, 7, 31, 9, 30, tzinfo=timezone(timedelta(hours=9)))
    assert [cell_of(value) for value in (date(2024, 7, 31), tokyo, None, 5, -5, True, False)] == [
        *("2024-07-31", "2024-07-31T00:30:00Z", "", "5", "-5", "true", "false")
    ]


def test_a_file_begins_with_a_mark_and_ends_each_line_as_the_rfc_has_it() -> None:
    assert table_as_csv(["a", "b"], [["“x”", 'y "z"']]) == (
        b"\xef\xbb\xbfa,b\r\n" + '“x”,"y ""z"""\r\n'.encode()
    )


def test_hidden_controls_are_shown_in_a_cell() -> None:
    assert harmless("Digital \u202eEconomy\x00\x1b[31m") == (
        "Digital [U+202E]Economy[U+0000][U+001B][31m"
    )


def test_the_columns_of_a_line_are_its_fields() -> None:
    when = datetime(2024, 7, 31, tzinfo=UTC)
    empty = [None if name != "source_fetched_at" else when for name in RoundLine.__slots__]
    head, line = read(lines_as_csv(RoundLine, [RoundLine(*empty)]))  # type: ignore[arg-type]
    assert head == list(RoundLine.__slots__)
    assert len(line) == len(head)


# --- Markdown ---------------------------------------------------------------------------------


def parsed(markdown: str) -> list[Token]:
    """Every token, those inside paragraphs too."""
    return [
        token
        for block in PARSER.parse(markdown)
        for token in ([block] if block.type != "inline" else block.children or [])
    ]


def kinds(markdown: str) -> list[str]:
    """The elements that a text comes out as, without those that hold nothing but text."""
    plain = {"text", "text_special", "paragraph_open", "paragraph_close"}
    return [token.type for token in parsed(markdown) if token.type not in plain]


def words(tokens: Sequence[Token]) -> str:
    return "".join(token.content for token in tokens if token.type in {"text", "text_special"})


def spaced(text: str) -> str:
    """White space as one space, in the way a browser does, the no-break one apart."""
    return " ".join(part for part in text.replace("\n", " ").replace("\t", " ").split(" ") if part)


@given(TEXTS)
@example("<script>alert(1)</script>")
@example("[here](javascript:alert(1))")
@example("    code")
@example("A. list")
@example("1986\\. list")
@example("~~~")
@example("- [ ] task")
def test_a_text_is_a_paragraph_of_its_own_words_and_nothing_else(text: str) -> None:
    markdown = inert_line(text)
    assert "\n" not in markdown
    assert kinds(markdown) == []
    assert words(parsed(markdown)).strip() == spaced(visible(text)).strip()


@given(TEXTS)
def test_a_heading_and_a_cell_of_a_table_hold_the_same_words(text: str) -> None:
    heading = parsed(f"### Dropped: {inert(text)}")
    assert [t.type for t in heading if "heading" in t.type] == ["heading_open", "heading_close"]
    assert spaced(words(heading)) == spaced(f"Dropped: {visible(text)}").strip()
    cell = inert(text).strip()
    table = parsed(f"| Topic | 1 |\n| --- | --- |\n| {cell} | came |")
    assert [t.type for t in table].count("td_open") == 2
    cells = [t for t in table if t.type in {"text", "text_special"}]
    assert spaced(words(cells)) == spaced(f"Topic1{visible(text).strip()}came")


@given(TEXTS)
def test_bold_and_slanted_words_are_so_to_their_end(text: str) -> None:
    for made, kind in ((strong(text), "strong"), (slanted(text), "em")):
        tokens = parsed(f"- {made} and so on")
        inside = [t.type for t in tokens if t.type.startswith(("strong", "em", "s_"))]
        assert inside == ([f"{kind}_open", f"{kind}_close"] if made else [])
        said = spaced(visible(text)).strip()
        assert spaced(words(tokens)) == spaced(f"{said} and so on")


PIECES = st.lists(st.builds(Piece, st.sampled_from(OPS), TEXTS), max_size=6)


@given(PIECES)
@example([Piece("keep", "chains"), Piece("delete", ", old"), Piece("keep", ".")])
@example([Piece("delete", "goal"), Piece("insert", "economy"), Piece("keep", "s")])
@example([Piece("insert", "(a)"), Piece("keep", "b"), Piece("delete", "“c”"), Piece("keep", "d")])
@example([Piece("keep", "1"), Piece("insert", ". a")])
def test_a_redline_says_what_went_and_what_came(pieces: list[Piece]) -> None:
    tokens = list(marked_tokens(redline(pieces)))
    assert {kind for kind, _ in tokens} <= {"keep", "delete", "insert"}
    for op in ("delete", "insert"):
        found = "".join(text for kind, text in tokens if kind == op)
        wanted = "".join(visible(piece.text) for piece in pieces if piece.op == op)
        assert "".join(found.split()) == "".join(wanted.split())
    whole = "".join(text for _, text in tokens)
    assert "".join(whole.split()) == "".join("".join(visible(p.text) for p in pieces).split())


def marked_tokens(markdown: str) -> Iterator[tuple[str, str]]:
    """The words of a paragraph, each with the mark that they stand in."""
    state = "keep"
    turns = {"s_open": "delete", "strong_open": "insert", "s_close": "keep", "strong_close": "keep"}
    for token in parsed(markdown):
        if token.type in turns:
            state = turns[token.type]
        elif token.type in {"text", "text_special"}:
            yield state, token.content
        else:
            assert token.type in {"paragraph_open", "paragraph_close"}, token.type


@given(
    TEXTS,
    st.sampled_from(
        ["https://", "https://ustr.gov/", "http://a.b", "javascript:", "data:text/html,", ""]
    ),
)
def test_only_an_address_of_the_web_is_a_link_and_leads_where_it_says(text: str, way: str) -> None:
    tokens = parsed(f"Source: {link_to(way + text)}")
    links = [str(token.attrs["href"]) for token in tokens if token.type == "link_open"]
    assert way.startswith("http") or not links
    assert not {"html_inline", "html_block", "image", "code_inline"} & {t.type for t in tokens}
    for link in links:
        assert urlsplit(link).hostname == urlsplit(way + text).hostname
    if not links:
        assert spaced(words(tokens)) == spaced(f"Source: {visible(way + text)}").strip()
