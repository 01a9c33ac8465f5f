"""The archive for programs: the same as the commands say, in pages where it is long."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from monitor.series import followed
from tests.entrypoints.conftest import Filled
from tests.entrypoints.saved import SLUG
from tests.entrypoints.site import served
from tests.entrypoints.user import User

API = "/api/v1"
OURS = f"{API}/series/{SLUG}"
TASK_FORCE = "us-japan-labor-task-force"
EMPTY = "us-kenya-stip"
PROBLEM = "application/problem+json"

TWINS: list[tuple[str, str]] = [
    ("latest", f"{API}/latest"),
    ("latest", f"{OURS}/latest"),
    (f"latest --series {TASK_FORCE}", f"{API}/series/{TASK_FORCE}/latest"),
    ("show 2", f"{API}/rounds/2"),
    ("show 2", f"{OURS}/rounds/2"),
    (f"show 1 --series {TASK_FORCE}", f"{API}/series/{TASK_FORCE}/rounds/1"),
    ("revisions 2", f"{OURS}/rounds/2/revisions"),
    ("compare 4 5", f"{OURS}/comparisons/4/5"),
    ("compare 1 5", f"{OURS}/comparisons/1/5"),
    ("matrix", f"{OURS}/matrix"),
    (f"matrix --series {TASK_FORCE}", f"{API}/series/{TASK_FORCE}/matrix"),
    ("topic ethanol", f"{OURS}/topics/ethanol"),
    ("topic Environment", f"{OURS}/topics/Environment"),
    ("series list", f"{API}/series"),
    ("search labor", f"{API}/search?q=labor"),
    ("search labor", f"{API}/search?q=labor&limit=2"),
    ("issues", f"{API}/issues"),
]
"""A command, and the address that says the same; of an address in pages, all of them."""


@pytest.fixture(scope="module")
def program(filled: Filled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A program that asks an archive of all five rounds."""
    folder = tmp_path_factory.mktemp("api")
    copy = shutil.copy(filled.archive, folder / "archive.db")
    with served(f"sqlite:///{copy}", folder / "mail") as site, site.visitor() as program:
        yield program


def whole(program: httpx.Client, address: str) -> Any:
    """What an address says; of a list all items, page after page."""
    answer = program.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    document = answer.json()
    if not (isinstance(document, dict) and set(document) == {"items", "next"}):
        return document
    rest = whole(program, document["next"]) if document["next"] else []
    return [*document["items"], *rest]


@pytest.mark.parametrize(("command", "address"), TWINS)
def test_a_command_and_its_address_say_the_same(
    command: str, address: str, filled: Filled, program: httpx.Client, tmp_path: Path
) -> None:
    user = User.with_archive(tmp_path, filled.archive, source_url="http://127.0.0.1:9")
    assert whole(program, address) == user.reads(*command.split())


# --- Lists ------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [f"{API}/series", f"{OURS}/rounds", f"{OURS}/topics"])
@pytest.mark.parametrize("limit", [1, 2, 3, 200])
def test_a_list_is_the_same_in_pages_of_any_size(
    address: str, limit: int, program: httpx.Client
) -> None:
    assert whole(program, f"{address}?limit={limit}") == whole(program, address)


def test_a_page_names_the_next_one_in_its_body_and_in_a_header(program: httpx.Client) -> None:
    first = program.get(f"{OURS}/rounds?limit=3")
    assert [each["round"] for each in first.json()["items"]] == [5, 4, 3]
    assert first.links["next"]["url"] == first.json()["next"]
    last = program.get(first.json()["next"])
    assert [each["round"] for each in last.json()["items"]] == [2, 1]
    assert last.json()["next"] is None
    assert "link" not in last.headers


def test_a_round_in_a_list_says_where_and_when_and_who_reports_it(program: httpx.Client) -> None:
    [fifth] = program.get(f"{OURS}/rounds?limit=1").json()["items"]
    assert (fifth["city"], fifth["published"]) == ("Washington", "2024-07-31")
    assert (fifth["held"]["start"], fifth["held"]["end"]) == ("2024-07-29", "2024-07-30")
    named = program.get(f"{OURS}/rounds/5").json()["readout"]["mentions"]
    assert fifth["topics"] + fifth["bilateral_issues"] == len(named)


def test_a_topic_says_which_rounds_name_it(program: httpx.Client) -> None:
    topics = {each["topic"]: each for each in whole(program, f"{OURS}/topics")}
    assert topics["environment"]["rounds"] == [1]
    assert topics["labor"]["rounds"] == [1, 2, 3, 4, 5]
    assert (topics["ethanol"]["bilateral"], topics["ethanol"]["rounds"]) == (True, [3, 5])
    assert list(topics) == sorted(topics)


def test_every_followed_series_is_listed_the_default_first(program: httpx.Client) -> None:
    series = whole(program, f"{API}/series")
    assert [each["slug"] for each in series] == [each.slug for each in followed()]
    by_slug = {each["slug"]: each for each in series}
    assert (by_slug[SLUG]["rounds"], by_slug[SLUG]["latest"]["round"]) == (5, 5)
    assert (by_slug[EMPTY]["rounds"], by_slug[EMPTY]["latest"]) == (0, None)


def test_a_series_without_rounds_has_empty_lists_and_no_latest_round(
    program: httpx.Client,
) -> None:
    of_it = f"{API}/series/{EMPTY}"
    assert program.get(f"{of_it}/rounds").json() == {"items": [], "next": None}
    assert program.get(f"{of_it}/timeline").json()["rounds"] == []
    for path in ("latest", "matrix", "rounds/1", "topics/labor"):
        assert program.get(f"{of_it}/{path}").status_code == 404, path


def test_the_timeline_has_the_gaps_in_days(program: httpx.Client) -> None:
    found = program.get(f"{OURS}/timeline").json()
    assert [each["round"]["round"] for each in found["rounds"]] == [1, 2, 3, 4, 5]
    assert (found["usual_gap"], found["shortest_gap"], found["longest_gap"]) == (175, 158, 314)
    assert found["rounds"][0]["gap"] is None
    assert found["quiet"] > 0


# --- What is not there, and what cannot be asked ----------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "series/us-nowhere/latest",
        "series/us-nowhere/rounds",
        "series/us-nowhere/topics",
        "series/us-nowhere/timeline",
        f"series/{SLUG}/rounds/9",
        f"series/{SLUG}/rounds/five",
        f"series/{SLUG}/rounds/{9**40}",
        f"series/{SLUG}/topics/no-such-topic",
        f"series/{SLUG}/comparisons/1/9",
        f"series/{SLUG}/comparisons/3/3",
        f"series/{SLUG}/comparisons/5/4",
        f"series/{SLUG}/nowhere",
    ],
)
def test_what_is_not_there_is_not_found(path: str, program: httpx.Client) -> None:
    answer = program.get(f"{API}/{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM)


@pytest.mark.parametrize(
    ("query", "parameter", "detail"),
    [
        ("limit=0", "limit", "1 or more is wanted"),
        ("limit=201", "limit", "200 or less is wanted"),
        ("limit=many", "limit", "a whole number is wanted"),
        ("after=nonsense", "after", "it is the cursor of another list, or none of ours"),
        ("after=%22", "after", "it is the cursor of another list, or none of ours"),
        (f"after={'x' * 2000}", "after", "at most 1000 characters are wanted"),
    ],
)
def test_a_query_that_is_not_understood_names_its_parameter(
    query: str, parameter: str, detail: str, program: httpx.Client
) -> None:
    answer = program.get(f"{OURS}/rounds?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM)
    [error] = answer.json()["errors"]
    assert error["parameter"] == parameter
    assert error["detail"].startswith(detail)


def test_the_cursor_of_another_list_is_refused(program: httpx.Client) -> None:
    of_topics = program.get(f"{OURS}/topics?limit=1").json()["next"].partition("after=")[2]
    assert program.get(f"{OURS}/rounds?after={of_topics}").status_code == 422
    assert program.get(f"{API}/series/{EMPTY}/topics?after={of_topics}").status_code == 200
