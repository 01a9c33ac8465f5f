"""`/api/v1/series/{series}/topics`, one of them, and the matrix of topics by rounds."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from monitor.bootstrap import Service
from monitor.core.history import Matrix
from monitor.core.topic_history import TopicHistory
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.api.described import LINK, described
from monitor.entrypoints.web.api.paging import Asked, Order, Page, answer_page, page_of
from monitor.entrypoints.web.api.parameters import Called, Slug
from monitor.journeys.catalogue import TopicInBrief, topics_in_brief
from monitor.journeys.links import series_as_linked
from monitor.journeys.topic import history_of
from monitor.journeys.topics import labels_by_rounds
from storage.documents import to_document

_ORDER: Order[TopicInBrief] = Order(lambda each: (each.topic,), (str,))


def topic_documents(service: Service) -> APIRouter:
    """The router of the topics."""
    router = APIRouter(prefix="/api/v1/series/{series}")
    _topics(router, service)
    _matrix(router, service)
    return router


def _topics(router: APIRouter, service: Service) -> None:
    @answers(
        router,
        "/topics",
        **described(
            "listTopics",
            "The topics of a series",
            "All topics by their slug: those of the reviewed list, and those that a round on file "
            "names beside it, each with the rounds that name it.",
            tag="topics",
            gives="Some of the topics, and the way to the others.",
            model=Page[TopicInBrief],
            example="topics",
            headers=LINK,
        ),
    )
    def listed(request: Request, series: Slug, asked: Asked) -> JSONResponse:
        with service.database.reading() as tx:
            found = topics_in_brief(tx, series)
        return answer_page(request, *page_of(found, _ORDER, asked))

    @answers(
        router,
        "/topics/{topic}",
        **described(
            "getTopic",
            "One topic's history",
            "What every round on file calls a topic and says of it, and what had changed: what "
            "`roundwatch topic SLUG --json` prints. Rounds that do not name it are listed too.",
            tag="topics",
            gives="The topic over all rounds, first to last.",
            model=TopicHistory,
            example="topic",
        ),
    )
    def one_topic(series: Slug, topic: Called) -> JSONResponse:
        with service.database.reading() as tx:
            return JSONResponse(to_document(history_of(tx, topic, series)))


def _matrix(router: APIRouter, service: Service) -> None:
    @answers(
        router,
        "/matrix",
        **described(
            "getMatrix",
            "Topics by rounds",
            "What each round calls each topic, null where it does not name it: what `roundwatch "
            "matrix --json` prints.",
            tag="topics",
            gives="The matrix.",
            model=Matrix,
            example="matrix",
        ),
    )
    def by_rounds(series: Slug) -> JSONResponse:
        with service.database.reading() as tx:
            return JSONResponse(to_document(labels_by_rounds(tx, series_as_linked(tx, series))))
