"""`/{series}/compare/{before}/{after}`: any two rounds, and a form to choose them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from monitor.bootstrap import Service
from monitor.entrypoints.telling import sheet_of
from monitor.entrypoints.web.addresses import Addresses
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.api.parameters import Number
from monitor.entrypoints.web.language import asked_query, language_of
from monitor.entrypoints.web.pages.archive_pages import archive_page
from monitor.entrypoints.web.pages.rounds import topics_by_place
from monitor.journeys.two_rounds import two_rounds
from monitor.series import series_named
from storage import archive

Chosen = Annotated[int | None, Query(ge=0, lt=2**31)]
"""A round chosen in the form."""


def comparing(service: Service) -> APIRouter:
    """The router of both."""
    router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

    @answers(router, "/{series}/compare")
    def choose(
        request: Request, series: str, before: Chosen = None, after: Chosen = None
    ) -> Response:
        named = series_named(series)
        if before is not None and after is not None and before != after:
            return _to(request, series, before, after)
        with service.database.reading() as tx:
            numbers = archive.round_numbers(tx, series)
        return archive_page(
            request,
            "choose.html.j2",
            series=named,
            here="compare",
            has_form=True,
            numbers=numbers,
        )

    @answers(router, "/{series}/compare/{before}/{after}")
    def compared(request: Request, series: str, before: Number, after: Number) -> Response:
        if before > after:
            return _to(request, series, before, after)
        with service.database.reading() as tx:
            found = two_rounds(tx, series, before, after)
        return archive_page(
            request,
            "comparison.html.j2",
            series=found.account.series,
            here="compare",
            sheet=sheet_of(found.account, None, service.now(), language_of(request)),
            before=before,
            between=found.between,
            pages=(found.before.source, found.account.filed.source),
            topics=topics_by_place(found.account),
        )

    return router


def _to(request: Request, series: str, one: int, other: int) -> RedirectResponse:
    """To the comparison of two rounds, the earlier first."""
    before, after = sorted((one, other))
    return RedirectResponse(Addresses(series, asked_query(request)).comparison(before, after))
