"""The OpenAPI document: whole, true, and by the published schemas."""

from __future__ import annotations

import json
import re
import runpy
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from monitor import __version__
from monitor.entrypoints.web.api.description import published_shapes
from monitor.entrypoints.web.api.examples import EXAMPLES, example
from tests.entrypoints.conftest import Filled
from tests.entrypoints.site import served
from tests.entrypoints.user import ROOT
from tests.test_contract import CONTRACT

Document = dict[str, Any]


@pytest.fixture(scope="module")
def described(filled: Filled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Document]:
    """The document as it is served."""
    folder = tmp_path_factory.mktemp("described")
    copy = shutil.copy(filled.archive, folder / "archive.db")
    url = f"sqlite:///{copy}"
    with served(url, folder / "mail", hook_secret="x" * 40) as site, site.visitor() as program:
        found: Document = program.get("/openapi.json").json()
        assert found["servers"] == [{"url": site.address}]
        yield found


def operations(described: Document) -> list[tuple[str, str, Document]]:
    return [
        (method, path, operation)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]


def valid(described: Document, schema: Document, value: Any) -> None:
    """Hold a value against a schema of the document."""
    whole = {**schema, "components": described["components"]}
    Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(value)


def examples_in(described: Document) -> Iterator[tuple[str, Document, Any]]:
    for method, path, operation in operations(described):
        for status, answer in operation["responses"].items():
            for content in answer.get("content", {}).values():
                shown = [content["example"]] if "example" in content else []
                for each in content.get("examples", {}).values():
                    name = each.get("$ref", "").rpartition("/")[2]
                    shown.append(
                        (described["components"]["examples"][name] if name else each)["value"]
                    )
                for value in shown:
                    yield f"{method} {path} {status}", content["schema"], value


def test_the_document_says_what_it_describes(described: Document) -> None:
    assert described["openapi"].startswith("3.1")
    assert described["info"]["version"] == __version__
    assert described["info"]["license"] == {"name": "MIT License", "identifier": "MIT"}
    tags = {tag["name"] for tag in described["tags"]}
    assert {tag for *_, operation in operations(described) for tag in operation["tags"]} <= tags


def test_every_address_of_the_archive_is_described(described: Document) -> None:
    of_series = "/api/v1/series/{series}"
    assert set(described["paths"]) >= {
        "/api/v1/latest",
        "/api/v1/rounds/{number}",
        "/api/v1/series",
        f"{of_series}/latest",
        f"{of_series}/rounds",
        f"{of_series}/rounds/{{number}}",
        f"{of_series}/comparisons/{{before}}/{{after}}",
        f"{of_series}/matrix",
        f"{of_series}/topics",
        f"{of_series}/topics/{{topic}}",
        f"{of_series}/timeline",
        "/api/v1/subscriptions",
        "/api/v1/confirm/{token}",
        "/api/v1/address/{token}",
        "/api/v1/preferences/{token}",
        "/api/v1/preferences/{token}/export",
        "/api/v1/preferences/{token}/address",
        "/api/v1/unsubscribe/{token}",
        "/healthz",
        "/readyz",
        "/hooks/bounces",
    }


def test_every_operation_is_told_in_words_and_has_a_name_of_its_own(described: Document) -> None:
    names = [operation["operationId"] for *_, operation in operations(described)]
    assert len(set(names)) == len(names)
    for method, path, operation in operations(described):
        assert re.fullmatch(r"[a-z]+(?:[A-Z][a-z]+)*", operation["operationId"]), path
        assert 5 < len(operation["summary"]) < 60, (method, path)
        assert operation["description"].endswith("."), (method, path)
        for parameter in operation.get("parameters", ()):
            assert parameter["description"], (path, parameter["name"])
            known = {"example"} & set(parameter) or parameter["name"] in {"token", "after"}
            assert known, (path, parameter["name"])


def test_every_operation_names_what_can_go_wrong(described: Document) -> None:
    for method, path, operation in operations(described):
        statuses = set(operation["responses"])
        assert {"404"} <= statuses or "{" not in path, path
        assert {"422"} <= statuses or not any(
            parameter["in"] == "query" for parameter in operation.get("parameters", ())
        ), path
        assert "503" in statuses or path in {"/healthz", "/metrics"}, path
        for status in statuses:
            answer = operation["responses"][status]
            assert answer["description"], (method, path, status)
            if status >= "400":
                shape = answer["content"]["application/problem+json"]["schema"]
                assert shape == {"$ref": "#/components/schemas/Problem"}
            if status == "429":
                assert answer["headers"]["Retry-After"]["required"] is True
            if status == "200":
                [content] = answer["content"].values()
                assert content["schema"], path


def test_no_word_of_our_code_stands_in_the_document(described: Document) -> None:
    shapes = json.dumps(described["components"]["schemas"])
    assert not re.search(r"HTTPValidationError|ValidationError|\bNone\b|-Output|-Input", shapes)


# --- Examples ---------------------------------------------------------------------------------


def test_every_example_is_of_the_shape_it_stands_for(described: Document) -> None:
    held = [where for where, *_ in examples_in(described)]
    for where, schema, value in examples_in(described):
        try:
            valid(described, schema, value)
        except Exception as fault:
            raise AssertionError(where) from fault
    assert len(held) > 60
    without = {
        f"{method} {path}"
        for method, path, operation in operations(described)
        for status, answer in operation["responses"].items()
        if status == "200"
        and path != "/metrics"  # whose lines say themselves what they are
        and not ({"example", "examples"} & set(next(iter(answer["content"].values()))))
    }
    assert without <= {"get /api/v1/preferences/{token}/export", "get /metrics"}


def test_every_body_that_is_shown_is_of_the_shape_that_is_wanted(described: Document) -> None:
    shown = 0
    for *_, operation in operations(described):
        for kind, content in operation.get("requestBody", {}).get("content", {}).items():
            if kind == "application/json":
                valid(described, content["schema"], content["example"])
                shown += 1
    assert shown == 3


def test_every_example_from_the_archive_is_what_the_api_answers() -> None:
    """If they differ since something was mended, `make docs` writes them anew."""
    told = runpy.run_path(str(ROOT / "docs" / "api_examples.py"))["answered"]()
    assert set(told) == set(EXAMPLES)
    for name, value in told.items():
        assert value == example(name), name


# --- The published schemas --------------------------------------------------------------------

needs_the_contract = pytest.mark.skipif(
    not CONTRACT.is_dir(), reason="../shared/contract is not here"
)
SCHEMAS = ROOT / "monitor" / "entrypoints" / "web" / "api" / "schemas"


@needs_the_contract
@pytest.mark.parametrize("name", ["readout", "comparison"])
def test_our_schemas_are_the_published_ones(name: str) -> None:
    ours, theirs = (
        json.loads((folder / f"{name}.schema.json").read_text("utf-8"))
        for folder in (SCHEMAS, CONTRACT)
    )
    assert ours == theirs


def test_readouts_and_comparisons_are_described_by_the_published_schemas(
    described: Document,
) -> None:
    shapes = described["components"]["schemas"]
    for name, shape in published_shapes().items():
        assert shapes[name]["required"] == shape["required"]
        assert shapes[name]["additionalProperties"] is False
    assert shapes["RoundSummary"]["properties"]["readout"] == {
        "$ref": "#/components/schemas/Readout"
    }
    with pytest.raises(Exception, match="is a required property"):
        valid(described, {"$ref": "#/components/schemas/Comparison"}, {})
