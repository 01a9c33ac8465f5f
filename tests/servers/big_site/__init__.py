"""A press office of 25 years, made by number: 12,000 releases, three generations of their pages.

Nothing is stored and nothing is left to chance: a release is made from its number, a page when it
is asked for. Among what is made up stand the releases of the bundled sample, which report rounds.

    with BigServer(BigSite(releases=1_200, ways={"pager"})) as server:
        ...
        assert server.counts["release"] == ...

`python -m tests.servers.big_site --port 8000` runs it as a process of its own.
"""

from tests.servers.big_site.server import BigServer
from tests.servers.big_site.site import BigSite

__all__ = ["BigServer", "BigSite"]
