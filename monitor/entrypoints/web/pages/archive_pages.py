"""What the pages of the archive share: a language, the series they are about, the words around."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse

from monitor.core.topics import Series
from monitor.entrypoints.web.addresses import Addresses
from monitor.entrypoints.web.answers import form, page
from monitor.entrypoints.web.language import asked_query, language_of
from monitor.series import DEFAULT
from notifiers.words import words_of
from notifiers.words.frame import words
from storage.records import Language


def archive_page(
    request: Request,
    template: str,
    *,
    series: Series | None = None,
    here: str = "",
    has_form: bool = False,
    **shown: object,
) -> HTMLResponse:
    """A page of the archive, in the language that is asked for.

    Args:
        request: what is answered.
        template: the page's file.
        series: what it is about; None for all of them.
        here: which entry of the navigation leads to it, by its name among the words.
        has_form: whether it has a form, which may be sent to this site alone.
        shown: what the template shows.
    """
    language = language_of(request)
    made = form if has_form else page
    return made(
        template,
        200,
        language=language,
        at=Addresses(series.slug if series else DEFAULT, asked_query(request)),
        series=series,
        here=here,
        switched=_switched(request, "en" if language == "ja" else "ja"),
        digest=words(language)["frame"],
        book=words_of(language),
        **shown,
    )


def _switched(request: Request, other: Language) -> str:
    """The same page in another language: with all else that was asked for."""
    asked = request.query_params.multi_items()
    return f"?{urlencode([*(each for each in asked if each[0] != 'lang'), ('lang', other)])}"
