"""All routes of the application, and what may stand in their addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from monitor.bootstrap import service
from monitor.entrypoints.web.app import pages
from monitor.settings import Settings
from tests.entrypoints.saved import SLUG

SECRETS = {"operator_token": "token-of-the-operator", "hook_secret": "secret-of-the-tests"}
FILLED = {
    "series": SLUG,
    "number": "1",
    "before": "1",
    "after": "2",
    "topic": "labor",
    "who": "reader@example.org",
}


def routes_of(settings: Settings) -> set[tuple[str, str]]:
    """Each method with the template of an address that answers it."""
    with service(settings) as made:
        return {
            (method, route.path_format)
            for route in _flat(pages(made).routes)
            for method in route.methods or ()
        }


def _flat(routes: Iterable[Any]) -> Iterator[Any]:
    for route in routes:
        if hasattr(route, "path_format"):
            yield route
        else:  # a router that is included
            yield from _flat(route.original_router.routes)


def address_of(template: str, **filled: str) -> str:
    """An address of a template; what nobody has a word for is `x`."""
    words: Mapping[str, str] = FILLED | filled
    return re.sub(r"\{(\w+)\}", lambda found: words.get(found[1], "x"), template)
