"""What holds of the news whatever the records say."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from notifiers.digest.labels import short
from notifiers.digest.news.headline import LONGEST_HEADLINE
from notifiers.digest.news.lines import MOST_LINES, tell
from notifiers.digest.subject import LONGEST_SUBJECT, subject_of
from notifiers.words.en import ENGLISH
from notifiers.words.wording import visible
from storage.records import Absence, Background, Change, Comparison, Presence, TextChange
from tests.notifiers.builders import (
    READOUT_1,
    READOUT_5,
    change,
    comparison,
    pieces,
    summary,
    telling,
)

PRESENCES: tuple[Presence, ...] = (
    *("continued", "introduced", "returned", "dropped", "not-seen", "split", "merged"),
)
TEXTS: tuple[TextChange | None, ...] = (
    *("same", "style", "shortened", "extended", "reworded", "replaced", None),
)
LABELS = st.one_of(
    st.text(max_size=200),
    st.sampled_from(["Labor", "trade in seafood", "Wages and Hours", "word " * 900, "\u202eevil"]),
).filter(lambda label: "None" not in label)
"""No label says None, so that a fact which is missing can be told from one."""


def made(label: str, other: str, presence: Presence, **facts: Any) -> Change:
    return change(
        label,
        change=presence,
        before=() if presence in ("introduced", "returned") else (label, other)[: 1 + (presence == "merged")],
        after=() if presence in ("dropped", "not-seen") else (label, other)[: 1 + (presence == "split")],
        label_changed=False,
        last_seen_round=1 if presence == "returned" else None,
        redline=pieces(("keep", "They met"), ("delete", " twice"), ("insert", " again")),
        reason=f"About {label!r}.",
        **facts,
    )  # fmt: skip


CHANGES = st.builds(
    made,
    LABELS,
    LABELS,
    st.sampled_from(PRESENCES),
    certainty=st.sampled_from(["certain", "likely", "unsure"]),
    text_change=st.sampled_from(TEXTS),
    moved=st.sampled_from(["order", "strand", None]),
)
COMPARISONS = st.builds(
    lambda topics, issues, missing: comparison(
        *topics, bilateral_issues=tuple(issues), missing_rounds=missing
    ),
    st.lists(CHANGES, max_size=12),
    st.lists(CHANGES, max_size=5),
    st.sampled_from([(), (2,), (2, 3, 4)]),
)
ABSENCES = st.builds(
    lambda label, last: Absence(
        "common-interest", "gone", label, last, last + 1, "certain", "It is not named."
    ),
    LABELS,
    st.integers(1, 3),
)
BACKGROUNDS = st.builds(
    lambda absences, torn, stood: Background(
        rounds=(1, 2, 3), torn=torn, times_stood={"labor": stood}, absences=tuple(absences)
    ),
    st.lists(ABSENCES, max_size=4),
    st.sampled_from([(), (1,), (1, 5)]),
    st.integers(1, 20),
)


@settings(max_examples=300)
@given(COMPARISONS, BACKGROUNDS, st.booleans())
def test_the_news_is_short_and_rests_on_what_is_there(
    found: Comparison, background: Background, complete: bool
) -> None:
    told = tell(summary(found, complete=complete), background, READOUT_1)
    assert 1 <= len(told.lines) <= MOST_LINES
    assert 0 < len(told.headline) <= LONGEST_HEADLINE
    strands = (
        ("common-interest", (*found.topics, *background.absences)),
        ("bilateral", found.bilateral_issues),
    )
    known = {(strand, each.topic, each.reason) for strand, those in strands for each in those}
    for line in told.record().lines:
        for each in line.evidence:
            assert each.strand is None or (each.strand, each.topic, each.reason) in known


@settings(max_examples=300)
@given(COMPARISONS, BACKGROUNDS, st.booleans())
def test_every_name_in_a_line_is_a_label_of_the_records(
    found: Comparison, background: Background, complete: bool
) -> None:
    told = tell(summary(found, complete=complete), background, READOUT_1)
    changes = (*found.topics, *found.bilateral_issues)
    labels = {
        visible(" ".join(label.split()))
        for each in changes
        for label in (*each.before, *each.after)
    } | {visible(" ".join(absence.label.split())) for absence in background.absences}
    people = {name for side in found.delegations for name in (*side.before, *side.after)}
    for line in told.lines:
        for words in line.phrase:
            if words.about is not None:
                name = re.sub(r"^“|”$", "", words.text)
                start = name.removesuffix("…")
                assert (
                    any(
                        label == name or (name.endswith("…") and label.startswith(start))
                        for label in labels
                    )
                    or any(person in name for person in people)
                    or name in ("No lead", "no lead")
                )


@given(COMPARISONS, BACKGROUNDS, st.booleans())
def test_a_line_is_one_sentence_on_one_line(
    found: Comparison, background: Background, complete: bool
) -> None:
    told = tell(summary(found, complete=complete), background, READOUT_1)
    for text in [told.headline, told.unusual, *(line.text for line in told.lines)]:
        assert text == visible(text)
        assert not set(text) & set("\n\r\t")
        assert "None" not in text
    for line in told.lines:
        assert line.text.endswith(".")
        assert not line.text[0].islower()


@given(COMPARISONS, st.booleans(), st.text(max_size=200))
def test_a_subject_is_one_line_and_not_too_long(
    found: Comparison, complete: bool, series: str
) -> None:
    readout = replace(READOUT_5, complete=complete)
    told = telling(
        replace(summary(found), readout=readout),
        kind="correction",
        series_name=series,
        background=Background(),
    )
    subject = subject_of(told, ENGLISH)
    assert subject.startswith("Correction: Round 5: ")
    assert not set(subject) & set("\r\n\x00\x85\u2028\u202e")
    hidden = subject.count("[U+")
    assert len(subject) <= LONGEST_SUBJECT + 7 * hidden


@given(LABELS, st.integers(20, 80))
def test_a_label_is_never_longer_than_it_may_be(label: str, longest: int) -> None:
    assert len(short(label, longest)) <= longest
