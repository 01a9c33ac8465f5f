"""Problems as programs get them (RFC 9457): their shape, and one true example of each status."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "const": "about:blank"},
        "title": {"type": "string", "description": "The status in words."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What is wrong, and what to do about it."},
        "errors": {
            "type": "array",
            "description": "Of a query or a body, each place that is wrong.",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {
                    "pointer": {
                        "type": "string",
                        "description": "Into the body: a JSON Pointer (RFC 6901) behind a #.",
                    },
                    "parameter": {"type": "string", "description": "Of the query, by its name."},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}

_WHEN: Mapping[int, str] = {
    400: "The body cannot be read.",
    401: "The secret is wanted, as a bearer token.",
    403: "It is not allowed.",
    404: "There is no such thing.",
    408: "The body did not come in time.",
    409: "Another reader has the address.",
    410: "The link does not count any more.",
    413: "The body is too large.",
    415: "The body is of another media type than the one that is wanted.",
    422: "The query or the body is not as it must be; `errors` says where.",
    429: "Too many requests came from this network; `Retry-After` says when to come again.",
    503: "The service, or its archive, is not there at the moment.",
}
_DETAILS: Mapping[int, str] = {
    400: "the body of the request cannot be read; send JSON in UTF-8",
    401: "a secret is wanted here, as Authorization: Bearer SECRET",
    403: "our mail to this address was reported as spam; the operator alone can lift that",
    404: "the archive has no round 9 of the U.S.-Japan Partnership on Trade; it has: 1, 2, 3, 4, 5",
    408: "the body of the request did not come in time",
    409: "this address is another reader's",
    410: "the link belongs to an address that its reader has left",
    413: "the body of the request is larger than 32,000 bytes",
    415: "JSON is wanted here, as application/json",
    429: "too many requests from your network: try again later",
    503: "the archive cannot be read now; try again in a moment",
}
_WHEN_TO_COME = {
    "description": "After how many seconds to come again.",
    "schema": {"type": "integer", "minimum": 1},
}
_HEADERS: Mapping[int, Mapping[str, Any]] = {
    401: {
        "WWW-Authenticate": {"description": "How to prove oneself.", "schema": {"type": "string"}}
    },
    429: {"Retry-After": {**_WHEN_TO_COME, "required": True}},
    503: {"Retry-After": _WHEN_TO_COME},
}


_WRONG_QUERY = {
    "detail": "the query of the address is not as it must be; limit: 1 or more is wanted",
    "errors": [{"parameter": "limit", "detail": "1 or more is wanted"}],
}
_WRONG_BODY = {
    "detail": "the body of the request is not as it must be; address: it is missing",
    "errors": [{"pointer": "#/address", "detail": "it is missing"}],
}


def problem_response(status: int, *, of_a_body: bool = False) -> dict[str, Any]:
    """How the OpenAPI document tells of a problem.

    Args:
        status: of HTTP.
        of_a_body: whether it is the body that may be wrong, and not the query.
    """
    phrase = HTTPStatus(status).phrase
    shown: dict[str, Any] = {
        "type": "about:blank",
        "title": phrase,
        "status": status,
        "detail": _DETAILS.get(status, phrase),
    }
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        shown |= _WRONG_BODY if of_a_body else _WRONG_QUERY
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": shown}
    answer: dict[str, Any] = {
        "description": _WHEN.get(status, phrase),
        "content": {"application/problem+json": content},
    }
    if status in _HEADERS:
        answer["headers"] = dict(_HEADERS[status])
    return answer
