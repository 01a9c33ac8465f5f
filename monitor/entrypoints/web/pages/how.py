"""`/how-it-works`: how it works, and what it does not know."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.pages.archive_pages import archive_page


def how() -> APIRouter:
    """The router of the page."""
    router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

    @answers(router, "/how-it-works")
    def how_it_works(request: Request) -> HTMLResponse:
        return archive_page(request, "how.html.j2", here="how")

    return router
