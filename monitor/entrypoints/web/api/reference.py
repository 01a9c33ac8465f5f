"""`/api`: every operation of the OpenAPI document on one page, each with a call to try."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby
from shlex import quote
from typing import Any
from urllib.parse import quote as quoted
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from monitor.bootstrap import Service
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.pages.archive_pages import archive_page

_MOST = 1500
"""Characters of the longest example that is shown; a longer one is a click away."""

_NO_ARCHIVE = frozenset({"readers", "operator", "health", "hooks"})
"""Tags of what is not to be opened with a click: it changes something, or is not for everybody."""

_A_SECRET = {"token": "TOKEN"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A part of an address that is to be filled in; `default` is empty where it must be."""

    name: str
    words: str
    default: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A status with what it means."""

    status: str
    phrase: str
    words: str


@dataclass(frozen=True, slots=True)
class Operation:
    """What a program can ask.

    `gives` is what a good answer is, `statuses` are all that may come. `link` is an address to
    open; empty where there is none.
    """

    tag: str
    name: str
    method: str
    path: str
    summary: str
    words: str
    parameters: tuple[Parameter, ...]
    gives: str
    statuses: tuple[str, ...]
    call: str
    example: str
    link: str


def reference(service: Service) -> APIRouter:
    """The router of the page."""
    router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

    @answers(router, "/api")
    def for_programs(request: Request) -> HTMLResponse:
        home = (service.settings.public_url or str(request.base_url)).rstrip("/")
        found = operations(request.app.openapi(), home)
        groups = [(tag, tuple(each)) for tag, each in groupby(found, lambda each: each.tag)]
        return archive_page(
            request,
            "api.html.j2",
            here="api",
            groups=groups,
            statuses=statuses(request.app.openapi()),
            home=home,
        )

    return router


def operations(document: Mapping[str, Any], home: str) -> tuple[Operation, ...]:
    """The operations of an OpenAPI document, in the order of its tags, files last.

    Args:
        document: the document.
        home: where the service is, without a slash at its end.
    """
    order = [tag["name"] for tag in document["tags"]]
    found = (
        _operation(method, path, told, document, home)
        for path, methods in document["paths"].items()
        for method, told in methods.items()
    )
    return tuple(sorted(found, key=lambda each: (order.index(each.tag), "." in each.path)))


def _operation(
    method: str, path: str, told: Mapping[str, Any], document: Mapping[str, Any], home: str
) -> Operation:
    parameters = told.get("parameters", ())
    address = _filled_in(path, parameters)
    return Operation(
        tag=told["tags"][0],
        name=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told["summary"],
        words=told["description"],
        parameters=tuple(_parameter(each) for each in parameters),
        gives=next(iter(told["responses"].values()))["description"],
        statuses=tuple(told["responses"]),
        call=_call(method, f"{home}{address}", told.get("requestBody", {}).get("content", {})),
        example=_example(told["responses"], document["components"]["examples"]),
        link=address if told["tags"][0] not in _NO_ARCHIVE else "",
    )


def _parameter(described: Mapping[str, Any]) -> Parameter:
    default = described["schema"].get("default", "")
    return Parameter(described["name"], described["description"], str(default))


def statuses(document: Mapping[str, Any]) -> tuple[Answer, ...]:
    """What each status means that is no good answer, which says itself what it is."""
    found: dict[str, str] = {}
    for methods in document["paths"].values():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                found.setdefault(status, answer["description"])
    return tuple(
        Answer(status, HTTPStatus(int(status)).phrase, found[status])
        for status in sorted(found)
        if status >= "300"
    )


def _filled_in(path: str, parameters: Sequence[Mapping[str, Any]]) -> str:
    """An address with the example of each of its parts that has to be there."""
    wanted = [each for each in parameters if each["required"]]
    values = {each["name"]: _A_SECRET.get(each["name"]) or each["example"] for each in wanted}
    asked = {each["name"]: values[each["name"]] for each in wanted if each["in"] == "query"}
    path = re.sub(r"{(\w+)}", lambda part: quoted(str(values[part[1]]), safe=""), path)
    return f"{path}?{urlencode(asked)}" if asked else path


def _call(method: str, address: str, sent: Mapping[str, Any]) -> str:
    """The same as a line for a shell."""
    plain = method == "get" or (method == "post" and sent)
    words = ["curl"] if plain else ["curl", "-X", method.upper()]
    for kind, content in sent.items():
        words += ["-H", quote(f"Content-Type: {kind}")]
        body = json.dumps(content["example"]) if "example" in content else "@mail.eml"
        words += ["--data-binary", quote(body)]
    return " ".join([*words, quote(address)])


def _example(responses: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    """What is answered, where it is short enough to be shown."""
    good = next(answer for status, answer in responses.items() if status < "300")
    for each in good.get("content", {}).get("application/json", {}).get("examples", {}).values():
        shown = known[each["$ref"].rpartition("/")[2]] if "$ref" in each else each
        text = json.dumps(shown["value"], ensure_ascii=False, indent=2)
        return text if len(text) <= _MOST else ""
    return ""
