"""Feeds and calendars over HTTP, with conditional requests (RFC 9110 section 13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256

from fastapi import APIRouter, Request
from fastapi.responses import Response

from monitor.bootstrap import Service
from monitor.journeys.feed import Places, series_calendar, series_feed, topic_feed
from monitor.series import DEFAULT
from notifiers.feeds import Feed, atom, json_feed

ATOM = "application/atom+xml; charset=utf-8"
JSON = "application/feed+json"
CALENDAR = "text/calendar; charset=utf-8"

FRESH_SECONDS = 300
"""For so long a feed may be shown from a cache: no look at the source comes sooner."""


def feeds(service: Service) -> APIRouter:
    """The feeds of every followed series and of its topics, and the calendars."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)

    def of_series(series: str, request: Request) -> Feed:
        with service.database.reading() as tx:
            return series_feed(tx, series, _places(service, request, series))

    def of_topic(series: str, topic: str, request: Request) -> Feed:
        with service.database.reading() as tx:
            return topic_feed(tx, series, topic, _places(service, request, series))

    def series_as_atom(series: str, request: Request) -> Response:
        return _as_atom(of_series(series, request), request)

    def series_as_json(series: str, request: Request) -> Response:
        return _as_json(of_series(series, request), request)

    def topic_as_atom(series: str, topic: str, request: Request) -> Response:
        return _as_atom(of_topic(series, topic, request), request)

    def topic_as_json(series: str, topic: str, request: Request) -> Response:
        return _as_json(of_topic(series, topic, request), request)

    def series_as_calendar(series: str, request: Request) -> Response:
        with service.database.reading() as tx:
            found = series_calendar(tx, series, _places(service, request, series))
        return _answer(request, found.content, CALENDAR, found.updated)

    _add(router, "/feeds/{series}.atom", series_as_atom)
    _add(router, "/feeds/{series}.json", series_as_json)
    _add(router, "/feeds/{series}.ics", series_as_calendar)
    _add(router, "/feeds/{series}/{topic}.atom", topic_as_atom)
    _add(router, "/feeds/{series}/{topic}.json", topic_as_json)
    return router


def _add(router: APIRouter, path: str, answering: Callable[..., Response]) -> None:
    router.add_api_route(path, answering, methods=["GET", "HEAD"])


def _places(service: Service, request: Request, series: str) -> Places:
    """Our addresses as readers reach them; where no setting says, as this one did."""
    home = (service.settings.public_url or str(request.base_url)).rstrip("/")

    def page_of(number: int | None) -> str:
        shown = series == DEFAULT and number is not None  # no other series has pages of its own
        return f"{home}/rounds/{number}" if shown else ""

    return Places(home, page_of)


def _as_atom(feed: Feed, request: Request) -> Response:
    return _answer(request, atom(feed), ATOM, feed.updated)


def _as_json(feed: Feed, request: Request) -> Response:
    return _answer(request, json_feed(feed), JSON, feed.updated)


def _answer(
    request: Request, content: bytes, media_type: str, updated: datetime | None
) -> Response:
    """The content, or 304 where the reader has it already."""
    headers = {
        "ETag": f'"{sha256(content).hexdigest()[:32]}"',
        "Cache-Control": f"public, max-age={FRESH_SECONDS}",
    }
    if updated:
        headers["Last-Modified"] = format_datetime(updated.astimezone(UTC), usegmt=True)
    if _is_known(request, headers["ETag"], updated):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=media_type)


def _is_known(request: Request, etag: str, updated: datetime | None) -> bool:
    """Whether the reader's copy is this one; a tag tells more than a time (section 13.2.2)."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return bool({"*", etag} & known)
    since = _moment(request.headers.get("if-modified-since", ""))
    return since is not None and updated is not None and updated.replace(microsecond=0) <= since


def _moment(written: str) -> datetime | None:
    """A date as HTTP writes it; None for anything else, as section 13.1.3 asks."""
    try:
        moment = parsedate_to_datetime(written)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
