"""`/{series}/topics`, the matrix of topics by rounds; `/{series}/topics/{topic}`, one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from monitor.bootstrap import Service
from monitor.core.topic_history import TopicHistory, TopicRound
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.language import language_of
from monitor.entrypoints.web.pages.archive_pages import archive_page
from monitor.journeys.links import series_as_linked
from monitor.journeys.topic import history_of
from monitor.journeys.topics import topics_by_rounds
from notifiers.digest.cards import Card, card_of
from notifiers.words import words_of
from storage.records import Language


@dataclass(frozen=True, slots=True)
class Chapter:
    """What one round says of a topic, and what had changed, if anything is to be told."""

    told: TopicRound
    card: Card | None


def topics(service: Service) -> APIRouter:
    """The router of both."""
    router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

    @answers(router, "/{series}/topics")
    def by_rounds(request: Request, series: str) -> HTMLResponse:
        with service.database.reading() as tx:
            named = series_as_linked(tx, series)
            made = topics_by_rounds(tx, named)
        return archive_page(request, "topics.html.j2", series=named, here="topics", matrix=made)

    @answers(router, "/{series}/topics/{topic}")
    def one_topic(request: Request, series: str, topic: str) -> HTMLResponse:
        with service.database.reading() as tx:
            named = series_as_linked(tx, series)
            history = history_of(tx, topic, series)
            made = topics_by_rounds(tx, named)
        return archive_page(
            request,
            "topic.html.j2",
            series=named,
            here="topics",
            topic=history,
            rounds=made.rounds,
            rows=[row for row in made.rows if row.topic == history.topic],
            chapters=tuple(_chapters(history, language_of(request)))[::-1],
        )

    return router


def _chapters(history: TopicHistory, language: Language) -> Iterator[Chapter]:
    words = words_of(language)
    for told in history.rounds:
        strand = told.strand or "common-interest"
        yield Chapter(told, card_of(told.change, strand, words) if told.change else None)
