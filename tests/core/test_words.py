import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.words import folded, label_form, sentences, slug, stems


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


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Technical Barriers to Trade (TBT)", "technical barrier to trade"),
        ("Free Trade Agreements (FTAs)", "Free Trade Agreement"),
        ("Policies & Practices", "policies and practices"),
        ("U.S.-Japan Cooperation", "US–Japan cooperation"),
        ("Workers’ Rights", "worker rights"),
        ("Worker's Rights", "worker rights"),
        ("Businesses and Taxes", "business and tax"),
    ],
)
def test_two_labels_are_the_same_name(one: str, other: str) -> None:
    assert label_form(one) == label_form(other)


def test_a_bracket_that_abbreviates_nothing_tells_two_labels_apart() -> None:
    assert label_form("Standards (food)") != label_form("Standards (cars)")
    assert label_form("STANDARDS (FOOD)") != label_form("STANDARDS")
    assert slug("Standards (food)") != slug("Standards (cars)")


def test_labels_in_other_letters_have_slugs_of_their_own() -> None:
    assert slug("デジタル経済") != slug("労働")
    assert slug("労働 Economy") != slug("Economy")


def test_a_compound_is_its_parts_but_what_is_no_market_is_none_of_the_market() -> None:
    assert stems("third-country") == stems("third countries")
    assert stems("non-market") == stems("nonmarket") != stems("market")


@given(st.text(min_size=1, max_size=100))
def test_a_slug_is_always_fit_for_an_address(text: str) -> None:
    made = slug(text)
    assert made
    assert made == made.strip("-")
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_folding_keeps_words_and_drops_style() -> None:
    assert folded("Japan’s “non‑market”  Policies") == 'japan\'s "non-market" policies'
