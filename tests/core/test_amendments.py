"""What an edit did to a release, for any two texts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.amendments import amendment
from storage.records import Paragraph, Piece, Release

WORDS = st.lists(st.sampled_from(["Talks.", "Both sides met.", "A list: rice", "###", ""]))


def release(*paragraphs: str) -> Release:
    return Release(
        "A title", date(2024, 7, 31), None, tuple(Paragraph("other", p) for p in paragraphs)
    )


def side(passages: tuple[tuple[Piece, ...], ...], without: str) -> list[str]:
    return ["".join(p.text for p in passage if p.op != without) for passage in passages]


@given(WORDS)
def test_the_same_text_has_no_edit(paragraphs: list[str]) -> None:
    found = amendment(release(*paragraphs), release(*paragraphs))
    assert (found.title, found.published, found.passages) == ((), None, ())


@given(WORDS, WORDS)
def test_each_passage_holds_what_stood_there_and_what_stands_there(
    before: list[str], after: list[str]
) -> None:
    found = amendment(release(*before), release(*after))
    gone, came = side(found.passages, "insert"), side(found.passages, "delete")
    for texts, paragraphs in ((gone, before), (came, after)):
        whole = "\n".join(paragraphs)
        at = 0
        for text in texts:
            at = whole.index(text, at)
    assert bool(found.passages) == (before != after)


def test_a_word_that_was_put_right_is_shown_alone_in_its_paragraph() -> None:
    found = amendment(release("Both side met.", "More."), release("Both sides met.", "More."))
    (passage,) = found.passages
    assert [(p.op, p.text) for p in passage] == [
        ("keep", "Both "),
        ("delete", "side "),
        ("insert", "sides "),
        ("keep", "met."),
    ]


def test_another_title_and_another_day_are_said() -> None:
    before = release("Text.")
    after = replace(before, title="A new title", published=None)
    found = amendment(before, after)
    assert "".join(p.text for p in found.title if p.op != "insert") == "A title"
    assert found.published == (date(2024, 7, 31), None)
    assert found.passages == ()
