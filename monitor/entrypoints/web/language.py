"""The words of the readers' pages, in the language that is asked for."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any, get_args

from fastapi import Request

from storage.records import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)
_MOST_WISHES = 10


@cache
def words(language: Language) -> dict[str, Any]:
    """All words of the pages in a language: tables of texts, one for each page."""
    file = resources.files(__package__) / "words" / f"{language}.toml"
    return tomllib.loads(file.read_text("utf-8"))


def language_of(request: Request, reader: Language | None = None) -> Language:
    """The language of a page: asked for by `?lang=`, or the reader's, or the browser's."""
    asked = request.query_params.get("lang")
    for language in LANGUAGES:
        if asked == language:
            return language
    return reader or _preferred(request.headers.get("accept-language", ""))


def asked_query(request: Request) -> str:
    """The language that the address asks for, to be put behind the addresses of other pages."""
    asked = request.query_params.get("lang")
    return f"?lang={asked}" if asked in LANGUAGES else ""


def _preferred(header: str) -> Language:
    """The first of our languages among those that a browser would take (RFC 9110, 12.5.4)."""
    wished = [_weighed(wish) for wish in header.split(",")[:_MOST_WISHES]]
    for _, tag in sorted((wish for wish in wished if wish[0]), key=lambda wish: -wish[0]):
        for language in LANGUAGES:
            if tag.partition("-")[0] == language:
                return language
    return "en"


def _weighed(wish: str) -> tuple[float, str]:
    tag, _, weight = wish.partition(";")
    try:
        return float(weight.strip().removeprefix("q=") or 1), tag.strip().lower()
    except ValueError:
        return 0.0, ""
