import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.redline import redline, replaced
from storage.records import Piece

WORDS = st.sampled_from(
    "trade digital economy supply-chain Japan’s U.S. and the of , . ; – ( ) workers’ 2023 rules".split()
)
TEXTS = st.lists(WORDS, max_size=40).map(" ".join) | st.text(max_size=60)


def shown(pieces: tuple[Piece, ...]) -> str:
    marks = {"keep": "{}", "delete": "[-{}-]", "insert": "[+{}+]"}
    return "".join(marks[piece.op].format(piece.text) for piece in pieces)


@given(TEXTS, TEXTS)
def test_without_inserts_it_is_the_old_text_and_without_deletes_the_new(old: str, new: str) -> None:
    for pieces in (redline(old, new), replaced(old, new)):
        assert "".join(p.text for p in pieces if p.op != "insert") == old
        assert "".join(p.text for p in pieces if p.op != "delete") == new


@given(TEXTS, TEXTS)
def test_no_piece_is_empty_and_no_two_of_a_kind_adjoin(old: str, new: str) -> None:
    pieces = redline(old, new)
    assert all(piece.text for piece in pieces)
    assert all(one.op != other.op for one, other in pairwise(pieces))


@given(st.lists(WORDS, min_size=1, max_size=30), st.lists(WORDS, min_size=1, max_size=30))
def test_no_word_is_cut_in_half(old: list[str], new: list[str]) -> None:
    allowed = {
        word for text in (old, new) for joined in text for word in re.findall(r"\w+", joined)
    }
    for piece in redline(" ".join(old), " ".join(new)):
        assert set(re.findall(r"\w+", piece.text)) <= allowed


def test_the_same_text_is_one_kept_piece() -> None:
    assert redline("Talked of rules.", "Talked of rules.") == (Piece("keep", "Talked of rules."),)


def test_an_inserted_clause_stands_whole_from_its_comma() -> None:
    before = "They spoke of fish, and of rice."
    after = "They spoke of fish, and of plywood, and of rice."
    assert (
        shown(redline(before, after)) == "They spoke of fish,[+ and of plywood,+] and of rice."
        or shown(redline(before, after)) == "They spoke of fish, [+and of plywood, +]and of rice."
    )


def test_words_without_meaning_between_two_changes_are_no_island() -> None:
    line = shown(
        redline(
            "Praised bold new rules on the export of copper ore",
            "Noted slow old habits on the import of copper ore",
        )
    )
    assert (
        line
        == "[-Praised bold new rules on the export -][+Noted slow old habits on the import +]of copper ore"
    )
