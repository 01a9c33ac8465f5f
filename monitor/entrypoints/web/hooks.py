"""Where another program hands us what it got for us: mail that came back."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from monitor.bootstrap import Service
from monitor.entrypoints.web.api.described import described
from monitor.entrypoints.web.guards.bearer import Bearer
from monitor.entrypoints.web.guards.rates import Rates
from monitor.journeys.bounces import BouncesTaken

_A_MAIL = frozenset({"message/rfc822", "message/global"})

_DESCRIBED = described(
    "takeBouncedMail",
    "Take mail that came back",
    "Takes one mail, as it came; a report that is about a mail of ours counts for its reader.",
    tag="hooks",
    gives="It was looked at; the numbers say what came of it.",
    model=BouncesTaken,
    example=asdict(BouncesTaken(mails=1, hard=1, stopped=1)),
    status=202,
    problems=(401, 408, 413, 415, 429),
) | {
    "openapi_extra": {
        "requestBody": {
            "required": True,
            "description": "The mail.",
            "content": {"message/rfc822": {"schema": {"contentMediaType": "message/rfc822"}}},
        },
    }
}


def hooks(service: Service, rates: Rates) -> APIRouter:
    """`/hooks/bounces`; without a secret in the settings there is no such address."""
    router = APIRouter(prefix="/hooks")
    secret = service.settings.hook_secret
    if secret is None:
        return router
    knows = Bearer("hook", "ROUNDWATCH_HOOK_SECRET", secret, rates)

    @router.post("/bounces", dependencies=[Depends(knows)], **_DESCRIBED)
    async def mail_came_back(request: Request) -> JSONResponse:
        _a_mail(request)
        taken = await run_in_threadpool(service.take_bounces, [await request.body()])
        return JSONResponse(asdict(taken), 202)

    return router


def _a_mail(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _A_MAIL:
        raise HTTPException(415, "a mail is wanted, as message/rfc822")
