"""Plain text, wrapped: English at spaces, Japanese by its rules of what may be parted."""

from __future__ import annotations

import textwrap

from hypothesis import given
from hypothesis import strategies as st

from notifiers.words.columns import columns
from notifiers.words.wrapping import COLUMNS, wrapped

JAPANESE = st.text(alphabet="会合第5回2024年、。「」Labor らっー～（）", max_size=300)


@given(st.text(alphabet="ab \n", max_size=400))
def test_lines_are_wrapped_and_no_word_is_lost(text: str) -> None:
    shown = wrapped(text, "* ", "  ")
    assert all(len(line) <= COLUMNS or " " not in line.strip("* ") for line in shown.split("\n"))
    assert shown.replace("*", "").split() == text.split()


def test_a_long_address_stays_whole() -> None:
    address = "https://example.org/" + "a-" * 60
    assert address in wrapped(f"see {address} there")


@given(st.text(alphabet="abc-—,.“” \n", max_size=400))
def test_latin_text_is_wrapped_as_the_standard_library_does(text: str) -> None:
    lines = [" ".join(line.split()) for line in text.split("\n") if line.strip()]
    filled = [
        textwrap.fill(
            line,
            COLUMNS,
            initial_indent="  " if number else "* ",
            subsequent_indent="  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for number, line in enumerate(lines)
    ]
    assert wrapped(text, "* ", "  ") == "\n".join(filled)


def test_a_japanese_line_has_half_as_many_characters() -> None:
    shown = wrapped("会" * 80).split("\n")
    assert [len(line) for line in shown] == [36, 36, 8]


def test_a_number_stays_with_its_counter_and_a_bracket_with_its_words() -> None:
    for before in range(30, 40):
        shown = wrapped("あ" * before + "第12回、2024年7月29日の「Labor」です。").split("\n")
        for whole in ("第12回、", "2024年7月29日", "「Labor」"):
            assert any(whole in line for line in shown)


@given(JAPANESE)
def test_no_line_begins_or_ends_with_what_belongs_to_its_neighbor(text: str) -> None:
    shown = wrapped(text)
    lines = shown.split("\n")
    assert "".join(shown.split()) == "".join(text.split())
    first = "".join(text.split())[:1]
    for number, line in enumerate(lines):
        assert number == 0 or line[0] not in "、。」）っー～" or f" {line[0]}" in text
        assert number == len(lines) - 1 or line[-1] not in "「（" or f"{line[-1]} " in text
    assert shown[:1] == first


@given(st.text(alphabet="会合の議題を、", max_size=300))
def test_japanese_fills_its_lines_and_never_more(text: str) -> None:
    lines = wrapped(text).split("\n")
    for line in lines:
        assert columns(line) <= COLUMNS or set(line[1:]) == {"、"}
