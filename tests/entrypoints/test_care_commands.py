"""issues, check, doctor, migrate: whether all is well, and what to do where it is not."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from monitor.bootstrap import service, utc_now
from monitor.errors import RoundwatchError
from monitor.journeys.poll import poll
from monitor.journeys.problems import record_problem
from monitor.pressroom import PressRoom
from monitor.settings import Settings
from storage.database import Database
from storage.migrations import HEAD
from storage.upgrade import upgrade
from tests.databases import PostgresqlServer
from tests.entrypoints.saved import PUBLISHED
from tests.entrypoints.user import User
from tests.notifiers.mail_servers import Postbox, mail_server


class InDoubt(RoundwatchError):
    """Something read is in doubt."""

    kind = "doubt"


def findings(user: User, **settings: object) -> dict[str, tuple[bool, str]]:
    """What `check --json` found; its exit code has to agree."""
    done = user.runs("check", "--json", **settings)
    found = {each["name"]: (each["well"], each["says"]) for each in json.loads(done.said)}
    assert done.code == (0 if all(well for well, _ in found.values()) else 1)
    return found


@pytest.fixture
def puzzled(operator: User) -> User:
    """A user with one issue open: a saved page that breaks off."""
    (operator.home / "pages").mkdir()
    (operator.home / "pages" / "half.html").write_text("<html><body><p>Half a page", "utf-8")
    operator.runs("backfill", "--from", "pages")
    return operator


def test_an_issue_is_shown_until_a_person_closes_it(puzzled: User) -> None:
    (issue,) = puzzled.reads("issues")
    shown = puzzled.runs("issues")
    assert shown.code == 0
    assert issue["kind"] == "half-loaded"
    assert issue["evidence"]["end"] == "<html><body><p>Half a page"
    row = shown.said.splitlines()[1]
    assert all(words in row for words in ("half-loaded", "its end", "/pages/half.html", "1×"))
    number = str(issue["id"])
    assert puzzled.runs("issues", "--close", number).said == f"issue {number} is closed\n"
    assert puzzled.reads("issues") == []
    assert puzzled.runs("issues").said == "no issue is open\n"


def test_an_issue_that_is_not_open_cannot_be_closed(operator: User) -> None:
    done = operator.runs("issues", "--close", "7")
    assert (done.code, done.said) == (1, "")
    assert "no open issue has the number 7" in done.complained


def test_check_fails_before_the_first_look_and_passes_after_it(watcher: User) -> None:
    before = findings(watcher)
    assert before.pop("sees") == (
        False,
        f"the source {watcher.settings['source_url']} was never seen yet",
    )
    assert all(well for well, _ in before.values())
    assert set(before) == {"sends", "books", "understands", "room"}
    watcher.runs("poll")
    done = watcher.runs_alone("check")
    assert (done.code, done.complained) == (0, "")
    assert [line[:5] for line in done.said.splitlines()] == ["ok   "] * 5
    assert "last good look at http://127.0.0.1" in done.said


def test_the_operator_is_mailed_once_of_what_check_finds(operator: User) -> None:
    settings = Settings(str(operator.settings["database_url"]))
    with service(settings) as made, made.database.transaction() as tx:
        record_problem(tx, InDoubt("odd"), address="https://ustr.gov/a", now=made.now())
    for _ in range(2):
        done = operator.runs("check", "--tell", operator_email="operator@example.org")
        assert done.code == 1
    assert operator.runs("deliver").said.startswith("1 sent")
    (path,) = (operator.home / "mail").glob("letter-*.eml")
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert mail["To"] == "operator@example.org"
    assert mail["Subject"] == "Roundwatch needs you: Issue “doubt”: odd – https://ustr.gov/a"
    text = " ".join(mail.get_body(("plain",)).get_content().split())
    assert (
        "What to do stands in operations.md (in docs, or where the program is in "
        "share/doc/roundwatch), under the headings of its runbooks: “issue”." in (text)
    )


def test_nobody_is_told_where_nobody_is_named(puzzled: User) -> None:
    done = puzzled.runs("check", "--tell")
    assert (done.code, done.said) == (2, "")
    assert "set ROUNDWATCH_OPERATOR_EMAIL" in done.complained


def test_check_fails_on_an_open_issue(puzzled: User) -> None:
    assert findings(puzzled)["understands"] == (False, "1 open (`roundwatch issues`): half-loaded")


def test_check_fails_when_the_looks_stay_away(room: PressRoom, watcher: User) -> None:
    look_some_time_ago(room, watcher, timedelta(minutes=130))
    assert findings(watcher)["sees"][0] is False
    assert findings(watcher, poll_office_minutes=1440, poll_other_minutes=1440)["sees"][0] is True


def test_check_fails_on_a_delivery_that_nobody_sends(room: PressRoom, watcher: User) -> None:
    watcher.runs("subscribe", "reader@example.org")
    look_some_time_ago(room, watcher, timedelta(minutes=62))
    room.publish(PUBLISHED[5])
    look_some_time_ago(room, watcher, timedelta(minutes=61))
    watcher.runs("poll")
    found = findings(watcher)
    assert found.pop("sends")[0] is False
    assert all(well for well, _ in found.values())
    assert watcher.runs("deliver").code == 0
    assert findings(watcher)["sends"] == (True, "no delivery is waiting that is due")


def test_a_delivery_that_has_just_come_due_is_no_failure(room: PressRoom, watcher: User) -> None:
    watcher.runs("subscribe", "reader@example.org")
    watcher.runs("poll")
    room.publish(PUBLISHED[5])
    watcher.runs("poll")
    well, says = findings(watcher)["sends"]
    assert well
    assert says.startswith("a delivery is due since ")


@pytest.mark.parametrize(
    ("answer", "is_well"), [("550 5.7.1 not from you", False), ("550 5.1.1 nobody there", True)]
)
def test_check_fails_on_mail_refused_for_good_unless_nobody_is_there(
    reader: User, answer: str, is_well: bool
) -> None:
    reader.runs("subscribe", "reader@example.org")
    reader.runs("announce", "5")
    postbox = Postbox(answers={"RCPT": [answer]})
    with mail_server(postbox) as port:
        done = reader.runs("deliver", smtp_url=f"smtp://127.0.0.1:{port}")
    assert done.said == "0 sent, 0 to be tried again, 1 failed\n"
    well, says = findings(reader)["books"]
    assert well == is_well
    assert "1 failed" in says


def look_some_time_ago(room: PressRoom, user: User, ago: timedelta) -> None:
    """A look at the source, by a clock that is behind."""
    settings = Settings(
        database_url=str(user.settings["database_url"]),
        source_url=room.base_url,
        max_requests_per_second=1000,
    )
    with service(settings, now=lambda: utc_now() - ago) as made:
        poll(database=made.database, site=made.site, settings=settings, now=made.now)


def examined(user: User, **settings: object) -> dict[str, tuple[bool, str]]:
    """What the doctor finds, by name."""
    told = json.loads(user.runs("doctor", "--json", **settings).said)
    return {each["name"]: (each["well"], each["says"]) for each in told["findings"]}


def test_doctor_tries_every_connection(watcher: User) -> None:
    with mail_server(Postbox()) as port:
        done = watcher.runs_alone("doctor", smtp_url=f"smtp://127.0.0.1:{port}")
    assert (done.code, done.complained) == (0, "")
    lines = [line for line in done.said.splitlines() if not line.startswith("     ")]
    found = dict(line.removeprefix("ok   ").split(": ", 1) for line in lines)
    assert found["database"].startswith(f"sqlite:///{watcher.archive}, tables at {HEAD}; 1 MB; SQL")
    assert found["database"].endswith(", journal wal")
    assert re.fullmatch(
        r"http://127\S+/press-releases answers with [\d,]+ bytes; its robots.txt is kept to",
        found["source"],
    )
    assert found["looks"] == "no good one yet"
    assert found["mail"].startswith("the mail server answers; it lets us in without TLS, without a")
    assert "every 5 minutes from 08:00 to 19:00 on weekdays in America/New_York" in found["rhythm"]
    assert found["pages"].startswith("ROUNDWATCH_PUBLIC_URL is not set")
    assert set(found) >= {"room", "zones", "series", "key"}


def test_doctor_says_where_each_setting_comes_from_and_no_secret(watcher: User) -> None:
    secret = watcher.home / "token"
    secret.write_text("a-token-that-nobody-may-see", "utf-8")
    (watcher.home / ".env").write_text("ROUNDWATCH_POLL_ZONE=Asia/Tokyo\n", "utf-8")
    done = watcher.runs("doctor", operator_token_file=secret, mail_connections=7)
    told = [line.strip() for line in done.said.splitlines() if line.startswith("     ")]
    lines = dict(line.split(" = ", 1) for line in told)
    assert lines["ROUNDWATCH_POLL_ZONE"] == "Asia/Tokyo (.env)"
    assert lines["ROUNDWATCH_MAIL_CONNECTIONS"] == "7 (the environment)"
    assert lines["ROUNDWATCH_POLL_OFFICE_START"] == "08:00 (default)"
    assert lines["ROUNDWATCH_OPERATOR_TOKEN"] == (
        f"set, and not shown ({secret}, by the environment)"
    )
    assert "nobody-may-see" not in done.said + done.complained
    assert len(lines) == len(fields(Settings))


def test_doctor_explains_each_connection_that_fails_and_tries_the_others(watcher: User) -> None:
    watcher.archive.write_bytes(b"this is no database, " * 50)
    found = examined(
        watcher,
        smtp_url="smtp://ann:hunter2@127.0.0.1:9?starttls=never",
        public_url="http://127.0.0.1:9",
    )
    failed = {name for name, (well, _) in found.items() if not well}
    assert failed == {"database", "work", "source", "looks", "mail", "pages"}
    assert "file is not a database" in found["database"][1]
    assert found["mail"][1].startswith("The mail server 127.0.0.1:9 could not be reached")
    assert found["pages"][1].startswith("http://127.0.0.1:9 does not answer: ")
    assert all("; what to do: " in found[name][1] for name in failed)
    assert "hunter2" not in str(found)
    assert found["rhythm"][0]


def test_doctor_counts_the_workers_and_the_connections_of_a_server(
    watcher: User, postgresql: PostgresqlServer
) -> None:
    url = postgresql.ready()
    found = examined(watcher, database_url=url)
    postgresql.drop(url)
    assert re.search(r"; PostgreSQL \d+\S*; \d+ of \d+ connections in use$", found["database"][1])
    assert found["workers"] == (True, "no worker shows a sign of life; jobs waiting: 0")
    assert found["jobs"] == (True, "no job has failed")


def test_doctor_finds_a_site_without_a_listing(room: PressRoom, watcher: User) -> None:
    found = examined(watcher, source_url=f"{room.base_url}/elsewhere")
    well, says = found["source"]
    assert not well
    assert says.startswith(f"{room.base_url}/elsewhere has no listing under either")
    assert found["mail"] == (
        True,
        f"no mail server is set; mail is written to {watcher.home / 'mail'}",
    )


def test_doctor_finds_a_folder_that_takes_no_mail(watcher: User) -> None:
    (watcher.home / "mail").write_text("a file where the folder should be", "utf-8")
    done = watcher.runs("doctor")
    assert done.code == 1
    assert f"FAIL mail: no mail can be written to {watcher.home / 'mail'}: " in done.said


def test_a_fresh_database_is_migrated_once(newcomer: User) -> None:
    assert newcomer.runs("migrate").said == f"the tables went from none to {HEAD}\n"
    assert newcomer.runs("migrate").said == f"the tables are up to date ({HEAD})\n"
    assert [path.name for path in newcomer.home.iterdir()] == ["archive.db"]


def test_an_older_database_is_named_and_migrated_with_a_backup(newcomer: User) -> None:
    database = Database(str(newcomer.settings["database_url"]))
    with database.transaction() as tx:
        upgrade(tx, "0001")
    database.close()
    done = newcomer.runs("latest")
    assert (done.code, done.said) == (2, "")
    assert "are of an older Roundwatch (0001" in done.complained
    assert "Run `roundwatch migrate`" in done.complained
    went, copied = newcomer.runs("migrate").said.splitlines()
    assert went == f"the tables went from 0001 to {HEAD}"
    assert Path(copied.removeprefix("a backup of what was before is in ")).is_file()
    assert newcomer.runs("latest").code == 1


def test_the_latest_rounds_can_be_found_at_the_source_or_canary_says_which_cannot(
    room: PressRoom, watcher: User
) -> None:
    assert watcher.runs("canary").said == "no round is on file that could be looked for\n"
    watcher.runs("backfill")
    done = watcher.runs("canary")
    assert (done.code, done.complained) == (0, "")
    first, *_ = done.said.splitlines()
    assert first.startswith("ok   us-japan-partnership-on-trade 4: https://ustr.gov/about")
    found = watcher.reads("canary")
    assert {each["is_read"] for each in found} == {True}
    gone = watcher.runs("canary", source_url="http://127.0.0.1:9")
    assert gone.code == 3
    assert "could not be had" in gone.said
