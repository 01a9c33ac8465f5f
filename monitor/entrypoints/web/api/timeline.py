"""`/api/v1/series/{series}/timeline`: the rounds in time, and how long it has been quiet."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from monitor.bootstrap import Service
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.api.described import described
from monitor.entrypoints.web.api.parameters import Slug
from monitor.journeys.catalogue import Timeline, timeline_of
from storage.documents import to_document


def timeline_documents(service: Service) -> APIRouter:
    """The router of the timeline."""
    router = APIRouter(prefix="/api/v1")

    @answers(
        router,
        "/series/{series}/timeline",
        **described(
            "getTimeline",
            "The rounds in time",
            "The rounds first to last with the days between them, the usual gap, and the days "
            "since the latest round until today (UTC).",
            tag="series",
            gives="The timeline.",
            model=Timeline,
            example="timeline",
        ),
    )
    def in_time(series: Slug) -> JSONResponse:
        with service.database.reading() as tx:
            return JSONResponse(to_document(timeline_of(tx, series, service.now().date())))

    return router
