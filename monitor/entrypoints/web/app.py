"""The web application: each kind of page or document has a file and a router of its own."""

from __future__ import annotations

from fastapi import FastAPI

from monitor.bootstrap import Service
from monitor.entrypoints.web.api.citations import citations
from monitor.entrypoints.web.api.exports import exports
from monitor.entrypoints.web.bodies import BoundedBodies
from monitor.entrypoints.web.comparing import comparing
from monitor.entrypoints.web.feeds import feeds
from monitor.entrypoints.web.health import health
from monitor.entrypoints.web.hooks import hooks
from monitor.entrypoints.web.how import how
from monitor.entrypoints.web.kept import KeptAnswers
from monitor.entrypoints.web.plain_json import PlainJson
from monitor.entrypoints.web.privacy import PrivateAddresses
from monitor.entrypoints.web.problems import answer_problems
from monitor.entrypoints.web.rates import Rates
from monitor.entrypoints.web.readers.confirming import confirming, moving
from monitor.entrypoints.web.readers.leaving import leaving
from monitor.entrypoints.web.readers.own import own_documents, own_pages
from monitor.entrypoints.web.readers.subscribing import subscribing
from monitor.entrypoints.web.rounds import round_documents, round_pages
from monitor.entrypoints.web.stamps import Stamps
from monitor.entrypoints.web.talks import talks
from monitor.entrypoints.web.timeline import timeline
from monitor.entrypoints.web.topics import topics
from storage import archive


def pages(service: Service) -> FastAPI:
    """The web application over a service."""
    app = FastAPI(title="Roundwatch", docs_url=None, redoc_url=None)
    app.state.public_url = service.settings.public_url
    app.add_middleware(PlainJson)
    app.add_middleware(KeptAnswers, stamps=_stamps(service), home=service.settings.public_url)
    app.add_middleware(BoundedBodies)
    app.add_middleware(PrivateAddresses)
    answer_problems(app)
    app.include_router(exports(service))
    app.include_router(citations(service))
    app.include_router(round_documents(service))
    _include_readers(app, service)
    app.include_router(health(service))
    app.include_router(feeds(service))
    app.include_router(hooks(service))
    _include_archive(app, service)
    return app


def _stamps(service: Service) -> Stamps:
    """Of the archive and the day: how long it has been quiet is counted in days."""

    def look() -> str:
        with service.database.reading() as tx:
            return f"{service.now():%Y-%m-%d} {archive.stamp(tx)}"

    return Stamps(look)


def _include_archive(app: FastAPI, service: Service) -> None:
    """The pages of the archive come last: `/{series}` would take any other short address."""
    app.include_router(talks(service))
    app.include_router(how())
    app.include_router(topics(service))
    app.include_router(comparing(service))
    app.include_router(timeline(service))
    app.include_router(round_pages(service))


def _include_readers(app: FastAPI, service: Service) -> None:
    rates = Rates()
    app.include_router(subscribing(service, rates))
    app.include_router(confirming(service))
    app.include_router(moving(service))
    app.include_router(own_pages(service, rates))
    app.include_router(own_documents(service, rates))
    app.include_router(leaving(service))
