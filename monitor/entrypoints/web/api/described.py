"""How an operation is described to programs: one place for what all descriptions have.

What is the same for every operation (problems, 304, what a token is) is added by
`monitor.entrypoints.web.api.description`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

LINK = {
    "Link": {
        "description": 'The address of the next page, as `<...>; rel="next"` (RFC 8288).',
        "schema": {"type": "string"},
    }
}
"""The header of an answer in pages."""


def described(
    name: str,
    summary: str,
    description: str,
    *,
    tag: str,
    gives: str,
    model: Any = None,  # noqa: ANN401 - a type, as FastAPI takes it
    example: object = None,
    status: int = 200,
    problems: Sequence[int] = (),
    headers: Mapping[str, Any] | None = None,
    body: object = None,
) -> dict[str, Any]:
    """How an operation stands in the OpenAPI document: words for FastAPI's `get` or `post`.

    Args:
        name: the operation's own, for programs that are written from the document.
        summary: a few words.
        description: whole sentences.
        tag: the noun it is about.
        gives: what the answer is.
        model: the answer's shape; None for one without a body.
        example: the name of one that is on file, or the answer itself; it must be true.
        status: of the answer.
        problems: statuses of problems beside those that follow from the address and the method.
        headers: of the answer.
        body: an example of what is sent, as JSON.
    """
    answer: dict[str, Any] = {"description": gives}
    if model is not None:
        answer["model"] = model
    if example is not None:
        answer["content"] = {"application/json": {"examples": _examples(example)}}
    if headers:
        answer["headers"] = dict(headers)
    sent = {"requestBody": {"content": {"application/json": {"example": body}}}} if body else None
    return {
        "openapi_extra": sent,
        "operation_id": name,
        "summary": summary,
        "description": description,
        "tags": [tag],
        "status_code": status,
        "response_model": None,
        "responses": {status: answer, **{each: {"description": ""} for each in problems}},
        "response_description": gives,
    }


def _examples(example: object) -> dict[str, Any]:
    if isinstance(example, str):
        return {example: {"$ref": f"#/components/examples/{example}"}}
    return {"example": {"value": example}}
