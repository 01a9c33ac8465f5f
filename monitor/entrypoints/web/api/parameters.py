"""What stands in the addresses of the archive, each described once."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Request
from fastapi.exceptions import RequestValidationError

from monitor.series import DEFAULT

BEYOND = 2**31
"""Numbers from here on fit into no database."""

Slug = Annotated[str, Path(description="A series, by its slug.", examples=[DEFAULT])]
Number = Annotated[int, Path(ge=0, lt=BEYOND, description="A round's number.", examples=[5])]
Before = Annotated[int, Path(ge=0, lt=BEYOND, description="The earlier round.", examples=[4])]
After = Annotated[int, Path(ge=0, lt=BEYOND, description="The later round.", examples=[5])]
Called = Annotated[
    str,
    Path(description="A topic: its slug, its name, or any label of it.", examples=["labor"]),
]


def known_alone(request: Request) -> None:
    """Refuse a list's query that has a name which is none: mistyped, it would narrow nothing.

    Raises:
        RequestValidationError: 422, with each such name.
    """
    told = request.app.openapi()["paths"][request.scope["route"].path_format]["get"]
    known = {each["name"] for each in told.get("parameters", ()) if each["in"] == "query"}
    strange = dict.fromkeys(name for name in request.query_params if name not in known)
    if known and strange:
        raise RequestValidationError([{"type": "unknown", "loc": ("query", n)} for n in strange])
