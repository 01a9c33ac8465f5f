"""`/issues`: what was not understood, as far as it is not the operator's alone."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from monitor.bootstrap import Service
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.archive_pages import archive_page
from monitor.entrypoints.web.filters import following, place_of
from monitor.journeys.released import open_issues

BEYOND_ISSUES = 2**31
_SHOWN = 50


def issue_pages(service: Service) -> APIRouter:
    """The router of the page."""
    router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

    @answers(router, "/issues")
    def listed(request: Request, after: str | None = None) -> HTMLResponse:
        (behind,) = place_of(after, BEYOND_ISSUES) or (0,)
        with service.database.reading() as tx:
            found, last = open_issues(tx, after=behind, limit=_SHOWN)
        return archive_page(
            request,
            "issues.html.j2",
            here="issues",
            issues=found,
            more=following(request, last) if last is not None else None,
        )

    return router
