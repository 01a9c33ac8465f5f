"""Comparing is total: whatever two rounds say, and whatever history, it answers, and exactly."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from monitor.core.compare import compare
from monitor.core.ranks import rank_changes
from storage.documents import to_document
from storage.records import (
    Change,
    Comparison,
    Delegation,
    Lead,
    Mention,
    Readout,
    Span,
    Strand,
)
from tests.core.builders import PARTNERSHIP

SCHEMA = Path(__file__).parents[3] / "shared" / "contract" / "comparison.schema.json"

WORDS = st.sampled_from(
    "Labor labor Wood Paper and of the non-market trade Japan’s U.S. issues (CMA) – , . 労働 X".split()
)
PHRASES = st.lists(WORDS, max_size=6).map(" ".join)
LABELS = (
    PHRASES
    | st.sampled_from([label for t in PARTNERSHIP.topics for label in (t.name, *t.aliases)])
    | st.text(max_size=12)
)
TEXTS = st.lists(WORDS, max_size=14).map(" ".join) | st.text(max_size=30)
STRANDS: st.SearchStrategy[Strand] = st.sampled_from(["common-interest", "bilateral"])


@st.composite
def mentions(draw: st.DrawFn) -> Mention:
    label = draw(LABELS)
    text = draw(TEXTS | st.just(label))
    return Mention(draw(STRANDS), PARTNERSHIP.topic_slug(label), label, text)


DAYS = st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1))
LEADS = st.builds(Lead, st.text(max_size=8), st.none() | st.sampled_from(["Director", "Minister"]))
SIDES = st.builds(
    Delegation,
    st.sampled_from(["United States", "Japan", ""]),
    st.lists(LEADS, max_size=2).map(tuple),
)


@st.composite
def readouts(draw: st.DrawFn) -> Readout:
    day = draw(DAYS)
    return Readout(
        series=PARTNERSHIP.slug,
        round=draw(st.none() | st.integers(1, 12)),
        held=Span("", day, day, "day" if day else "unstated"),
        held_elsewhere=(),
        city=None,
        delegations=tuple(draw(st.lists(SIDES, max_size=3))),
        mentions=tuple(draw(st.lists(mentions(), max_size=6))),
        next_round=None,
        complete=draw(st.booleans()),
    )


HISTORIES = st.lists(readouts(), max_size=4)


def changes(found: Comparison) -> tuple[Change, ...]:
    return (*found.topics, *found.bilateral_issues)


@given(readouts(), readouts(), HISTORIES)
def test_every_mention_of_both_rounds_stands_in_exactly_one_change(
    before: Readout, after: Readout, history: list[Readout]
) -> None:
    found = changes(compare(before, after, PARTNERSHIP, history))
    for side, said in (("before", before), ("after", after)):
        told = Counter(label for change in found for label in getattr(change, side))
        assert told == Counter(mention.label for mention in said.mentions)


@given(readouts(), readouts(), HISTORIES)
def test_the_redline_of_every_change_is_exact(
    before: Readout, after: Readout, history: list[Readout]
) -> None:
    found = changes(compare(before, after, PARTNERSHIP, history))
    for op, said in (("insert", before), ("delete", after)):
        told = "".join(p.text for c in found for p in c.redline if p.op != op)
        texts = "".join(mention.text for mention in said.mentions)
        assert Counter(told.replace("\n", "")) == Counter(texts.replace("\n", ""))
    for change in found:
        assert all(piece.text for piece in change.redline)


@given(readouts(), readouts(), HISTORIES)
def test_the_facts_of_a_change_agree_with_each_other(
    before: Readout, after: Readout, history: list[Readout]
) -> None:
    for change in changes(compare(before, after, PARTNERSHIP, history)):
        assert bool(change.before) == (change.change not in {"introduced", "returned"})
        assert bool(change.after) == (change.change not in {"dropped", "not-seen"})
        assert change.reason[:1] == change.reason[:1].upper() or change.reason[0] == "“"
        assert change.reason.endswith(".")
        if change.certainty == "likely":
            assert any(word in change.reason for word in ("or else", "; it ", ": it "))
        if change.change == "dropped":
            assert after.complete
        if change.change == "not-seen":
            assert (after.complete, change.certainty) == (False, "unsure")
        if change.change == "merged":
            assert after.complete


@given(readouts(), readouts(), HISTORIES)
def test_a_history_with_every_round_twice_tells_the_same(
    before: Readout, after: Readout, history: list[Readout]
) -> None:
    once = compare(before, after, PARTNERSHIP, history)
    assert compare(before, after, PARTNERSHIP, history + history) == once


@given(readouts(), readouts())
def test_ranks_never_fail_and_speak_of_countries_that_both_name(
    before: Readout, after: Readout
) -> None:
    named = {d.country for d in before.delegations} & {d.country for d in after.delegations}
    assert {change.country for change in rank_changes(before, after)} <= named


@pytest.mark.skipif(not SCHEMA.exists(), reason="../shared/contract is not here")
@given(readouts(), readouts(), HISTORIES)
def test_every_comparison_is_valid_json_by_the_contract(
    before: Readout, after: Readout, history: list[Readout]
) -> None:
    document = to_document(compare(before, after, PARTNERSHIP, history))
    Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(document)
