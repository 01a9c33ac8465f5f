"""What schemathesis is told beside the description: who calls, with which links, and what may be.

Loaded by schemathesis in a process of its own, which `test_api_by_schema.py` starts. KNOWN_HERE
names a file with what only the archive knows: links of readers, topics of series, cursors.
"""

from __future__ import annotations

import itertools
import json
import os
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from zlib import crc32

import schemathesis
from hypothesis import strategies as st
from schemathesis import Case, HookContext, Response, SerializationContext
from schemathesis.core.failures import Failure
from schemathesis.openapi.checks import MissingHeaderNotRejected, RejectedPositiveData

from monitor.series import DEFAULT

KNOWN: dict[str, Any] = json.loads(Path(os.environ["KNOWN_HERE"]).read_text("utf-8"))
MAILBOX = r"[a-z]{1,20}[0-9]{0,4}@example\.org"
A_CURSOR, A_TOPIC = "a-cursor", "a-topic"
GONE = HTTPStatus.GONE
SECRET = "Authorization"

# Formats of which JSON Schema knows nothing, or anything but a mailbox that somebody could have.
schemathesis.openapi.format("email", st.from_regex(MAILBOX, fullmatch=True))
schemathesis.openapi.format("time-zone", st.sampled_from(("UTC", "Asia/Tokyo", "America/New_York")))
schemathesis.openapi.format("cursor", st.just(A_CURSOR))
schemathesis.openapi.format("topic", st.just(A_TOPIC))

_networks = itertools.count(1)


@schemathesis.serializer("message/rfc822")
def as_a_mail(context: SerializationContext, value: object) -> bytes:
    """A mail is sent as it is."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@schemathesis.hook
def before_call(context: HookContext, case: Case, kwargs: dict[str, Any]) -> None:
    """Call from another network each time, and put what the archive knows in the places for it.

    How often a network may call is another test's matter.
    """
    number = next(_networks)
    case.headers = case.headers or {}
    case.headers["X-Forwarded-For"] = f"10.{number // 256 % 256}.{number % 256}.7"
    if case.query and case.query.get("after") == A_CURSOR:
        known = KNOWN["cursors"][case.operation.path]
        case.query = {**case.query, "after": known} if known else {}
    if isinstance(case.body, dict):
        case.body = known_in(case.body)


@schemathesis.hook
def map_path_parameters(
    context: HookContext, path_parameters: dict[str, Any] | None
) -> dict[str, Any] | None:
    """Three times of four, a part of an address is one that leads somewhere."""
    if not path_parameters or context.operation is None:
        return path_parameters
    path, method = context.operation.path, context.operation.method
    return {name: known_part(name, value, path, method) for name, value in path_parameters.items()}


def known_part(name: str, value: Any, path: str, method: str) -> Any:
    """The value, or another made of it; readers who are to move or to be erased are their own."""
    chance = crc32(str(value).encode("utf-8", "replace"))
    kind = next((kind for kind in ("confirm", "address") if f"/{kind}/" in path), "reader")
    parts = {
        "token": KNOWN["links"]["erased" if method == "delete" else kind],
        "series": list(KNOWN["topics"]),
        "topic": KNOWN["topics"][DEFAULT],
    } | dict.fromkeys(("number", "before", "after"), (1, 2, 3, 4, 5))
    known = parts.get(name)
    return known[chance // 4 % len(known)] if known and chance % 4 else value


@schemathesis.hook
def filter_failure(context: HookContext, failure: Failure, case: Case, response: Response) -> bool:
    """Two things that are not the API's fault.

    A link that is whole, of a reader who was erased or has moved, is refused as gone: no schema
    tells it from one that counts, since whether it does changes from call to call. And the secret
    cannot be left out, since it is sent with every call; that it is wanted is another test's matter.
    """
    gone = isinstance(failure, RejectedPositiveData) and response.status_code == GONE
    secret = isinstance(failure, MissingHeaderNotRejected) and failure.header_name == SECRET
    return not gone and not secret


def known_in(body: dict[str, Any]) -> dict[str, Any]:
    """A body whose topics are those of their series, and whose pause is on a day that may be."""
    named = ((name, body[name]) for name in ("topics", "subscriptions") if name in body)
    found = body | {name: topics_of(those) for name, those in named}
    if isinstance(found.get("topics"), dict):
        asked = body.get("series", [DEFAULT])
        asked = asked if isinstance(asked, list) else []
        found["topics"] = {name: those for name, those in found["topics"].items() if name in asked}
    preferences = body.get("preferences")
    if isinstance(preferences, dict) and is_day(preferences.get("paused_until")):
        later = datetime.now(UTC).date() + timedelta(days=30)
        found["preferences"] = preferences | {"paused_until": later.isoformat()}
    return found


def topics_of(those: Any) -> Any:
    if not isinstance(those, dict):
        return those
    return {
        series: KNOWN["topics"][series][: len(topics)]
        if isinstance(topics, list)
        and topics == [A_TOPIC] * len(topics)
        and series in KNOWN["topics"]
        else topics
        for series, topics in those.items()
    }


def is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False
