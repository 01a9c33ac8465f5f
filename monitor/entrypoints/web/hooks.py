"""Where another program hands us what it got for us: mail that came back."""

from __future__ import annotations

from dataclasses import asdict
from hmac import compare_digest

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from monitor.bootstrap import Service
from monitor.entrypoints.web.api.described import described
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
    problems=(401, 408, 413, 415),
) | {
    "openapi_extra": {
        "requestBody": {
            "required": True,
            "description": "The mail.",
            "content": {"message/rfc822": {"schema": {"type": "string"}}},
        },
    }
}


def hooks(service: Service) -> APIRouter:
    """`/hooks/bounces`; without a secret in the settings there is no such address."""
    router = APIRouter(prefix="/hooks")
    if service.settings.hook_secret is None:
        return router
    wanted = f"Bearer {service.settings.hook_secret}".encode()

    @router.post("/bounces", **_DESCRIBED)
    async def mail_came_back(request: Request) -> JSONResponse:
        _allowed(request, wanted)
        _a_mail(request)
        taken = await run_in_threadpool(service.take_bounces, [await request.body()])
        return JSONResponse(asdict(taken), 202)

    return router


def _allowed(request: Request, wanted: bytes) -> None:
    given = request.headers.get("authorization", "").encode("utf-8", "replace")
    if not compare_digest(given, wanted):
        raise HTTPException(
            401, "the secret of ROUNDWATCH_HOOK_SECRET is wanted", {"WWW-Authenticate": "Bearer"}
        )


def _a_mail(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _A_MAIL:
        raise HTTPException(415, "a mail is wanted, as message/rfc822")
