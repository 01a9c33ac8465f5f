"""The pages: the latest round, any round, and the same as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from monitor.bootstrap import Service
from monitor.entrypoints.telling import sheet_of
from monitor.errors import NotFound
from monitor.journeys import latest as accounts
from monitor.journeys.health import check
from monitor.journeys.latest import Account
from monitor.series import followed, series_named
from notifiers.wording import visible
from storage.documents import to_document

_DEFAULT_SERIES = followed()[0].slug
# Nothing is loaded from anywhere, and everything scraped is escaped: the policy says so twice.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def pages(service: Service) -> FastAPI:
    """The web application over a service."""
    app = FastAPI(title="Roundwatch", docs_url=None, redoc_url=None)
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: visible(value) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def account(number: int | None) -> Account:
        series = series_named(_DEFAULT_SERIES)
        with service.database.reading() as tx:
            if number is None:
                return accounts.latest(tx, series)
            return accounts.of_round(tx, series, number)

    def page(number: int | None) -> HTMLResponse:
        found = account(number)
        sheet = sheet_of(found, None, service.now())
        html = templates.get_template("round.html.j2").render(sheet=sheet)
        return HTMLResponse(html, headers={"Content-Security-Policy": _POLICY})

    @app.exception_handler(NotFound)
    def not_there(request: Request, fault: Exception) -> Response:
        what = {"title": str(fault), "status": 404, "detail": getattr(fault, "todo", "")}
        if request.url.path.startswith("/api/"):
            return JSONResponse(what, 404, media_type="application/problem+json")
        html = templates.get_template("missing.html.j2").render(what=what)
        return HTMLResponse(html, 404, headers={"Content-Security-Policy": _POLICY})

    @app.get("/", response_class=HTMLResponse)
    def latest_round() -> HTMLResponse:
        return page(None)

    @app.get("/rounds/{number}", response_class=HTMLResponse)
    def one_round(number: int) -> HTMLResponse:
        return page(number)

    @app.get("/api/v1/latest")
    def latest_as_json() -> Any:  # noqa: ANN401 - what the contract says
        return to_document(account(None).summary)

    @app.get("/api/v1/rounds/{number}")
    def round_as_json(number: int) -> Any:  # noqa: ANN401
        return to_document(account(number).summary)

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz")
    def readyz() -> JSONResponse:
        with service.database.reading() as tx:
            found = check(tx, service.settings, service.now())
        well = all(finding.well for finding in found if finding.name in {"sees", "sends"})
        return JSONResponse(to_document(found), 200 if well else 503)

    return app
