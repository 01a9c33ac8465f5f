"""The rounds as pages: the latest, and any one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from monitor.bootstrap import Service
from monitor.entrypoints.telling import sheet_of
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.api.parameters import Number
from monitor.entrypoints.web.language import language_of
from monitor.entrypoints.web.pages.archive_pages import archive_page
from monitor.journeys import latest as accounts
from monitor.journeys.exports import how_to_cite
from monitor.journeys.latest import Account
from monitor.journeys.revisions import revisions_of, was_revised
from monitor.series import DEFAULT, series_named
from notifiers.digest.cards import anchor
from storage import archive
from storage.database import Transaction


def round_pages(service: Service) -> APIRouter:
    """`/` and `/rounds/{number}` of the default series, `/{series}` and its rounds of any."""
    router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

    def shown(request: Request, slug: str, number: int | None) -> HTMLResponse:
        with service.database.reading() as tx:
            account = account_of(tx, slug, number)
            texts = revisions_of(tx, account) if was_revised(tx, account) else ()
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
            edits=[text for text in texts if text.amendment],
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


def account_of(tx: Transaction, slug: str, number: int | None) -> Account:
    """The account of a round by its number, of the latest one for None.

    Raises:
        NotFound: it is not on file.
        UnknownSeries: there is no such series.
    """
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
