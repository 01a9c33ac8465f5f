"""A reader's own page: preferences, export, erasure, change of address; and the twins."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse, Response

from monitor.bootstrap import Service
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.api.described import described
from monitor.entrypoints.web.guards.rates import Rates
from monitor.entrypoints.web.guards.steady import steadily
from monitor.entrypoints.web.language import language_of, words
from monitor.entrypoints.web.readers.documents import (
    JSON_WANTED,
    Everything,
    Moving,
    Own,
    Received,
    Token,
    Wanted,
)
from monitor.entrypoints.web.readers.own_form import Filling, filled_in, filling_of, understood
from monitor.entrypoints.web.readers.shared import Filled, first, no_faults, said, shown, told
from monitor.entrypoints.web.readers.subscribing import ASKED
from monitor.errors import ChoiceRefused, UsageError
from monitor.journeys.readers.move import ask_to_move
from monitor.journeys.readers.preferences import Desk, change, desk, erase, export, zones
from storage.documents import to_document
from storage.records import Preferences

_ON_FILE: dict[str, Any] = {
    "address": "reader@example.org",
    "status": "confirmed",
    "preferences": to_document(Preferences()),
    "subscriptions": {"us-japan-labor-task-force": []},
    "offered": [{"slug": "us-japan-labor-task-force", "name": "Task Force", "topics": []}],
}
_FILE = {"Content-Disposition": 'attachment; filename="roundwatch-export.json"'}


class _Pages:
    """The journeys of a reader's own page, at one service."""

    def __init__(self, service: Service, rates: Rates) -> None:
        self._service = service
        self._rates = rates

    def desk(self, token: str) -> Desk:
        service = self._service
        return desk(token, database=service.database, signer=service.signer, now=service.now())

    def change(self, token: str, preferences: Preferences, following: Any) -> Desk:  # noqa: ANN401
        service = self._service
        return change(
            token,
            preferences,
            following,
            database=service.database,
            signer=service.signer,
            now=service.now(),
        )

    def export(self, token: str) -> Response:
        service = self._service
        found = export(token, database=service.database, signer=service.signer)
        return JSONResponse(found, headers=_FILE)

    def erase(self, token: str) -> None:
        service = self._service
        erase(token, database=service.database, signer=service.signer, now=service.now())

    async def ask_to_move(self, request: Request, token: str, address: str) -> None:
        self._rates.admit(request)
        await steadily(lambda: self._ask_to_move(token, address))

    def _ask_to_move(self, token: str, address: str) -> None:
        service = self._service
        if self._rates.may_be_for(address):
            ask_to_move(
                token,
                address,
                database=service.database,
                signer=service.signer,
                settings=service.settings,
                now=service.now(),
            )


def own_pages(service: Service, rates: Rates) -> APIRouter:
    """`/preferences/{token}`, and what hangs on it."""
    router = APIRouter(prefix="/preferences/{token}", include_in_schema=False)
    here = _Pages(service, rates)
    _form_of_preferences(router, here)
    _export_and_erasure(router, here)
    _form_of_address(router, here)
    return router


def _form_of_preferences(router: APIRouter, here: _Pages) -> None:
    @answers(router, "")
    def form(request: Request, token: str) -> HTMLResponse:
        found = here.desk(token)
        return _form(request, token, found, filling_of(found))

    @router.post("")
    def save(request: Request, token: str, filled: Filled) -> HTMLResponse:
        found = here.desk(token)
        given = filled_in(filled, found)
        preferences, following, faults = understood(given)
        if not faults:
            try:
                kept = here.change(token, preferences, following)
                return _form(request, token, kept, filling_of(kept), saved=True)
            except ChoiceRefused as refused:
                faults = {name: _kind(name, found) for name in refused.faults}
        return _form(request, token, found, given, faults=faults)


def _export_and_erasure(router: APIRouter, here: _Pages) -> None:
    @answers(router, "/export")
    def see(token: str) -> Response:
        return here.export(token)

    @answers(router, "/erase")
    def sure(request: Request, token: str) -> HTMLResponse:
        reader = here.desk(token).reader
        return told(
            request,
            "erase.title",
            "erase.text",
            buttons=[("erase.button", request.url.path)],
            reader=reader.preferences.language,
            address=reader.address,
        )

    @router.post("/erase")
    def forget(request: Request, token: str, filled: Filled) -> HTMLResponse:
        language = here.desk(token).preferences.language
        here.erase(token)
        return told(request, "erase.done_title", "erase.done", reader=language, switch=False)


def _form_of_address(router: APIRouter, here: _Pages) -> None:
    @router.post("/address")
    async def move(request: Request, token: str, filled: Filled) -> HTMLResponse:
        address = first(filled, "address")
        try:
            await here.ask_to_move(request, token, address)
        except UsageError:
            found = await run_in_threadpool(here.desk, token)
            given = replace(filling_of(found), address=address)
            return _form(request, token, found, given, faults={"address": "address"})
        return told(request, "asked.title", "asked.text", "own.move_note", switch=False, status=202)


def own_documents(service: Service, rates: Rates) -> APIRouter:
    """`/api/v1/preferences/{token}`, and what hangs on it."""
    router = APIRouter(prefix="/api/v1/preferences/{token}")
    here = _Pages(service, rates)
    _preferences_by_program(router, here)
    _rest_by_program(router, here)
    return router


def _preferences_by_program(router: APIRouter, here: _Pages) -> None:
    @answers(
        router,
        "",
        **_described(
            "getPreferences",
            "How a reader is told",
            "The address, how the reader stands, preferences, series and topics; and what there is "
            "to choose from.",
            gives="What is on file.",
        ),
    )
    def see(token: Token) -> JSONResponse:
        return _document(here.desk(token))

    @router.put(
        "",
        dependencies=[JSON_WANTED],
        **_described(
            "putPreferences",
            "Change how a reader is told",
            "Takes preferences and subscriptions as they are given out, whole. What waits to be "
            "sent follows the change.",
            gives="What is on file now.",
            body={name: _ON_FILE[name] for name in ("preferences", "subscriptions")},
        ),
    )
    def save(token: Token, wanted: Wanted) -> JSONResponse:
        following = {slug: tuple(topics) for slug, topics in wanted.subscriptions.items()}
        return _document(here.change(token, wanted.preferences.kept(), following))

    @router.delete(
        "",
        **described(
            "erase",
            "Forget a reader",
            "Erases the address and all that is stored on its reader. This cannot be undone.",
            tag="readers",
            gives="The reader is forgotten.",
            status=204,
            problems=(410,),
        ),
    )
    def forget(token: Token) -> None:
        here.erase(token)


def _rest_by_program(router: APIRouter, here: _Pages) -> None:
    @answers(
        router,
        "/export",
        **described(
            "exportReader",
            "All that is stored on a reader",
            "As a file: what `roundwatch subscribers show ADDRESS --json` prints.",
            tag="readers",
            gives="All of it.",
            model=Everything,
            problems=(410,),
        ),
    )
    def everything(token: Token) -> Response:
        return here.export(token)

    @router.post(
        "/address",
        dependencies=[JSON_WANTED],
        **described(
            "moveReader",
            "Ask for another address",
            "Has a letter sent to the new address, if one may go there. Until its link is opened, "
            "all stays as it is. Everybody is answered alike.",
            tag="readers",
            gives="It was asked for.",
            model=Received,
            example=ASKED,
            status=202,
            problems=(410, 429),
            body={"address": "new@example.org"},
        ),
    )
    async def move(request: Request, token: Token, moving: Moving) -> JSONResponse:
        try:
            await here.ask_to_move(request, token, moving.address)
        except UsageError as fault:
            raise ChoiceRefused({"address": str(fault)}) from fault
        return JSONResponse(ASKED, 202)


def _described(
    name: str, summary: str, words: str, gives: str, body: object = None
) -> dict[str, Any]:
    return described(
        name,
        summary,
        words,
        tag="readers",
        gives=gives,
        model=Own,
        example=_ON_FILE,
        problems=(410,),
        body=body,
    )


def _kind(name: str, found: Desk) -> str:
    """Which of the page's words tell of a fault."""
    known = {*found.following, *(offer.slug for offer in found.offers)}
    fields = {"series", "weekday", "hour", "zone", "paused_until"}
    return name if name in fields else "unknown_topics" if name in known else "series"


def _form(
    request: Request,
    token: str,
    found: Desk,
    given: Filling,
    *,
    saved: bool = False,
    faults: dict[str, str] | None = None,
) -> HTMLResponse:
    reader = found.reader
    language = language_of(request, reader.preferences.language)
    named = {offer.slug: offer.name for offer in found.offers}
    wrong = {
        name: said(language, f"faults.{kind}").format(series=named.get(name, name))
        for name, kind in (faults or {}).items()
    }
    return shown(
        request,
        "own.html.j2",
        "own.title",
        status=422 if faults else 200,
        reader=reader.preferences.language,
        holder=reader,
        state=said(language, f"own.state_{reader.state}").format(reason=reader.reason or ""),
        offers=found.offers,
        given=given,
        faults=no_faults(wrong),
        saved=saved,
        own=f"/preferences/{token}",
        leave=f"/unsubscribe/{token}",
        zones=zones(),
        weekdays=[(str(n), name) for n, name in enumerate(words(language)["words"]["weekdays"])],
        hours=[(str(n), f"{n:02}:00") for n in range(24)],
    )


def _document(found: Desk) -> JSONResponse:
    own = Own(
        address=found.reader.address,
        status=found.reader.state,
        preferences=found.preferences,
        subscriptions={slug: list(topics) for slug, topics in found.following.items()},
        offered=found.offers,
    )
    return JSONResponse(to_document(own))
