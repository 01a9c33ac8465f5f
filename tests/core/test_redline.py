import random
import re
import time
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.redline import redline, replaced
from storage.records import Piece

WORDS = st.sampled_from(
    "trade digital economy supply-chain Japan’s U.S. and the of , . ; – ( ) workers’ 2023 rules".split()
)
SENTENCES = st.lists(WORDS, max_size=40).map(" ".join)
TEXTS = SENTENCES | st.text(max_size=60) | st.text(alphabet="ab .,’-\u00a0\n\u0301न्दी", max_size=40)
CHANCE = random.Random(3)
MANY = [f"word{number}" for number in range(20_000)]
WORD = re.compile(r"\w+(?:[-’]\w+)*")


def shown(pieces: tuple[Piece, ...]) -> str:
    marks = {"keep": "{}", "delete": "[-{}-]", "insert": "[+{}+]"}
    return "".join(marks[piece.op].format(piece.text) for piece in pieces)


def without(op: str, pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in pieces if piece.op != op)


def cut_words(text: str, other: str, pieces: tuple[Piece, ...]) -> list[str]:
    """The words of one text inside which a piece begins or ends."""
    borders = set(accumulate(len(piece.text) for piece in pieces if piece.op != other))
    spans = [found.span() for found in WORD.finditer(text)]
    return [text[a:b] for a, b in spans if borders & set(range(a + 1, b))]


@given(TEXTS, TEXTS)
def test_without_inserts_it_is_the_old_text_and_without_deletes_the_new(old: str, new: str) -> None:
    for pieces in (redline(old, new), replaced(old, new)):
        assert without("insert", pieces) == old
        assert without("delete", pieces) == new


@given(TEXTS, TEXTS)
def test_no_piece_is_empty_and_no_two_of_a_kind_adjoin(old: str, new: str) -> None:
    pieces = redline(old, new)
    assert all(piece.text for piece in pieces)
    assert all(one.op != other.op for one, other in pairwise(pieces))
    assert all((one.op, other.op) != ("insert", "delete") for one, other in pairwise(pieces))


@given(TEXTS, TEXTS)
def test_no_word_is_cut_in_half(old: str, new: str) -> None:
    pieces = redline(old, new)
    assert cut_words(old, "insert", pieces) == []
    assert cut_words(new, "delete", pieces) == []


@given(TEXTS)
def test_a_text_against_itself_is_one_kept_piece(text: str) -> None:
    assert redline(text, text) == ((Piece("keep", text),) if text else ())


@given(SENTENCES, SENTENCES)
def test_it_is_the_same_each_time(old: str, new: str) -> None:
    assert redline(old, new) == redline(old, new)


@given(st.integers(0, 2**32))
def test_the_law_holds_for_texts_too_long_to_be_compared_in_one(seed: int) -> None:
    chance = random.Random(seed)
    words = chance.choices(["of", "rules", "and", ".", *MANY[:300]], k=700)
    old = " ".join(words)
    new = " ".join(word for word in words * 2 if chance.random() > 0.3)
    pieces = redline(old, new)
    assert (without("insert", pieces), without("delete", pieces)) == (old, new)
    assert cut_words(old, "insert", pieces) == cut_words(new, "delete", pieces) == []


# --- What a person would draw ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            "They spoke of fish, and of rice.",
            "They spoke of fish, and of plywood, and of rice.",
            "They spoke of fish, [+and of plywood, +]and of rice.",
        ),
        (
            "Shared plans. Compared notes.",
            "Shared plans. Looked at ports. Compared notes.",
            "Shared plans. [+Looked at ports. +]Compared notes.",
        ),
        (
            "Talked about labor, ports, and data.",
            "Talked about labor and data.",
            "Talked about labor[-, ports,-] and data.",
        ),
        (
            "Took stock of the pact, and of what each side can mine.",
            "Took stock of the pact.",
            "Took stock of the pact[-, and of what each side can mine-].",
        ),
        (
            "regulatory transparency",
            "regulatory transparency and due process",
            "regulatory transparency[+ and due process+]",
        ),
        (
            "Plans for the United States’ year as host",
            "Plans for the United States hosting it",
            "Plans for the United [-States’ year as host-][+States hosting it+]",
        ),
        (
            "Praised bold new rules on the export of copper ore",
            "Noted slow old habits on the import of copper ore",
            "[-Praised bold new rules on the export -][+Noted slow old habits on the import +]"
            "of copper ore",
        ),
        ("Set out $5 million.", "Set out $50 million.", "Set out $[-5 -][+50 +]million."),
        ("a café here", "a cafe\u0301 here", "a [-café -][+cafe\u0301 +]here"),
        (
            "Heard of rules\u00a0and data from both.",
            "Heard of rules and data from both.",
            "Heard of rules[-\u00a0-][+ +]and data from both.",
        ),
    ],
)
def test_a_change_stands_where_a_person_would_see_it(old: str, new: str, line: str) -> None:
    assert shown(redline(old, new)) == line


# --- Time ---------------------------------------------------------------------------------------

PATHOLOGICAL = {
    "one word, repeated": (["rules"] * 20_000, ["rules"] * 19_990),
    "two words, out of step": (["a", "b"] * 10_000, ["b", "a"] * 10_000),
    "two words by chance": (CHANCE.choices("ab", k=20_000), CHANCE.choices("ab", k=20_000)),
    "every second word": (MANY, [w if i % 2 else f"x{w}" for i, w in enumerate(MANY)]),
    "shuffled": (MANY, CHANCE.sample(MANY, len(MANY))),
    "punctuation": (["."] * 20_000, [","] * 20_000),
}


@pytest.mark.parametrize("name", PATHOLOGICAL)
def test_twenty_thousand_words_take_no_more_than_two_seconds(name: str) -> None:
    old, new = (" ".join(words) for words in PATHOLOGICAL[name])
    started = time.process_time()
    pieces = redline(old, new)
    assert time.process_time() - started < 2
    assert (without("insert", pieces), without("delete", pieces)) == (old, new)


def test_a_sentence_taken_out_of_a_long_text_is_still_one_deletion() -> None:
    said = [
        f"The {CHANCE.choice(MANY)} was {' '.join(CHANCE.choices(MANY, k=8))}." for _ in range(900)
    ]
    old, new = " ".join(said), " ".join(said[:400] + said[401:])
    assert [p for p in redline(old, new) if p.op != "keep"] == [Piece("delete", f"{said[400]} ")]
