"""The operator's endpoints: what the commands do and say, for a program that knows the token.

Each is the twin of a command. Looking at the source and sending have none: they take minutes, which
no request should wait for, and a way out for mail serves one at a time; the scheduler does both.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Path as InPath
from fastapi.responses import JSONResponse, Response

from monitor.bootstrap import Service
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.api import operator_examples as examples
from monitor.entrypoints.web.api.described import LINK, described
from monitor.entrypoints.web.api.paging import Asked, Page, answer_page
from monitor.entrypoints.web.api.parameters import BEYOND
from monitor.entrypoints.web.guards.bearer import Bearer
from monitor.entrypoints.web.pages.filters import cursor_in, place_in
from monitor.errors import NotFound, UsageError
from monitor.journeys import problems
from monitor.journeys.finding import Finding
from monitor.journeys.health import check
from monitor.journeys.readers.orders import erase, everything_on
from monitor.journeys.sending.books import Books, books
from monitor.series import DEFAULT, series_named
from storage import journal, subscribers
from storage.documents import to_document
from storage.records import Issue, Subscriber

_LIST = "readers"

Who = Annotated[
    str,
    InPath(
        description="A reader's number, or the address, percent-encoded.",
        examples=["reader@example.org"],
    ),
]
OpenIssue = Annotated[
    int, InPath(ge=0, lt=BEYOND, description="An open issue's number.", examples=[3])
]
Following = Annotated[
    str | None,
    Query(description="Only readers who follow this series, by its slug.", examples=[DEFAULT]),
]


@dataclass(frozen=True, slots=True)
class Closed:
    """An issue that a person has settled."""

    id: int
    status: Literal["closed"] = "closed"


@dataclass(frozen=True, slots=True)
class OnFile:
    """All that is stored on a reader: the rows of each kind."""

    subscriber: Subscriber
    mails: list[dict[str, Any]]
    letters: list[dict[str, Any]]
    bounces: list[dict[str, Any]]


def operator(service: Service, knows: Bearer) -> APIRouter:
    """`/api/v1/operator/...`, for who `knows` the token."""
    router = APIRouter(prefix="/api/v1/operator", dependencies=[Depends(knows)])
    _state(router, service)
    _issues(router, service)
    _list_of_readers(router, service)
    _one_reader(router, service)
    return router


def _state(router: APIRouter, service: Service) -> None:
    @answers(
        router,
        "/check",
        **_described(
            "check",
            "Is everything well",
            "What `roundwatch check --json` prints. 200 also where something is not well; "
            "`/readyz` has a status for that.",
            gives="What was checked, and how it stands.",
            model=list[Finding],
            example=examples.FINDINGS,
        ),
    )
    def checked() -> JSONResponse:
        with service.database.reading() as tx:
            return _document(check(tx, service.settings, service.now()))

    @answers(
        router,
        "/digests",
        **_described(
            "listDigests",
            "The digests that were filed",
            "What `roundwatch digests --json` prints: each digest with what became of all its "
            "deliveries.",
            gives="The digests, in the order they were filed.",
            model=list[Books],
            example=examples.DIGESTS,
        ),
    )
    def filed_digests() -> JSONResponse:
        with service.database.reading() as tx:
            return _document(books(tx))


def _issues(router: APIRouter, service: Service) -> None:
    @answers(
        router,
        "/issues",
        **_described(
            "listOpenIssues",
            "The open issues with their evidence",
            "What `roundwatch issues --json` prints.",
            gives="The open issues, in the order they were opened.",
            model=list[Issue],
            example=examples.ISSUES,
        ),
    )
    def open_issues() -> JSONResponse:
        with service.database.reading() as tx:
            return _document(journal.issues(tx))

    @router.post(
        "/issues/{number}/close",
        **_described(
            "closeIssue",
            "Close an issue",
            "Closes an issue that a person has settled, as `roundwatch issues --close N` does.",
            gives="It is closed.",
            model=Closed,
            example=to_document(Closed(3)),
        ),
    )
    def close_issue(number: OpenIssue) -> JSONResponse:
        problems.close(number, database=service.database, now=service.now())
        return _document(Closed(number))


def _list_of_readers(router: APIRouter, service: Service) -> None:
    @answers(
        router,
        "/subscribers",
        **_described(
            "listReaders",
            "The readers",
            "What `roundwatch subscribers list --json` prints, in pages, in the order they came.",
            gives="Some of the readers, and the way to the others.",
            model=Page[Subscriber],
            example=examples.READERS,
            headers=LINK,
            problems=(404,),
        ),
    )
    def readers(request: Request, asked: Asked, series: Following = None) -> JSONResponse:
        slug = None if series is None else series_named(series).slug
        (behind,) = place_in(_LIST, asked.after, BEYOND) or (0,)
        with service.database.reading() as tx:
            found = subscribers.page(tx, behind, asked.limit + 1, slug)
        shown = found[: asked.limit]
        cursor = cursor_in(_LIST, shown[-1].id) if len(found) > len(shown) else None
        return answer_page(request, shown, cursor)


def _one_reader(router: APIRouter, service: Service) -> None:
    @answers(
        router,
        "/subscribers/{who:path}",
        **_described(
            "showReader",
            "All that is stored on a reader",
            "What `roundwatch subscribers show --json` prints.",
            gives="The reader, and what was sent there and came back.",
            model=OnFile,
            example=examples.ON_FILE,
        ),
    )
    def reader(who: Who) -> JSONResponse:
        with _nothing_else():
            return _document(everything_on(who, database=service.database))

    @router.delete(
        "/subscribers/{who:path}",
        **_described(
            "eraseReader",
            "Forget a reader",
            "Has the address stand nowhere in the database any more, as `roundwatch subscribers "
            "erase` does.",
            gives="It is forgotten.",
            status=204,
        ),
    )
    def forget(who: Who) -> Response:
        with _nothing_else():
            erase(who, database=service.database, now=service.now())
        return Response(status_code=204)


@contextmanager
def _nothing_else() -> Iterator[None]:
    """At an address of the web that has neither a number nor an address in it there is nothing.

    Raises:
        NotFound: it has neither.
    """
    try:
        yield
    except UsageError as fault:
        raise NotFound(fault.summary, todo=fault.todo) from fault


def _described(
    name: str,
    summary: str,
    words: str,
    *,
    problems: tuple[int, ...] = (),
    **more: Any,  # noqa: ANN401
) -> dict[str, Any]:
    return described(name, summary, words, tag="operator", problems=(401, 429, *problems), **more)


def _document(found: object) -> JSONResponse:
    return JSONResponse(to_document(found))
