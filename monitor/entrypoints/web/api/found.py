"""`/api/v1/search`, `/api/v1/releases` and `/api/v1/issues`: what is on file, as lists."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from monitor.bootstrap import Service
from monitor.core.search.query import LONGEST_QUERY, query_of
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.api.described import LINK, described
from monitor.entrypoints.web.api.paging import Asked, Page, answer_page
from monitor.entrypoints.web.pages import open_issues, searching
from monitor.entrypoints.web.pages import releases as listing
from monitor.entrypoints.web.pages.releases import LONGEST_TITLE
from monitor.journeys import released
from monitor.journeys.released import Listed, PublicIssue
from monitor.journeys.search import Hit, search
from monitor.series import DEFAULT, series_named
from storage.archive import Judged

Words = Annotated[
    str,
    Query(
        max_length=LONGEST_QUERY,
        description='What to look for: all of the words, and "quoted words" as a phrase. Endings, '
        "case and accents do not matter; signs mean nothing. Without any word nothing is found.",
        examples=["labor"],
    ),
]
OfSeries = Annotated[
    str | None,
    Query(
        description="Only releases that report a round of this series, by its slug.",
        examples=[DEFAULT],
    ),
]
Year = Annotated[
    int | None,
    Query(ge=1, le=9999, description="Only releases published in this year.", examples=[2024]),
]
OfVerdict = Annotated[
    Judged | None,
    Query(
        description="Only releases that were judged so; `unread`: that nobody has read.",
        examples=["readout"],
    ),
]
InTitle = Annotated[
    str,
    Query(
        max_length=LONGEST_TITLE,
        description="Only releases whose title has each of these words, or parts of words.",
        examples=["Readout"],
    ),
]


def found_documents(service: Service) -> APIRouter:
    """The router of the three lists."""
    router = APIRouter(prefix="/api/v1")
    _search(router, service)
    _releases(router, service)
    _issues(router, service)
    return router


def _search(router: APIRouter, service: Service) -> None:
    @answers(
        router,
        "/search",
        **described(
            "searchReleases",
            "Releases that have some words",
            "The releases that were read and have all of the words somewhere, the latest first, "
            "each with up to three passages in which what was found is marked: what `roundwatch "
            "search WORDS --json` prints, in pages. Runs are verbatim; where a passage is cut, "
            "`cut_before` and `cut_after` say so.",
            tag="releases",
            gives="Some of the releases, and the way to the others.",
            model=Page[Hit],
            example="search",
            headers=LINK,
            problems=(404,),
        ),
    )
    def found(
        request: Request, q: Words, asked: Asked, series: OfSeries = None, year: Year = None
    ) -> JSONResponse:
        query, of, before = query_of(q), _slug(series), searching.place_of(asked.after)
        with service.searchable.reading() as tx:
            hits = search(tx, query, series=of, year=year, before=before, limit=asked.limit)
        cursor = None if hits.last is None else searching.cursor_at(hits.last)
        return answer_page(request, hits.items, cursor)


def _releases(router: APIRouter, service: Service) -> None:
    @answers(
        router,
        "/releases",
        **described(
            "listReleases",
            "All releases on file",
            "Every release that a listing named or that was read, the latest published first: "
            "what it was judged to be, and the rounds that it reports.",
            tag="releases",
            gives="Some of the releases, and the way to the others.",
            model=Page[Listed],
            example="releases",
            headers=LINK,
            problems=(404,),
        ),
    )
    def listed(
        request: Request,
        asked: Asked,
        *,
        verdict: OfVerdict = None,
        series: OfSeries = None,
        year: Year = None,
        title: InTitle = "",
    ) -> JSONResponse:
        of, after = _slug(series), listing.went_on_from(asked.after)
        with service.database.reading() as tx:
            found = released.releases(
                tx,
                judged=verdict,
                series=of,
                year=year,
                title=title,
                after=after,
                limit=asked.limit,
            )
        cursor = listing.cursor_at(found.last) if found.last else None
        return answer_page(request, found.items, cursor)


def _issues(router: APIRouter, service: Service) -> None:
    @answers(
        router,
        "/issues",
        **described(
            "listIssues",
            "What was not understood",
            "The open issues in the order they were opened: what `roundwatch issues --json` "
            "prints, without what is for the operator alone. `address` is null where it is not "
            "an official one, `summary` where it may say more than what stands on the page.",
            tag="issues",
            gives="Some of the issues, and the way to the others.",
            model=Page[PublicIssue],
            example="issues",
            headers=LINK,
        ),
    )
    def listed(request: Request, asked: Asked) -> JSONResponse:
        behind = open_issues.number_of(asked.after)
        with service.database.reading() as tx:
            found, last = released.open_issues(tx, after=behind, limit=asked.limit)
        cursor = None if last is None else open_issues.cursor_at(last)
        return answer_page(request, found, cursor)


def _slug(series: str | None) -> str | None:
    """A followed series' slug.

    Raises:
        UnknownSeries: there is none.
    """
    return None if series is None else series_named(series).slug
