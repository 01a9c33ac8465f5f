from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from storage.documents import from_document, to_document
from storage.records import Comparison, Paragraph, Reading, Readout
from tests.storage.builders import ROOT, comparison, reading, readout

CONTRACT = ROOT.parent / "shared" / "contract"

st.register_type_strategy(int, st.integers(min_value=1, max_value=2**53))  # rounds, all of them
readings = st.from_type(Reading)
comparisons = st.from_type(Comparison)
slowly = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def validator(name: str) -> Draft202012Validator:
    path = CONTRACT / f"{name}.schema.json"
    if not path.exists():
        pytest.skip(f"the published schemas are not here ({path.name} beside the repository)")
    return Draft202012Validator(json.loads(path.read_text()))


def through_json(document: object) -> Any:
    return json.loads(json.dumps(document))


@slowly
@given(readings)
def test_a_reading_survives_the_way_through_json(said: Reading) -> None:
    assert from_document(Reading, through_json(to_document(said))) == said


@slowly
@given(comparisons)
def test_a_comparison_survives_the_way_through_json(made: Comparison) -> None:
    assert from_document(Comparison, through_json(to_document(made))) == made


@slowly
@given(readings)
def test_a_reading_is_what_the_published_schema_asks_for(said: Reading) -> None:
    validator("readout").validate(to_document(said))


@slowly
@given(comparisons)
def test_a_comparison_is_what_the_published_schema_asks_for(made: Comparison) -> None:
    validator("comparison").validate(to_document(made))


@pytest.mark.parametrize("name", ["readout", "comparison"])
def test_the_published_schema_would_refuse_a_field_too_few_or_too_many(name: str) -> None:
    check = validator(name)
    document = to_document(reading("A", readout()) if name == "readout" else comparison())
    assert check.is_valid(document)
    assert not check.is_valid({**document, "extra": 1})
    for field in document:
        assert not check.is_valid({key: document[key] for key in document if key != field})


def test_dates_are_iso_strings_tuples_are_lists_and_the_calendar_is_kept() -> None:
    document = to_document(readout())
    assert document["held"] == {
        "text": "June 2",
        "start": "2025-06-02",
        "end": "2025-06-02",
        "precision": "day",
        "calendar": "Japan time",
    }
    assert isinstance(document["mentions"], list)
    assert document["delegations"][0]["leads"][1] == {"name": "B. Envoy", "title": None}


def test_a_tuple_of_records_goes_both_ways() -> None:
    paragraphs = (Paragraph("opening", "One."), Paragraph("closing", "Two."))
    document = to_document(paragraphs)
    assert document == [
        {"role": "opening", "text": "One."},
        {"role": "closing", "text": "Two."},
    ]
    assert from_document(tuple[Paragraph, ...], document) == paragraphs


@pytest.mark.parametrize(
    "damage", [{"round": "4"}, {"held": None}, {"complete": "yes"}, {"city": 3}]
)
def test_a_document_of_another_shape_is_refused(damage: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        from_document(Readout, {**to_document(readout()), **damage})
