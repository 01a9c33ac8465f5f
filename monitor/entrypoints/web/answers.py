"""How the web answers: a page, a problem, JSON; and what stands on every answer."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from monitor.entrypoints.web.addresses import Addresses
from monitor.entrypoints.web.language import asked_query, language_of, words
from notifiers.digest.redline_text import apart
from notifiers.digest.sheet import place_of
from notifiers.words.wording import visible
from storage.records import Language

# Nothing is loaded from anywhere, nothing runs, and only our own style sheet counts, named by its
# hash (https://www.w3.org/TR/CSP3/): what is scraped is escaped, and would be dead all the same.
_POLICY = (
    "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action {forms}; "
    "frame-ancestors 'none'"
)
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_FOR_PROGRAMS = ("/api/", "/healthz", "/readyz", "/metrics", "/hooks/", "/openapi.json")

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=lambda value: visible(value) if type(value) is str else value,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters |= {"apart": apart, "place": place_of}
_TEMPLATES.globals |= {"at": Addresses(), "here": ""}

Answering = Callable[..., Any]


def answers(
    router: APIRouter,
    path: str,
    *,
    listed: bool = True,
    **described: Any,  # noqa: ANN401
) -> Callable[[Answering], Answering]:
    """Answer GET and, since it must be known too (RFC 9110 section 9.1), HEAD.

    Args:
        router: who answers.
        path: the address.
        listed: whether it is described to programs.
        described: how, as `monitor.entrypoints.web.api.described` makes it.
    """

    def register(answering: Answering) -> Answering:
        router.head(path, include_in_schema=False, response_model=None)(answering)
        return router.get(path, include_in_schema=listed, **described)(answering)

    return register


def page(
    template: str, status: int = 200, *, language: Language = "en", **shown: object
) -> HTMLResponse:
    """A page in the frame of the site.

    Args:
        template: its file.
        status: of HTTP.
        language: of the frame.
        shown: what the template shows.
    """
    return _page(template, status, language, "'none'", shown)


def form(template: str, status: int = 200, *, language: Language, **shown: object) -> HTMLResponse:
    """A page with a form in it, which may be sent to this site alone."""
    return _page(template, status, language, "'self'", shown)


def _page(
    template: str, status: int, language: Language, forms: str, shown: Mapping[str, object]
) -> HTMLResponse:
    html = _TEMPLATES.get_template(template).render(say=words(language), language=language, **shown)
    headers = {
        "Content-Security-Policy": _POLICY.format(style=_hash_of_style(html), forms=forms),
        "Content-Language": language,
        "Vary": "Accept-Language",
    }
    return HTMLResponse(html, status, headers=headers)


def _hash_of_style(html: str) -> str:
    """The hash of a page's style sheet, which stands in its head, before anything scraped."""
    style = _STYLE.search(html)
    return b64encode(sha256((style[1] if style else "").encode()).digest()).decode()


def problem(
    request: Request,
    status: int,
    why: str,
    todo: str = "",
    *,
    errors: Sequence[Mapping[str, str]] = (),
) -> Response:
    """A problem as a page, or to a program as RFC 9457 has it.

    Args:
        request: what is answered.
        status: of HTTP.
        why: what is wrong, as one sentence.
        todo: what to do about it.
        errors: for a program, the places that are wrong, each with its reason (section 3).
    """
    if for_program(request):
        return _problem_document(status, "; ".join(filter(None, (why, todo))), errors)
    language = language_of(request)
    return page(
        "problem.html.j2",
        status,
        language=language,
        at=Addresses(query=asked_query(request)),
        heading=words(language)["problem"].get(str(status), HTTPStatus(status).phrase),
        why=why,
        todo=todo,
    )


def _problem_document(
    status: int, detail: str, errors: Sequence[Mapping[str, str]]
) -> JSONResponse:
    phrase = HTTPStatus(status).phrase
    what: dict[str, object] = {
        "type": "about:blank",
        "title": phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        what["errors"] = list(errors)
    return JSONResponse(what, status, media_type="application/problem+json")


def for_program(request: Request) -> bool:
    """Whether a program asks, by the address that it asks at."""
    return request.url.path.startswith(_FOR_PROGRAMS)
