"""What importing the client costs, and what it must not break."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


def run(script: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_client_does_not_load_what_it_does_not_need() -> None:
    loaded = run("import monitor.sources.ustr, sys; print('\\n'.join(sys.modules))").split()
    assert "httpx" in loaded
    costly = {"rich", "click", "pygments", "stamina", "protego", "asyncio", "lxml", "bs4"}
    assert not costly & set(loaded)


def test_httpx_works_elsewhere_before_and_after() -> None:
    script = """
import {first}
import {second}
import httpx, httpx._main, sys
assert httpx.Client is sys.modules["monitor.sources.client"].httpx.Client
httpx.Client().close()
"""
    names = ("httpx", "monitor.sources.client")
    run(script.format(first=names[0], second=names[1]))
    run(script.format(first=names[1], second=names[0]))


def test_addresses_are_not_logged() -> None:
    script = """
import logging, sys
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
from monitor.sources.client import PoliteClient
from tests.faults.server import MisbehavingServer, Page
from tests.sources.conftest import AGENT, QUICKLY, Notebook
with MisbehavingServer() as server:
    server.set("/robots.txt", Page("User-agent: *"))
    server.set("/page", Page(status=500), Page("page"))
    hosts = frozenset({server.host})
    client = PoliteClient(AGENT, hosts, 1000.0, Notebook(), retries=QUICKLY)
    client.get(server.base_url + "/page?token=secret")
    client.close()
print("done")
"""
    said = run(script)
    assert "secret" not in said
    assert said.endswith("done\n")


def test_no_tls_context_is_made_for_plain_http() -> None:
    script = """
import ssl
class NotNeeded(ssl.SSLContext):
    def __new__(cls, *args):
        raise AssertionError("a TLS context was made")
ssl.SSLContext = NotNeeded
from monitor.sources.client import PoliteClient
from tests.faults.server import MisbehavingServer, Page
from tests.sources.conftest import AGENT, Notebook
with MisbehavingServer() as server:
    server.set("/page", Page("page"))
    client = PoliteClient(AGENT, frozenset({server.host}), 1000.0, Notebook())
    client.get(server.base_url + "/page")
    print("plain")
    try:
        client.get(f"https://{server.host}/page")
    except AssertionError as error:
        print(error)
    client.close()
"""
    assert run(script) == "plain\na TLS context was made\n"
