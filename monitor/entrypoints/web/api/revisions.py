"""`/api/v1/series/{series}/rounds/{number}/revisions`: the texts that a round's release has had."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from monitor.bootstrap import Service
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.api.described import described
from monitor.entrypoints.web.api.parameters import Number, Slug
from monitor.entrypoints.web.pages.rounds import account_of
from monitor.journeys.revisions import Revised, revisions_of
from storage.documents import to_document


def revision_documents(service: Service) -> APIRouter:
    """The router of the texts."""
    router = APIRouter(prefix="/api/v1")

    @answers(
        router,
        "/series/{series}/rounds/{number}/revisions",
        **described(
            "listRevisions",
            "The texts of a round",
            "Each text that the release of a round has had, the first that is known first, with "
            "the stored page it rests on and what was edited since the one before: the redline of "
            "title and passages, and the two accounts of the round against each other: what "
            "`roundwatch revisions N --json` prints.",
            tag="rounds",
            gives="The texts, in order of time.",
            model=list[Revised],
            example="revisions",
        ),
    )
    def texts(series: Slug, number: Number) -> JSONResponse:
        with service.database.reading() as tx:
            return JSONResponse(to_document(revisions_of(tx, account_of(tx, series, number))))

    return router
