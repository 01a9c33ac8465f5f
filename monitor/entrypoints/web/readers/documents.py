"""What programs send for readers, and what they are answered: each shape with its words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Depends, HTTPException, Path, Request
from pydantic import BeforeValidator, Field

from monitor.journeys.readers.preferences import Offer
from monitor.series import DEFAULT, followed
from storage.records import (
    DigestRhythm,
    Language,
    MailFormat,
    Preferences,
    Subscriber,
    SubscriberState,
)

_A_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_JSON = re.compile(r"application/(?:[\w.-]+\+)?json", re.ASCII | re.IGNORECASE)


async def _json_wanted(request: Request) -> None:
    """Refuse a body that does not say that it is JSON: a strange page's form could send any other.

    Raises:
        HTTPException: 415.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if not _JSON.fullmatch(kind) and (kind or await request.body()):
        raise HTTPException(415, "JSON is wanted here, as application/json")


JSON_WANTED = Depends(_json_wanted)
"""Of an operation that takes a document."""

Token = Annotated[
    str,
    Path(description="The token of a link in a mail: what stands behind its last slash."),
]

Address = Annotated[
    str,
    Field(
        min_length=1,
        description="A mail address.",
        examples=["reader@example.org"],
        json_schema_extra={"format": "email"},
    ),
]


def _written(value: object) -> object:
    if value is not None and not (isinstance(value, str) and _A_DAY.fullmatch(value)):
        raise ValueError("a day is wanted, as YYYY-MM-DD")
    return value


def _number(value: object) -> object:
    """5.0 is a whole number too, as JSON Schema has it (section 6.1.1); a text or true is none."""
    if type(value) in {str, bool}:
        raise ValueError("a whole number is wanted")
    return value


def _those_followed(schema: dict[str, Any]) -> None:
    schema["items"] = {"type": "string", "enum": _slugs()}


def _topics_of_those_followed(schema: dict[str, Any]) -> None:
    schema["propertyNames"] = {"enum": _slugs()}
    topics = {"type": "array", "items": {"type": "string", "format": "topic"}}
    schema["additionalProperties"] = topics


def _slugs() -> list[str]:
    return [series.slug for series in followed()]


@dataclass(frozen=True)
class Asked:
    """What a program asks for: digests of some series, of all or some of their topics."""

    address: Address
    series: Annotated[
        list[str],
        Field(
            min_length=1,
            description="The series to follow, by slug.",
            json_schema_extra=_those_followed,
        ),
    ] = field(default_factory=lambda: [DEFAULT])
    topics: Annotated[
        dict[str, list[str]],
        Field(
            description="Of a series that is asked for, the topics wanted; none means all.",
            json_schema_extra=_topics_of_those_followed,
        ),
    ] = field(default_factory=dict)
    language: Annotated[Language, Field(description="Of all but quotations.")] = "en"


@dataclass(frozen=True)
class WantedPreferences:
    """How a reader wants to be told."""

    language: Annotated[Language, Field(description="Of all but quotations.")] = "en"
    format: Annotated[MailFormat, Field(description="Text and HTML, or text alone.")] = "both"
    rhythm: Annotated[DigestRhythm, Field(description="How often a mail may come.")] = "at-once"
    weekday: Annotated[
        int,
        Field(ge=0, le=6, description="From Monday, 0; for weekly mail."),
        BeforeValidator(_number),
    ] = 0
    hour: Annotated[
        int,
        Field(ge=0, le=23, description="Of the clock, for daily and weekly mail."),
        BeforeValidator(_number),
    ] = 8
    zone: Annotated[
        str,
        Field(
            description="A time zone, such as Asia/Tokyo.",
            json_schema_extra={"format": "time-zone"},
        ),
    ] = "UTC"
    paused_until: Annotated[
        date | None,
        BeforeValidator(_written),
        Field(description="Until that day nothing is sent: from today on, two years at most."),
    ] = None

    def kept(self) -> Preferences:
        """The same as a record."""
        return Preferences(**vars(self))


@dataclass(frozen=True)
class Wanted:
    """What a program wants for a reader: all of it, as it is given out."""

    preferences: WantedPreferences
    subscriptions: Annotated[
        dict[str, list[str]],
        Field(
            min_length=1,
            description="The series to follow, by slug, each with the topics wanted; none: all.",
            json_schema_extra=_topics_of_those_followed,
        ),
    ]


@dataclass(frozen=True)
class Moving:
    """The address a reader wants to have."""

    address: Address


@dataclass(frozen=True)
class Received:
    """The answer to everybody, whether a letter goes out or not."""

    status: Literal["asked"]
    detail: str


@dataclass(frozen=True)
class Standing:
    """How a reader stands, and where a program finds the rest."""

    status: SubscriberState
    address: str
    preferences: str


@dataclass(frozen=True)
class Own:
    """What is on file about a reader, and what there is to choose from."""

    address: str
    status: SubscriberState
    preferences: Preferences
    subscriptions: Mapping[str, list[str]]
    offered: tuple[Offer, ...]


@dataclass(frozen=True)
class Everything:
    """All that is stored on a reader; rows of mails, letters and bounces as they stand."""

    subscriber: Subscriber
    mails: list[dict[str, Any]]
    letters: list[dict[str, Any]]
    bounces: list[dict[str, Any]]


@dataclass(frozen=True)
class Left:
    """The reader, whoever it is, is sent nothing more."""

    status: Literal["unsubscribed"]
