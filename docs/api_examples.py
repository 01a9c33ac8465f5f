"""Write the examples of the API's description anew: what the bundled rounds are answered with.

    make docs

Nothing is fetched but the bundled pages, over loopback, and nothing of the user's is touched.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from monitor.bootstrap import Service, service
from monitor.entrypoints.web.api.examples import EXAMPLES
from monitor.entrypoints.web.app import pages
from monitor.pressroom import PressRoom, rounds
from monitor.settings import Settings

FOLDER = Path(__file__).parents[1] / "monitor" / "entrypoints" / "web" / "api" / "examples"
TODAY = datetime(2024, 8, 1, 12, tzinfo=UTC)
OFFICIAL = "https://ustr.gov"


def answered() -> dict[str, Any]:
    """What each of the examples' addresses is answered with on the day after round 5 came out."""
    with tempfile.TemporaryDirectory() as scratch, PressRoom(through=rounds()[5]) as room:
        settings = Settings(
            database_url=f"sqlite:///{scratch}/example.db",
            source_url=room.base_url,
            max_requests_per_second=1000,
        )
        with service(settings, now=lambda: TODAY) as office:
            office.take_past_in()
            found = asyncio.run(_asked(office, EXAMPLES))
        return {
            name: json.loads(json.dumps(value).replace(room.base_url, OFFICIAL))
            for name, value in found.items()
        }


async def _asked(office: Service, addresses: Mapping[str, str]) -> dict[str, Any]:
    transport = httpx.ASGITransport(pages(office))
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        found = {name: await client.get(address) for name, address in addresses.items()}
    return {name: answer.raise_for_status().json() for name, answer in found.items()}


if __name__ == "__main__":
    for name, value in answered().items():
        text = json.dumps(value, ensure_ascii=False, indent=1)
        (FOLDER / f"{name}.json").write_text(f"{text}\n", "utf-8")
