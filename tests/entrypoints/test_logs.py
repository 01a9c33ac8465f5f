"""The log: a line for people or an object for machines, and nothing in it that must not be there."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

import pytest

from monitor.entrypoints.logs import formatter, of_task
from storage.database import Database
from storage.trace import following
from tests.entrypoints.user import User

SECRET = "hunter2-and-more"


def record(words: str, *values: object, fault: BaseException | None = None) -> logging.LogRecord:
    trouble = (type(fault), fault, fault.__traceback__) if fault else None
    return logging.LogRecord("roundwatch", logging.WARNING, "here.py", 1, words, values, trouble)


def told(form: Any, *words: object, fault: BaseException | None = None) -> str:
    return formatter(form).format(record(str(words[0]), *words[1:], fault=fault))


def test_a_line_for_people_has_time_level_words_and_id() -> None:
    with following("20240731T160520-aaaaaa"):
        line = told("text", "poll: %s", "unchanged")
    time = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}"
    assert re.fullmatch(rf"{time} WARNING poll: unchanged \[20240731T160520-aaaaaa\]", line)
    assert re.fullmatch(rf"{time} WARNING poll: unchanged", told("text", "poll: unchanged"))


def test_a_line_for_machines_is_one_object() -> None:
    with following("20240731T160520-aaaaaa"), of_task("poll"):
        line = told("json", "poll: %s", "unchanged")
    found = json.loads(line)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", found.pop("time"))
    assert found == {
        "event": "poll: unchanged",
        "level": "warning",
        "task": "poll",
        "trace": "20240731T160520-aaaaaa",
    }


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_a_page_says_cannot_forge_a_line(form: str) -> None:
    line = told(form, "issue 1 opened: %s", "x\n2026-01-01 00:00:00,000 INFO all is well\x1b[2J")
    assert len(line.splitlines()) == 1
    assert "\x1b" not in line


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_address_password_or_query_reaches_the_log_by_words_or_by_an_exception(
    form: str,
) -> None:
    words = (
        f"smtp://me:{SECRET}@mail.example.org refused ann@example.net, see https://a.example/?t=1x"
    )
    try:
        raise ValueError(words)
    except ValueError as fault:
        line = told(form, "deliver: %s", words, fault=fault)
    assert "ValueError" in line
    assert "mail.example.org" in line
    assert not [each for each in (SECRET, "ann@", "t=1x") if each in line]


def test_what_the_database_says_of_a_statement_names_no_reader(database: Database) -> None:
    import sqlalchemy

    with pytest.raises(sqlalchemy.exc.SQLAlchemyError) as caught, database.transaction() as tx:
        tx.execute(
            sqlalchemy.text("select * from nowhere where x = :who"), {"who": "ann@b.example"}
        )
    assert "ann" not in str(caught.value)
    assert "nowhere" in str(caught.value)


def test_a_service_logs_as_it_is_told(watcher: User) -> None:
    done = watcher.runs("worker", log="json")
    assert (done.code, "has no queue" in done.complained) == (2, True)
    done = watcher.runs("check", log="yaml", log_level="loud")
    assert done.code == 2
    assert "ROUNDWATCH_LOG: text or json is wanted, not “yaml”" in done.complained
    assert "ROUNDWATCH_LOG_LEVEL: debug, info, warning or error is wanted" in done.complained
