"""`kill -9` at any moment, then the same command again: the archive is whole, each mail is sent.

No mail is doubled but one that was on its way when the process was killed: between the mail
server's yes and our commit nobody can know. Twenty moments are spread at random over the time that
each command takes; others are chosen where it matters, at every request and at the server's yes.
The seed is printed where a test fails; ROUNDWATCH_TEST_SEED repeats it.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import NoReturn

import pytest

from monitor.core.addresses import FEED_PATH
from tests.faults.conftest import Databases, Eves, Prepare, watching
from tests.faults.processes import Meanwhile
from tests.faults.scenes import READERS, Scene, assert_whole, scene, with_news, with_readers
from tests.faults.watch import DAY, FIFTH_PATH, LISTING, good, page

SEED = int(os.environ.get("ROUNDWATCH_TEST_SEED") or time.time_ns() % 1_000_000)
MOMENTS = 20
KILLED = -9

ON_SQLITE = [("sqlite_files", number) for number in range(MOMENTS)]
ON_POSTGRESQL = [("postgresql", number) for number in range(1, MOMENTS, 4)]
AT_RANDOM = pytest.mark.parametrize(("kind", "number"), ON_SQLITE + ON_POSTGRESQL)
SHOWN = {
    "/robots.txt": page(DAY, "/robots.txt"),
    LISTING: good(LISTING),
    FEED_PATH: good(FEED_PATH),
    FIFTH_PATH: good(FIFTH_PATH),
}

NAMES = ("robots", "listing", "feed", "page")

Set = Callable[[Prepare], Scene]


@pytest.fixture(scope="session")
def seconds() -> dict[tuple[str, str], float]:
    """How long a command takes on a kind of database, as far as it was measured."""
    return {}


@pytest.fixture
def stage(kind: str, eves: Eves, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Set]:
    """Sets scenes on a kind of database, from an archive prepared in some way."""
    databases: Databases = request.getfixturevalue(kind)
    with ExitStack() as stack:

        def set_scene(prepare: Prepare) -> Scene:
            watch = stack.enter_context(watching(eves, databases, prepare))
            return stack.enter_context(scene(watch, tmp_path))

        yield set_scene


@AT_RANDOM
def test_a_poll_killed_at_a_random_moment_is_made_good_by_the_next(
    stage: Set, kind: str, number: int, seconds: dict[tuple[str, str], float]
) -> None:
    killed = killed_at_random("poll", partial(stage, with_readers), kind, number, seconds)
    assert_poll_made_good(killed)


@AT_RANDOM
def test_a_delivery_run_killed_at_a_random_moment_is_made_good_by_the_next(
    stage: Set, kind: str, number: int, seconds: dict[tuple[str, str], float]
) -> None:
    killed = killed_at_random("deliver", partial(stage, with_news), kind, number, seconds)
    assert_deliveries_made_good(killed)


@pytest.mark.parametrize("kind", ["sqlite_files"])
@pytest.mark.parametrize("path", SHOWN, ids=NAMES)
def test_a_poll_killed_while_a_request_waits_is_made_good_by_the_next(
    stage: Set, kind: str, path: str
) -> None:
    made = stage(with_readers)
    made.watch.server.set(path, Meanwhile(SHOWN[path], before=made.kill), SHOWN[path])
    made.start("poll")
    assert (made.ended() or fail()).code == KILLED
    assert_poll_made_good(made)


@pytest.mark.parametrize("kind", ["sqlite_files"])
@pytest.mark.parametrize(
    ("path", "after"),
    [
        pytest.param(LISTING, 0.0, id="listing-0"),
        pytest.param(LISTING, 0.02, id="listing-20-ms"),
        pytest.param(FIFTH_PATH, 0.0, id="page-0"),
        pytest.param(FIFTH_PATH, 0.05, id="page-50-ms"),
        pytest.param(FIFTH_PATH, 0.15, id="page-150-ms"),
    ],
)
def test_a_poll_killed_after_a_page_has_come_is_made_good_by_the_next(
    stage: Set, kind: str, path: str, after: float
) -> None:
    made = stage(with_readers)

    def kill() -> None:
        time.sleep(after)
        made.kill()

    made.watch.server.set(path, Meanwhile(SHOWN[path], after=kill), SHOWN[path])
    made.start("poll")
    made.ended()
    assert_poll_made_good(made)


@pytest.mark.parametrize("kind", ["sqlite_files"])
@pytest.mark.parametrize("after", [None, 0.0, 0.001, 0.003])
@pytest.mark.parametrize("nth", [1, READERS])
def test_a_delivery_run_killed_about_the_servers_yes_doubles_that_mail_at_most(
    stage: Set, kind: str, nth: int, after: float | None
) -> None:
    made = stage(with_news)
    made.postbox.tell(made.kill, nth, after)
    made.start("deliver")
    made.ended()
    doubled = assert_deliveries_made_good(made)
    if after is None:  # the yes was never heard: this one has to be sent again
        assert len(doubled) == 1


# --- What is done, and looked at --------------------------------------------------------------


def killed_at_random(
    word: str,
    set_scene: Callable[[], Scene],
    kind: str,
    number: int,
    seconds: dict[tuple[str, str], float],
) -> Scene:
    """Kill a command at a random moment of the n-th part of its time; gives what is left."""
    whole = seconds.setdefault((word, kind), 0.0) or measured(word, set_scene())
    seconds[word, kind] = whole
    chance = random.Random(f"{SEED} {word} {kind} {number}")
    moment = whole * (number + chance.random()) / MOMENTS
    for _ in range(10):
        # Shown where the test fails.
        print(f"seed {SEED}: {word} is killed after {moment:.3f} of {whole:.3f} s")  # noqa: T201
        made = set_scene()
        made.start(word)
        if made.ended(moment) is None:
            made.kill()
            if (made.ended() or fail()).code == KILLED:
                return made
        moment *= 0.8  # it was quicker this time
    raise AssertionError(f"{word} cannot be killed: it always ends before")


def measured(word: str, made: Scene) -> float:
    """How long a command takes, in seconds, once its code is in the cache."""
    made.command.run("--version")
    started = time.monotonic()
    assert made.command.run(word).code == 0
    return time.monotonic() - started


def assert_poll_made_good(made: Scene) -> None:
    """The same command again files the round once, and mails nobody by itself."""
    made.until_done("poll", lambda: True)
    assert_whole(made.watch)
    assert made.watch.books().queued == READERS
    made.until_done("poll", lambda: True)
    assert_whole(made.watch)
    assert made.postbox.mails == []


def assert_deliveries_made_good(made: Scene) -> set[str]:
    """The same command again sends every mail; gives those that were sent twice."""
    on_its_way = made.in_flight()
    assert len(on_its_way) <= 1
    made.until_done("deliver", made.all_sent)
    assert_whole(made.watch)
    copies = made.postbox.copies()
    assert len(copies) == READERS
    assert len(set(made.postbox.recipients)) == READERS
    doubled = {message_id for message_id, count in copies.items() if count > 1}
    assert doubled <= on_its_way
    assert max(copies.values()) <= 2
    return doubled


def fail() -> NoReturn:
    """For a process that must have ended."""
    raise AssertionError("the process did not end")
