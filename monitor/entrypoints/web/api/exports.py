"""`.csv` and `.md` behind the address of a round, a topic, the matrix or a comparison: files."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from monitor.bootstrap import Service
from monitor.entrypoints.web.answers import answers
from monitor.entrypoints.web.api.comparisons import in_order
from monitor.entrypoints.web.api.described import described
from monitor.entrypoints.web.api.parameters import After, Before, Called, Number, Slug
from monitor.entrypoints.web.pages.rounds import account_of
from monitor.journeys import exports as files
from monitor.journeys.exports import Form, TakenAway
from monitor.journeys.two_rounds import two_rounds

MEDIA_TYPES: dict[Form, str] = {
    "csv": "text/csv; charset=utf-8; header=present",  # RFC 4180, section 3
    "md": "text/markdown; charset=utf-8",  # RFC 7763
}

_NAMES: dict[Form, str] = {"csv": "CSV", "md": "Markdown"}
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
    told = _described("rounds", "Round", "One round", form, "A line for each topic it names.")

    @answers(router, f"/rounds/{{number}}.{form}", **told)
    def round_file(series: Slug, number: Number) -> Response:
        with service.database.reading() as tx:
            account = account_of(tx, series, number)
            public_url = service.settings.public_url
            return _sent(files.file_of_round(tx, account, form, public_url=public_url), form)


def _topics(router: APIRouter, service: Service, form: Form) -> None:
    told = _described("topics", "Topic", "One topic", form, "A line for each round on file.")

    @answers(router, f"/topics/{{topic}}.{form}", **told)
    def topic_file(series: Slug, topic: Called) -> Response:
        with service.database.reading() as tx:
            return _sent(files.file_of_topic(tx, series, topic, form), form)


def _matrix(router: APIRouter, service: Service, form: Form) -> None:
    words = "A line for each topic, a column for each round; a word says what became of it."
    told = _described("matrix", "Matrix", "Topics by rounds", form, words, tag="topics")

    @answers(router, f"/matrix.{form}", **told)
    def matrix_file(series: Slug) -> Response:
        with service.database.reading() as tx:
            return _sent(files.file_of_matrix(tx, series, form), form)


def _comparisons(router: APIRouter, service: Service, form: Form) -> None:
    title, words = "Two rounds compared", "A line for each change, the earlier round first."
    told = _described("comparisons", "Comparison", title, form, words)

    @answers(router, f"/comparisons/{{before}}/{{after}}.{form}", **told)
    def comparison_file(series: Slug, before: Before, after: After) -> Response:
        in_order(before, after)
        with service.database.reading() as tx:
            found = two_rounds(tx, series, before, after)
            public_url = service.settings.public_url
            return _sent(files.file_of_comparison(found, form, public_url=public_url), form)


def _described(
    what: str,
    noun: str,
    title: str,
    form: Form,
    words: str,
    *,
    tag: str = "",
) -> dict[str, Any]:
    """What the description of the API says of a file; the words on lines are about CSV."""
    name = _NAMES[form]
    source = "Names its source: address, when it was fetched, SHA-256 of the stored page."
    told = described(
        f"get{noun}As{name.title()}",
        f"{title} as {name}",
        f"{words} {source}" if form == "csv" else f"Redlines as ~~gone~~ and **new**. {source}",
        tag=tag or what,
        gives=f"A file in {name}, in UTF-8.",
    )
    content = {"schema": {"type": "string"}, "example": _EXAMPLES[f"{what}.{form}"]}
    told["responses"][200]["content"] = {MEDIA_TYPES[form]: content}
    return told


def _sent(file: TakenAway, form: Form) -> Response:
    """A file under a name of its own (RFC 6266): slugs and numbers, which need no escaping."""
    headers = {
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "Content-Type": MEDIA_TYPES[form],
    }
    return Response(file.content, headers=headers)
