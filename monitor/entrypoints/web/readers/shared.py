"""What the readers' pages share: forms as they were filled in, and pages in a reader's language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.datastructures import FormData
from fastapi.responses import HTMLResponse

from monitor.entrypoints.web.addresses import Addresses
from monitor.entrypoints.web.answers import form
from monitor.entrypoints.web.guards.origin import from_our_pages
from monitor.entrypoints.web.language import language_of, words
from monitor.entrypoints.web.layers.privacy import has_token
from monitor.series import followed
from storage.records import Language, Subscriber

_MOST_FIELDS = 500


async def _filled(request: Request) -> FormData:
    from_our_pages(request)
    return await request.form(max_files=0, max_fields=_MOST_FIELDS)


Filled = Annotated[FormData, Depends(_filled)]
"""A form as it was filled in, on a page of ours."""


def first(filled: FormData, name: str) -> str:
    """What stands in a field; nothing where there is none."""
    value = filled.get(name, "")
    return value if isinstance(value, str) else ""


def every(filled: FormData, name: str) -> tuple[str, ...]:
    """All that was chosen under a name, each once, in the order of the form."""
    return tuple(dict.fromkeys(each for each in filled.getlist(name) if isinstance(each, str)))


def no_faults(found: dict[str, str] | None = None) -> defaultdict[str, str]:
    """Faults by the field they are in; an empty text for a field without one."""
    return defaultdict(str, found or {})


def shown(
    request: Request,
    template: str,
    title: str,
    *,
    status: int = 200,
    reader: Language | None = None,
    switch: bool = True,
    **more: object,
) -> HTMLResponse:
    """A readers' page.

    Args:
        request: what is answered; it may ask for a language.
        template: the page's file.
        title: its heading, by its place in the words, such as `subscribe.title`.
        status: of HTTP.
        reader: the reader's language.
        switch: whether the page can be had in the other language, at the same address, by GET.
        more: what the template shows.
    """
    language = language_of(request, reader)
    asked = request.query_params.get("lang")
    query = f"?lang={language}" if asked == language else ""
    return form(
        template,
        status,
        language=language,
        title=said(language, title),
        switch=switch,
        query=query,
        at=Addresses(query=query),
        referrer="no-referrer" if has_token(request.url.path) else "same-origin",
        **more,
    )


def told(
    request: Request,
    title: str,
    *paragraphs: str,
    after: Sequence[str] = (),
    series: Sequence[str] = (),
    buttons: Sequence[tuple[str, str]] = (),
    links: Sequence[tuple[str, str, str]] = (),
    quiet: bool = False,
    status: int = 200,
    reader: Language | None = None,
    switch: bool = True,
    **filled_in: str,
) -> HTMLResponse:
    """A page that tells something: paragraphs, buttons and links, by their places in the words.

    Args:
        request: what is answered.
        title: the heading.
        paragraphs: below it; the first in the size of text, the others smaller.
        after: paragraphs behind the list of series.
        series: names of series to list.
        buttons: label and address to post to.
        links: words before it, label, address.
        quiet: whether the buttons are to draw no attention.
        status: of HTTP.
        reader: the reader's language.
        switch: as `shown`.
        filled_in: what is put into the paragraphs.
    """
    language = language_of(request, reader)

    def say(place: str) -> str:
        return said(language, place).format(**filled_in) if place else ""

    return shown(
        request,
        "told.html.j2",
        title,
        status=status,
        reader=reader,
        switch=switch,
        paragraphs=[say(each) for each in paragraphs],
        after=[say(each) for each in after],
        series=series,
        quiet=quiet,
        buttons=[(say(label), address) for label, address in buttons],
        links=[(say(before), say(label), address) for before, label, address in links],
    )


def said(language: Language, place: str) -> str:
    """The words at a place such as `subscribe.title`."""
    found: Any = words(language)
    for name in place.split("."):
        found = found[name]
    return str(found)


def names_of(reader: Subscriber) -> tuple[str, ...]:
    """The names of the series that a reader follows; the slug of one that is followed no more."""
    named = {series.slug: series.name for series in followed()}
    return tuple(named.get(each.series, each.series) for each in reader.subscriptions)
