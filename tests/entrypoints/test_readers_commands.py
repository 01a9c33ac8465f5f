"""subscribe and subscribers: readers, as the operator keeps them."""

from __future__ import annotations

import csv
from base64 import b64decode
from pathlib import Path

import pytest

from tests.entrypoints.saved import SLUG
from tests.entrypoints.user import User

ADDRESS = "reader@example.org"
TASK_FORCE = "us-japan-labor-task-force"
HOOK = "https://hooks.example.org/rounds?team=7"


def test_a_reader_is_added_once(operator: User) -> None:
    first = operator.runs("subscribe", ADDRESS)
    again = operator.runs("subscribe", "Reader@EXAMPLE.org")
    assert (first.code, again.code) == (0, 0)
    assert first.said == f"{ADDRESS} gets the digests of the U.S.-Japan Partnership on Trade\n"
    assert again.said == f"{ADDRESS} is on the list already for {SLUG}\n"
    (reader,) = operator.reads("subscribers", "list")
    assert (reader["address"], reader["state"]) == (ADDRESS, "confirmed")
    assert [each["series"] for each in reader["subscriptions"]] == [SLUG]


def test_a_reader_is_added_with_every_wish(reader: User) -> None:
    done = reader.runs(
        *("subscribe", ADDRESS, "--topic", "labor", "--topic", "digital-economy"),
        *("--rhythm", "weekly", "--weekday", "friday", "--hour", "7", "--zone", "Asia/Tokyo"),
        *("--language", "ja", "--text"),
    )
    assert (done.code, done.complained) == (0, "")
    (found,) = reader.reads("subscribers", "list")
    assert found["preferences"] == {
        "language": "ja",
        "format": "text",
        "rhythm": "weekly",
        "weekday": 4,
        "hour": 7,
        "zone": "Asia/Tokyo",
        "paused_until": None,
    }
    assert found["subscriptions"][0]["topics"] == ["digital-economy", "labor"]


def test_a_reader_on_the_list_gets_a_new_series_and_keeps_what_was_chosen(operator: User) -> None:
    operator.runs("subscribe", ADDRESS, "--rhythm", "daily")
    done = operator.runs("subscribe", ADDRESS, "--series", SLUG, "--series", TASK_FORCE)
    first, second = done.said.splitlines()
    assert first.startswith(f"{ADDRESS} gets the digests of the ")
    assert "Partnership on Trade" not in first
    assert second.startswith("what the reader chose before stays as it is")
    (found,) = operator.reads("subscribers", "list")
    assert found["preferences"]["rhythm"] == "daily"
    assert [each["series"] for each in found["subscriptions"]] == [SLUG, TASK_FORCE]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--topic", "no-such-topic"), "no topic of this series: no-such-topic"),
        (("--zone", "Mars/Base"), "zone: no time zone is called so"),
        (("--series", SLUG, "--series", TASK_FORCE, "--topic", "labor"), "one --series with them"),
        (("--series", "nope"), "no series is called nope"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_the_reason(
    words: tuple[str, ...], why: str, operator: User
) -> None:
    done = operator.runs("subscribe", ADDRESS, *words)
    assert (done.code, done.said) == (2, "")
    assert why in done.complained
    assert operator.reads("subscribers", "list") == []


def test_readers_are_listed_as_a_table_of_all_or_of_one_series(operator: User) -> None:
    assert operator.runs("subscribers", "list").said == "no readers yet\n"
    assert operator.reads("subscribers", "list") == []
    operator.runs("subscribe", ADDRESS)
    operator.runs("subscribe", "other.reader@example.com", "--series", TASK_FORCE)
    head, *rows = operator.runs("subscribers", "list").said.splitlines()
    assert head.split() == ["Address", "State", "Rhythm", "Series", "Since"]
    assert [row.split()[:4] for row in rows] == [
        [ADDRESS, "confirmed", "at-once", SLUG],
        ["other.reader@example.com", "confirmed", "at-once", TASK_FORCE],
    ]
    (one,) = operator.reads("subscribers", "list", "--series", TASK_FORCE)
    assert one["address"] == "other.reader@example.com"


@pytest.mark.parametrize(
    "address", ["nobody", "a@b@example.org", "@example.org", "x y@example.org"]
)
def test_what_is_no_mail_address_is_refused(address: str, operator: User) -> None:
    done = operator.runs("subscribe", address)
    assert (done.code, done.said) == (2, "")
    assert f"“{address}” is no mail address" in done.complained
    assert "write it like reader@example.org" in done.complained
    assert operator.reads("subscribers", "list") == []


def test_a_webhook_is_told_its_secret_when_it_is_added(operator: User) -> None:
    first = operator.runs("subscribe", HOOK)
    again = operator.runs("subscribe", HOOK)
    secret = first.said.splitlines()[1].rpartition(" ")[2]
    assert len(b64decode(secret.removeprefix("whsec_"))) == 32
    assert "whsec_" not in again.said
    assert operator.runs("subscribers", "show", HOOK, "--secret").said == f"{secret}\n"
    (found,) = operator.reads("subscribers", "list")
    assert (found["address"], found["channel"], found["domain"]) == (
        HOOK,
        "webhook",
        "hooks.example.org",
    )


@pytest.mark.parametrize("address", ["http://example.org/a", "https://", "https://u:p@example.org"])
def test_what_is_no_webhook_is_refused(address: str, operator: User) -> None:
    done = operator.runs("subscribe", address)
    assert (done.code, done.said) == (2, "")
    assert "a webhook's address" in done.complained


def test_an_address_of_mail_has_no_secret(operator: User) -> None:
    operator.runs("subscribe", ADDRESS)
    done = operator.runs("subscribers", "show", ADDRESS, "--secret")
    assert (done.code, done.said) == (2, "")
    assert "is no webhook" in done.complained


def test_all_that_is_stored_on_a_reader_is_shown(reader: User) -> None:
    reader.runs("subscribe", ADDRESS)
    reader.runs("announce", "5")
    found = reader.reads("subscribers", "show", "Reader@example.org")
    assert found["subscriber"]["address"] == ADDRESS
    assert [mail["state"] for mail in found["mails"]] == ["queued"]
    shown = reader.runs("subscribers", "show", ADDRESS).said
    assert "state: confirmed" in shown
    assert "topics: all" in shown
    assert "mails: 1" in shown
    missing = reader.runs("subscribers", "show", "nobody@example.org")
    assert (missing.code, missing.said) == (1, "")


def test_a_reader_is_erased_down_to_the_bytes_of_the_database(operator: User) -> None:
    operator.runs("subscribe", ADDRESS)
    done = operator.runs("subscribers", "erase", "READER@example.org")
    assert (done.code, done.said) == (0, f"{ADDRESS} is forgotten\n")
    assert operator.reads("subscribers", "list") == []
    assert not [f for f in operator.home.iterdir() if b"example.org" in f.read_bytes().lower()]
    again = operator.runs("subscribers", "erase", ADDRESS)
    assert (again.code, again.said) == (1, "")
    assert f"{ADDRESS} is not on the list" in again.complained


def test_readers_are_carried_over_by_a_file_that_only_its_owner_reads(
    operator: User,
) -> None:
    newcomer = {"database_url": f"sqlite:///{operator.home / 'another.db'}"}
    operator.runs("subscribe", ADDRESS, "--series", SLUG, "--series", TASK_FORCE)
    operator.runs("subscribe", HOOK)
    done = operator.runs("subscribers", "export", "readers.csv")
    assert done.said == "3 lines written to readers.csv\n"
    file = operator.home / "readers.csv"
    assert file.stat().st_mode & 0o777 == 0o600
    printed = operator.runs("subscribers", "export").said
    assert printed.encode() == file.read_bytes()
    taken = operator.runs("subscribers", "import", str(file), **newcomer)
    assert taken.said == "2 readers taken in with 3 subscriptions, 0 on file already\n"
    assert operator.runs("subscribers", "export", **newcomer).said == printed
    again = operator.runs("subscribers", "import", str(file), **newcomer)
    assert again.said == "0 readers taken in with 0 subscriptions, 2 on file already\n"


def test_a_dry_run_counts_and_changes_nothing(operator: User) -> None:
    (operator.home / "new.csv").write_text(f"address,topics\n{ADDRESS},labour\n", "utf-8")
    done = operator.runs("subscribers", "import", "new.csv", "--dry-run")
    assert done.said.splitlines() == [
        "1 reader would be taken in with 1 subscription, 0 on file already",
        "no round on file names these topics: labour",
    ]
    assert operator.reads("subscribers", "list") == []


def test_faulty_lines_are_named_and_nothing_is_taken_in_unless_they_are_to_be_skipped(
    operator: User,
) -> None:
    with (operator.home / "new.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("address", "hour"))
        table.writerows([(ADDRESS, "8"), ("nobody", "25"), ("other@example.org", "9")])
    done = operator.runs("subscribers", "import", "new.csv")
    assert (done.code, done.said) == (2, "")
    first, *rest = done.complained.splitlines()
    assert first == "roundwatch: line 3: hour: an hour from 0 to 23 is wanted, not “25”"
    assert rest[0] == "roundwatch: 1 line of new.csv cannot be taken in, and none was"
    assert operator.reads("subscribers", "list") == []
    skipped = operator.runs("subscribers", "import", "new.csv", "--skip-faulty")
    assert (skipped.code, skipped.complained.splitlines()) == (0, [first])
    assert skipped.said == "2 readers taken in with 2 subscriptions, 0 on file already\n"


def test_a_file_that_is_none_is_refused_whole(operator: User) -> None:
    missing = operator.runs("subscribers", "import", "nowhere.csv")
    assert missing.code == 2
    assert "nowhere.csv cannot be read" in missing.complained
    (operator.home / "other.csv").write_text("Name;E-Mail\nA;a@example.org\n", "utf-8")
    other = operator.runs("subscribers", "import", "other.csv")
    assert other.code == 2
    assert "does not name the columns (not: name;e-mail)" in other.complained
    assert "commas between them" in other.complained


def test_nothing_is_written_where_nothing_can_be(operator: User) -> None:
    done = operator.runs("subscribers", "export", str(Path("no") / "folder.csv"))
    assert (done.code, done.said) == (2, "")
    assert "cannot be written" in done.complained
