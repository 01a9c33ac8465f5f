"""A Japanese digest: whole in Japanese, with the facts of the English one; quotations stay."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from notifiers.digest.news.headline import LONGEST_HEADLINE
from notifiers.digest.news.lines import Told, tell
from notifiers.digest.render import render
from notifiers.digest.sheet import Sheet, lay_out
from notifiers.digest.subject import LONGEST_SUBJECT
from notifiers.words.columns import columns
from notifiers.words.frame import words
from notifiers.words.wrapping import COLUMNS
from storage.records import (
    Absence,
    Background,
    Change,
    Comparison,
    Count,
    DelegationChange,
    RankChange,
    Span,
    Telling,
)
from tests.notifiers.builders import (
    BACKGROUND,
    READOUT_1,
    RENDERED_AT,
    change,
    comparison,
    dropped,
    introduced,
    mention,
    summary,
    telling,
)
from tests.notifiers.test_news_laws import PRESENCES, TEXTS, made

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "example.py"
PLAIN = Background(rounds=(1, 2, 3, 4))

OURS = {"EU", "HTML", "PUBLIC", "Roundwatch", "SHA", "URL", "USTR", "UTC"}
"""Names and codes that Japanese writes in Latin letters too."""


@cache
def bundled() -> tuple[Telling, ...]:
    """Rounds 2 to 5 of the bundled pages, and the first."""
    found = importlib.util.spec_from_file_location("example", EXAMPLE)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    tellings = [
        Telling("news", a.series.name, a.summary, a.background, a.before, RENDERED_AT)
        for a in module.accounts()
    ]
    first = replace(tellings[0], summary=replace(tellings[0].summary, comparison=None), before=None)
    return (first, *tellings)


def sheet(told: Telling) -> Sheet:
    return lay_out(told, public_url=None, language="ja")


def our_words(shown: Sheet) -> Iterator[str]:
    """All of a sheet but labels, texts, names and addresses."""
    news, source = shown.news, shown.source
    yield from (shown.subject.partition(" – ")[0], shown.heading, *shown.notices)
    yield from (shown.held.rpartition("）")[0], shown.published, shown.compared, shown.next_round)
    yield from (news.headline, *(line.text for line in news.lines), news.unusual)
    yield from (source.fetched.partition("http")[0], shown.made)
    for card in (*shown.cards, *shown.issue_cards):
        yield from (card.word, *card.facts, card.reason)
    yield from (seat.rank for seat in shown.leads)


def without_quotations(text: str) -> str:
    while (shorter := re.sub(r"「[^「」]*」", "", text)) != text:
        text = shorter
    return text


def english_in(text: str, *names: str) -> list[str]:
    """The words in Latin letters outside quotations, names and codes."""
    text = without_quotations(text)
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "")
    return [word for word in re.findall(r"[A-Za-z]{2,}", text) if word not in OURS]


# --- The bundled rounds -------------------------------------------------------------------------


def people_of(told: Telling) -> list[str]:
    found = [told.summary.readout, *([told.before.readout] if told.before else [])]
    leads = [lead for readout in found for side in readout.delegations for lead in side.leads]
    titles = [title for each in leads if (title := each.title)]
    return [*(each.name for each in leads), *titles, *(title[:59] for title in titles)]


@pytest.mark.parametrize("number", range(5))
def test_a_digest_of_a_bundled_round_has_no_english_but_quotations(number: int) -> None:
    told = bundled()[number]
    names = people_of(told)
    clips = [name[:n] for name in names for n in range(20, len(name))]
    for said in our_words(sheet(told)):
        assert english_in(said, *names, *clips) == [], said


def test_the_bundled_rounds_are_told_as_a_newspaper_would() -> None:
    *_, fifth = bundled()
    shown = sheet(fifth)
    assert shown.subject == (
        "第5回会合：「Non-Market Policies and Practices」が分離か – U.S.-Japan Partnership on Trade"
    )
    assert shown.held == "「July 29-30, 2024」（2024年7月29日～30日）、Washington"
    assert [line.text for line in shown.news.lines] == [
        "第4回会合まで「Third-Country Issues」の一部だったとみられる"
        "「Non-Market Policies and Practices」が、独立した議題になりました。ただし、新しい議題である可能性もあります。",
        "二国間の個別課題：「technical barriers to trade」が議題から外れました。"
        "「increasing Japan’s use of ethanol」（最後の登場は第3回会合）が再び取り上げられました。"
        "「trade in seafood」が新たに加わりました。",
        "米国の代表団を率いたのはScott Wilbur（Director for Japan Affairs）で、"
        "第4回会合のChristopher Wilsonより下位の役職です。",
        "「regulatory transparency」の記述に「and due process」が加わりました。"
        "「CMA」の記述から「and of what each country is…」が削られました。"
        "ほかに2件の文言が変わりました。",
        "「Environment」、「Trade Facilitation」は第1回会合以来、"
        "「Multilateral Cooperation」は第2回会合以来、"
        "「Deepening Collaboration」は第3回会合以来、取り上げられていません。",
    ]
    assert shown.leads[0].country == "米国"
    assert shown.leads[0].rank == (
        "米国の代表団を率いたのは「Director」です。"
        "第4回会合は上位の「Assistant United States Trade Representative」が率いました。"
    )


def test_the_example_in_the_docs_is_what_the_program_says() -> None:
    shown = (
        (ROOT / "docs" / "digests.md").read_text("utf-8").partition("## English and Japanese")[2]
    )
    rendered = render([bundled()[4]], language="ja", public_url=None)
    for line in shown.split("```")[1].strip().splitlines():
        assert line in (rendered.subject, *rendered.text.splitlines())


@pytest.mark.parametrize("number", range(5))
def test_a_page_says_which_of_its_words_are_english(number: int) -> None:
    rendered = render([bundled()[number]], language="ja", public_url="https://rounds.example.org")
    assert rendered.html is not None
    page = BeautifulSoup(rendered.html, "html.parser")
    assert page.html is not None
    assert page.html["lang"] == "ja"
    for part in page.select("[lang=en]"):
        assert not re.search(r"[ぁ-ん]", part.get_text())
    for hidden in page.select("[lang=en], head, .hint, .source"):
        hidden.decompose()
    left = re.findall(r"[A-Za-z]{2,}", page.get_text())
    assert set(left) <= OURS


@pytest.mark.parametrize("number", range(5))
def test_the_text_keeps_within_its_columns(number: int) -> None:
    rendered = render([bundled()[number]], language="ja", public_url=None)
    for line in rendered.text.splitlines():
        assert columns(line) <= COLUMNS or "http" in line or "SHA-256" in line
        assert not line or line[0] not in "、。」）"


def test_a_reason_of_an_unknown_form_stays_whole_in_english_and_is_marked_so() -> None:
    reason = "The stars <say> it is “Labor”."
    told = telling(summary(comparison(change("Labor", reason=reason))))
    assert sheet(told).cards[0].reason == f"確実：{reason}"
    rendered = render([told], language="ja", public_url=None)
    assert rendered.html is not None
    shown = BeautifulSoup(rendered.html, "html.parser").select_one(".reason")
    assert shown is not None
    assert shown.get_text() == f"確実：{reason}"
    marked = shown.select_one("[lang=en]")
    assert marked is not None
    assert marked.get_text() == reason.removesuffix(".") or marked.get_text() == reason


def test_an_english_mail_marks_no_language_but_its_own() -> None:
    rendered = render([bundled()[4]], language="en", public_url=None)
    assert rendered.html is not None
    assert rendered.html.count("lang=") == 1


# --- Whatever is told ---------------------------------------------------------------------------

GREEK = st.sampled_from(["Ωδή", "περί αλιείας", "Ξύλα, χαρτί", "λέξη " * 60, "Άλφα Βήτα"])
PEOPLE = st.lists(st.sampled_from(["Ίων", "Ήρα", "Ζωή"]), max_size=3, unique=True).map(tuple)
CERTAINTIES = st.sampled_from(["certain", "likely", "unsure"])
COUNTRIES = st.sampled_from(["United States", "Japan", "Kenya", "Ελλάς"])


def in_greek(label: str, other: str, presence: Any, **facts: Any) -> Change:
    return replace(made(label, other, presence, **facts), reason=f"Both rounds name “{label}”.")


CHANGES = st.builds(
    in_greek,
    *(GREEK, GREEK, st.sampled_from(PRESENCES)),
    certainty=CERTAINTIES,
    text_change=st.sampled_from(TEXTS),
    moved=st.sampled_from(["order", "strand", None]),
)
COMPARISONS = st.builds(
    lambda topics, issues, missing, sides, before: comparison(
        *topics,
        bilateral_issues=tuple(issues),
        missing_rounds=missing,
        delegations=tuple(sides),
        before_round=before,
    ),
    st.lists(CHANGES, max_size=12),
    st.lists(CHANGES, max_size=5),
    st.sampled_from([(), (2,), (2, 3, 4)]),
    st.lists(st.builds(DelegationChange, COUNTRIES, PEOPLE, PEOPLE), max_size=3),
    st.sampled_from([1, None]),
)
ABSENCES = st.builds(
    lambda label, last, sure: Absence("common-interest", "gone", label, last, last + 1, sure, "x"),
    *(GREEK, st.integers(1, 3), CERTAINTIES),
)
COUNTS = st.builds(
    Count,
    st.sampled_from(["common-interest", "bilateral"]),
    st.sampled_from(["went", "came", "split", "merged"]),
    st.integers(0, 14),
    st.tuples(*[st.integers(0, 4)] * 3),
    CERTAINTIES,
)
RANKS = st.builds(
    lambda country, way: RankChange(country, "Άρχων", "Βουλευτής", way, "x"),
    *(COUNTRIES, st.sampled_from(["higher", "lower", "same"])),
)
BACKGROUNDS = st.builds(
    lambda absences, torn, stood, counts, ranks, rounds: Background(
        rounds=rounds,
        torn=torn,
        times_stood={change("Ωδή").topic: stood},
        earlier_labels={change("Άλφα Βήτα").topic: "Γάμμα"},
        absences=tuple(absences),
        counts=tuple(counts),
        ranks=tuple(ranks),
    ),
    st.lists(ABSENCES, max_size=4),
    st.sampled_from([(), (1,), (1, 5)]),
    st.integers(1, 20),
    st.lists(COUNTS, max_size=4),
    st.lists(RANKS, max_size=2),
    st.sampled_from([(), (1,), (1, 2, 3)]),
)


@settings(max_examples=150)
@given(COMPARISONS, BACKGROUNDS, st.booleans(), st.booleans())
def test_whatever_is_told_has_no_english_but_quotations(
    found: Comparison, background: Background, complete: bool, corrected: bool
) -> None:
    told = telling(
        summary(found, complete=complete, city=None, next_round=None),
        background=background,
        kind="correction" if corrected else "news",
        series_name="Σύμπραξις",
    )
    for said in our_words(replace_seats(sheet(told))):
        assert english_in(said) == [], said
        assert "None" not in said


def replace_seats(shown: Sheet) -> Sheet:
    """Without the reasons for ranks: these are of no known form here."""
    return replace(shown, leads=tuple(replace(seat, rank="") for seat in shown.leads))


@settings(max_examples=150)
@given(COMPARISONS, BACKGROUNDS, st.booleans())
def test_both_languages_tell_the_same_facts(
    found: Comparison, background: Background, complete: bool
) -> None:
    def facts(told: Told) -> list[Any]:
        return [
            (line.certainty, [(e.round, e.strand, e.topic) for e in line.evidence])
            for line in told.lines
        ]

    whole = summary(found, complete=complete)
    english, japanese = (tell(whole, background, READOUT_1, each) for each in ("en", "ja"))
    assert facts(english) == facts(japanese)
    assert bool(english.unusual) == bool(japanese.unusual)


@settings(max_examples=150)
@given(COMPARISONS, BACKGROUNDS, st.booleans())
def test_every_sentence_is_polite_and_whole(
    found: Comparison, background: Background, complete: bool
) -> None:
    told = tell(summary(found, complete=complete), background, READOUT_1, "ja")
    for text in chain((line.text for line in told.lines), [told.unusual]):
        assert text.endswith("。")
        for each in without_quotations(text).removesuffix("。").split("。"):
            assert re.search(r"(です|ます|ました|ません|でした)(（[^）]*）)?$", each), each
    assert columns(told.headline) <= LONGEST_HEADLINE
    assert not told.headline.endswith("。")


@given(COMPARISONS, st.booleans(), st.text(max_size=60))
def test_a_japanese_subject_is_one_line_and_not_too_wide(
    found: Comparison, complete: bool, series: str
) -> None:
    subject = sheet(telling(summary(found, complete=complete), series_name=series)).subject
    hidden = subject.count("[U+")
    assert not set(subject) & set("\r\n\u2028")
    assert len(subject) <= LONGEST_SUBJECT + 7 * hidden
    assert subject.startswith("第5回会合：")


# --- Sentences ----------------------------------------------------------------------------------


def lines(*topics: Change, background: Background = PLAIN, **facts: Any) -> list[str]:
    found = comparison(*topics, **({"before_round": 4, "delegations": ()} | facts))
    return [line.text for line in tell(summary(found), background, READOUT_1, "ja").lines]


def test_topics_that_dropped_out_are_told_with_their_age_and_the_other_reading() -> None:
    stood = replace(PLAIN, times_stood={"labor": 3, "energy": 3, "ports": 1})
    labor, energy = dropped("Labor", "x"), dropped("Energy", "x")
    ports = dropped("Ports", "x", certainty="likely")
    assert lines(labor, background=stood) == [
        "「Labor」は、3回連続で取り上げられた後、議題から外れました。最後の登場は第4回会合です。"
    ]
    assert lines(labor, energy, background=stood) == [
        "「Labor」、「Energy」は、それぞれ3回連続で取り上げられた後、議題から外れました。"
        "最後の登場は第4回会合です。"
    ]
    assert lines(labor, dropped("Ports", "x"), background=stood) == [
        "「Labor」（3回連続）、「Ports」（1回）が議題から外れました。最後の登場は第4回会合です。"
    ]
    assert lines(labor, ports, background=stood) == [
        "「Labor」は、3回連続で取り上げられた後、議題から外れました。"
        "「Ports」は、1回取り上げられた後、議題から外れたとみられます。"
        "最後の登場は第4回会合です。ただし、「Ports」は別の名称で続いている可能性もあります。"
    ]


def test_new_topics_are_told_with_how_far_back_they_are_new() -> None:
    assert lines(introduced("Energy", "x")) == [
        "「Energy」が新たに加わりました。記録にある以前の会合4回のいずれにも登場していません。"
    ]
    assert lines(introduced("Energy", "x", certainty="unsure"), background=Background()) == [
        "「Energy」が新たに加わった可能性があります。ただし、別の議題の続きである可能性もあります。"
    ]


def test_missing_rounds_and_nothing_else_are_told() -> None:
    assert lines(change("Labor"), missing_rounds=(2, 3)) == [
        "議題の増減はなく、共通の関心分野1件、二国間の個別課題0件は第4回会合のままです。",
        "第2回、第3回会合は記録になく、変化はそのいずれかで生じた可能性があります。",
    ]


def test_a_first_round_names_its_topics() -> None:
    found = summary(None, mentions=(mention("Labor", "x"), mention("Energy", "x")))
    told = tell(found, BACKGROUND, None, "ja")
    assert told.headline == "記録上最初の会合、議題は「Labor」「Energy」"
    assert [line.text for line in told.lines] == ["共通の関心分野は、「Labor」、「Energy」です。"]


@pytest.mark.parametrize(
    ("span", "days"),
    [
        (("2022-06-01", None, "day"), "2022年6月1日"),
        (("2022-06-30", "2022-07-01", "day"), "2022年6月30日～7月1日"),
        (("2022-12-31", "2023-01-01", "day"), "2022年12月31日～2023年1月1日"),
        (("2022-06-01", "2022-06-30", "month"), "2022年6月"),
        (("2022-01-01", "2022-12-31", "year"), "2022年"),
    ],
)
def test_days_are_as_precise_as_the_page(span: tuple[Any, Any, Any], days: str) -> None:
    from datetime import date

    start, end = (date.fromisoformat(each) if each else None for each in span[:2])
    told = telling(summary(held=Span("then", start, end, span[2]), held_elsewhere=(), city=None))
    assert sheet(told).held == f"「then」（{days}）"


# --- The words of the frame ---------------------------------------------------------------------


def test_the_frames_of_both_languages_have_the_same_places() -> None:
    english, japanese = words("en"), words("ja")
    for_operators = {"alarm", "test"}
    assert english.keys() - for_operators == japanese.keys()
    for table in japanese:
        assert english[table].keys() == japanese[table].keys()


def test_the_frame_is_whole_in_japanese() -> None:
    for table in words("ja").values():
        for text in table.values():
            assert english_in(re.sub(r"\{\w+\}|`[^`]*`", "", text)) == []
