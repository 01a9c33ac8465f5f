"""Unsubscribe: by the one click of a mail program (RFC 8058), by a button, and the way back.

GET and HEAD show a button and change nothing: scanners of mail follow links. A POST unsubscribes
whatever it holds, from wherever it comes: the token in the address is all that is asked for.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from monitor.bootstrap import Service
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.api.described import described
from monitor.entrypoints.web.readers.documents import Left, Token
from monitor.entrypoints.web.readers.shared import Filled, names_of, told
from monitor.errors import TokenSuperseded
from monitor.journeys.readers.leave import come_back, unsubscribe
from monitor.journeys.readers.standing import reader_of
from storage.records import Subscriber

_ONE_CLICK = b"One-Click"


async def _by_one_click(request: Request) -> bool:
    """Whether a mail program asks, in either of the forms that RFC 8058 section 3.2 has."""
    return _ONE_CLICK in await request.body()


_LEFT = {"status": "unsubscribed"}
_DESCRIBED = described(
    "unsubscribe",
    "Unsubscribe",
    "Sends the reader nothing more, of any series. A second time is as one; the link of an old "
    "mail counts too.",
    tag="readers",
    gives="Nothing more is sent.",
    model=Left,
    example=_LEFT,
)

OneClick = Annotated[bool, Depends(_by_one_click)]


def leaving(service: Service) -> APIRouter:
    """`/unsubscribe/{token}`, the way back, and the twin."""
    router = APIRouter()

    def gone(token: str) -> Subscriber | None:
        return unsubscribe(
            token, database=service.database, signer=service.signer, now=service.now()
        )

    @answers(router, "/unsubscribe/{token}", listed=False)
    def button(request: Request, token: str) -> HTMLResponse:
        reader = _known(service, token)
        if reader is not None and reader.state == "unsubscribed":
            return _gone(request, token, reader)
        return _button(request, token, reader)

    @router.post("/unsubscribe/{token}", include_in_schema=False)
    def act(request: Request, token: str, one_click: OneClick) -> Response:
        reader = gone(token)
        if one_click:
            return PlainTextResponse("unsubscribed\n")
        return _gone(request, token, reader)

    @router.post("/unsubscribe/{token}/back", include_in_schema=False)
    def back(request: Request, token: str, filled: Filled) -> HTMLResponse:
        reader = come_back(
            token,
            database=service.database,
            signer=service.signer,
            settings=service.settings,
            now=service.now(),
        )
        return _back(request, token, reader)

    @router.post("/api/v1/unsubscribe/{token}", **_DESCRIBED)
    def leave_by_program(token: Token) -> JSONResponse:
        gone(token)
        return JSONResponse(_LEFT)

    return router


def _known(service: Service, token: str) -> Subscriber | None:
    """The reader, where the link is one of the reader's address of today."""
    holder = service.signer.read_reader(token)
    with service.database.reading() as tx:
        try:
            return reader_of(tx, holder)
        except TokenSuperseded:
            return None


def _button(request: Request, token: str, reader: Subscriber | None) -> HTMLResponse:
    rather = ("unsubscribe.rather", "unsubscribe.own_page", f"/preferences/{token}")
    return told(
        request,
        "unsubscribe.title",
        "unsubscribe.text" if reader else "unsubscribe.text_unknown",
        buttons=[("unsubscribe.button", request.url.path)],
        links=[rather] if reader else [],
        reader=reader.preferences.language if reader else None,
        address=reader.address if reader else "",
    )


def _gone(request: Request, token: str, reader: Subscriber | None) -> HTMLResponse:
    if reader is None:
        return told(request, "unsubscribed.title", "unsubscribed.text_unknown")
    return told(
        request,
        "unsubscribed.title",
        "unsubscribed.text",
        "unsubscribed.way_back",
        quiet=True,
        after=["unsubscribed.erase"],
        buttons=[("unsubscribed.back", f"/unsubscribe/{token}/back")],
        links=[("", "unsubscribed.erase_link", f"/preferences/{token}/erase")],
        reader=reader.preferences.language,
        address=reader.address,
    )


def _back(request: Request, token: str, reader: Subscriber) -> HTMLResponse:
    language = reader.preferences.language
    if reader.state != "confirmed":
        again = ("", "refused.subscribe", "/subscribe")
        return told(
            request,
            "back.not_yet_title",
            "back.not_yet",
            links=[again],
            reader=language,
            switch=False,
            address=reader.address,
        )
    return told(
        request,
        "back.title",
        "back.text",
        series=names_of(reader),
        links=[("", "confirmed.own_page", f"/preferences/{token}")],
        reader=language,
        switch=False,
        address=reader.address,
    )
