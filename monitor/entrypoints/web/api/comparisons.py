"""`/api/v1/series/{series}/comparisons/{before}/{after}`: any two rounds compared."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from monitor.bootstrap import Service
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.api.described import described
from monitor.entrypoints.web.api.parameters import After, Before, Slug
from monitor.errors import NotFound
from monitor.journeys.two_rounds import two_rounds
from storage.documents import to_document
from storage.records import Comparison


def comparison_documents(service: Service) -> APIRouter:
    """The router of comparisons."""
    router = APIRouter(prefix="/api/v1")

    @answers(
        router,
        "/series/{series}/comparisons/{before}/{after}",
        **described(
            "compareRounds",
            "Two rounds compared",
            "What changed from one round to another, whatever lies between them, topic by topic "
            "with its redline: what `roundwatch compare BEFORE AFTER --json` prints. The earlier "
            "round comes first; a round has no comparison with itself.",
            tag="comparisons",
            gives="The comparison.",
            model=Comparison,
            example="comparison",
        ),
    )
    def compared(series: Slug, before: Before, after: After) -> JSONResponse:
        in_order(before, after)
        with service.database.reading() as tx:
            return JSONResponse(to_document(two_rounds(tx, series, before, after).comparison))

    return router


def in_order(before: int, after: int) -> None:
    """See that two rounds have an address together.

    Raises:
        NotFound: they are not two, the earlier first.
    """
    if before >= after:
        raise NotFound(
            f"there is no comparison of round {before} with round {after}",
            todo="two different rounds are compared, the earlier first",
        )
