"""How to cite a round: `/rounds/{number}/citation` as JSON, `/rounds/{number}/citation.bib`."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from monitor.bootstrap import Service
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.api.parameters import Number
from monitor.journeys.exports import how_to_cite
from monitor.journeys.latest import of_round
from monitor.series import series_named
from notifiers.citations import Citation

BIBTEX = "application/x-bibtex"

_EXAMPLE = {
    "apa": "Office of the United States Trade Representative. (2024, July 31). Readout of … "
    "[Press release]. https://ustr.gov/about-us/…",
    "bibtex": "@misc{us-japan-partnership-on-trade-round-5,\n  author = {{Office of …}},\n  …\n}\n",
    "plain": "Office of the United States Trade Representative: “Readout of …”. Press release, "
    "31 July 2024. https://ustr.gov/about-us/… Our copy was fetched on 2024-07-31 at 18:05 UTC; "
    "SHA-256 ….",
}
_NOT_THERE = {"description": "There is no such series or round."}


def citations(service: Service) -> APIRouter:
    """The router of both."""
    router = APIRouter(prefix="/api/v1/series/{series}/rounds/{number}", tags=["citations"])

    def cited(series: str, number: int) -> Citation:
        with service.database.reading() as tx:
            return how_to_cite(of_round(tx, series_named(series), number))

    @answers(
        router,
        "/citation",
        summary="How to cite a round",
        responses={
            200: {"content": {"application/json": {"example": _EXAMPLE}}},
            404: _NOT_THERE,
        },
    )
    def citation(series: str, number: Number) -> Citation:
        return cited(series, number)

    @answers(
        router,
        "/citation.bib",
        summary="How to cite a round, for BibTeX",
        response_class=Response,
        responses={
            200: {
                "description": "An entry in UTF-8.",
                "content": {BIBTEX: {"schema": {"type": "string"}, "example": _EXAMPLE["bibtex"]}},
            },
            404: _NOT_THERE,
        },
    )
    def citation_for_bibtex(series: str, number: Number) -> Response:
        name = f"{series}-round-{number}.bib"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        entry = cited(series, number).bibtex
        return Response(entry.encode(), headers=headers, media_type=BIBTEX)

    return router
