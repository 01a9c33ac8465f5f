"""The examples of the description: what the bundled rounds are answered with.

`make docs` writes them anew, and a test holds each to what the API says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

from monitor.series import DEFAULT

_OF = f"/api/v1/series/{DEFAULT}"

EXAMPLES: Mapping[str, str] = {
    "series": "/api/v1/series?limit=2",
    "round": "/api/v1/rounds/2",
    "rounds": f"{_OF}/rounds?limit=2",
    "revisions": f"{_OF}/rounds/2/revisions",
    "citation": f"{_OF}/rounds/2/citation",
    "comparison": f"{_OF}/comparisons/1/2",
    "matrix": f"{_OF}/matrix",
    "topics": f"{_OF}/topics?limit=2",
    "topic": f"{_OF}/topics/environment",
    "timeline": f"{_OF}/timeline",
    "search": "/api/v1/search?q=labor+%22supply+chains%22&limit=1",
    "releases": "/api/v1/releases?verdict=readout&limit=2",
    "issues": "/api/v1/issues",
}
"""The address that each example answers."""


def example(name: str) -> Any:  # noqa: ANN401 - JSON
    """An example's answer.

    Raises:
        FileNotFoundError: there is none of that name.
    """
    file = resources.files(__package__) / "examples" / f"{name}.json"
    return json.loads(file.read_text("utf-8"))
