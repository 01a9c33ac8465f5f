"""Long answers in pages: by a cursor that says where the last one ended, never by counting.

What is filed meanwhile shifts nothing: a page goes on behind the last item seen.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from json import dumps, loads
from operator import gt, lt
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from storage.documents import to_document

USUAL, MOST = 50, 200
_LONGEST = 1000

T = TypeVar("T")
Key = tuple[int | str, ...]

Limit = Annotated[
    int, Query(ge=1, le=MOST, description="How many items a page has at most.", examples=[50])
]
After = Annotated[
    str | None,
    Query(
        max_length=_LONGEST,
        description="Where the page before ended: take it from `next`, as it is.",
        json_schema_extra={"format": "cursor"},
    ),
]


@dataclass(frozen=True, slots=True)
class Place:
    """Which page of a list is asked for."""

    limit: int
    after: str | None


def _place(limit: Limit = USUAL, after: After = None) -> Place:
    return Place(limit, after)


Asked = Annotated[Place, Depends(_place)]
"""The page of a list that an address asks for."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list, and the address of the next page; None where these are the last."""

    items: tuple[T, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Order(Generic[T]):
    """What a list is ordered by: the key of an item, no two alike, and what a key consists of.

    `falling` is whether the greatest comes first.
    """

    key: Callable[[T], Key]
    kinds: tuple[type, ...]
    falling: bool = False


def page_of(items: Sequence[T], order: Order[T], asked: Place) -> tuple[Sequence[T], str | None]:
    """The page of a list that is asked for, and the cursor of the next one.

    Args:
        items: all of them, in order.
        order: which order that is.
        asked: which page.

    Raises:
        RequestValidationError: the cursor is none of this list.
    """
    if asked.after is not None:
        end = key_of(asked.after, order.kinds)
        behind = lt if order.falling else gt
        items = [each for each in items if behind(order.key(each), end)]
    shown = items[: asked.limit]
    return shown, cursor_of(order.key(shown[-1])) if len(items) > len(shown) else None


def answer_page(request: Request, items: Sequence[object], cursor: str | None) -> JSONResponse:
    """A page as JSON, with the way to the next one as a link too (RFC 8288)."""
    following = None if cursor is None else _address(request, cursor)
    link = {} if following is None else {"Link": f'<{following}>; rel="next"'}
    return JSONResponse(to_document(Page(tuple(items), following)), headers=link)


def cursor_of(key: Key) -> str:
    """A key as letters that an address may hold."""
    return urlsafe_b64encode(dumps(key, separators=(",", ":")).encode()).decode().rstrip("=")


def key_of(cursor: str, kinds: tuple[type, ...]) -> Key:
    """The key that a cursor of ours holds.

    Raises:
        RequestValidationError: it holds none, or one of another list.
    """
    try:
        found: Any = loads(urlsafe_b64decode(f"{cursor}{'=' * (-len(cursor) % 4)}"))
    except ValueError:
        raise _refused() from None
    key = tuple(found) if isinstance(found, list) else ()
    if tuple(type(part) for part in key) != kinds or cursor_of(key) != cursor:
        raise _refused()
    return key


def _refused() -> RequestValidationError:
    return RequestValidationError([{"loc": ("query", "after"), "type": "cursor"}])


def _address(request: Request, cursor: str) -> str:
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "after"]
    return f"{request.url.path}?{urlencode([*kept, ('after', cursor)])}"
