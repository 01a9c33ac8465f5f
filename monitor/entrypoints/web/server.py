"""The web server: uvicorn around the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.bootstrap import Service
from monitor.entrypoints.web.app import pages

if TYPE_CHECKING:
    import uvicorn


def pages_server(service: Service) -> uvicorn.Server:
    """A server for the pages at the address of the settings, not yet running."""
    import uvicorn

    host, _, port = service.settings.listen.rpartition(":")
    config = uvicorn.Config(
        pages(service), host=host or "127.0.0.1", port=int(port), log_level="warning"
    )
    return uvicorn.Server(config)


def serve_pages(service: Service) -> None:
    """Serve until a signal comes."""
    pages_server(service).run()
