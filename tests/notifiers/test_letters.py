"""Letters as they arrive: two that ask for a confirmation, two to the operator."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup

from notifiers.digest.render import LARGEST
from notifiers.digest.subject import LONGEST_SUBJECT
from notifiers.letters import render_letter
from notifiers.mail.parcel import PREFERENCES, UNSUBSCRIBE
from notifiers.words.wrapping import COLUMNS
from storage.records import Language, Letter, LetterKind, Rendering
from tests.notifiers.builders import SERIES_NAME

ASKED = datetime(2026, 11, 26, 14, 8, tzinfo=UTC)
LINK = "https://rounds.example.org/confirm/WzcsMF0.zT9yq1a-_Lk"
LASTS = timedelta(days=3)
FACTS: dict[LetterKind, dict[str, str]] = {
    "confirm": {"series": SERIES_NAME},
    "address": {"before": "reader@example.org"},
    "alarm": {
        "new": "the source has been silent for three days\na delivery has waited for five hours",
        "changed": "two pages were not understood, not one",
        "over": "the mail server answers again",
    },
    "test": {},
}
ASKING: tuple[LetterKind, ...] = ("confirm", "address")


def letter(kind: LetterKind, language: Language = "en", **facts: str) -> Rendering:
    made = Letter(1, kind, 7, language, FACTS[kind] | facts, ASKED)
    return render_letter(made, link=LINK, lasts=LASTS)


def page(rendered: Rendering) -> BeautifulSoup:
    assert rendered.html is not None
    return BeautifulSoup(rendered.html, "html.parser")


def shown(rendered: Rendering) -> str:
    soup = page(rendered)
    for hidden in soup.select("head, .hint"):
        hidden.decompose()
    return "".join(soup.get_text().split())


def without_link(words: str) -> str:
    return words.replace(LINK, "")


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("kind", ASKING)
def test_a_letter_that_asks_has_its_link_on_a_button_and_as_an_address(
    kind: LetterKind, language: Language
) -> None:
    rendered = letter(kind, language)
    button, address = page(rendered).select("a")
    assert button["href"] == address["href"] == address.get_text() == LINK
    assert button.get_text().strip()
    assert LINK in rendered.text.splitlines()


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("kind", ASKING)
def test_a_letter_that_asks_says_until_when_the_link_counts(
    kind: LetterKind, language: Language
) -> None:
    for words in (letter(kind, language).text, shown(letter(kind, language))):
        until = {"en": "2026-11-2914:08UTC", "ja": "2026年11月29日14:08（UTC）"}[language]
        assert until in "".join(words.split())


def test_a_letter_says_what_for_and_what_happens_if_it_is_ignored() -> None:
    confirm = " ".join(letter("confirm").text.split())
    assert f"a new round of the {SERIES_NAME}" in confirm
    assert "Nothing is sent until you confirm." in confirm
    assert "If it was not you, ignore this mail. Nothing happens then." in confirm
    address = " ".join(letter("address").text.split())
    assert "whose digests went to reader@example.org until now" in address
    assert "Nothing changes then." in address


def test_several_series_are_all_named() -> None:
    asked = letter("confirm", series=f"{SERIES_NAME}\nTrade Dialogue\nThird One")
    named = f"{SERIES_NAME}, Trade Dialogue and Third One"
    assert named in " ".join(asked.text.split())
    assert len(asked.subject) <= LONGEST_SUBJECT


def test_a_letter_to_a_japanese_reader_is_in_japanese() -> None:
    for kind in ASKING:
        rendered = letter(kind, "ja")
        assert 'lang="ja"' in str(rendered.html)
        for english in ("subscription", "ignore", "confirm the"):
            assert english not in without_link(rendered.text).lower()


def test_an_alarm_tells_what_is_new_what_changed_and_what_is_over() -> None:
    rendered = letter("alarm")
    assert rendered.subject == (
        "Roundwatch needs you: the source has been silent for three days (+3 more)"
    )
    for title, line in (("NEW", "a delivery has"), ("CHANGED", "two pages"), ("OVER", "the mail")):
        assert rendered.text.index(f"\n{title}\n") < rendered.text.index(f"\n- {line}")
    assert [each.get_text() for each in page(rendered).select("h2")] == ["New", "Changed", "Over"]


@pytest.mark.parametrize(
    ("facts", "subject"),
    [
        ({"changed": "two pages"}, "Roundwatch still needs you: two pages"),
        ({"over": "two pages"}, "Roundwatch: over: two pages"),
    ],
)
def test_the_subject_of_an_alarm_says_how_bad_it_is(facts: dict[str, str], subject: str) -> None:
    made = Letter(1, "alarm", None, "en", facts, ASKED)
    assert render_letter(made, link="", lasts=LASTS).subject == subject


def test_an_alarm_of_any_length_fits_into_a_mail() -> None:
    lines = "\n".join(f"finding {number} " + "x" * 5000 for number in range(500))
    rendered = letter("alarm", new=lines, changed=lines, over=lines)
    assert len(str(rendered.html).encode()) <= LARGEST
    assert len(rendered.subject) <= LONGEST_SUBJECT


def test_a_test_mail_says_that_it_is_one() -> None:
    rendered = letter("test")
    assert rendered.subject == "Roundwatch: a test mail"
    assert page(rendered).select("a") == []


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("kind", FACTS)
def test_text_and_html_of_a_letter_say_the_same(kind: LetterKind, language: Language) -> None:
    rendered = letter(kind, language)
    html = shown(rendered)
    for line in rendered.text.splitlines():
        said = "".join(line.lstrip("- ").rstrip(":：").split())
        assert said.lower() in html.lower()
    assert rendered.text.rstrip()
    assert len(html) < len("".join(rendered.text.split())) + 150


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("kind", FACTS)
def test_a_letter_has_no_links_of_a_reader(kind: LetterKind, language: Language) -> None:
    rendered = letter(kind, language)
    for marker in (PREFERENCES, UNSUBSCRIBE):
        assert marker not in rendered.text + str(rendered.html)


@pytest.mark.parametrize("kind", FACTS)
def test_facts_of_a_letter_stay_words(kind: LetterKind) -> None:
    evil = '<img src=x onerror=alert(1)>"\u202e\r\nBcc: all@example.org'
    facts: dict[str, Any] = dict.fromkeys(FACTS[kind], evil)
    rendered = letter(kind, **facts)
    assert page(rendered).select("img") == []
    assert "\u202e" not in rendered.text + rendered.subject + str(rendered.html)
    assert "\n" not in rendered.subject
    assert "\r" not in rendered.subject + rendered.text


@pytest.mark.parametrize("kind", FACTS)
def test_the_text_of_a_letter_keeps_within_its_columns(kind: LetterKind) -> None:
    for line in letter(kind).text.splitlines():
        assert len(line) <= COLUMNS or line == LINK
