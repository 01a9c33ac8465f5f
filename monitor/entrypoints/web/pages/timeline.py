"""`/{series}/timeline`: all rounds in time, the usual gap, and how long it has been quiet."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from monitor.bootstrap import Service
from monitor.core.rhythm import rhythm
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.pages.archive_pages import archive_page
from monitor.series import series_named
from storage import archive


def timeline(service: Service) -> APIRouter:
    """The router of the page."""
    router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

    @answers(router, "/{series}/timeline")
    def in_time(request: Request, series: str) -> HTMLResponse:
        named = series_named(series)
        with service.database.reading() as tx:
            filed = archive.current_readouts(tx, series)
        found = rhythm(filed, service.now().date())
        return archive_page(
            request, "timeline.html.j2", series=named, here="timeline", rhythm=found
        )

    return router
