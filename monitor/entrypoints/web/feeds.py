"""The feeds of every followed series and of its topics, and the calendars."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from monitor.bootstrap import Service
from monitor.entrypoints.web.addresses import Addresses
from monitor.journeys.feed import Places, series_calendar, series_feed, topic_feed
from notifiers.feeds.feed import Feed, atom, json_feed
from storage.database import Transaction

ATOM = "application/atom+xml; charset=utf-8"
JSON = "application/feed+json"
CALENDAR = "text/calendar; charset=utf-8"

FRESH_SECONDS = 300
"""For so long a feed may be shown from a cache: no look at the source comes sooner."""

_READING = ["GET", "HEAD"]

Make = Callable[[Transaction, Places], Response]


def feeds(service: Service) -> APIRouter:
    """The router of the feeds."""
    router = APIRouter(include_in_schema=False, default_response_class=Response)

    def served(request: Request, series: str, make: Make) -> Response:
        with service.database.reading() as tx:
            return make(tx, _places(service, request, series))

    @router.api_route("/feeds/{series}.atom", methods=_READING)
    def series_as_atom(series: str, request: Request) -> Response:
        return served(request, series, lambda tx, at: _as_atom(series_feed(tx, series, at)))

    @router.api_route("/feeds/{series}.json", methods=_READING)
    def series_as_json(series: str, request: Request) -> Response:
        return served(request, series, lambda tx, at: _as_json(series_feed(tx, series, at)))

    @router.api_route("/feeds/{series}.ics", methods=_READING)
    def series_as_calendar(series: str, request: Request) -> Response:
        return served(request, series, lambda tx, at: _as_calendar(tx, series, at))

    @router.api_route("/feeds/{series}/{topic}.atom", methods=_READING)
    def topic_as_atom(series: str, topic: str, request: Request) -> Response:
        return served(request, series, lambda tx, at: _as_atom(topic_feed(tx, series, topic, at)))

    @router.api_route("/feeds/{series}/{topic}.json", methods=_READING)
    def topic_as_json(series: str, topic: str, request: Request) -> Response:
        return served(request, series, lambda tx, at: _as_json(topic_feed(tx, series, topic, at)))

    return router


def _places(service: Service, request: Request, series: str) -> Places:
    """Our addresses as readers reach them; where no setting says, as this one did."""
    home = (service.settings.public_url or str(request.base_url)).rstrip("/")

    def page_of(number: int | None) -> str:
        return "" if number is None else f"{home}{Addresses(series).round(number)}"

    return Places(home, page_of)


def _as_atom(feed: Feed) -> Response:
    return _document(atom(feed), ATOM, feed.updated)


def _as_json(feed: Feed) -> Response:
    return _document(json_feed(feed), JSON, feed.updated)


def _as_calendar(tx: Transaction, series: str, places: Places) -> Response:
    found = series_calendar(tx, series, places)
    return _document(found.content, CALENDAR, found.updated)


def _document(content: bytes, media_type: str, updated: datetime | None) -> Response:
    """A document with the time of its last change; None: there is nothing in it yet."""
    headers = {"Cache-Control": f"public, max-age={FRESH_SECONDS}"}
    if updated:
        headers["Last-Modified"] = format_datetime(updated.astimezone(UTC), usegmt=True)
    return Response(content, headers=headers, media_type=media_type)
