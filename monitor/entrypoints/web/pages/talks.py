"""`/series`: the followed series side by side."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from monitor.bootstrap import Service
from monitor.entrypoints.web.addresses import Addresses
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.pages.archive_pages import archive_page
from monitor.journeys.talks import talks_of
from monitor.series import followed


def talks(service: Service) -> APIRouter:
    """The router of the page."""
    router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

    @answers(router, "/series")
    def side_by_side(request: Request) -> HTMLResponse:
        with service.database.reading() as tx:
            found = talks_of(tx, followed(), service.now().date())
        return archive_page(request, "talks.html.j2", here="series", talks=found, to=Addresses)

    return router
