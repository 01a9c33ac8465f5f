"""Is the service alive, and does it see and send?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from monitor.bootstrap import Service
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.api.described import described
from monitor.journeys.finding import Finding
from monitor.journeys.health import readiness
from storage.documents import to_document

_ALIVE = {"status": "ok"}
_WELL = [
    {
        "well": True,
        "name": "sees",
        "says": "last good look at https://ustr.gov: 2024-07-31 20:05 UTC",
    },
    {"well": True, "name": "sends", "says": "no delivery is waiting that is due"},
]


@dataclass(frozen=True)
class Alive:
    """The process answers."""

    status: Literal["ok"]


_READY = described(
    "isReady",
    "Does the service see and send",
    "The first two of what `roundwatch check --json` prints. 503 where the service does not see "
    "(no good look at the source of late) or does not send (a delivery waits too long); or, as a "
    "problem, where the archive cannot be read.",
    tag="health",
    gives="It sees and sends.",
    model=list[Finding],
    example=_WELL,
)
_READY["responses"][503] = {"model": list[Finding]}


def health(service: Service) -> APIRouter:
    """`/healthz` and `/readyz`."""
    router = APIRouter()

    @answers(
        router,
        "/healthz",
        **described(
            "isAlive",
            "Does the process answer",
            "Looks at nothing else: a service that cannot reach its database is alive too.",
            tag="health",
            gives="It does.",
            model=Alive,
            example=_ALIVE,
        ),
    )
    def alive() -> JSONResponse:
        return JSONResponse(_ALIVE)

    @answers(router, "/readyz", **_READY)
    def ready() -> JSONResponse:
        with service.database.reading() as tx:
            found = readiness(tx, service.settings, service.now())
        well = all(finding.well for finding in found)
        return JSONResponse(to_document(found), 200 if well else 503)

    return router
