"""Links that confirm something: a subscription, or a new address. GET shows a button, POST acts."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse

from monitor.bootstrap import Service
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.api.described import described
from monitor.entrypoints.web.readers.documents import Standing, Token
from monitor.entrypoints.web.readers.shared import Filled, names_of, told
from monitor.journeys.readers.move import move
from monitor.journeys.readers.standing import reader_of
from monitor.journeys.readers.subscribe import confirm
from monitor.journeys.readers.tokens import Holder
from storage.documents import to_document
from storage.records import Subscriber

_CONFIRMED = {
    "status": "confirmed",
    "address": "reader@example.org",
    "preferences": "/api/v1/preferences/TOKEN",
}

_OF_CONFIRMING = described(
    "confirm",
    "Confirm a subscription",
    "What the button behind the link of a letter does. A second time changes nothing.",
    tag="readers",
    gives="The reader is confirmed.",
    model=Standing,
    example=_CONFIRMED,
    problems=(403, 410),
)
_OF_MOVING = described(
    "confirmAddress",
    "Confirm a new address",
    "What the button behind the link of the letter to a new address does.",
    tag="readers",
    gives="Mail goes to the new address.",
    model=Standing,
    example=_CONFIRMED,
    problems=(409, 410),
)


def confirming(service: Service) -> APIRouter:
    """`/confirm/{token}` and its twin."""
    router = APIRouter()

    def confirmed(token: str) -> Subscriber:
        return confirm(
            token,
            database=service.database,
            signer=service.signer,
            settings=service.settings,
            now=service.now(),
        )

    @answers(router, "/confirm/{token}", listed=False)
    def button(request: Request, token: str) -> HTMLResponse:
        reader = _read(service, service.signer.read_confirm(token, now=service.now()))
        return told(
            request,
            "confirm.title",
            "confirm.text",
            after=["confirm.not_you"],
            series=names_of(reader),
            buttons=[("confirm.button", request.url.path)],
            reader=reader.preferences.language,
            address=reader.address,
        )

    @router.post("/confirm/{token}", include_in_schema=False)
    def act(request: Request, token: str, filled: Filled) -> HTMLResponse:
        reader = confirmed(token)
        return told(
            request,
            "confirmed.title",
            "confirmed.text",
            after=["confirmed.welcome"],
            series=names_of(reader),
            links=[("", "confirmed.own_page", own_page(service, reader))],
            reader=reader.preferences.language,
            address=reader.address,
        )

    @router.post("/api/v1/confirm/{token}", **_OF_CONFIRMING)
    def confirm_by_program(token: Token) -> JSONResponse:
        return _document(service, confirmed(token))

    return router


def moving(service: Service) -> APIRouter:
    """`/address/{token}` and its twin."""
    router = APIRouter()

    def moved(token: str) -> Subscriber:
        return move(token, database=service.database, signer=service.signer, now=service.now())

    @answers(router, "/address/{token}", listed=False)
    def button(request: Request, token: str) -> HTMLResponse:
        asked = service.signer.read_address(token, now=service.now())
        reader = _read(service, asked.holder)
        return told(
            request,
            "address.title",
            "address.text",
            buttons=[("address.button", request.url.path)],
            reader=reader.preferences.language,
            address=asked.address,
        )

    @router.post("/address/{token}", include_in_schema=False)
    def act(request: Request, token: str, filled: Filled) -> HTMLResponse:
        reader = moved(token)
        return told(
            request,
            "address.done_title",
            "address.done",
            links=[("", "confirmed.own_page", own_page(service, reader))],
            reader=reader.preferences.language,
            switch=False,
            address=reader.address,
        )

    @router.post("/api/v1/address/{token}", **_OF_MOVING)
    def move_by_program(token: Token) -> JSONResponse:
        return _document(service, moved(token))

    return router


def own_page(service: Service, reader: Subscriber) -> str:
    """The address of a reader's own page."""
    return f"/preferences/{service.signer.reader(Holder(reader.id, reader.generation))}"


def _document(service: Service, reader: Subscriber) -> JSONResponse:
    """How a reader stands, and where a program finds the rest."""
    own = f"/api/v1{own_page(service, reader)}"
    return JSONResponse(to_document(Standing(reader.state, reader.address, own)))


def _read(service: Service, holder: Holder) -> Subscriber:
    with service.database.reading() as tx:
        return reader_of(tx, holder)
