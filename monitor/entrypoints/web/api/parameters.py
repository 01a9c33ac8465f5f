"""What stands in the addresses of the archive, each described once."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

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
