"""What lists are narrowed by, as a form sends it: an empty field asks for nothing."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import Request
from fastapi.exceptions import RequestValidationError

from monitor.entrypoints.web.api.paging import cursor_of, key_of
from monitor.errors import UsageError
from monitor.series import followed, series_named

_KEPT = ("q", "title", "verdict", "series", "year", "lang")


def asked_series(request: Request) -> str | None:
    """The series that is asked for, by its slug.

    Raises:
        UnknownSeries: there is none.
    """
    slug = request.query_params.get("series", "")
    return series_named(slug).slug if slug else None


def asked_year(request: Request) -> int | None:
    """The year that is asked for.

    Raises:
        UsageError: it is none.
    """
    text = request.query_params.get("year", "").strip()
    if not text:
        return None
    if not (len(text) == 4 and text.isascii() and text.isdigit() and int(text)):
        raise UsageError("this is no year", todo="write it with four digits, such as 2024")
    return int(text)


def series_names() -> Mapping[str, str]:
    """The names of the followed series by their slugs."""
    return {series.slug: series.name for series in followed()}


def following(request: Request, cursor: str) -> str:
    """The address of the page of a list that a cursor stands for, with all else as it was asked."""
    asked = request.query_params
    kept = [(name, asked[name]) for name in _KEPT if asked.get(name)]
    return f"{request.url.path}?{urlencode([*kept, ('after', cursor)])}"


def cursor_in(name: str, *numbers: int) -> str:
    """The cursor of a list that ended at some numbers; no other list takes it."""
    return cursor_of((name, *numbers))


def place_in(name: str, cursor: str | None, *beyond: int) -> tuple[int, ...] | None:
    """The numbers that the cursor of a list holds, each from 0 on and below what is given.

    Raises:
        RequestValidationError: it is none of this list.
    """
    if cursor is None:
        return None
    of, *numbers = key_of(cursor, (str, *(int,) * len(beyond)))
    within = (0 <= int(number) < end for number, end in zip(numbers, beyond, strict=True))
    if of != name or not all(within):
        raise RequestValidationError([{"loc": ("query", "after"), "type": "cursor"}])
    return tuple(map(int, numbers))
