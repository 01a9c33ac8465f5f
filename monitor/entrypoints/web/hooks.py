"""Where another program hands us what it got for us: mail that came back."""

from __future__ import annotations

from dataclasses import asdict
from hmac import compare_digest

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from monitor.bootstrap import Service
from monitor.core.mail_parts import MOST_BYTES

_MOST_SENT = 25_000_000
"""Bytes: more than mail servers carry by default. All but the first megabyte is thrown away."""

_A_MAIL = frozenset({"message/rfc822", "message/global"})


def hooks(service: Service) -> APIRouter:
    """`/hooks/bounces`; without a secret in the settings there is no such address."""
    router = APIRouter(prefix="/hooks")
    if service.settings.hook_secret is None:
        return router
    wanted = f"Bearer {service.settings.hook_secret}".encode()

    @router.post("/bounces", status_code=202)
    async def mail_came_back(request: Request) -> JSONResponse:
        _allowed(request, wanted)
        content = await _mail(request)
        taken = await run_in_threadpool(service.take_bounces, [content])
        return JSONResponse(asdict(taken), 202)

    return router


def _allowed(request: Request, wanted: bytes) -> None:
    given = request.headers.get("authorization", "").encode("utf-8", "replace")
    if not compare_digest(given, wanted):
        raise HTTPException(
            401, "the secret of ROUNDWATCH_HOOK_SECRET is wanted", {"WWW-Authenticate": "Bearer"}
        )


async def _mail(request: Request) -> bytes:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _A_MAIL:
        raise HTTPException(415, "a mail is wanted, as message/rfc822")
    content, sent = bytearray(), 0
    async for piece in request.stream():
        sent += len(piece)
        content += piece[: MOST_BYTES - len(content)]
    # Only now: who is refused while still sending sees a broken connection and not the answer.
    if sent > _MOST_SENT:
        raise HTTPException(413, f"at most {_MOST_SENT} bytes are taken")
    return bytes(content)
