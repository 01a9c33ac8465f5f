"""`/api/v1/series`: the followed series."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from monitor.bootstrap import Service
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.api.described import LINK, described
from monitor.entrypoints.web.api.paging import Asked, Order, Page, answer_page, page_of
from monitor.journeys.catalogue import SeriesInBrief, series_in_brief
from monitor.series import DEFAULT

_ORDER: Order[SeriesInBrief] = Order(
    lambda each: (int(each.slug != DEFAULT), each.slug), (int, str)
)


def series_documents(service: Service) -> APIRouter:
    """The router of the list."""
    router = APIRouter(prefix="/api/v1")

    @answers(
        router,
        "/series",
        **described(
            "listSeries",
            "The followed series",
            "Every series of talks that is followed, the default first: what `roundwatch series "
            "list --json` prints, in pages.",
            tag="series",
            gives="Some of the series, and the way to the others.",
            model=Page[SeriesInBrief],
            example="series",
            headers=LINK,
        ),
    )
    def listed(request: Request, asked: Asked) -> JSONResponse:
        with service.database.reading() as tx:
            found = series_in_brief(tx)
        return answer_page(request, *page_of(found, _ORDER, asked))

    return router
