"""Redlines in plain text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from notifiers.digest.redline_text import edges, marked
from storage.records import Op, Piece
from tests.notifiers.builders import pieces

OPS: tuple[Op, ...] = ("keep", "delete", "insert")
WORDS = st.text(alphabet="abc ,.\n", max_size=12)
REDLINES = st.lists(st.builds(Piece, st.sampled_from(OPS), WORDS), max_size=8)


def test_gone_and_new_words_stand_in_marks_of_their_own() -> None:
    redline = pieces(
        ("keep", "They "),
        ("delete", "may "),
        ("insert", "will "),
        ("keep", "meet"),
        ("insert", "."),
    )
    assert marked(redline) == "They [-may-] {+will+} meet{+.+}"


def test_neighboring_marks_are_kept_apart() -> None:
    assert marked(pieces(("delete", "old"), ("insert", "new"))) == "[-old-] {+new+}"


@given(REDLINES)
def test_taking_one_kind_of_mark_away_gives_one_of_the_two_texts(redline: list[Piece]) -> None:
    text = marked(redline)
    for gone, kept, other in (("{+", "[-", "delete"), ("[-", "{+", "insert")):
        closing = {"{+": "+}", "[-": "-]"}
        without = text
        while gone in without:
            before, _, rest = without.partition(gone)
            without = before + rest.partition(closing[gone])[2]
        without = without.replace(kept, "").replace(closing[kept], "")
        meant = "".join(piece.text for piece in redline if piece.op in ("keep", other))
        assert "".join(without.split()) == "".join(meant.split())


@given(st.text())
def test_edges_are_the_white_space_around_the_words(text: str) -> None:
    before, core, after = edges(text)
    assert before + core + after == text
    assert core == text.strip()
    assert not (before + after).strip()
