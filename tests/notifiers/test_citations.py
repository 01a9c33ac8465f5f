"""How to cite a round: in the form of APA, for BibTeX, in plain words; whatever the page says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from string import punctuation
from typing import Any

import bibtexparser
import pytest
from bibtexparser.middlewares import RemoveEnclosingMiddleware
from hypothesis import example, given
from hypothesis import strategies as st

from notifiers.citations import Citation, citation
from notifiers.words.wording import one_line, visible
from storage.records import FiledReadout, Readout, Release, SourceOf, Span
from tests.notifiers.builders import ROUND_5, SERIES, SERIES_NAME

OFFICE = "Office of the United States Trade Representative"
TITLE = "Readout of the Fifth Round of Meetings under the U.S.-Japan Partnership on Trade"
FETCHED = datetime(2024, 7, 31, 18, 5, tzinfo=UTC)
SHA256 = "9f" * 32
ANY = st.text(
    st.sampled_from([*punctuation, *" aé語“–"]) | st.characters(exclude_categories=["Cs"])
)


def filed(
    title: str | None = TITLE,
    published: date | None = date(2024, 7, 31),
    url: str | None = ROUND_5,
    number: int | None = 5,
) -> FiledReadout:
    held = Span("July 29-30, 2024", date(2024, 7, 29), date(2024, 7, 30), "day")
    return FiledReadout(
        id=1,
        release_id=1,
        revision_id=1,
        release=Release(title, published, url, ()),
        readout=Readout(SERIES, number, held, (), None, (), (), None, True),
        source=SourceOf(None, "file:///pages/round.html", "folder", FETCHED, SHA256, 1),
    )


def cited(**facts: Any) -> Citation:
    return citation(filed(**facts), publisher=OFFICE, series_name=SERIES_NAME)


def entry_of(bibtex: str) -> dict[str, str]:
    """What a parser of BibTeX reads: the fields, those of words without LaTeX's escapes."""
    layers = [RemoveEnclosingMiddleware(), RemoveEnclosingMiddleware()]
    found = bibtexparser.parse_string(bibtex, parse_stack=layers)
    assert found.failed_blocks == []
    (entry,) = found.entries
    return {"key": entry.key, "type": entry.entry_type} | {
        field.key: str(field.value) for field in entry.fields
    }


def test_a_press_release_is_cited_as_apa_has_it() -> None:
    assert cited().apa == f"{OFFICE}. (2024, July 31). {TITLE} [Press release]. {ROUND_5}"


def test_the_plain_words_name_our_copy() -> None:
    assert cited().plain == (
        f"{OFFICE}: “{TITLE}”. Press release, 31 July 2024. {ROUND_5} "
        f"Our copy was fetched on 2024-07-31 at 18:05 UTC; SHA-256 {SHA256}."
    )


def test_a_copy_that_the_internet_archive_captured_is_called_so() -> None:
    found = filed()
    found = replace(found, source=replace(found.source, origin="wayback"))
    said = citation(found, publisher=OFFICE, series_name=SERIES_NAME)
    assert said.plain.endswith(
        "Our copy was captured on 2024-07-31 at 18:05 UTC by the Internet Archive; "
        f"SHA-256 {SHA256}."
    )
    assert entry_of(said.bibtex)["note"] == (
        f"Copy captured by the Internet Archive 2024-07-31 18:05 UTC, SHA-256 {SHA256}"
    )


def test_an_entry_has_the_fields_that_old_styles_and_new_ones_look_for() -> None:
    assert entry_of(cited().bibtex) == {
        "key": f"{SERIES}-round-5",
        "type": "misc",
        "author": OFFICE,
        "title": TITLE,
        "howpublished": "Press release",
        "year": "2024",
        "month": "jul",
        "date": "2024-07-31",
        "url": ROUND_5,
        "urldate": "2024-07-31",
        "note": f"Copy fetched 2024-07-31 18:05 UTC, SHA-256 {SHA256}",
    }


def test_without_a_day_no_day_is_made_up() -> None:
    found = cited(published=None)
    assert f"{OFFICE}. (n.d.). {TITLE}" in found.apa
    assert "Press release, no date." in found.plain
    assert not {"year", "month", "date"} & set(entry_of(found.bibtex))


@pytest.mark.parametrize("url", [None, "javascript:alert(1)", "data:text/html,x", "file:///a"])
def test_without_an_address_of_the_web_it_is_said_that_there_is_none(url: str | None) -> None:
    found = cited(url=url)
    assert found.apa.endswith("[Press release]. (No official address known.)")
    assert "No official address known. Our copy" in found.plain
    entry = entry_of(found.bibtex)
    assert not {"url", "urldate"} & set(entry)
    assert entry["note"].startswith("No official address known. ")
    assert "javascript" not in "".join((found.apa, found.plain, found.bibtex))


def test_a_release_without_a_title_is_described() -> None:
    described = f"Readout of round 5 of the {SERIES_NAME}"
    found = cited(title=None)
    assert f"(2024, July 31). [{described}; press release]. https" in found.apa
    assert f": {described}. Press release" in found.plain
    assert entry_of(found.bibtex)["title"] == described


def test_a_key_stays_whatever_is_corrected() -> None:
    later = replace(filed(), source=replace(filed().source, sha256="0" * 64))
    again = citation(later, publisher=OFFICE, series_name=SERIES_NAME)
    first = entry_of(cited().bibtex)["key"]
    assert entry_of(cited(title="Corrected", published=None).bibtex)["key"] == first
    assert entry_of(again.bibtex)["key"] == first
    unnumbered = entry_of(cited(number=None).bibtex)["key"]
    assert unnumbered == entry_of(cited(number=None, title="Corrected").bibtex)["key"]
    assert unnumbered.startswith(f"{SERIES}-")
    assert unnumbered != first


@given(ANY, st.none() | ANY.map(lambda words: f"https://ustr.gov/{words}"))
@example(r"50% of {R&D} #1 \input{x} $x_1^2$ ~", None)
@example("}}, note = {{x", "https://ustr.gov/}} ,{\\")
@example("a\n@misc{b,\n title={c}}", None)
def test_an_entry_is_one_entry_with_the_words_of_the_page(title: str, url: str | None) -> None:
    bibtex = cited(title=title, url=url).bibtex
    assert braces_balance(bibtex)
    entry = entry_of(bibtex)
    assert (entry["key"], entry["type"]) == (f"{SERIES}-round-5", "misc")
    assert set(entry) - {"url", "urldate"} == {
        *("key", "type", "author", "title", "howpublished", "year", "month", "date", "note")
    }
    wanted = visible(one_line(title)) or f"Readout of round 5 of the {SERIES_NAME}"
    assert unescaped(entry["title"]) == wanted
    assert set(entry.get("url", "")) <= set(map(chr, range(33, 127))) - set('{}\\"<>^`|')


def braces_balance(bibtex: str) -> bool:
    """Whether every brace has its other one, as BibTeX counts: a backslash before it counts not."""
    depth = 0
    for sign in bibtex:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    return depth == 0


def unescaped(words: str) -> str:
    """The words without LaTeX's escapes, by a rule of the test's own."""
    for name, sign in (
        ("backslash", "\0"),
        ("braceleft", "{"),
        ("braceright", "}"),
        ("asciicircum", "^"),
        ("asciitilde", "~"),
        ("asciigrave", "`"),
        ("less", "<"),
        ("greater", ">"),
    ):
        words = words.replace(f"\\text{name}{{}}", sign)
    for sign in "$&#%_":
        words = words.replace(f"\\{sign}", sign)
    return words.replace("\0", "\\")
