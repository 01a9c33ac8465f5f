"""The operator's endpoints: what the commands do and say, for a program that knows the token.

Each is the twin of a command. Looking at the source and sending have none: they take minutes, which
no request should wait for, and a way out for mail serves one at a time; the scheduler does both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Path as InPath
from fastapi.responses import JSONResponse, Response

from monitor.bootstrap import Service
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.bearer import Bearer
from monitor.journeys import problems
from monitor.journeys.health import Finding, check
from monitor.journeys.readers.orders import erase, everything_on
from monitor.journeys.sending.books import Books, books
from monitor.series import series_named
from storage import journal, subscribers
from storage.documents import to_document
from storage.records import Issue, Subscriber

Who = Annotated[str, InPath(description="A reader's number, or address.")]


@dataclass(frozen=True, slots=True)
class Closed:
    """An issue that a person has settled."""

    id: int
    status: Literal["closed"] = "closed"


@dataclass(frozen=True, slots=True)
class Readers:
    """Some readers in the order they came, and where more are."""

    items: tuple[Subscriber, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class OnFile:
    """All that is stored on a reader."""

    subscriber: Subscriber
    mails: list[dict[str, Any]]
    letters: list[dict[str, Any]]
    bounces: list[dict[str, Any]]


def operator(service: Service, knows: Bearer) -> APIRouter:
    """`/api/v1/operator/...`, for who `knows` the token."""
    router = APIRouter(prefix="/api/v1/operator", tags=["operator"], dependencies=[Depends(knows)])
    _state(router, service)
    _issues(router, service)
    _readers(router, service)
    return router


def _state(router: APIRouter, service: Service) -> None:
    @answers(router, "/check", response_model=list[Finding])
    def checked() -> JSONResponse:
        """What `roundwatch check --json` prints; 200 also where something is not well."""
        with service.database.reading() as tx:
            return _document(check(tx, service.settings, service.now()))

    @answers(router, "/digests", response_model=list[Books])
    def filed_digests() -> JSONResponse:
        """What `roundwatch digests --json` prints: the digests, each with its books."""
        with service.database.reading() as tx:
            return _document(books(tx))


def _issues(router: APIRouter, service: Service) -> None:
    @answers(router, "/issues", response_model=list[Issue])
    def open_issues() -> JSONResponse:
        """What `roundwatch issues --json` prints: the open issues, with their evidence."""
        with service.database.reading() as tx:
            return _document(journal.issues(tx))

    @router.post("/issues/{number}/close", response_model=Closed)
    def close_issue(number: Annotated[int, InPath(ge=0, lt=2**31)]) -> JSONResponse:
        """Close an issue that a person has settled, as `roundwatch issues --close N` does."""
        problems.close(number, database=service.database, now=service.now())
        return _document(Closed(number))


def _readers(router: APIRouter, service: Service) -> None:
    @answers(router, "/subscribers", response_model=Readers)
    def readers(
        request: Request,
        series: str | None = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        after: int = 0,
    ) -> JSONResponse:
        """What `roundwatch subscribers list --json` prints, some readers at a time."""
        slug = None if series is None else series_named(series).slug
        with service.database.reading() as tx:
            found = subscribers.page(tx, after, limit, slug)
        return _document(Readers(found, None))

    @answers(router, "/subscribers/{who:path}", response_model=OnFile)
    def reader(who: Who) -> JSONResponse:
        """What `roundwatch subscribers show --json` prints: all that is stored on a reader."""
        return _document(everything_on(who, database=service.database))

    @router.delete("/subscribers/{who:path}", status_code=204)
    def forget(who: Who) -> Response:
        """Forget a reader, as `roundwatch subscribers erase` does."""
        erase(who, database=service.database, now=service.now())
        return Response(status_code=204)


def _document(found: object) -> JSONResponse:
    return JSONResponse(to_document(found))
