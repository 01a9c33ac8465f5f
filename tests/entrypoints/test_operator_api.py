"""The operator's endpoints: the twins of commands, for who knows the token and nobody else."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from jsonschema import Draft202012Validator

from monitor.journeys.readers.orders import Order, subscribe
from storage import journal
from tests.entrypoints.routes import SECRETS, address_of, routes_of
from tests.entrypoints.saved import SLUG
from tests.entrypoints.site import Site, served
from tests.entrypoints.test_running_service import listen, until
from tests.entrypoints.user import User, told_to_end
from tests.journeys.offices import add_reader
from tests.journeys.readers import file_round, on_file
from tests.storage.builders import NOON

__all__ = ["listen"]
TOKEN = SECRETS["operator_token"]
OPERATOR = "/api/v1/operator"
WEBHOOK = "https://hooks.example.org/rounds/new?from=us"
READERS = ["first@example.org", "second@example.org", "third+a/b@example.org"]


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Site]:
    """A site with a token: a round that three readers were told of, and an issue."""
    with served(database_url, tmp_path / "mail", operator_token=TOKEN) as site:
        made = site.service
        for reader in READERS:
            add_reader(made, reader)
        file_round(made, 1, "Labor: Talked.")
        file_round(made, 2, "Labor: Spoke.", quiet=False)
        with made.database.transaction() as tx:
            journal.open_issue(
                tx,
                kind="unknown-layout",
                address="https://ustr.gov/a",
                summary="a page shows nothing that we know",
                evidence={"first": "<p>hello</p>", "status": "200"},
                snapshot_id=None,
                now=NOON,
            )
        yield site


@pytest.fixture
def user(office: Site, tmp_path: Path) -> User:
    """The operator at the command line, with the same archive."""
    settings = office.service.settings
    home = tmp_path / "home"
    home.mkdir()
    return User(home, database_url=settings.database_url, source_url=settings.source_url)


def program(site: Site, token: str | None = TOKEN, network: int = 1) -> httpx.Client:
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    return site.visitor(network, **headers)


def got(site: Site, path: str) -> Any:
    with program(site) as asking:
        answer = asking.get(f"{OPERATOR}{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    return answer.json()


def printed(user: User, *words: str) -> Any:
    return json.loads(user.runs(*words, "--json").said)


# --- The twins --------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["check", "issues", "digests"])
def test_the_api_says_what_the_command_prints(office: Site, user: User, command: str) -> None:
    told = got(office, f"/{command}")
    assert without_room(told) == without_room(printed(user, command))
    assert told


def without_room(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is free on the disk may change between two questions."""
    return [each for each in told if each.get("name") != "room"]


def test_a_reader_is_shown_by_address_and_by_number_as_the_command_shows_it(
    office: Site, user: User
) -> None:
    subscribe(Order(WEBHOOK), database=office.service.database, now=NOON)
    for reader in [*READERS, WEBHOOK]:
        shown = printed(user, "subscribers", "show", reader)
        number = str(shown["subscriber"]["id"])
        assert shown["subscriber"]["address"] == reader
        assert got(office, f"/subscribers/{quote(reader, safe='')}") == shown
        assert got(office, f"/subscribers/{number}") == shown
        assert printed(user, "subscribers", "show", number) == shown


def test_readers_come_in_pages_in_the_order_of_the_command(office: Site, user: User) -> None:
    listed = printed(user, "subscribers", "list")
    assert [each["address"] for each in listed] == READERS
    assert got(office, "/subscribers") == {"items": listed, "next": None}
    path, seen = f"{OPERATOR}/subscribers?limit=2&series={SLUG}", []
    with program(office) as asking:
        while path:
            answer = asking.get(path)
            seen += answer.json()["items"]
            path = answer.json()["next"]
            link = f'<{path}>; rel="next"' if path else None
            assert answer.headers.get("link") == link
            assert answer.headers["cache-control"] == "no-store"
        assert seen == listed
        for wrong, status in {"limit=0": 422, "after=x": 422, "series=none": 404}.items():
            assert asking.get(f"{OPERATOR}/subscribers?{wrong}").status_code == status
    add_reader(office.service, "fourth@example.org")
    assert len(got(office, "/subscribers?series=us-kenya-stip")["items"]) == 0


def test_an_issue_is_closed_once(office: Site, user: User) -> None:
    [issue] = got(office, "/issues")
    assert issue["evidence"] == {"first": "<p>hello</p>", "status": "200"}
    with program(office) as asking:
        close = f"{OPERATOR}/issues/{issue['id']}/close"
        done = asking.post(close)
        assert (done.status_code, done.json()) == (200, {"id": issue["id"], "status": "closed"})
        again = asking.post(close)
        assert (again.status_code, again.headers["cache-control"]) == (404, "no-store")
        assert "no open issue has the number" in again.text
        assert asking.post(f"{OPERATOR}/issues/{2**31}/close").status_code == 404
    assert user.runs("issues", "--close", str(issue["id"])).code == 1
    assert got(office, "/issues") == []


@pytest.mark.parametrize("by_number", [True, False])
def test_a_reader_is_erased_and_stands_nowhere_any_more(office: Site, by_number: bool) -> None:
    reader = READERS[2]
    who = str(on_file(office.service, reader).id) if by_number else quote(reader, safe="")
    with program(office) as asking:
        done = asking.delete(f"{OPERATOR}/subscribers/{who}")
        assert (done.status_code, done.content) == (204, b"")
        assert asking.delete(f"{OPERATOR}/subscribers/{who}").status_code == 404
    assert [row for row in office.everything() if reader in row] == []


@pytest.mark.parametrize(
    "who", ["nobody@example.org", "99", "0", "9" * 40, "nobody", "-1", "https://", "٣", "a/b/c"]
)
def test_who_is_not_on_file_is_said_so(office: Site, who: str) -> None:
    with program(office) as asking:
        for method in ("GET", "DELETE"):
            answer = asking.request(method, f"{OPERATOR}/subscribers/{who}")
            assert (answer.status_code, answer.json()["status"]) == (404, 404)
            assert answer.headers["content-type"] == "application/problem+json"


# --- The token --------------------------------------------------------------------------------


def operators(site: Site) -> list[tuple[str, str]]:
    """Every way in that is for the operator alone."""
    found = routes_of(site.service.settings)
    return sorted((m, p) for m, p in found if p.startswith((OPERATOR, "/metrics")))


WRONG = ["wrong", TOKEN[:-1], f"{TOKEN}x", TOKEN.upper(), "é" * 20]
SHOWN = [
    {},
    {"Authorization": "Bearer"},
    {"Authorization": TOKEN},
    {"Authorization": f"Basic {TOKEN}"},
    *({"Authorization": f"Bearer {each}".encode()} for each in WRONG),
]


def test_who_shows_no_token_or_a_wrong_one_gets_the_same_answer_everywhere(office: Site) -> None:
    before, answers = office.everything(), set()
    asked = [(method, path, shown) for method, path in operators(office) for shown in SHOWN]
    for network, (method, path, shown) in enumerate(asked):
        with office.visitor(network) as stranger:
            answer = stranger.request(method, address_of(path), headers=shown)
        said = {name: value for name, value in answer.headers.items() if name != "date"}
        assert said["www-authenticate"] == "Bearer"
        assert said["cache-control"] == "no-store"
        answers.add((answer.status_code, str(said), answer.content if method != "HEAD" else None))
    assert {status for status, _, _ in answers} == {401}
    assert len(answers) == 2  # with a body, and to HEAD without
    assert office.everything() == before


def test_what_one_was_shown_who_knows_the_token_is_not_shown_to_the_next(office: Site) -> None:
    for path in ("/check", "/issues", "/digests", "/subscribers", "/subscribers/1"):
        got(office, path)
        with program(office, None) as stranger:
            assert stranger.get(f"{OPERATOR}{path}").status_code == 401
            assert stranger.head(f"{OPERATOR}{path}").status_code == 401


def test_the_kind_of_the_secret_may_be_written_in_small_letters(office: Site) -> None:
    with office.visitor(Authorization=f"bearer {TOKEN}") as asking:
        assert asking.get(f"{OPERATOR}/check").status_code == 200


def test_a_network_that_guesses_is_refused_for_a_while_whatever_it_shows(office: Site) -> None:
    with program(office, "a guess", 1) as guessing, program(office, TOKEN, 1) as neighbour:
        tried = [guessing.get(f"{OPERATOR}/check").status_code for _ in range(11)]
        assert tried == [401] * 10 + [429]
        refused = neighbour.get(f"{OPERATOR}/subscribers")
        assert refused.status_code == 429
        assert 0 < int(refused.headers["retry-after"]) <= 60
        assert refused.headers["cache-control"] == "no-store"
        assert neighbour.get("/metrics").status_code == 429
        assert neighbour.get("/").status_code == 200
    with program(office, TOKEN, 2) as elsewhere:
        assert elsewhere.get(f"{OPERATOR}/check").status_code == 200


def test_who_asks_without_a_token_is_not_taken_for_one_who_guesses(office: Site) -> None:
    with program(office, None) as browser:
        assert {browser.get(f"{OPERATOR}/check").status_code for _ in range(15)} == {401}
    assert got(office, "/check")


def test_without_a_token_in_the_settings_there_is_no_such_address(site: Site) -> None:
    with program(site) as asking:
        for path in ("/check", "/issues", "/digests", "/subscribers", "/subscribers/1"):
            answer = asking.get(f"{OPERATOR}{path}")
            assert (answer.status_code, answer.json()["status"]) == (404, 404)
        assert OPERATOR not in str(asking.get("/openapi.json").json()["paths"])


def test_the_token_and_the_addresses_asked_for_stand_in_no_log(user: User, listen: str) -> None:
    with user.keeps_running("serve", listen=listen, operator_token=TOKEN) as process:

        def asked(path: str, token: str = TOKEN) -> int | None:
            known = {"Authorization": f"Bearer {token}"}
            try:
                return httpx.get(f"http://{listen}{path}", headers=known).status_code
            except httpx.TransportError:
                return None

        until(lambda: asked("/healthz") == 200, process)
        assert asked(f"{OPERATOR}/subscribers/{READERS[0]}") == 200
        assert asked(f"{OPERATOR}/subscribers/{READERS[0]}", "a-wrong-token-here") == 401
        assert asked("/metrics") == 200
        ended = told_to_end(process, signal.SIGTERM)
    said = ended.said + ended.complained
    assert [word for word in (TOKEN, "a-wrong-token", READERS[0]) if word in said] == []


def test_head_is_answered_wherever_get_is(office: Site) -> None:
    with program(office) as asking:
        for method, path in operators(office):
            if method == "GET":
                answer = asking.head(address_of(path, who=READERS[0]))
                assert (answer.status_code, answer.content) == (200, b"")


def test_the_description_names_the_token_wherever_it_is_wanted(office: Site) -> None:
    with program(office, None) as anybody:
        described = anybody.get("/openapi.json").json()
    assert described["components"]["securitySchemes"]["operator"]["scheme"] == "bearer"
    for path, operations in described["paths"].items():
        for operation in operations.values():
            wanted = [{"operator": []}] if path.startswith((OPERATOR, "/metrics")) else None
            assert operation.get("security") == wanted, path


def test_every_answer_is_of_the_shape_and_status_that_the_description_gives(office: Site) -> None:
    with program(office) as asking:
        described = asking.get("/openapi.json").json()
        for path, operations in described["paths"].items():
            if not path.startswith(OPERATOR):
                continue
            for method, operation in operations.items():
                assert {"401", "429", "503"} <= set(operation["responses"]), path
                assert operation["tags"] == ["operator"]
                address = address_of(path, who=READERS[0])
                answer = asking.request(method.upper(), address)
                response = operation["responses"][str(answer.status_code)]
                if answer.status_code != 204:
                    of_its_shape(answer.json(), response, described)
                    example = response["content"]["application/json"]["examples"]["example"]
                    of_its_shape(example["value"], response, described)
                assert "304" not in operation["responses"], "it is never kept"


def of_its_shape(found: Any, response: Any, described: Any) -> None:
    schema = response["content"]["application/json"]["schema"]
    Draft202012Validator(schema | {"components": described["components"]}).validate(found)
