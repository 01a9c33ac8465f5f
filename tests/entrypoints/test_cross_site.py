"""What other sites can make a visitor's browser do here: nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from monitor.settings import Settings
from tests.databases import SqliteFiles
from tests.entrypoints.routes import SECRETS, address_of, routes_of
from tests.entrypoints.site import Site, served
from tests.journeys.readers import PARTNERSHIP, READER, asks, confirms, file_round, own_token

SAFE = {"GET", "HEAD"}
FROM_ELSEWHERE = [
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example.org"},
    {"Sec-Fetch-Site": "same-site", "Origin": "https://other.example.org"},
    {"Origin": "https://evil.example.org"},
]
FROM_NOWHERE = {"Origin": "null"}

REFUSED = "refused: a browser says where it comes from"
ITS_TOKEN = "who knows the token in the address may do so from anywhere; a browser adds nothing"
ITS_SECRET = "it takes a secret, which no browser adds by itself"


@dataclass(frozen=True)
class Door:
    """An address that changes something: why other sites cannot use it, and what is sent there."""

    why: str
    form: dict[str, str] | None = None
    document: dict[str, Any] | None = None


ASKED = {"address": READER, "series": PARTNERSHIP, "language": "en"}
MOVED = {"address": "new@example.org"}
CHOSEN = {"preferences": {}, "subscriptions": {PARTNERSHIP: []}}
DOORS = {
    ("POST", "/subscribe"): Door(REFUSED, form=ASKED),
    ("POST", "/api/v1/subscriptions"): Door(REFUSED, document={"address": READER}),
    ("POST", "/confirm/{token}"): Door(REFUSED, form={}),
    ("POST", "/address/{token}"): Door(REFUSED, form={}),
    ("POST", "/preferences/{token}"): Door(REFUSED, form={"series": PARTNERSHIP}),
    ("POST", "/preferences/{token}/address"): Door(REFUSED, form=MOVED),
    ("POST", "/preferences/{token}/erase"): Door(REFUSED, form={}),
    ("POST", "/unsubscribe/{token}"): Door(ITS_TOKEN, form={}),
    ("POST", "/unsubscribe/{token}/back"): Door(REFUSED, form={}),
    ("POST", "/api/v1/confirm/{token}"): Door(ITS_TOKEN),
    ("POST", "/api/v1/address/{token}"): Door(ITS_TOKEN),
    ("PUT", "/api/v1/preferences/{token}"): Door(ITS_TOKEN, document=CHOSEN),
    ("DELETE", "/api/v1/preferences/{token}"): Door(ITS_TOKEN),
    ("POST", "/api/v1/preferences/{token}/address"): Door(ITS_TOKEN, document=MOVED),
    ("POST", "/api/v1/unsubscribe/{token}"): Door(ITS_TOKEN),
    ("POST", "/hooks/bounces"): Door(ITS_SECRET),
    ("POST", "/api/v1/operator/issues/{number}/close"): Door(ITS_SECRET),
    ("DELETE", "/api/v1/operator/subscribers/{who}"): Door(ITS_SECRET),
}


@contextmanager
def site_with_everything(database_url: str, tmp_path: Path) -> Iterator[Site]:
    """A site that has every address there can be, with a round and a reader on file."""
    with served(database_url, tmp_path / "mail", **SECRETS) as site:
        file_round(site.service, 1, "Labor: Talked.")
        asks(site.service)
        confirms(site.service)
        yield site


@pytest.fixture
def guarded(database_url: str, tmp_path: Path) -> Iterator[Site]:
    """Such a site on each database."""
    with site_with_everything(database_url, tmp_path) as site:
        yield site


def routes(tmp_path: Path) -> set[tuple[str, str]]:
    return routes_of(Settings(database_url=f"sqlite:///{tmp_path / 'none.db'}", **SECRETS))  # type: ignore[arg-type]


def send(site: Site, method: str, address: str, door: Door, **headers: str) -> httpx.Response:
    with site.visitor(**headers) as browser:
        return browser.request(method, address, data=door.form, json=door.document)


def test_every_address_that_changes_something_says_what_other_sites_can_do_with_it(
    tmp_path: Path,
) -> None:
    assert {each for each in routes(tmp_path) if each[0] not in SAFE} == set(DOORS)


def answered(door: Door, path: str, headers: dict[str, str]) -> int:
    """The status that another site's visitor gets, who knows no secret and no token."""
    if door.why == ITS_SECRET:
        return 401
    if door.why == REFUSED and ("{token}" not in path or headers is not FROM_NOWHERE):
        return 403
    return 404  # a form from a page that lets no referrer out is ours, if it knows the token


def test_another_site_can_use_no_address_of_ours(guarded: Site) -> None:
    before = guarded.everything()
    for (method, path), door in DOORS.items():
        known = own_token(guarded.service)
        for headers in [*FROM_ELSEWHERE, FROM_NOWHERE]:
            wanted = answered(door, path, headers)
            token = "made-up-by-a-stranger" if wanted == 404 else known
            answer = send(guarded, method, address_of(path, token=token), door, **headers)
            assert answer.status_code == wanted, (method, path, headers, answer.text)
    assert guarded.everything() == before


def test_what_is_refused_to_others_is_not_refused_to_our_own_pages(guarded: Site) -> None:
    ours = {"Sec-Fetch-Site": "same-origin", "Origin": guarded.address}
    token = own_token(guarded.service)
    for (method, path), door in DOORS.items():
        if door.why == REFUSED:
            answer = send(guarded, method, address_of(path, token=token), door, **ours)
            assert answer.status_code != 403, path


def everything_asked(site: Site, tmp_path: Path) -> Iterator[tuple[str, str, httpx.Response]]:
    """The answers of every route: to each method that it takes, to others, and to nonsense."""
    token, known = own_token(site.service), routes(tmp_path)
    for number, path in enumerate(sorted({path for _, path in known})):
        secret = SECRETS["hook_secret" if path.startswith("/hooks/") else "operator_token"]
        address = address_of(path, token=token)
        methods = sorted(method for method, template in known if template == path)
        with site.visitor(number, Authorization=f"Bearer {secret}") as visitor:
            yield "GET", f"{path}/x", visitor.get(f"{path}/x")
            for method in ("OPTIONS", "PATCH", *methods):
                door = DOORS.get((method, path), Door(""))
                sent = visitor.request(method, address, data=door.form, json=door.document)
                yield method, path, sent


def forbids_scripts(policy: str) -> bool:
    """Whether a content security policy lets nothing run, whatever else it allows."""
    directives = [directive.strip().partition(" ") for directive in policy.split(";")]
    said = {name: value for name, _, value in directives}
    scripts = [value for name, value in said.items() if name.startswith("script-src")]
    return {said["default-src"], said["base-uri"], *scripts} == {"'none'"}


def test_no_answer_of_any_route_sets_a_cookie_is_for_other_sites_or_lets_scripts_run(
    sqlite_files: SqliteFiles, tmp_path: Path
) -> None:
    statuses, pages = set(), set()
    with site_with_everything(sqlite_files.ready(), tmp_path) as site:
        for method, path, answer in everything_asked(site, tmp_path):
            statuses.add(answer.status_code)
            assert "set-cookie" not in answer.headers, (method, path)
            assert not [n for n in answer.headers if n.startswith("access-control-")], path
            if answer.headers.get("content-type", "").startswith("text/html"):
                pages.add(answer.status_code)
                policy = answer.headers["content-security-policy"]
                assert forbids_scripts(policy), (method, path)
                assert "<script" not in answer.text
    assert {200, 202, 204, 404, 405, 415, 422} <= statuses
    assert {200, 202, 404, 405} <= pages


@pytest.mark.parametrize(
    ("policy", "safe"),
    [
        ("default-src 'none'; base-uri 'none'", True),
        ("default-src 'none'; base-uri 'none'; script-src 'none'", True),
        ("default-src 'self'; base-uri 'none'", False),
        ("default-src 'none'; base-uri 'none'; script-src 'unsafe-inline'", False),
        ("default-src 'none'; base-uri 'none'; script-src-elem https:", False),
    ],
)
def test_a_policy_is_read_as_a_browser_reads_it(policy: str, safe: bool) -> None:
    assert forbids_scripts(policy) is safe
