"""`/releases`: all releases on file, the latest first."""

from __future__ import annotations

from datetime import date
from typing import get_args

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from monitor.bootstrap import Service
from monitor.entrypoints.web.addresses import Addresses
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.pages.archive_pages import archive_page
from monitor.entrypoints.web.pages.filters import (
    asked_series,
    asked_year,
    cursor_in,
    following,
    place_in,
    series_names,
)
from monitor.errors import UsageError
from monitor.journeys.released import releases
from notifiers.digest.whereabouts import seen_at
from storage import archive
from storage.archive import Judged
from storage.records import Verdict

JUDGED: tuple[Judged, ...] = (*get_args(Verdict), "unread")
LONGEST_TITLE = 200
"""Characters of the words that are looked for in titles."""

_LIST, _BEYOND = "releases", (date.max.toordinal() + 1, 2**31)
_SHOWN = 50


def release_pages(service: Service) -> APIRouter:
    """The router of the page."""
    router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

    @answers(router, "/releases")
    def listed(request: Request, after: str | None = None) -> HTMLResponse:
        judged, series, year = _asked_verdict(request), asked_series(request), asked_year(request)
        title = _asked_title(request)
        with service.database.reading() as tx:
            found = releases(
                tx,
                judged=judged,
                series=series,
                year=year,
                title=title,
                after=went_on_from(after),
                limit=_SHOWN,
            )
            counts = archive.count_releases(tx)
        return archive_page(
            request,
            "releases.html.j2",
            here="releases",
            has_form=True,
            chosen={"verdict": judged, "series": series, "year": year or "", "title": title},
            kinds=JUDGED,
            names=series_names(),
            to=Addresses,
            seen_at=seen_at,
            releases=found.items,
            counts=[(kind, counts[kind]) for kind in JUDGED if kind in counts],
            more=following(request, cursor_at(found.last)) if found.last else None,
        )

    return router


def went_on_from(cursor: str | None) -> tuple[date | None, int] | None:
    """The day and the id that a cursor of this list holds.

    Raises:
        RequestValidationError: it is none of this list.
    """
    key = place_in(_LIST, cursor, *_BEYOND)
    return None if key is None else (date.fromordinal(key[0]) if key[0] else None, key[1])


def cursor_at(last: tuple[date | None, int]) -> str:
    """The cursor of a list that ended at a day and an id."""
    return cursor_in(_LIST, last[0].toordinal() if last[0] else 0, last[1])


def _asked_verdict(request: Request) -> Judged | None:
    asked = request.query_params.get("verdict", "")
    for judged in JUDGED:
        if asked == judged:
            return judged
    if asked:
        raise UsageError("there is no such verdict", todo=f"those there are: {', '.join(JUDGED)}")
    return None


def _asked_title(request: Request) -> str:
    title = request.query_params.get("title", "").strip()
    if len(title) > LONGEST_TITLE:
        raise UsageError(
            f"the words in the title have {len(title)} characters; {LONGEST_TITLE} is the most",
            todo="give fewer words",
        )
    return title
