"""What goes wrong on the web, each as its answer: an address, a method, a body, the archive."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response

from monitor.entrypoints.web.answers import for_program, problem
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
from storage.errors import StorageError

_REFUSALS: Mapping[type[RoundwatchError], int] = {
    TokenBroken: 404,
    TokenExpired: 410,
    TokenSuperseded: 410,
    AddressTaken: 409,
    ReportedAsSpam: 403,
    ChoiceRefused: 422,
    UnknownSeries: 404,
}

_REFUSED = (400, 401, 403, 415, 429)

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
    for status in _REFUSED:
        app.add_exception_handler(status, _refused)
    app.add_exception_handler(StorageError, _no_archive)


def _not_there(request: Request, fault: Exception) -> Response:
    return problem(request, 404, str(fault), getattr(fault, "todo", ""))


def _not_usable(request: Request, fault: Exception) -> Response:
    return problem(request, 422, str(fault), getattr(fault, "todo", ""))


def _refusal(status: int) -> Callable[[Request, Exception], Response]:
    """Answer what a reader asked for and does not get: a page in words, to a program a problem."""

    def answer(request: Request, fault: Exception) -> Response:
        kind = getattr(fault, "kind", "")
        if for_program(request) or kind not in words("en")["refused"]:
            return problem(request, status, str(fault), getattr(fault, "todo", ""))
        title, why = f"refused.{kind}", f"refused.{kind}-why"
        again = ("", "refused.subscribe", "/subscribe")
        return told(request, title, why, links=[again], status=status, switch=False)

    return answer


def _not_understood(request: Request, fault: Exception) -> Response:
    """An address with another thing in it than a number is none; a body may be mended."""
    faults = fault.errors() if isinstance(fault, RequestValidationError) else []
    in_the_body = [each for each in faults if each["loc"][0] == "body"]
    if not in_the_body:
        return _no_such_address(request, fault)
    told = "; ".join(f"{_where(each['loc'])}: {each['msg']}" for each in in_the_body[:10])
    return problem(request, 422, "the body of the request is not as it must be", told)


def _where(location: tuple[object, ...]) -> str:
    return ".".join(str(part)[:40] for part in location[1:]) or "body"


def _no_such_address(request: Request, fault: Exception) -> Response:
    return problem(request, 404, "there is nothing at this address")


def _no_such_method(request: Request, fault: Exception) -> Response:
    reading = request.method in {"GET", "HEAD"}
    use = "for a form, or a program, to send something to" if reading else "for reading"
    answer = problem(request, 405, f"this address is only {use}")
    answer.headers.update(getattr(fault, "headers", None) or {})  # RFC 9110 wants `Allow`
    return answer


def _refused(request: Request, fault: Exception) -> Response:
    """What cannot be read, comes from another site, without a secret, or too often."""
    status = getattr(fault, "status_code", 400)
    phrase = HTTPStatus(status).phrase.lower()
    answer = problem(request, status, phrase, getattr(fault, "detail", ""))
    answer.headers.update(getattr(fault, "headers", None) or {})
    return answer


def _no_archive(request: Request, fault: Exception) -> Response:
    """The archive's fault is for the operator's log; it may name the database."""
    _log.error("pages: %s", fault)
    return problem(request, 503, "the archive cannot be read now", "try again in a moment")
