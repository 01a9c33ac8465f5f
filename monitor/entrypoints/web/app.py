"""The web application: each kind of page or document has a file and a router of its own."""

from __future__ import annotations

from fastapi import FastAPI

from monitor.bootstrap import Service
from monitor.entrypoints.web.health import health
from monitor.entrypoints.web.hooks import hooks
from monitor.entrypoints.web.problems import answer_problems
from monitor.entrypoints.web.rounds import round_documents, round_pages


def pages(service: Service) -> FastAPI:
    """The web application over a service."""
    app = FastAPI(title="Roundwatch", docs_url=None, redoc_url=None)
    answer_problems(app)
    app.include_router(round_pages(service))
    app.include_router(round_documents(service))
    app.include_router(health(service))
    app.include_router(hooks(service))
    return app
