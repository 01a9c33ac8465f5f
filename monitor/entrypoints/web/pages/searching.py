"""`/search`: the releases that have some words, with the words marked."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from monitor.bootstrap import Service
from monitor.core.search.query import query_of
from monitor.entrypoints.web.addresses import Addresses
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.pages.archive_pages import archive_page
from monitor.entrypoints.web.pages.filters import (
    asked_series,
    asked_year,
    cursor_in,
    following,
    place_in,
    series_names,
)
from monitor.journeys.search import search

_SHOWN = 20
_LIST, _BEYOND = "search", 2**63


def searching(service: Service) -> APIRouter:
    """The router of the page."""
    router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

    @answers(router, "/search")
    def found(request: Request, q: str = "", after: str | None = None) -> HTMLResponse:
        query, series, year = query_of(q), asked_series(request), asked_year(request)
        before = place_of(after)
        with service.searchable.reading() as tx:
            hits = search(
                tx,
                query,
                series=series,
                year=year,
                before=before,
                limit=_SHOWN,
            )
        return archive_page(
            request,
            "search.html.j2",
            here="search",
            has_form=True,
            asked=q.strip(),
            has_words=bool(query.words),
            chosen={"series": series or "", "year": year or ""},
            names=series_names(),
            to=Addresses,
            hits=hits.items,
            more=following(request, cursor_at(hits.last)) if hits.last is not None else None,
            goes_on=before is not None,
        )

    return router


def cursor_at(place: int) -> str:
    """The cursor of a search that ended at a place."""
    return cursor_in(_LIST, place)


def place_of(cursor: str | None) -> int | None:
    """The place that a cursor of a search holds.

    Raises:
        RequestValidationError: it holds none.
    """
    found = place_in(_LIST, cursor, _BEYOND)
    return found[0] if found else None
