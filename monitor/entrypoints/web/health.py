"""Is the service alive, and does it see and send?"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from monitor.bootstrap import Service
from monitor.entrypoints.web.answers import answers
from monitor.journeys.health import readiness
from storage.documents import to_document


def health(service: Service) -> APIRouter:
    """`/healthz` and `/readyz`."""
    router = APIRouter()

    @answers(router, "/healthz")
    def alive() -> dict[str, str]:
        return {"status": "ok"}

    @answers(router, "/readyz")
    def ready() -> JSONResponse:
        with service.database.reading() as tx:
            found = readiness(tx, service.settings, service.now())
        well = all(finding.well for finding in found)
        return JSONResponse(to_document(found), 200 if well else 503)

    return router
