"""Settings: where they come from, what they may be, and every fault at once."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.errors import SettingsError
from monitor.settings import Settings, data_folder, load
from notifiers.mail.mailbox import bare_address

NO_FILE = Path("/nowhere/at/all/.env")


def given(dotenv: Path = NO_FILE, **values: str) -> Settings:
    """The settings of an environment; names as in the record."""
    return load({f"ROUNDWATCH_{name.upper()}": value for name, value in values.items()}, dotenv)


def faults(dotenv: Path = NO_FILE, **values: str) -> list[str]:
    """The faults found, one line each, without the head line."""
    with pytest.raises(SettingsError) as caught:
        given(dotenv, **values)
    assert caught.value.exit_code == 2
    head, *lines = str(caught.value).splitlines()
    assert head == "the settings are faulty:"
    return [line.strip() for line in lines]


def test_without_any_setting_the_live_site_is_watched_from_a_file_of_ones_own() -> None:
    settings = given()
    assert settings.database_url == f"sqlite:///{data_folder() / 'roundwatch.db'}"
    assert settings.source_url == "https://ustr.gov"
    assert settings.max_requests_per_second == 1.0
    assert settings.smtp_url is None
    assert settings.mail_folder == data_folder() / "mail"
    assert settings.listen == "127.0.0.1:8000"


def test_by_default_the_rhythm_is_that_of_office_hours_in_washington() -> None:
    rhythm = given().rhythm
    assert rhythm.zone == ZoneInfo("America/New_York")
    assert (rhythm.office_start, rhythm.office_end) == (time(8), time(19))
    assert (rhythm.office_minutes, rhythm.other_minutes) == (5, 30)
    assert 0 < rhythm.jitter_seconds < 60


def test_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(FrozenInstanceError):
        given().listen = "0.0.0.0:80"  # type: ignore[misc]


def test_every_setting_can_be_given() -> None:
    values = {
        "database_url": "postgresql://roundwatch@db.example.org/archive",
        "source_url": "http://127.0.0.1:8080/copy/",
        "wayback_url": "https://archive.example.org",
        "smtp_url": "smtp://user:secret@mail.example.org:587?starttls=require",
        "mail_from": "Trade Digests <digests@example.org>",
        "public_url": "https://rounds.example.org/",
        "listen": "0.0.0.0:80",
        "secret_key": "a key of some length",
        "operator_email": "operator@example.org",
        "max_requests_per_second": "0.5",
        "poll_zone": "Asia/Tokyo",
        "poll_office_start": "09:30",
        "poll_office_end": "17:45",
        "poll_office_minutes": "10",
        "poll_other_minutes": "60",
        "poll_jitter_seconds": "0",
        "delivery_lease_seconds": "60",
        "bounce_address": "bounces+*@example.org",
        "unsubscribe_address": "leave@example.org",
        "bounce_folder": "/srv/bounces",
        "pulse_file": "/run/pulse",
        "backup_folder": "/srv/backups",
        "hook_secret": "0123456789abcdef",
        "operator_token": "fedcba9876543210",
        "mail_connections": "10",
        "mail_per_minute": "600",
        "mail_per_minute_per_domain": "60",
        "pages_per_minute": "60",
        "wayback_per_minute": "10",
        "trusted_proxies": "127.0.0.1, 10.0.0.0/8,::1",
        "webhook_private": "10.1.0.0/16,fd00::/8",
        "log": "json",
        "log_level": "debug",
    }
    settings = given(**values)
    assert set(values) == {each.name for each in fields(Settings)}
    assert settings == Settings(
        database_url=values["database_url"],
        source_url="http://127.0.0.1:8080/copy",
        wayback_url=values["wayback_url"],
        smtp_url=values["smtp_url"],
        mail_from=values["mail_from"],
        public_url="https://rounds.example.org",
        listen="0.0.0.0:80",
        secret_key="a key of some length",
        operator_email="operator@example.org",
        max_requests_per_second=0.5,
        poll_zone=ZoneInfo("Asia/Tokyo"),
        poll_office_start=time(9, 30),
        poll_office_end=time(17, 45),
        poll_office_minutes=10,
        poll_other_minutes=60,
        poll_jitter_seconds=0,
        delivery_lease_seconds=60,
        bounce_address="bounces+*@example.org",
        unsubscribe_address="leave@example.org",
        bounce_folder=Path("/srv/bounces"),
        hook_secret="0123456789abcdef",
        operator_token="fedcba9876543210",
        mail_connections=10,
        mail_per_minute=600,
        mail_per_minute_per_domain=60,
        pages_per_minute=60,
        wayback_per_minute=10.0,
        trusted_proxies=("127.0.0.1/32", "10.0.0.0/8", "::1/128"),
        webhook_private=("10.1.0.0/16", "fd00::/8"),
        pulse_file=Path("/run/pulse"),
        backup_folder=Path("/srv/backups"),
        log="json",
        log_level="debug",
    )
    assert settings.mail_domain == "example.org"


def test_the_environment_stands_before_the_file(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text(
        'export ROUNDWATCH_MAIL_FROM="File <file@example.org>"\n'
        "ROUNDWATCH_POLL_OFFICE_MINUTES=7  # of an hour\n"
        "UNRELATED=1\n"
    )
    settings = given(dotenv, mail_from="Environment <environment@example.org>")
    assert settings.mail_from == "Environment <environment@example.org>"
    assert settings.poll_office_minutes == 7


def test_a_file_that_is_not_text_is_a_fault_like_any_other(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_bytes(b"ROUNDWATCH_MAIL_FROM=caf\xe9@example.org\n")
    assert faults(dotenv, poll_zone="Mars") == [
        f"{dotenv} cannot be read: it is not in UTF-8",
        "ROUNDWATCH_POLL_ZONE: no time zone is called “Mars”; one is America/New_York",
    ]


def test_an_empty_value_is_none_at_all() -> None:
    settings = given(source_url="", poll_office_minutes="", smtp_url="")
    assert (settings.source_url, settings.poll_office_minutes) == ("https://ustr.gov", 5)
    assert settings.smtp_url is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("database_url", "postgresql://user:secret@db/archive"),
        ("smtp_url", "smtps://user:secret@mail"),
        ("secret_key", "a secret of some length"),
        ("hook_secret", "0123456789abcdef"),
        ("operator_token", "fedcba9876543210"),
    ],
)
def test_every_secret_may_lie_in_a_file(name: str, value: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{value}\n")
    settings = given(**{f"{name}_file": str(tmp_path / "secret")})
    assert getattr(settings, name) == value


def test_a_secret_is_not_given_twice(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("smtp://one.example.org")
    (fault,) = faults(smtp_url="smtp://two.example.org", smtp_url_file=str(tmp_path / "secret"))
    assert fault == "ROUNDWATCH_SMTP_URL: set this or ROUNDWATCH_SMTP_URL_FILE, not both"


def test_a_secrets_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b"caf\xe9")
    assert faults(
        secret_key_file=str(tmp_path / "nowhere"), smtp_url_file=str(tmp_path / "latin")
    ) == [
        f"ROUNDWATCH_SMTP_URL: the file {tmp_path / 'latin'} cannot be read: it is not in UTF-8",
        f"ROUNDWATCH_SECRET_KEY: the file {tmp_path / 'nowhere'} cannot be read: "
        "No such file or directory",
    ]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("DATABSE_URL", "DATABASE_URL"),
        ("SMTP_URL_FIEL", "SMTP_URL_FILE"),
        ("POLL_OFFICE_MINUTE", "POLL_OFFICE_MINUTES"),
        ("PUBLIC_URL_FILE", "PUBLIC_URL"),
    ],
)
def test_a_misspelled_name_is_told_with_the_one_meant(name: str, meant: str) -> None:
    assert faults(**{name: "x"}) == [
        f"ROUNDWATCH_{name}: no such setting; did you mean ROUNDWATCH_{meant}?"
    ]


def test_a_name_like_none_of_ours_is_told_without_a_guess() -> None:
    assert faults(zzzzqqqq="x") == ["ROUNDWATCH_ZZZZQQQQ: no such setting"]


def test_names_of_the_projects_own_tests_and_of_others_are_left_alone() -> None:
    settings = load({"ROUNDWATCH_TEST_POSTGRES": "x", "PATH": "/bin", "roundwatch_x": "y"}, NO_FILE)
    assert settings == given()


def test_every_fault_is_told_at_once() -> None:
    found = faults(databse_url="x", source_url="ustr.gov", poll_zone="Washington", listen="here")
    assert [line.partition(":")[0] for line in found] == [
        "ROUNDWATCH_DATABSE_URL",
        "ROUNDWATCH_SOURCE_URL",
        "ROUNDWATCH_LISTEN",
        "ROUNDWATCH_POLL_ZONE",
    ]


FORMS = {
    "database_url": (
        ["sqlite:////data/archive.db", "postgres://db/archive", "postgresql:///archive?host=/run"],
        ["archive.db", "sqlite:///", "sqlite:archive.db", "postgresql://", "mysql://db/archive"],
    ),
    "source_url": (
        ["https://ustr.gov", "HTTP://127.0.0.1:80", "https://[::1]:8000/copy"],
        ["ustr.gov", "http:ustr.gov", "http:///copy", "ftp://ustr.gov", "https://ustr.gov:99999"],
    ),
    "public_url": (
        ["http://rounds.example.org"],
        ["https://rounds.example.org:0", "http://[::1", "https://rounds example.org"],
    ),
    "smtp_url": (
        ["smtp://mail", "smtps://u:p@mail:465", "file:///var/mail/out", "file://localhost/out"],
        ["mail", "smtp:mail", "smtp://u@mail", "smtp://mail:99999", "file://out", "http://mail"],
    ),
    "mail_from": (
        [
            "a@example.org",
            "Digests <a@example.org>",
            '"Digests, daily" <a@example.org>',
            "Д <a@b.org>",
        ],
        ["digests", "a@b.org, c@b.org", "A, B <a@b.org>", "<a@>", "a@b.org>", "A <a@b.org>\nX: y"],
    ),
    "unsubscribe_address": (["leave@example.org"], ["leave", "L <leave@example.org>"]),
    "operator_email": (
        ["operator@example.org"],
        ["operator", "Operator <operator@example.org>", "operator@example.org\n"],
    ),
    "listen": (
        ["127.0.0.1:8000", ":8000", "[::1]:8000", "localhost:0"],
        ["8000", "127.0.0.1", "127.0.0.1:99999", "::1:8000", "http://127.0.0.1:8000"],
    ),
    "poll_zone": (
        ["America/New_York", "UTC", "Asia/Tokyo"],
        ["Washington", "America", "america/new york", "../../etc/passwd", "/etc/localtime"],
    ),
    "poll_office_start": (
        ["00:00", "08:00", "18:59"],
        ["8:00", "24:00", "29:00", "08:60", "08:00:30", "8 am", "08.00"],
    ),
    "poll_office_minutes": (["1", "5", "1440"], ["0", "1441", "-5", "5.5", "five", "nan"]),
    "poll_jitter_seconds": (["0", "3600"], ["-1", "3601"]),
    "max_requests_per_second": (["0.01", "1", "1000"], ["0", "-1", "1001", "nan", "inf", "one"]),
    "delivery_lease_seconds": (["1", "86400"], ["0", "86401"]),
    "bounce_address": (
        ["bounces@example.org", "bounces+*@example.org", "b-*@example.org"],
        ["bounces", "*@example.org", "b+*+*@example.org", "b@*.org", "B <b@example.org>"],
    ),
    "bounce_folder": (["/srv/bounces"], ["bounces", "~/bounces"]),
    "webhook_private": (
        ["10.0.0.0/8", "10.1.0.0/16, fd00::/8", "127.0.0.1", "::1"],
        ["yes", "10.0.0.1/8", "10.0.0.0/40", "10.0.0.0/8,", "intranet.example.org"],
    ),
    "secret_key": (["0123456789abcdef", "sixteen and more"], ["short", "a" * 15, "a\n" * 16]),
    "operator_token": (
        ["0123456789abcdef", "a+/=" * 125],
        ["a" * 15, "sixteen and more", "schlüssel-von-hier", "a" * 501],
    ),
    "trusted_proxies": (
        ["127.0.0.1", "10.0.0.0/8,::1", "192.0.2.0/24, 2001:db8::/32"],
        ["proxy.example.org", "10.0.0.1/8", "*", "127.0.0.1;10.0.0.1", ","],
    ),
}
RIGHT = [(name, value) for name, (right, _) in FORMS.items() for value in right]
WRONG = [(name, value) for name, (_, wrong) in FORMS.items() for value in wrong]


@pytest.mark.parametrize(("name", "value"), RIGHT)
def test_a_value_of_the_right_form_is_taken(name: str, value: str) -> None:
    assert getattr(given(**{name: value}), name) is not None


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_value_of_another_form_is_refused_by_name(name: str, value: str) -> None:
    (fault,) = faults(**{name: value})
    assert fault.startswith(f"ROUNDWATCH_{name.upper()}: ")
    said = ("wanted", "no time zone is called", "written smtp://", "both a user and a password")
    assert any(words in fault for words in said)


@pytest.mark.parametrize(
    "hours",
    [
        {"poll_office_start": "19:00"},
        {"poll_office_end": "07:59"},
        {"poll_office_start": "20:00", "poll_office_end": "19:59"},
    ],
)
def test_office_hours_that_end_before_they_begin_are_a_fault_that_is_named(
    hours: dict[str, str],
) -> None:
    (fault,) = faults(**hours)
    assert fault.startswith("ROUNDWATCH_POLL_OFFICE_START: ")
    assert "ROUNDWATCH_POLL_OFFICE_END" in fault


@pytest.mark.parametrize(
    ("known", "contact"),
    [
        ({}, "roundwatch@localhost"),
        ({"mail_from": "Digests <d@example.org>"}, "d@example.org"),
        ({"mail_from": "d@example.org"}, "d@example.org"),
        ({"public_url": "https://rounds.example.org"}, "https://rounds.example.org"),
        (
            {"public_url": "https://rounds.example.org", "operator_email": "o@example.org"},
            "o@example.org",
        ),
        ({"operator_email": "опер@example.org"}, "%D0%BE%D0%BF%D0%B5%D1%80@example.org"),
        ({"public_url": "https://bücher.example/(1)"}, "https://b%C3%BCcher.example/%281%29"),
    ],
)
def test_a_webmaster_is_given_the_best_address_there_is(
    known: dict[str, str], contact: str
) -> None:
    assert Settings(database_url="sqlite:///a.db", **known).contact == contact


@pytest.mark.parametrize("mailbox", FORMS["mail_from"][0])
def test_a_sender_that_is_taken_is_one_that_can_send(mailbox: str) -> None:
    assert bare_address(given(mail_from=mailbox).mail_from) in {"a@example.org", "a@b.org"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("database_url", "mysql://user:pass-word@db/archive"),
        ("smtp_url", "smtp://user:pass-word/@mail"),
        ("smtp_url", "smtp://:pass-word@mail"),
        ("operator_token", "pass-word"),
    ],
)
def test_a_fault_never_repeats_a_password(name: str, value: str) -> None:
    assert "pass-word" not in "".join(faults(**{name: value}))
