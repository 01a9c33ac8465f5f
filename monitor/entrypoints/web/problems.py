"""What goes wrong on the web, each as its answer: an address, a method, a body, the archive."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response

from monitor.entrypoints.web.answers import for_program, problem
from monitor.entrypoints.web.faults import in_our_words, place_of
from monitor.entrypoints.web.language import words
from monitor.entrypoints.web.readers.shared import told
from monitor.errors import (
    AddressTaken,
    ChoiceRefused,
    NotFound,
    ReportedAsSpam,
    RoundwatchError,
    TokenBroken,
    TokenExpired,
    TokenSuperseded,
    UnknownSeries,
    UsageError,
)
from storage.errors import DatabaseLocked, StorageError

_REFUSALS: Mapping[type[RoundwatchError], int] = {
    TokenBroken: 404,
    TokenExpired: 410,
    TokenSuperseded: 410,
    AddressTaken: 409,
    ReportedAsSpam: 403,
    ChoiceRefused: 422,
    UnknownSeries: 404,
}

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_UNREADABLE = "the body of the request cannot be read"
_A_MINUTE = 60  # seconds after which a program may ask an archive again that was away or busy

_log = logging.getLogger("roundwatch")


def answer_problems(app: FastAPI) -> None:
    """Have the application answer what goes wrong in our own words."""
    app.add_exception_handler(NotFound, _not_there)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(UsageError, _not_usable)
    for kind, status in _REFUSALS.items():
        app.add_exception_handler(kind, _refusal(status))
    app.add_exception_handler(404, _no_such_address)
    app.add_exception_handler(405, _no_such_method)
    app.add_exception_handler(400, _unreadable)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(StorageError, _no_archive)


def _not_there(request: Request, fault: Exception) -> Response:
    return problem(request, 404, str(fault), _for_visitors(fault))


def _not_usable(request: Request, fault: Exception) -> Response:
    return problem(request, 422, str(fault), _for_visitors(fault))


def _for_visitors(fault: Exception) -> str:
    """What to do about it, where that is no command: visitors have no terminal here."""
    todo: str = getattr(fault, "todo", "")
    return "" if "`roundwatch " in todo else todo


def _refusal(status: int) -> Callable[[Request, Exception], Response]:
    """Answer what a reader asked for and does not get: a page in words, to a program a problem."""

    def answer(request: Request, fault: Exception) -> Response:
        kind = getattr(fault, "kind", "")
        if for_program(request) or kind not in words("en")["refused"]:
            todo, named = getattr(fault, "todo", ""), getattr(fault, "faults", {})
            path = request.url.path
            errors = [{"pointer": place_of(path, name), "detail": named[name]} for name in named]
            return problem(request, status, str(fault), todo, errors=errors)
        title, why = f"refused.{kind}", f"refused.{kind}-why"
        again = ("", "refused.subscribe", "/subscribe")
        return told(request, title, why, links=[again], status=status, switch=False)

    return answer


def _not_understood(request: Request, fault: Exception) -> Response:
    """An address with another thing in it than a number is none; query and body may be mended."""
    faults = fault.errors() if isinstance(fault, RequestValidationError) else []
    if any(each["loc"][0] == "path" for each in faults):
        return _no_such_address(request, fault)
    errors = in_our_words(faults)
    in_the_body = all("pointer" in each for each in errors)
    what = "the body of the request" if in_the_body else "the query of the address"
    told = "; ".join(f"{_named(each)}: {each['detail']}" for each in errors)
    return problem(request, 422, f"{what} is not as it must be", told, errors=errors)


def _named(error: Mapping[str, str]) -> str:
    if "parameter" in error:
        return error["parameter"] or "a parameter without a name"
    place = error["pointer"].removeprefix("#/")
    return "the body" if place in {"", "#"} else place


def _no_such_address(request: Request, fault: Exception) -> Response:
    return problem(request, 404, "there is nothing at this address")


def _no_such_method(request: Request, fault: Exception) -> Response:
    allowed = _allowed(request)
    use = "for reading" if "GET" in allowed else "for a form, or a program, to send something to"
    answer = problem(request, 405, f"this address is only {use}", f"it takes {', '.join(allowed)}")
    answer.headers["Allow"] = ", ".join(allowed)  # RFC 9110 section 15.5.6
    return answer


def _allowed(request: Request) -> list[str]:
    """All methods that an address takes, whichever of the routes has them."""
    asked = [{**request.scope, "method": method} for method in _METHODS]
    routes = request.app.routes
    return [
        str(scope["method"])
        for scope in asked
        if any(route.matches(scope)[0].name == "FULL" for route in routes)
    ]


def _unreadable(request: Request, fault: Exception) -> Response:
    """A form, or a document that is in no encoding; what a library says of it helps nobody."""
    todo = "send JSON in UTF-8" if for_program(request) else "fill in the form, and send it again"
    return problem(request, 400, _UNREADABLE, todo)


def _refused(request: Request, fault: Exception) -> Response:
    """What a door of ours refuses: another site's form, a program without a secret, a flood."""
    status = getattr(fault, "status_code", 400)
    why = getattr(fault, "detail", "") or HTTPStatus(status).phrase.lower()
    answer = problem(request, status, why)
    answer.headers.update(getattr(fault, "headers", None) or {})
    return answer


def _no_archive(request: Request, fault: Exception) -> Response:
    """The archive's fault is for the operator's log; it may name the database.

    A digest to a million readers holds the row of each until all are addressed: a minute or more.
    """
    _log.error("pages: %s", fault)
    if isinstance(fault, DatabaseLocked):
        busy = "the archive is busy now, and nothing was changed"
        answer = problem(request, 503, busy, "try again in a minute or two")
    else:
        answer = problem(request, 503, "the archive cannot be read now", "try again in a moment")
    answer.headers["Retry-After"] = str(_A_MINUTE)
    return answer
