"""Several digests in one mail, corrections, chosen topics, welcomes: what each says, and where."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from notifiers.digest.cards import WHOLE
from notifiers.digest.corrected import corrections_of
from notifiers.digest.gathered import each_round_once
from notifiers.digest.render import LARGEST, render
from notifiers.digest.subject import LONGEST_SUBJECT
from notifiers.mail.parcel import PREFERENCES, UNSUBSCRIBE, PersonalLinks, compose
from notifiers.words import words_of
from notifiers.words.frame import words
from notifiers.words.wrapping import COLUMNS
from storage.records import Choice, DigestKind, Language, Rendering, Span, Telling
from tests.notifiers.builders import (
    RENDERED_AT,
    ROUND_1,
    ROUND_5,
    SERIES_NAME,
    change,
    comparison,
    dropped,
    introduced,
    mention,
    pieces,
    summary,
    telling,
)
from tests.notifiers.mails import (
    CHOSEN,
    CORRECTION,
    ELSEWHERE,
    FIRST,
    KINDS,
    LANGUAGES,
    LATEST,
    TOLD,
    TOPICS,
    WELCOME,
    WITHDRAWAL,
    mail,
    page,
    shown,
)

BOTH = [(kind, language) for kind in KINDS for language in LANGUAGES]


def english(*tellings: Telling) -> Rendering:
    return render(tellings, language="en", public_url=None)


# --- Gathered ---------------------------------------------------------------------------------


def test_a_subject_of_several_says_how_many_and_the_latest_news() -> None:
    subject = mail("gathered").subject
    assert subject.startswith("2 digests: Round 5: Environment, Trade Facilitation")
    assert subject.endswith(f" – {SERIES_NAME}")
    assert len(subject) <= LONGEST_SUBJECT


def test_the_contents_name_every_digest_and_lead_to_it() -> None:
    soup = page(mail("gathered"))
    links = soup.select(".contents a")
    assert len(links) == 2
    for link, heading in zip(links, ("Round 5", "Round 1"), strict=True):
        place = soup.select_one(f'[id="{str(link["href"])[1:]}"]')
        assert place is not None
        assert heading in place.get_text()
        assert link.get_text() in " ".join(soup.select_one(".sheet").get_text().split())  # type: ignore[union-attr]
    text = mail("gathered").text
    assert text.index("IN THIS MAIL") < text.index("- Round 5: ") < text.index("- Round 1: ")
    assert text.index("- Round 1: ") < text.index("1 of 2") < text.index("2 of 2")


def test_digests_of_several_series_name_theirs() -> None:
    text = " ".join(mail("gathered of two series").text.split())
    assert "Trade Dialogue of Two Others, Round 3: " in text
    assert f"{SERIES_NAME}, Round 5: " in text
    assert f"on the list for the {SERIES_NAME} and Trade Dialogue of Two Others." in text
    assert SERIES_NAME not in mail("gathered of two series").subject


@pytest.mark.parametrize(("kind", "language"), BOTH)
def test_every_place_in_a_mail_has_one_name_and_every_jump_a_place(
    kind: str, language: Language
) -> None:
    soup = page(mail(kind, language))
    names = [str(each["id"]) for each in soup.select("[id]")]
    assert len(names) == len(set(names))
    jumps = {str(link["href"])[1:] for link in soup.select('a[href^="#"]')}
    assert jumps <= set(names)
    assert jumps or kind == "withdrawal"


def test_a_jump_leads_to_the_card_of_its_own_digest() -> None:
    soup = page(mail("gathered of two series"))
    for number, news in enumerate(soup.select(".news"), 1):
        for link in news.select("a"):
            assert str(link["href"]).startswith(f"#d{number}-")


def test_a_round_and_its_correction_in_one_mail_are_told_once() -> None:
    later = replace(CORRECTION, made_at=LATEST.made_at + timedelta(1))
    (once,) = each_round_once([later, replace(LATEST, summary=TOLD)])
    assert once == replace(later, kind="news", corrected=None)
    assert "What was corrected" not in english(LATEST, later).text


def test_two_corrections_in_one_mail_correct_what_was_told_before_the_first() -> None:
    later = replace(CORRECTION, made_at=LATEST.made_at + timedelta(1), corrected=CORRECTION.summary)
    (once,) = each_round_once([CORRECTION, later])
    assert (once.kind, once.corrected, once.made_at) == ("correction", TOLD, later.made_at)


ROUNDS = st.tuples(
    st.sampled_from(["one", "two"]),
    st.one_of(st.none(), st.integers(1, 4)),
    st.sampled_from(["news", "correction", "welcome"]),
    st.integers(0, 5),
)


def told(series: str, number: int | None, kind: DigestKind, day: int) -> Telling:
    readout = replace(LATEST.summary.readout, series=series, round=number)
    found = replace(LATEST.summary, readout=readout)
    return replace(
        LATEST, kind=kind, summary=found, made_at=RENDERED_AT + timedelta(day), corrected=TOLD
    )


@given(st.lists(ROUNDS, min_size=1, max_size=12))
def test_each_round_is_told_once_as_it_was_told_last_the_latest_first(
    rounds: list[tuple[str, int | None, DigestKind, int]],
) -> None:
    every = [told(*each) for each in rounds]
    once = each_round_once(every)
    keys = [(each.summary.readout.series, each.summary.readout.round) for each in once]
    assert len(keys) == len(set(keys))
    assert set(keys) == {(each[0], each[1]) for each in rounds}
    days = [each.made_at for each in once]
    assert days == sorted(days, reverse=True)
    for each, key in zip(once, keys, strict=True):
        same = [day for series, number, _, day in rounds if (series, number) == key]
        assert each.made_at == RENDERED_AT + timedelta(max(same))


def test_nothing_told_is_no_mail() -> None:
    with pytest.raises(ValueError, match="one round at least"):
        english()


LONG = "words upon words about trade and more of it "


@pytest.mark.parametrize(("count", "size"), [(2, 20), (5, 20), (30, 3), (300, 1), (900, 1)])
def test_however_many_digests_there_are_the_mail_fits(count: int, size: int) -> None:
    many = tuple(
        change(f"Topic {n}", redline=pieces(("insert", LONG * 20 * size)), reason=LONG * size)
        for n in range(size)
    )
    found = summary(comparison(*many, bilateral_issues=many))
    rendered = english(
        *(
            replace(
                telling(replace(found, readout=replace(found.readout, round=number))),
                made_at=RENDERED_AT + timedelta(number),
            )
            for number in range(count)
        )
    )
    assert len(str(rendered.html).encode()) <= LARGEST
    assert len(rendered.text.encode()) <= LARGEST
    assert f"- Round {count - 1}: " in rendered.text
    assert ROUND_5 in rendered.text
    assert rendered.subject.startswith(f"{count} digests: Round {count - 1}: ")
    left = count - len(re.findall("^- Round", rendered.text, re.MULTILINE))
    assert (f"{left} earlier digests did not fit" in rendered.text) == (left > 0)


# --- Corrections ------------------------------------------------------------------------------


def test_a_correction_shows_what_was_told_and_what_is_true() -> None:
    text = mail("correction").text
    part = text[text.index("WHAT WAS CORRECTED") : text.index("IN SHORT")]
    said = " ".join(part.split())
    assert (
        "* Held We told: “July 29, 2024” (2024-07-29), Washington Now: “July 29-30, 2024”" in said
    )
    assert "* Labor We told: Dropped · had stood" not in said
    assert "* Labor We told: Dropped Now: Continued · reworded" in said
    assert "* Environment We told: nothing of it Now: Dropped · had stood in 1 round" in said
    assert "* Seaports We told: Introduced Now: not told any more" in said
    assert "Next round We told: not mentioned in this readout Now: “look forward to" in said
    assert "Officials went on [-as before.-] {+answering rules of third countries" in said


def test_what_was_corrected_stands_before_the_news() -> None:
    html = str(mail("correction").html)
    assert html.index("What was corrected") < html.index('class="headline"')
    assert mail("correction").subject.startswith("Correction: Round 5: ")


def corrected(now: Telling, **facts: object) -> list[tuple[str, str, str]]:
    """What is corrected where the digest before told the round with these facts."""
    was = replace(now.summary, **facts)  # type: ignore[arg-type]
    found = corrections_of(
        replace(now, kind="correction", corrected=was), language="en", measure=WHOLE
    )
    assert found is not None
    return [(each.what, each.told, each.now) for each in found.each]


def test_only_what_differs_is_corrected() -> None:
    lead = replace(LATEST.summary.readout.delegations[0], leads=())
    assert corrected(LATEST, readout=replace(LATEST.summary.readout, complete=False)) == [
        ("The page", "breaks off before its end", "was read to its end")
    ]
    release = replace(LATEST.summary.release, published=date(2024, 7, 30))
    assert corrected(LATEST, release=release) == [("Published", "July 30, 2024", "July 31, 2024")]
    assert lead.leads == ()


def test_other_leads_and_another_next_round_are_corrected() -> None:
    found = LATEST.summary.comparison
    assert found is not None
    first, second = found.delegations
    was = replace(found, delegations=(replace(first, after=("Michael Beeman",)),))
    ((country, before, now), (other, nothing, _)) = corrected(LATEST, comparison=was)
    assert (country, other) == ("United States", second.country)
    assert before.endswith("→ Michael Beeman")
    assert now.endswith("→ Scott Wilbur, Director for Japan Affairs")
    assert nothing == "nothing of it"
    later = replace(LATEST.summary.readout, next_round=Span("soon", None, None, "unstated"))
    ((what, before, _),) = corrected(LATEST, readout=later)
    assert (what, before) == ("Next round", "“soon” (no date given)")


def test_another_label_is_corrected_with_its_topic() -> None:
    now = telling(summary(comparison(change("Labor"))))
    was = comparison(change("Labor", after=("Labour",), label_changed=True))
    ((what, before, after),) = corrected(now, comparison=was)
    assert what == "Labor"
    assert before == "Continued · renamed · same text: Labor → Labour"
    assert after == "Continued · same text: Labor"


def test_another_certainty_alone_is_corrected_too() -> None:
    now = telling(summary(comparison(change("Labor"))))
    was = comparison(change("Labor", certainty="likely", reason="The words are alike."))
    assert corrected(now, comparison=was) == [
        ("Labor", "Likely: The words are alike.", "Certain: Both rounds name “Labor”.")
    ]


def test_topics_of_a_first_round_are_corrected_by_their_texts() -> None:
    now = telling(summary(None, mentions=(mention("Labor", "Talks go on."),)))
    was = replace(now.summary.readout, mentions=(mention("Labor", "Talks went on."),))
    found = corrections_of(
        replace(now, kind="correction", corrected=replace(now.summary, readout=was)),
        language="en",
        measure=WHOLE,
    )
    assert found is not None
    (only,) = found.each
    assert [(piece.op, piece.text) for piece in only.redline] == [
        ("keep", "Talks"),
        ("delete", " went"),
        ("insert", " go"),
        ("keep", " on."),
    ]


def test_if_only_details_differ_that_is_said() -> None:
    found = LATEST.summary.comparison
    assert found is not None
    first, *others = found.topics
    was = replace(found, topics=(replace(first, words_gone=("more",)), *others))
    rendered = english(
        replace(CORRECTION, corrected=replace(LATEST.summary, comparison=was)),
    )
    assert "Only details of the comparison" in " ".join(rendered.text.split())


def test_a_correction_of_a_digest_nobody_remembers_is_still_marked() -> None:
    rendered = english(replace(CORRECTION, corrected=None))
    assert "What was corrected" not in shown(rendered)
    assert "Correction: this mail takes the place" in shown(rendered)


WORDS = st.lists(st.sampled_from("the talks went on about labor and trade .".split()), max_size=60)


@settings(max_examples=100)
@given(WORDS, WORDS)
def test_the_words_of_a_correction_are_those_of_the_texts(one: list[str], other: list[str]) -> None:
    """With the words around them, they stand in the texts as they are shown."""
    before, after = (" ".join(each) or "Nothing" for each in (one, other))
    now = telling(summary(None, mentions=(mention("Labor", after),)))
    was = replace(now.summary.readout, mentions=(mention("Labor", before),))
    found = corrections_of(
        replace(now, kind="correction", corrected=replace(now.summary, readout=was)),
        language="en",
        measure=WHOLE,
    )
    assert found is not None
    assert bool(found.each) == (before != after)
    for each in found.each:
        for left_out, text in (("insert", before), ("delete", after)):
            shown_of = "".join(p.text for p in each.redline if p.op != left_out)
            assert shown_of.strip("… ") in text
    if len(one) + len(other) < 14 and found.each:
        sides = [
            "".join(p.text for p in found.each[0].redline if p.op != op)
            for op in ("insert", "delete")
        ]
        assert sides == [before, after]


def test_a_hundred_corrections_are_shortened_and_counted() -> None:
    many = [introduced(f"Topic {number}", LONG * 30) for number in range(300)]
    gone = [dropped(f"Topic {number}", LONG * 30) for number in range(300)]
    rendered = english(
        replace(
            telling(summary(comparison(*many))),
            kind="correction",
            corrected=summary(comparison(*gone)),
        )
    )
    assert len(str(rendered.html).encode()) <= LARGEST
    assert re.search(r"\d+ more corrections did not fit", " ".join(rendered.text.split()))


# --- Chosen topics, and welcomes --------------------------------------------------------------


@pytest.mark.parametrize(
    ("left_out", "said"),
    [
        (0, "Nothing else changed in this round."),
        (
            1,
            "One other change is left out. The whole round: https://rounds.example.org/us-japan-partnership-on-trade/rounds/5",
        ),
        (
            8,
            "8 other changes are left out. The whole round: https://rounds.example.org/us-japan-partnership-on-trade/rounds/5",
        ),
    ],
)
def test_a_choice_of_topics_says_what_is_left_out_and_where_it_is(left_out: int, said: str) -> None:
    chosen = replace(CHOSEN, chosen=Choice(("Labor", "Digital trade"), left_out))
    rendered = render([chosen], language="en", public_url="https://rounds.example.org")
    for text in (shown(rendered), " ".join(rendered.text.split())):
        assert f"Only what you chose is told here: Labor and Digital trade. {said}" in text


def test_without_a_web_page_the_official_one_has_the_whole() -> None:
    rendered = english(CHOSEN)
    said = "8 other changes are left out. The official page has the whole round."
    for text in (shown(rendered), " ".join(rendered.text.split())):
        assert said in text


def test_chosen_topics_are_not_counted_against_whole_rounds() -> None:
    for words_ in (mail("chosen").text, shown(mail("chosen"))):
        assert "nusual" not in words_
        assert "As usual" not in words_
    assert page(mail("chosen")).select(".unusual") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_chosen_topics_claim_nothing_of_the_others(language: Language) -> None:
    rendered = mail("chosen", language)
    said = "".join((rendered.subject + rendered.text).split())
    for claim in ("otopicdropped", "othingcameorwent", "、議題の増減なし", "外れた議題なし"):
        assert claim not in said


def test_that_no_topic_chosen_has_gone_is_said_where_no_issue_chosen_has_changed() -> None:
    told = replace(CHOSEN, summary=summary(comparison(*TOPICS[:2])))
    rendered = render([told], language="en", public_url=None)
    assert "no chosen topic dropped" in rendered.subject + " ".join(rendered.text.split())


def test_chosen_topics_of_a_first_round_are_not_called_its_only_ones() -> None:
    first = replace(FIRST, chosen=Choice(("Labor",), 3))
    text = " ".join(english(first).text.split())
    assert "Of what you chose, the area of common interest named is Labor." in text
    assert "only area" not in text


def test_a_welcome_confirms_and_shows_the_latest_digest() -> None:
    rendered = mail("welcome")
    assert rendered.subject.startswith("Welcome: Round 5: ")
    notice = page(rendered).select_one(".notice")
    assert notice is not None
    assert f"your subscription to the {SERIES_NAME} is confirmed" in notice.get_text()
    assert f"! Welcome: your subscription to the {SERIES_NAME}" in " ".join(rendered.text.split())


def test_a_welcome_to_two_series_is_one_mail() -> None:
    both = english(WELCOME, replace(ELSEWHERE, kind="welcome"))
    assert both.subject.startswith("Welcome: 2 digests: ")
    mixed = english(WELCOME, FIRST)
    assert mixed.subject.startswith("2 digests: ")


# --- What holds of all ------------------------------------------------------------------------


def counted(text: str, language: Language) -> Counter[str]:
    """Every word, in Japanese every sign, with how often it stands there."""
    unit = r"\w" if language == "ja" else r"[\w’'.-]*\w"
    return Counter(re.findall(unit, text.lower()))


@pytest.mark.parametrize(("kind", "language"), BOTH)
def test_text_and_html_say_the_same(kind: str, language: Language) -> None:
    """Word by word, but for a title, the hash in full, and the addresses behind links."""
    rendered = mail(kind, language)
    text = re.sub(rf"\[-|-\]|\{{\+|\+\}}|{PREFERENCES}|{UNSUBSCRIBE}", " ", rendered.text)
    text = re.sub(r"(?<=SHA-256 )(\w{16})\w+", r"\1…", text)
    text = re.sub(rf"^{words(language)['frame']['in_short']}$", "", text, flags=re.M | re.I)
    assert counted(text, language) == counted(shown(rendered), language)


@pytest.mark.parametrize(("kind", "language"), BOTH)
def test_every_marker_stands_on_a_line_of_its_own(kind: str, language: Language) -> None:
    rendered = mail(kind, language)
    for marker in (PREFERENCES, UNSUBSCRIBE):
        assert rendered.text.splitlines().count(marker) == 1
        assert rendered.text.count(marker) == 1
        assert str(rendered.html).count(marker) == 1
    alone = mail(kind, language, None)
    assert ".invalid" not in alone.text + str(alone.html)


@pytest.mark.parametrize(("kind", "language"), BOTH)
def test_a_reader_gets_links_of_their_own_in_both_parts(kind: str, language: Language) -> None:
    own = PersonalLinks("https://rounds.example.org/p/a?b&c", "https://rounds.example.org/u/d-e")
    content = compose(mail(kind, language), sender="watch@example.org").addressed(
        recipient="reader@example.org", message_id="<a@example.org>", date=RENDERED_AT, links=own
    )
    read = message_from_bytes(content, policy=policy.default)
    assert isinstance(read, EmailMessage)
    parts = {str(part.get_content_subtype()): str(part.get_content()) for part in read.iter_parts()}
    assert {own.preferences, own.unsubscribe} <= set(parts["plain"].splitlines())
    links = [
        link["href"] for link in BeautifulSoup(parts["html"], "html.parser").select(".links a")
    ]
    assert links == [own.preferences, own.unsubscribe]
    assert ".invalid" not in parts["plain"] + parts["html"]


def test_no_page_can_print_the_links_of_a_reader() -> None:
    hostile = introduced(f"Labor {UNSUBSCRIBE} {PREFERENCES}", f"{UNSUBSCRIBE}{UNSUBSCRIBE}/")
    held = Span(UNSUBSCRIBE, None, None, "unstated")
    rendered = english(telling(summary(comparison(hostile), held=held, city=PREFERENCES)))
    assert UNSUBSCRIBE not in rendered.text + str(rendered.html)
    assert PREFERENCES not in rendered.text + str(rendered.html)


@pytest.mark.parametrize("kind", KINDS)
def test_no_mail_loads_or_runs_anything(kind: str) -> None:
    rendered = mail(kind)
    assert page(rendered).select("script, img, link, iframe, form, object, video, audio") == []
    assert "url(" not in str(rendered.html)
    assert len(str(rendered.html).encode()) < LARGEST


@pytest.mark.parametrize("kind", KINDS)
def test_the_text_of_a_mail_keeps_within_its_columns(kind: str) -> None:
    rendered = mail(kind)
    for line in rendered.text.splitlines():
        assert len(line) <= COLUMNS or re.fullmatch(r"\s*https://\S+|SHA-256 [0-9a-f]{64}", line)
        assert line == line.rstrip() or line == "-- "
    assert "\n\n\n\n" not in rendered.text


def test_both_languages_have_the_same_words_with_the_same_facts() -> None:
    english_, japanese = words("en"), words("ja")
    assert set(english_) - set(japanese) == {"alarm", "test"}
    for table, said in japanese.items():
        assert set(said) == set(english_[table])
        for name, text in said.items():
            facts = [set(re.findall(r"\{(\w+)\}", each)) for each in (text, english_[table][name])]
            assert facts[0] == facts[1], (table, name)


def test_a_mail_that_is_cut_to_its_headlines_gives_the_pages() -> None:
    many = [introduced(f"Topic {n}", LONG * 99, reason=LONG * 99) for n in range(60)]
    tellings = [
        replace(
            telling(
                replace(
                    summary(comparison(*many)), readout=replace(LATEST.summary.readout, round=n)
                )
            ),
            made_at=RENDERED_AT + timedelta(n),
        )
        for n in range(80)
    ]
    rendered = english(*tellings, FIRST)
    links = [str(link["href"]) for link in page(rendered).select(".contents a")]
    assert ROUND_5 in links
    assert ROUND_1 not in links
    assert "All of it did not fit into a mail" in rendered.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_withdrawal_says_when_the_page_was_missed_and_where_our_copy_is(
    language: Language,
) -> None:
    rendered = mail("withdrawal", language)
    said = "".join(rendered.text.split())
    days = words_of(language).dates.day
    gone = WITHDRAWAL.whereabouts
    assert gone is not None
    assert gone.withdrawn is not None
    for moment in (gone.withdrawn.first_missed, gone.withdrawn.last_looked):
        assert "".join(days(moment.date()).split()) in said
    assert f"https://rounds.example.org/{WITHDRAWAL.summary.readout.series}/rounds/5" in said
    assert rendered.subject.startswith(words(language)["subject"]["withdrawal"])
    assert "Environment" not in rendered.text, "what the round was about is no news"
    assert len(rendered.subject) <= LONGEST_SUBJECT


def test_a_withdrawal_beside_the_news_of_its_round_takes_no_place_of_it() -> None:
    assert each_round_once([LATEST, WITHDRAWAL]) == (WITHDRAWAL, LATEST)
    assert "Withdrawn: Round 5" in mail("gathered with a withdrawal").text


def test_a_withdrawal_without_pages_of_ours_names_none() -> None:
    text = mail("withdrawal", "en", None).text
    assert "is kept." in text
    assert "Our copy:" not in text
