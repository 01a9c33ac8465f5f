"""Links that confirm something: a subscription, or a new address. GET shows a button, POST acts."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from monitor.bootstrap import Service
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.readers.shared import Filled, names_of, told
from monitor.journeys.readers.move import move
from monitor.journeys.readers.standing import reader_of
from monitor.journeys.readers.subscribe import confirm
from monitor.journeys.readers.tokens import Holder
from storage.records import Subscriber


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

    @router.post("/api/v1/confirm/{token}")
    def confirm_by_program(token: str) -> dict[str, str]:
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

    @router.post("/api/v1/address/{token}")
    def move_by_program(token: str) -> dict[str, str]:
        return _document(service, moved(token))

    return router


def own_page(service: Service, reader: Subscriber) -> str:
    """The address of a reader's own page."""
    return f"/preferences/{service.signer.reader(Holder(reader.id, reader.generation))}"


def _document(service: Service, reader: Subscriber) -> dict[str, str]:
    """How a reader stands, and where a program finds the rest."""
    return {
        "status": reader.state,
        "address": reader.address,
        "preferences": f"/api/v1{own_page(service, reader)}",
    }


def _read(service: Service, holder: Holder) -> Subscriber:
    with service.database.reading() as tx:
        return reader_of(tx, holder)
