"""The rounds: the latest, any one, as pages and as JSON."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse

from monitor.bootstrap import Service
from monitor.entrypoints.telling import document_of, sheet_of
from monitor.entrypoints.web.answers import answers, page
from monitor.journeys import latest as accounts
from monitor.journeys.latest import Account
from monitor.series import DEFAULT, series_named

Number = Annotated[int, InPath(ge=0, lt=2**31)]
"""A round's number in an address; a larger one fits into no database."""


def round_pages(service: Service) -> APIRouter:
    """`/` and `/rounds/{number}`."""
    router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

    def shown(number: int | None) -> HTMLResponse:
        sheet = sheet_of(_found(service, number), None, service.now())
        return page("round.html.j2", sheet=sheet)

    @answers(router, "/")
    def latest_round() -> HTMLResponse:
        return shown(None)

    @answers(router, "/rounds/{number}")
    def one_round(number: Number) -> HTMLResponse:
        return shown(number)

    return router


def round_documents(service: Service) -> APIRouter:
    """`/api/v1/latest` and `/api/v1/rounds/{number}`: what `latest --json` prints."""
    router = APIRouter(prefix="/api/v1")

    @answers(router, "/latest")
    def latest_round() -> Any:  # noqa: ANN401 - the shape is the contract's
        return document_of(_found(service, None))

    @answers(router, "/rounds/{number}")
    def one_round(number: Number) -> Any:  # noqa: ANN401
        return document_of(_found(service, number))

    return router


def _found(service: Service, number: int | None) -> Account:
    """The account of a round by its number, of the latest one for None."""
    series = series_named(DEFAULT)
    with service.database.reading() as tx:
        if number is None:
            return accounts.latest(tx, series)
        return accounts.of_round(tx, series, number)
