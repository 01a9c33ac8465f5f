"""The pages: the latest round, any round, and the same as JSON."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Request
from fastapi import Path as InPath
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from monitor.bootstrap import Service
from monitor.entrypoints.telling import document_of, sheet_of
from monitor.entrypoints.web.feeds import feeds
from monitor.errors import NotFound
from monitor.journeys import latest as accounts
from monitor.journeys.health import check
from monitor.journeys.latest import Account
from monitor.series import DEFAULT, series_named
from notifiers.sheet import place_of
from notifiers.wording import visible
from storage.documents import to_document
from storage.errors import StorageError

_log = logging.getLogger("roundwatch")

# Nothing is loaded from anywhere, and everything scraped is escaped: the policy says so twice.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=lambda value: visible(value) if type(value) is str else value,
    trim_blocks=True,
    lstrip_blocks=True,
)

_TEMPLATES.filters["place"] = place_of
_TEMPLATES.globals["feed_series"] = DEFAULT

_FOR_PROGRAMS = ("/api/", "/healthz", "/readyz")

Number = Annotated[int, InPath(ge=0, lt=2**31)]
"""A round's number in an address; a larger one fits into no database."""

Answering = Callable[..., Any]

Find = Callable[[int | None], Account]
"""Finds the account of a round by its number, of the latest one for None."""


def pages(service: Service) -> FastAPI:
    """The web application over a service."""
    series = series_named(DEFAULT)

    def find(number: int | None) -> Account:
        with service.database.reading() as tx:
            if number is None:
                return accounts.latest(tx, series)
            return accounts.of_round(tx, series, number)

    app = FastAPI(title="Roundwatch", docs_url=None, redoc_url=None)
    app.add_exception_handler(NotFound, _not_there)
    app.add_exception_handler(RequestValidationError, _no_such_address)
    app.add_exception_handler(404, _no_such_address)
    app.add_exception_handler(405, _no_such_method)
    app.add_exception_handler(StorageError, _no_archive)
    app.include_router(_round_pages(service, find))
    app.include_router(_round_documents(find), prefix="/api/v1")
    app.include_router(_health(service))
    app.include_router(feeds(service))
    return app


def _round_pages(service: Service, find: Find) -> APIRouter:
    router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

    def page(number: int | None) -> HTMLResponse:
        sheet = sheet_of(find(number), None, service.now())
        return _html("round.html.j2", 200, sheet=sheet)

    @_answers(router, "/")
    def latest_round() -> HTMLResponse:
        return page(None)

    @_answers(router, "/rounds/{number}")
    def one_round(number: Number) -> HTMLResponse:
        return page(number)

    return router


def _round_documents(find: Find) -> APIRouter:
    router = APIRouter()

    @_answers(router, "/latest")
    def latest_round() -> Any:  # noqa: ANN401 - the shape is the contract's
        return document_of(find(None))

    @_answers(router, "/rounds/{number}")
    def one_round(number: Number) -> Any:  # noqa: ANN401
        return document_of(find(number))

    return router


def _health(service: Service) -> APIRouter:
    router = APIRouter()

    @_answers(router, "/healthz")
    def alive() -> dict[str, str]:
        return {"status": "ok"}

    @_answers(router, "/readyz")
    def ready() -> JSONResponse:
        with service.database.reading() as tx:
            found = check(tx, service.settings, service.now())
        well = all(finding.well for finding in found if finding.name in {"sees", "sends"})
        return JSONResponse(to_document(found), 200 if well else 503)

    return router


def _answers(router: APIRouter, path: str) -> Callable[[Answering], Answering]:
    """Answer GET and, since it must be known too (RFC 9110 section 9.1), HEAD."""

    def register(answering: Answering) -> Answering:
        router.head(path, include_in_schema=False)(answering)
        return router.get(path)(answering)

    return register


def _not_there(request: Request, fault: Exception) -> Response:
    return _problem(request, 404, str(fault), getattr(fault, "todo", ""))


def _no_such_address(request: Request, fault: Exception) -> Response:
    return _problem(request, 404, "there is nothing at this address")


def _no_such_method(request: Request, fault: Exception) -> Response:
    answer = _problem(request, 405, "this address is only for reading")
    answer.headers.update(getattr(fault, "headers", None) or {})  # RFC 9110 wants `Allow`
    return answer


def _no_archive(request: Request, fault: Exception) -> Response:
    """The archive's fault is for the operator's log; it may name the database."""
    _log.error("pages: %s", fault)
    return _problem(request, 503, "the archive cannot be read now", "try again in a moment")


def _problem(request: Request, status: int, title: str, detail: str = "") -> Response:
    """A problem as a page, or to a program as RFC 9457 has it."""
    what = {"title": title, "status": status, "detail": detail}
    if request.url.path.startswith(_FOR_PROGRAMS):
        return JSONResponse(what, status, media_type="application/problem+json")
    return _html("problem.html.j2", status, what=what, phrase=HTTPStatus(status).phrase)


def _html(template: str, status: int, **shown: object) -> HTMLResponse:
    html = _TEMPLATES.get_template(template).render(**shown)
    return HTMLResponse(html, status, headers={"Content-Security-Policy": _POLICY})
