"""The big site as a process of its own, for a bench: prints its address and serves until killed."""

from __future__ import annotations

import argparse
import contextlib

from tests.servers.big_site import BigServer, BigSite
from tests.servers.big_site.site import Way


def main() -> None:
    """Serve."""
    options = _options()
    ways: list[Way] = options.ways.split(",")
    site = BigSite(
        options.releases,
        ways=ways,
        per_page=options.per_page,
        per_year_page=options.per_year_page,
        menu=options.menu,
    )
    server = BigServer(site, port=options.port, slow=options.slow, fail_every=options.fail_every)
    print(server.base_url, flush=True)  # noqa: T201 - what the bench reads
    with contextlib.suppress(KeyboardInterrupt):
        server.run()


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="python -m tests.servers.big_site", description=__doc__)
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--releases", type=int, default=12_000)
    options.add_argument("--ways", default="pager,years,months")
    options.add_argument("--per-page", type=int, default=20)
    options.add_argument("--per-year-page", type=int, default=0)
    options.add_argument("--menu", action="store_true")
    options.add_argument("--slow", type=float, default=0.0)
    options.add_argument("--fail-every", type=int, default=0)
    return options.parse_args()


main()
