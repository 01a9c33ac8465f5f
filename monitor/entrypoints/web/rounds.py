"""The rounds: the latest, any one, as pages and as JSON."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse

from monitor.bootstrap import Service
from monitor.entrypoints.telling import document_of, sheet_of
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.archive_pages import archive_page
from monitor.entrypoints.web.language import language_of
from monitor.journeys import latest as accounts
from monitor.journeys.exports import how_to_cite
from monitor.journeys.latest import Account
from monitor.series import DEFAULT, series_named
from notifiers.digest.cards import anchor
from storage import archive
from storage.database import Transaction

Number = Annotated[int, InPath(ge=0, lt=2**31)]
"""A round's number in an address; a larger one fits into no database."""


def round_pages(service: Service) -> APIRouter:
    """`/` and `/rounds/{number}` of the default series, `/{series}` and its rounds of any."""
    router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

    def shown(request: Request, slug: str, number: int | None) -> HTMLResponse:
        with service.database.reading() as tx:
            account = _account(tx, slug, number)
            numbers = archive.round_numbers(tx, slug)
        return archive_page(
            request,
            "round.html.j2",
            series=account.series,
            here="latest",
            sheet=sheet_of(account, None, service.now(), language_of(request)),
            around=around(numbers, account.summary.readout.round),
            topics=topics_by_place(account),
            citation=how_to_cite(account),
        )

    @answers(router, "/")
    def latest_round(request: Request) -> HTMLResponse:
        return shown(request, DEFAULT, None)

    @answers(router, "/rounds/{number}")
    def one_round(request: Request, number: Number) -> HTMLResponse:
        return shown(request, DEFAULT, number)

    @answers(router, "/{series}")
    def latest_of_series(request: Request, series: str) -> HTMLResponse:
        return shown(request, series, None)

    @answers(router, "/{series}/rounds/{number}")
    def one_of_series(request: Request, series: str, number: Number) -> HTMLResponse:
        return shown(request, series, number)

    return router


def round_documents(service: Service) -> APIRouter:
    """`/api/v1/latest` and `/api/v1/rounds/{number}`: what `latest --json` prints."""
    router = APIRouter(prefix="/api/v1")

    @answers(router, "/latest")
    def latest_round() -> Any:  # noqa: ANN401 - the shape is the contract's
        return document_of(_found(service, None))

    @answers(router, "/rounds/{number}")
    def one_round(number: Number) -> Any:  # noqa: ANN401
        return document_of(_found(service, number))

    return router


def _found(service: Service, number: int | None) -> Account:
    with service.database.reading() as tx:
        return _account(tx, DEFAULT, number)


def _account(tx: Transaction, slug: str, number: int | None) -> Account:
    """The account of a round by its number, of the latest one for None."""
    series = series_named(slug)
    if number is None:
        return accounts.latest(tx, series)
    return accounts.of_round(tx, series, number)


@dataclass(frozen=True, slots=True)
class Around:
    """The rounds on file next to one: None where there is none."""

    before: int | None
    after: int | None
    first: int | None
    last: int | None


def around(numbers: Sequence[int], number: int | None) -> Around:
    """The rounds on file around one; a round without a number has no place among them."""
    at = bisect_left(numbers, number) if number is not None else len(numbers)
    return Around(
        before=numbers[at - 1] if at and number is not None else None,
        after=next((each for each in numbers[at:] if each != number), None),
        first=numbers[0] if numbers else None,
        last=numbers[-1] if numbers else None,
    )


def topics_by_place(account: Account) -> dict[str, str]:
    """The topics that two rounds name, by the place on the page where one of them is told of."""
    said = [account.summary.readout, *([account.before.readout] if account.before else [])]
    return {anchor(m.strand, m.topic): m.topic for readout in said for m in readout.mentions}
