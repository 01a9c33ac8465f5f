"""How to cite a round: `/rounds/{number}/citation` as JSON, `/rounds/{number}/citation.bib`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from monitor.bootstrap import Service
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.api.described import described
from monitor.entrypoints.web.api.parameters import Number, Slug
from monitor.entrypoints.web.pages.rounds import account_of
from monitor.journeys.exports import how_to_cite
from notifiers.citations import Citation

BIBTEX = "application/x-bibtex"

_ENTRY = (
    "@misc{us-japan-partnership-on-trade-round-5,\n"
    "  author = {{Office of the United States Trade Representative}},\n  …\n}\n"
)


def citations(service: Service) -> APIRouter:
    """The router of both."""
    router = APIRouter(prefix="/api/v1/series/{series}/rounds/{number}")

    def cited(series: str, number: int) -> Citation:
        with service.database.reading() as tx:
            return how_to_cite(account_of(tx, series, number))

    @answers(router, "/citation", **_as_json())
    def citation(series: Slug, number: Number) -> JSONResponse:
        return JSONResponse(asdict(cited(series, number)))

    @answers(router, "/citation.bib", response_class=Response, **_as_entry())
    def citation_for_bibtex(series: Slug, number: Number) -> Response:
        named = f'attachment; filename="{series}-round-{number}.bib"'
        headers = {"Content-Disposition": named, "Content-Type": f"{BIBTEX}; charset=utf-8"}
        return Response(cited(series, number).bibtex.encode(), headers=headers)

    return router


def _as_json() -> dict[str, Any]:
    return described(
        "getCitation",
        "How to cite a round",
        "The press release that reports it, as APA has it (7th edition), as an entry for BibTeX, "
        "and in plain words with the SHA-256 of the stored page: what `roundwatch cite` prints.",
        tag="rounds",
        gives="Three ways to cite it.",
        model=Citation,
        example="citation",
    )


def _as_entry() -> dict[str, Any]:
    told = described(
        "getCitationAsBibtex",
        "How to cite a round, for BibTeX",
        "One `@misc` in UTF-8, whose key stays.",
        tag="rounds",
        gives="An entry.",
    )
    content = {"schema": {"type": "string"}, "example": _ENTRY}
    told["responses"][200]["content"] = {f"{BIBTEX}; charset=utf-8": content}
    return told
