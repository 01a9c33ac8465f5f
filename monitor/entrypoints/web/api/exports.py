"""`.csv` and `.md` behind the address of a round, a topic, the matrix or a comparison: files."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from monitor.bootstrap import Service
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.api.parameters import Number
from monitor.journeys import exports as files
from monitor.journeys.exports import Form, TakenAway
from monitor.journeys.latest import of_round
from monitor.journeys.two_rounds import two_rounds
from monitor.series import series_named

MEDIA_TYPES: dict[Form, str] = {
    "csv": "text/csv; charset=utf-8; header=present",  # RFC 4180, section 3
    "md": "text/markdown; charset=utf-8",  # RFC 7763
}

_EXAMPLES: dict[str, str] = {
    "rounds.csv": "series,round,held,…,strand,position,topic,label,text,…\r\n"
    'us-japan-partnership-on-trade,5,"July 29-30, 2024",…,common-interest,1,labor,Labor,…\r\n',
    "rounds.md": "# U.S.-Japan Partnership on Trade, round 5\n\nHeld July 29-30, 2024 …\n",
    "topics.csv": "series,topic,name,round,held,…,labels,text,change,…\r\n"
    'us-japan-partnership-on-trade,labor,Labor,5,"July 29-30, 2024",…,Labor,…,continued,…\r\n',
    "topics.md": "# Labor, U.S.-Japan Partnership on Trade\n\n## Round 5\n\nHeld …\n",
    "matrix.csv": "strand,topic,name,round_1,round_2\r\n"
    "common-interest,labor,Labor,named,reworded\r\n",
    "matrix.md": "| Topic | 1 | 2 |\n| --- | --- | --- |\n| Labor | named | reworded |\n",
    "comparisons.csv": "series,before_round,after_round,strand,topic,change,certainty,…\r\n"
    "us-japan-partnership-on-trade,4,5,bilateral,seafood,introduced,certain,…\r\n",
    "comparisons.md": "### Dropped: technical barriers to trade\n\n"
    "~~technical barriers to trade~~\n",
}


def exports(service: Service) -> APIRouter:
    """The router of the files. It comes before the JSON: `{topic}` would take the suffix there."""
    router = APIRouter(prefix="/api/v1/series/{series}", default_response_class=Response)
    for form in MEDIA_TYPES:
        _rounds(router, service, form)
        _topics(router, service, form)
        _matrix(router, service, form)
        _comparisons(router, service, form)
    return router


def _rounds(router: APIRouter, service: Service, form: Form) -> None:
    @answers(router, f"/rounds/{{number}}.{form}", **_described("rounds", "One round", form))
    def round_file(series: str, number: Number) -> Response:
        with service.database.reading() as tx:
            account = of_round(tx, series_named(series), number)
            public_url = service.settings.public_url
            return _sent(files.file_of_round(tx, account, form, public_url=public_url), form)


def _topics(router: APIRouter, service: Service, form: Form) -> None:
    @answers(router, f"/topics/{{topic}}.{form}", **_described("topics", "One topic", form))
    def topic_file(series: str, topic: str) -> Response:
        with service.database.reading() as tx:
            return _sent(files.file_of_topic(tx, series, topic, form), form)


def _matrix(router: APIRouter, service: Service, form: Form) -> None:
    @answers(router, f"/matrix.{form}", **_described("matrix", "Topics by rounds", form))
    def matrix_file(series: str) -> Response:
        with service.database.reading() as tx:
            return _sent(files.file_of_matrix(tx, series, form), form)


def _comparisons(router: APIRouter, service: Service, form: Form) -> None:
    path = f"/comparisons/{{before}}/{{after}}.{form}"

    @answers(router, path, **_described("comparisons", "Two rounds compared", form))
    def comparison_file(series: str, before: Number, after: Number) -> Response:
        with service.database.reading() as tx:
            found = two_rounds(tx, series, before, after)
            public_url = service.settings.public_url
            return _sent(files.file_of_comparison(found, form, public_url=public_url), form)


def _described(what: str, title: str, form: Form) -> dict[str, Any]:
    """What the description of the API says of a file."""
    name = "CSV" if form == "csv" else "Markdown"
    content = {"schema": {"type": "string"}, "example": _EXAMPLES[f"{what}.{form}"]}
    return {
        "summary": f"{title} as {name}",
        "operation_id": f"{what}_as_{form}",
        "tags": ["files"],
        "responses": {
            200: {"description": f"A file in {name}.", "content": {MEDIA_TYPES[form]: content}},
            404: {"description": "There is no such series, round or topic."},
        },
    }


def _sent(file: TakenAway, form: Form) -> Response:
    """A file under a name of its own (RFC 6266): slugs and numbers, which need no escaping."""
    headers = {
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "Content-Type": MEDIA_TYPES[form],
    }
    return Response(file.content, headers=headers)
