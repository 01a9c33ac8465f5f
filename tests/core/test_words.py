from hypothesis import given
from hypothesis import strategies as st

from monitor.core.words import folded, label_form, sentences, slug


def test_abbreviations_end_no_sentence_and_a_sentence_may_end_in_one() -> None:
    text = "The U.S. delegation met in Washington, D.C. on Monday. It came home to the U.S. The talks went on."
    assert sentences(text) == [
        "The U.S. delegation met in Washington, D.C. on Monday.",
        "It came home to the U.S.",
        "The talks went on.",
    ]


@given(st.text(max_size=200))
def test_sentences_lose_nothing(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


def test_labels_differ_neither_in_style_nor_by_a_bracketed_acronym_or_a_plural() -> None:
    assert label_form("U.S.–Japan Critical Minerals Agreements (CMA)") == label_form(
        "u.s.-japan critical minerals agreement"
    )
    assert label_form("Trade Policy") != label_form("Trade Policing")


@given(st.text(min_size=1, max_size=100))
def test_a_slug_is_always_fit_for_an_address(text: str) -> None:
    made = slug(text)
    assert made
    assert made == made.strip("-")
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_folding_keeps_words_and_drops_style() -> None:
    assert folded("Japan’s “non‑market”  Policies") == 'japan\'s "non-market" policies'
