"""The pages: the latest round, any round, and the same as JSON."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from monitor.bootstrap import Service
from monitor.entrypoints.telling import sheet_of
from monitor.errors import NotFound
from monitor.journeys import latest as accounts
from monitor.journeys.health import check
from monitor.journeys.latest import Account
from monitor.series import followed
from notifiers.wording import visible
from storage.documents import to_document

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

Find = Callable[[int | None], Account]
"""Finds the account of a round by its number, of the latest one for None."""


def pages(service: Service) -> FastAPI:
    """The web application over a service."""
    series = followed()[0]

    def find(number: int | None) -> Account:
        with service.database.reading() as tx:
            if number is None:
                return accounts.latest(tx, series)
            return accounts.of_round(tx, series, number)

    app = FastAPI(title="Roundwatch", docs_url=None, redoc_url=None)
    app.add_exception_handler(NotFound, _not_there)
    app.include_router(_round_pages(service, find))
    app.include_router(_round_documents(find), prefix="/api/v1")
    app.include_router(_health(service))
    return app


def _round_pages(service: Service, find: Find) -> APIRouter:
    router = APIRouter(default_response_class=HTMLResponse)

    def page(number: int | None) -> HTMLResponse:
        sheet = sheet_of(find(number), None, service.now())
        return _html("round.html.j2", 200, sheet=sheet)

    @router.api_route("/", methods=["GET", "HEAD"])
    def latest_round() -> HTMLResponse:
        return page(None)

    @router.api_route("/rounds/{number}", methods=["GET", "HEAD"])
    def one_round(number: int) -> HTMLResponse:
        return page(number)

    return router


def _round_documents(find: Find) -> APIRouter:
    router = APIRouter()

    @router.get("/latest")
    def latest_round() -> Any:  # noqa: ANN401 - the shape is the contract's
        return to_document(find(None).summary)

    @router.get("/rounds/{number}")
    def one_round(number: int) -> Any:  # noqa: ANN401
        return to_document(find(number).summary)

    return router


def _health(service: Service) -> APIRouter:
    router = APIRouter()

    @router.get("/healthz")
    def alive() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz")
    def ready() -> JSONResponse:
        with service.database.reading() as tx:
            found = check(tx, service.settings, service.now())
        well = all(finding.well for finding in found if finding.name in {"sees", "sends"})
        return JSONResponse(to_document(found), 200 if well else 503)

    return router


def _not_there(request: Request, fault: Exception) -> Response:
    what = {"title": str(fault), "status": 404, "detail": getattr(fault, "todo", "")}
    if request.url.path.startswith("/api/"):
        return JSONResponse(what, 404, media_type="application/problem+json")
    return _html("missing.html.j2", 404, what=what)


def _html(template: str, status: int, **shown: object) -> HTMLResponse:
    html = _TEMPLATES.get_template(template).render(**shown)
    return HTMLResponse(html, status, headers={"Content-Security-Policy": _POLICY})
