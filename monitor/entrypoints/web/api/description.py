"""The OpenAPI document: what FastAPI makes of the operations, and what all of them share."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

from fastapi import FastAPI

from monitor import __version__
from monitor.entrypoints.web.api.examples import EXAMPLES, example
from monitor.entrypoints.web.api.problem_shapes import PROBLEM, problem_response
from monitor.entrypoints.web.layers.privacy import is_never_kept

DESCRIPTION = """\
Rounds of trade talks as USTR's press releases report them, and what changed from one to the next.

Lists come in pages: `next` is the address of the following one, null at the end, and stands in a
`Link` header too. Answers from the archive have an `ETag`: send it back as `If-None-Match`, and
304 says that nothing has changed. What goes wrong is answered as `application/problem+json`
(RFC 9457), whose `detail` says what is wrong and what to do. HEAD is answered wherever GET is.
Dates are `YYYY-MM-DD`, times in UTC. Texts of press releases are verbatim.
"""
TAGS = {
    "rounds": "The rounds on file, each with what changed.",
    "comparisons": "Any two rounds.",
    "topics": "Topics over all rounds.",
    "series": "The followed talks.",
    "releases": "All press releases on file, and the words in them.",
    "issues": "What was not understood.",
    "readers": "Subscribing and leaving; links of mails hold the tokens.",
    "health": "How the service is.",
    "hooks": "What other programs hand in.",
    "operator": "What the operator's commands do, for who knows the token.",
}
_NO_ARCHIVE = ("/healthz", "/metrics")

Document = dict[str, Any]


class Described(FastAPI):
    """An application that describes itself whole.

    Args:
        public_url: where programs reach it; None where no setting says.
    """

    def __init__(self, public_url: str | None) -> None:
        super().__init__(
            title="Roundwatch",
            summary="What changed from round to round in trade talks.",
            description=DESCRIPTION,
            version=__version__,
            license_info={"name": "MIT License", "identifier": "MIT"},
            servers=[{"url": public_url or "/"}],
            openapi_tags=[{"name": name, "description": words} for name, words in TAGS.items()],
            docs_url=None,
            redoc_url=None,
        )
        self._whole: Document | None = None

    def openapi(self) -> Document:
        """The OpenAPI document, made once."""
        if self._whole is None:
            self._whole = _whole(super().openapi())
        return self._whole


def _whole(document: Document) -> Document:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _complete(path, method, operation)
    components = document.setdefault("components", {})
    schemas = components["schemas"] | published_shapes() | {"Problem": PROBLEM}
    components["schemas"] = {name: _tidy(schema) for name, schema in schemas.items()}
    components["examples"] = {
        name: {"summary": f"GET {address}", "value": example(name)}
        for name, address in EXAMPLES.items()
    }
    document = json.loads(re.sub(r"\bPage_(\w+?)_(?=\W)", r"PageOf\1", json.dumps(document)))
    _forget_unused(document)
    return document


def _complete(path: str, method: str, operation: Document) -> None:
    """Add to an operation what follows from its address, its method and its body."""
    responses = operation["responses"]
    for parameter in operation.get("parameters", ()):
        _complete_parameter(parameter)
    responses.pop("422", None)
    of_the_archive = method == "get" and path.startswith("/api/") and not is_never_kept(path)
    often = {429} if of_the_archive else set()
    for status in sorted({*_problems(path, operation), *_refusals(responses), *often}):
        known = responses.get(str(status), {})
        added = problem_response(status, of_a_body="requestBody" in operation)
        added["content"] |= known.get("content", {})
        responses[str(status)] = added
    if of_the_archive:
        responses["304"] = {"description": "Nothing has changed since the answer with that ETag."}
        responses["200"].setdefault("headers", {})["ETag"] = {
            "description": "Names this answer, for `If-None-Match`.",
            "schema": {"type": "string"},
        }
    operation["responses"] = dict(sorted(responses.items()))


def _complete_parameter(parameter: Document) -> None:
    """Have a parameter's example where it belongs; one that is left out is not null."""
    schema = _tidy(parameter["schema"])
    words = {name: schema.pop(name, None) for name in ("description", "examples")}
    if words["examples"]:
        parameter["example"] = words["examples"][0]
    one, *_ = schema.pop("anyOf", [{}])
    parameter["schema"] = schema | one


def _problems(path: str, operation: Document) -> Iterator[int]:
    if "{" in path:
        yield 404
    if any(each["in"] == "query" for each in operation.get("parameters", ())):
        yield 422
    if "application/json" in operation.get("requestBody", {}).get("content", {}):
        yield from (400, 408, 413, 415, 422)
    if not path.startswith(_NO_ARCHIVE):
        yield 503


def _refusals(responses: Mapping[str, object]) -> Iterator[int]:
    return (int(status) for status in responses if status >= "400")


def published_shapes() -> dict[str, Document]:
    """The shapes of the published schemas, which take the place of those made from the code."""
    readout, comparison = _published("readout"), _published("comparison")
    shapes = {
        "Release": readout["properties"]["release"] | {"type": "object"},
        "Span": readout["$defs"]["span"],
        "Readout": readout["$defs"]["readout"],
        "Change": comparison.pop("$defs")["change"],
        "Comparison": {name: comparison[name] for name in comparison if name[0] != "$"},
    }
    written = re.sub(
        r"#/\$defs/(\w)",
        lambda found: f"#/components/schemas/{found[1].upper()}",
        json.dumps(shapes),
    )
    made: dict[str, Document] = json.loads(written)
    return made


def _published(name: str) -> Document:
    file = resources.files(__package__) / "schemas" / f"{name}.schema.json"
    found: Document = json.loads(file.read_text("utf-8"))
    return found


def _tidy(schema: Any) -> Any:  # noqa: ANN401 - JSON
    """A schema without the titles that repeat its names, and in words of JSON, not of Python."""
    if isinstance(schema, list):
        return [_tidy(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    tidied = {
        name: _tidy(value)
        for name, value in schema.items()
        if not (name == "title" and isinstance(value, str))
    }
    if isinstance(words := tidied.get("description"), str):
        tidied["description"] = re.sub(r"\bNone\b", "null", " ".join(words.split()))
    return tidied


def _forget_unused(document: Document) -> None:
    """Leave out the schemas that nothing refers to any more."""
    schemas = document["components"]["schemas"]
    ahead, used = _named_in(document["paths"]), set()
    while ahead:
        name = ahead.pop()
        used.add(name)
        ahead |= _named_in(schemas[name]) - used
    document["components"]["schemas"] = {name: schemas[name] for name in sorted(used)}


def _named_in(part: object) -> set[str]:
    return set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(part)))
