"""Is the service alive, and does it see and send?"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from monitor.bootstrap import Service
from monitor.entrypoints.web.answers import answers
from monitor.journeys.health import check
from storage.documents import to_document

_OF_THIS_MOMENT = {"Cache-Control": "no-store"}


def health(service: Service) -> APIRouter:
    """`/healthz` and `/readyz`."""
    router = APIRouter()

    @answers(router, "/healthz")
    def alive() -> JSONResponse:
        return JSONResponse({"status": "ok"}, headers=_OF_THIS_MOMENT)

    @answers(router, "/readyz")
    def ready() -> JSONResponse:
        with service.database.reading() as tx:
            found = check(tx, service.settings, service.now())
        well = all(finding.well for finding in found if finding.name in {"sees", "sends"})
        return JSONResponse(to_document(found), 200 if well else 503, _OF_THIS_MOMENT)

    return router
