"""Subscribe: the form, and its twin for programs; both answer everybody alike, in the same time."""

from __future__ import annotations

from math import ceil

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.datastructures import FormData
from fastapi.responses import HTMLResponse, JSONResponse, Response

from monitor.bootstrap import Service
from monitor.core.readers.choosing import faults_of_topics
from monitor.core.readers.mailboxes import checked
from monitor.core.topics import Series
from monitor.entrypoints.web.answers import answers, problem
from monitor.entrypoints.web.api.described import described
from monitor.entrypoints.web.guards.origin import from_our_pages
from monitor.entrypoints.web.guards.rates import Rates
from monitor.entrypoints.web.guards.steady import steadily
from monitor.entrypoints.web.language import LANGUAGES, language_of
from monitor.entrypoints.web.readers.documents import JSON_WANTED, Asked, Received
from monitor.entrypoints.web.readers.shared import (
    Filled,
    every,
    first,
    no_faults,
    said,
    shown,
    told,
)
from monitor.errors import ChoiceRefused, UsageError
from monitor.journeys.readers.preferences import offers
from monitor.journeys.readers.subscribe import Wish, ask
from monitor.series import DEFAULT, followed
from storage.records import Language

ASKED = {
    "status": "asked",
    "detail": "if a letter may go to this address, it is on its way; "
    "nothing is sent before its link is opened, within three days",
}
_DESCRIBED = described(
    "subscribe",
    "Ask for the digests",
    "Has a letter sent to an address, if one may go there; nothing else is sent before its link is "
    "opened. Everybody is answered alike, in the same time, whoever has the address.",
    tag="readers",
    gives="It was asked for.",
    model=Received,
    example=ASKED,
    status=202,
    problems=(429,),
    body={"address": "reader@example.org", "series": [DEFAULT], "language": "en"},
)
_NOT_HERE = "nobody can subscribe here: ROUNDWATCH_PUBLIC_URL is not set"


def subscribing(service: Service, rates: Rates) -> APIRouter:
    """`/subscribe` and `/api/v1/subscriptions`."""
    router = APIRouter()

    @answers(router, "/subscribe", listed=False)
    def form(request: Request) -> HTMLResponse:
        if service.settings.public_url is None:
            return _not_here(request)
        return _form(request, _blank(request))

    @router.post("/subscribe", include_in_schema=False)
    async def ask_by_form(request: Request, filled: Filled) -> HTMLResponse:
        given = _given(filled)
        if seconds := rates.seconds_to_wait(request):
            return _too_often(request, given, seconds)
        if service.settings.public_url is None:
            return _not_here(request)
        try:
            wish = _wish(given)
        except ChoiceRefused as refused:
            return _form(request, given, refused.faults)
        await steadily(lambda: _ask(service, rates, wish))
        return told(request, "asked.title", "asked.text", "asked.nothing", status=202)

    @router.post(
        "/api/v1/subscriptions",
        dependencies=[Depends(from_our_pages), JSON_WANTED],
        **_DESCRIBED,
    )
    async def ask_by_program(request: Request, asked: Asked) -> Response:
        rates.admit(request)
        if service.settings.public_url is None:
            return problem(request, 503, _NOT_HERE)
        wish = _wish(asked)
        if asked.topics:
            await run_in_threadpool(_refuse_unknown_topics, service, asked)
        await steadily(lambda: _ask(service, rates, wish))
        return JSONResponse(ASKED, 202)

    return router


def _ask(service: Service, rates: Rates, wish: Wish) -> None:
    if rates.may_be_for(wish.address):
        ask(wish, database=service.database, settings=service.settings, now=service.now())


def _wish(asked: Asked) -> Wish:
    """The wish that is asked for.

    Raises:
        ChoiceRefused: the address is none, or no series is chosen, or one that is not followed.
    """
    address, faults = "", {}
    try:
        address = checked(asked.address)
    except UsageError as fault:
        faults["address"] = str(fault)
    known: dict[str, Series] = {each.slug: each for each in followed()}
    strange = [slug for slug in asked.series if slug not in known]
    if strange or not asked.series:
        faults["series"] = f"followed are: {', '.join(known)}"
    if faults:
        raise ChoiceRefused(faults)
    return Wish(
        address=address,
        series=tuple(known[slug] for slug in dict.fromkeys(asked.series)),
        topics={slug: tuple(sorted(set(those))) for slug, those in asked.topics.items()},
        language=asked.language,
    )


def _refuse_unknown_topics(service: Service, asked: Asked) -> None:
    known = {each.slug: {topic.slug for topic in each.topics} for each in offers(service.database)}
    faults = faults_of_topics(asked.topics, {slug: known.get(slug, ()) for slug in asked.series})
    if faults:
        raise ChoiceRefused(faults)


def _blank(request: Request) -> Asked:
    return Asked(address="", language=language_of(request))


def _given(filled: FormData) -> Asked:
    language = first(filled, "language")
    chosen: Language = next((each for each in LANGUAGES if each == language), "en")
    return Asked(first(filled, "address"), list(every(filled, "series")), {}, chosen)


def _form(
    request: Request,
    given: Asked,
    faults: dict[str, str] | None = None,
    *,
    status: int = 200,
    too_often: str = "",
) -> HTMLResponse:
    language = language_of(request)
    wrong = no_faults({name: said(language, f"faults.{name}") for name in faults or {}})
    return shown(
        request,
        "subscribe.html.j2",
        "subscribe.title",
        status=422 if faults else status,
        offers=followed(),
        given=given,
        faults=wrong,
        too_often=too_often,
    )


def _too_often(request: Request, given: Asked, seconds: int) -> HTMLResponse:
    """The form with all that was typed, and when to send it again."""
    language = language_of(request)
    why = said(language, "subscribe.too_often").format(when=after(seconds, language))
    answer = _form(request, given, status=429, too_often=why)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def after(seconds: int, language: Language) -> str:
    """When so many seconds are over, in words of whole minutes."""
    minutes = ceil(seconds / 60)
    place = "subscribe.in_a_minute" if minutes == 1 else "subscribe.in_minutes"
    return said(language, place).format(count=minutes)


def _not_here(request: Request) -> HTMLResponse:
    title, why = "subscribe.no_public_url", "subscribe.no_public_url_why"
    return told(request, title, why, status=503)
