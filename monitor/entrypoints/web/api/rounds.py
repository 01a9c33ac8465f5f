"""`/api/v1/latest`, `/api/v1/rounds/{number}`, and the rounds of any series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from monitor.bootstrap import Service
from monitor.entrypoints.telling import document_of
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.api.described import LINK, described
from monitor.entrypoints.web.api.paging import Asked, Order, Page, answer_page, page_of
from monitor.entrypoints.web.api.parameters import Number, Slug
from monitor.entrypoints.web.pages.rounds import account_of
from monitor.journeys.catalogue import RoundInBrief, place_of_round, rounds_in_brief
from monitor.series import DEFAULT
from storage.records import Comparison, News, Readout, Release, SourceOf, Whereabouts

_ORDER: Order[RoundInBrief] = Order(place_of_round, (int, str, str), falling=True)
_WHOLE = (
    "The release, what was read in it, what changed since the round before on file (null for the "
    "first), the stored page it rests on, the news as a digest tells it, and where the page is: "
    "withdrawn (our copy is kept), moved from another address, or found at others too"
)


@dataclass(frozen=True, slots=True)
class RoundSummary:
    """A round: release, readout, comparison with the round before, source, news, whereabouts."""

    release: Release
    readout: Readout
    comparison: Comparison | None
    source: SourceOf
    news: News
    whereabouts: Whereabouts


def round_documents(service: Service) -> APIRouter:
    """The router of the rounds."""
    router = APIRouter(prefix="/api/v1")
    _of_the_default_series(router, service)
    _of_any_series(router, service)
    return router


def _of_the_default_series(router: APIRouter, service: Service) -> None:
    @answers(
        router,
        "/latest",
        **_described(
            "getLatestRound",
            "The latest round",
            f"{_WHOLE}: what `roundwatch latest --json` prints. Of the default series.",
            problems=(404,),
        ),
    )
    def latest_round() -> JSONResponse:
        return _told(service, DEFAULT, None)

    @answers(
        router,
        "/rounds/{number}",
        **_described(
            "getRound",
            "One round",
            f"{_WHOLE}: what `roundwatch show N --json` prints. Of the default series.",
        ),
    )
    def one_round(number: Number) -> JSONResponse:
        return _told(service, DEFAULT, number)


def _of_any_series(router: APIRouter, service: Service) -> None:
    @answers(
        router,
        "/series/{series}/latest",
        **_described(
            "getLatestRoundOfSeries",
            "The latest round of a series",
            f"{_WHOLE}: what `roundwatch latest --series SLUG --json` prints.",
        ),
    )
    def latest_of_series(series: Slug) -> JSONResponse:
        return _told(service, series, None)

    @answers(
        router,
        "/series/{series}/rounds",
        **described(
            "listRounds",
            "The rounds of a series",
            "The rounds on file, the latest first; one without a number comes before those that "
            "have one. A series without a round on file has an empty list.",
            tag="rounds",
            gives="Some of the rounds, and the way to the others.",
            model=Page[RoundInBrief],
            example="rounds",
            headers=LINK,
        ),
    )
    def listed(request: Request, series: Slug, asked: Asked) -> JSONResponse:
        with service.database.reading() as tx:
            found = rounds_in_brief(tx, series)
        return answer_page(request, *page_of(found, _ORDER, asked))

    @answers(
        router,
        "/series/{series}/rounds/{number}",
        **_described(
            "getRoundOfSeries",
            "One round of a series",
            f"{_WHOLE}: what `roundwatch show N --series SLUG --json` prints.",
        ),
    )
    def one_of_series(series: Slug, number: Number) -> JSONResponse:
        return _told(service, series, number)


def _described(
    name: str, summary: str, words: str, problems: tuple[int, ...] = ()
) -> dict[str, Any]:
    return described(
        name,
        summary,
        words,
        tag="rounds",
        gives="The round.",
        model=RoundSummary,
        example="round",
        problems=problems,
    )


def _told(service: Service, slug: str, number: int | None) -> JSONResponse:
    with service.database.reading() as tx:
        return JSONResponse(document_of(account_of(tx, slug, number)))
