"""No character of a body is lost or doubled, whatever the text or the markup."""

from __future__ import annotations

from html import escape

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.readout import read_release
from monitor.core.release import Page, read_page, read_text
from monitor.errors import EmptyPage
from monitor.series import followed
from tests.core.builders import CLOSING, INTRO, OPENING

# No controls and no half characters: HTML knows neither.
LETTERS = st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"])
PHRASES = st.sampled_from(
    [OPENING, INTRO, CLOSING, "Labor: Talked.", "• Labor", "U.S. ", "May 6, ", "###", "**a:** b"]
)
TEXTS = PHRASES | st.text(LETTERS, max_size=20)
INLINE = ("span", "b", "em", "a", "strong")
LEAVES = TEXTS.map(lambda text: (escape(text), text)) | st.sampled_from(
    [("<br>", ""), ("<!-- unseen -->", ""), ("&nbsp;", ""), ("&amp;", "&"), ("&ndash;", "–")]
)


def solid(text: str) -> str:
    """A text without its white space."""
    return "".join(text.split())


def within(name: str, parts: list[tuple[str, str]]) -> tuple[str, str]:
    """An element around parts, as its markup and as what is seen of it."""
    return f"<{name}>{''.join(m for m, _ in parts)}</{name}>", "".join(seen for _, seen in parts)


def inline(inner: st.SearchStrategy[tuple[str, str]]) -> st.SearchStrategy[tuple[str, str]]:
    return st.builds(within, st.sampled_from(INLINE), st.lists(inner, max_size=3))


def table(cells: list[tuple[str, str]]) -> tuple[str, str]:
    return within("table", [within("tr", [within("td", [cell]) for cell in cells])])


def bulleted(items: list[tuple[str, str]]) -> tuple[str, str]:
    return within("ul", [within("li", [item]) for item in items])


PHRASING = st.recursive(LEAVES, inline, max_leaves=6)


def flow(inner: st.SearchStrategy[tuple[str, str]]) -> st.SearchStrategy[tuple[str, str]]:
    """Blocks that may hold others, text between them, lists in lists, and tables."""
    some = st.lists(inner, max_size=3)
    names = st.sampled_from(["div", "section", "blockquote"])
    return st.builds(within, names, some) | some.map(bulleted) | some.filter(bool).map(table)


PLAIN = st.sampled_from(["p", "h2", "h3", "h4", "h5", "h6"])
BODIES = st.lists(
    st.recursive(
        PHRASING | st.builds(within, PLAIN, st.lists(PHRASING, max_size=3)), flow, max_leaves=8
    ),
    max_size=6,
)


def check(page: Page, expected: str) -> None:
    """Each character of the body stands once in its blocks, and once in the paragraphs."""
    assert solid("".join(block.text for block in page.blocks)) == solid(expected)
    reading = read_release(page, followed())
    assert reading.release is not None
    assert solid("".join(p.text for p in reading.release.paragraphs)) == solid(expected)


@given(st.lists(TEXTS, max_size=12), st.sampled_from(["\n", "\n\n", "\r\n", " "]))
def test_no_character_of_a_text_is_lost_or_doubled(lines: list[str], between: str) -> None:
    body = between.join([OPENING, *lines])
    check(read_text(body), body)


@given(BODIES)
def test_no_character_of_a_page_is_lost_or_doubled(parts: list[tuple[str, str]]) -> None:
    markup, seen = within("div", parts)
    opening = f"<p>{OPENING}</p>"
    html = f'<main><h1>A title</h1><div class="field--name-body">{opening}{markup}</div></main>'
    try:
        page = read_page(html)
    except EmptyPage:
        assert not solid(seen)
        return
    check(page, OPENING + seen)
