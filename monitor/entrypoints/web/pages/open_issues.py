"""`/issues`: what was not understood, as far as it is not the operator's alone."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from monitor.bootstrap import Service
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.pages.archive_pages import archive_page
from monitor.entrypoints.web.pages.filters import cursor_in, following, place_in
from monitor.journeys.released import open_issues

_SHOWN = 50
_LIST, _BEYOND = "issues", 2**31


def issue_pages(service: Service) -> APIRouter:
    """The router of the page."""
    router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

    @answers(router, "/issues")
    def listed(request: Request, after: str | None = None) -> HTMLResponse:
        behind = number_of(after)
        with service.database.reading() as tx:
            found, last = open_issues(tx, after=behind, limit=_SHOWN)
        return archive_page(
            request,
            "issues.html.j2",
            here="issues",
            issues=found,
            more=following(request, cursor_at(last)) if last is not None else None,
        )

    return router


def cursor_at(number: int) -> str:
    """The cursor of a list that ended at an issue's number."""
    return cursor_in(_LIST, number)


def number_of(cursor: str | None) -> int:
    """The number that a cursor of this list holds; 0, before all, for none.

    Raises:
        RequestValidationError: it is none of this list.
    """
    found = place_in(_LIST, cursor, _BEYOND)
    return found[0] if found else 0
