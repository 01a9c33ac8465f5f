"""The web application: each kind of page or document has a file and a router of its own."""

from __future__ import annotations

from fastapi import Depends, FastAPI
from prometheus_client import CollectorRegistry

from monitor.bootstrap import Service
from monitor.entrypoints.web.api.citations import citations
from monitor.entrypoints.web.api.comparisons import comparison_documents
from monitor.entrypoints.web.api.description import Described
from monitor.entrypoints.web.api.exports import exports
from monitor.entrypoints.web.api.found import found_documents
from monitor.entrypoints.web.api.operator import operator
from monitor.entrypoints.web.api.parameters import known_alone
from monitor.entrypoints.web.api.reference import reference
from monitor.entrypoints.web.api.revisions import revision_documents
from monitor.entrypoints.web.api.rounds import round_documents
from monitor.entrypoints.web.api.series import series_documents
from monitor.entrypoints.web.api.timeline import timeline_documents
from monitor.entrypoints.web.api.topics import topic_documents
from monitor.entrypoints.web.feeds import feeds
from monitor.entrypoints.web.guards.bearer import Bearer
from monitor.entrypoints.web.guards.rates import Rates
from monitor.entrypoints.web.health import health
from monitor.entrypoints.web.hooks import hooks
from monitor.entrypoints.web.layers.bodies import BoundedBodies
from monitor.entrypoints.web.layers.counted import CountedRequests, Requests
from monitor.entrypoints.web.layers.followed import Followed
from monitor.entrypoints.web.layers.kept import KeptAnswers
from monitor.entrypoints.web.layers.plain_json import PlainJson
from monitor.entrypoints.web.layers.privacy import PrivateAddresses
from monitor.entrypoints.web.layers.stamps import Stamps
from monitor.entrypoints.web.layers.unforeseen import Unforeseen
from monitor.entrypoints.web.metrics import metrics
from monitor.entrypoints.web.pages.comparing import comparing
from monitor.entrypoints.web.pages.how import how
from monitor.entrypoints.web.pages.open_issues import issue_pages
from monitor.entrypoints.web.pages.releases import release_pages
from monitor.entrypoints.web.pages.rounds import round_pages
from monitor.entrypoints.web.pages.searching import searching
from monitor.entrypoints.web.pages.talks import talks
from monitor.entrypoints.web.pages.timeline import timeline
from monitor.entrypoints.web.pages.topics import topics
from monitor.entrypoints.web.problems import answer_problems
from monitor.entrypoints.web.readers.confirming import confirming, moving
from monitor.entrypoints.web.readers.leaving import leaving
from monitor.entrypoints.web.readers.own import own_documents, own_pages
from monitor.entrypoints.web.readers.subscribing import subscribing
from storage import archive


def pages(service: Service) -> FastAPI:
    """The web application over a service."""
    app = Described(service.settings.public_url)
    app.state.public_url = service.settings.public_url
    app.add_middleware(PlainJson)
    rates = Rates(service.settings.pages_per_minute)
    home = service.settings.public_url
    app.add_middleware(KeptAnswers, stamps=_stamps(service), home=home, rates=rates)
    app.add_middleware(BoundedBodies)
    app.add_middleware(Unforeseen)
    app.add_middleware(PrivateAddresses)
    registry = CollectorRegistry()
    app.add_middleware(Followed, new_trace=service.new_trace)
    app.add_middleware(CountedRequests, requests=Requests(registry))
    answer_problems(app)
    _include_documents(app, service)
    _include_readers(app, service, rates)
    app.include_router(health(service))
    app.include_router(feeds(service))
    app.include_router(hooks(service, rates))
    _include_operator(app, service, rates, registry)
    _include_archive(app, service)
    return app


def _include_documents(app: FastAPI, service: Service) -> None:
    app.include_router(exports(service))
    app.include_router(citations(service))
    app.include_router(revision_documents(service))
    for documents in (
        round_documents,
        comparison_documents,
        topic_documents,
        series_documents,
        timeline_documents,
        found_documents,
    ):
        app.include_router(documents(service), dependencies=[Depends(known_alone)])


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
    app.include_router(reference(service))
    app.include_router(searching(service))
    app.include_router(release_pages(service))
    app.include_router(issue_pages(service))
    app.include_router(topics(service))
    app.include_router(comparing(service))
    app.include_router(timeline(service))
    app.include_router(round_pages(service))


def _include_operator(
    app: FastAPI, service: Service, rates: Rates, registry: CollectorRegistry
) -> None:
    """What is for the operator; without a token in the settings, the figures alone, for anybody."""
    token = service.settings.operator_token
    knows = Bearer("operator", "ROUNDWATCH_OPERATOR_TOKEN", token, rates) if token else None
    app.include_router(metrics(service, registry, knows))
    if knows:
        app.include_router(operator(service, knows))


def _include_readers(app: FastAPI, service: Service, rates: Rates) -> None:
    app.include_router(subscribing(service, rates))
    app.include_router(confirming(service))
    app.include_router(moving(service))
    app.include_router(own_pages(service, rates))
    app.include_router(own_documents(service, rates))
    app.include_router(leaving(service))
