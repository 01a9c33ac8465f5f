"""A real mail server's own reports: Postfix cannot deliver our mail, and says so into a Maildir."""

from __future__ import annotations

import smtplib
from pathlib import Path

import pytest

from monitor.bootstrap import service
from monitor.settings import Settings
from storage.database import Database
from tests.databases import SqliteFiles
from tests.entrypoints.test_running_service import listen
from tests.entrypoints.user import User
from tests.notifiers.mail_servers import Postbox, mail_server
from tests.returned import LETTER, READER, sent_to, standing
from tests.servers.postfix import MAY_START, postfix

__all__ = ["listen"]

pytestmark = pytest.mark.skipif(not MAY_START, reason="Postfix is not here, or we may not start it")


def theirs_at(far: int) -> dict[str, str]:
    """Settings that have the readers' mail handed on to a server of theirs."""
    return {
        "relay_domains": "example.org",
        "transport_maps": f"inline:{{ {{ example.org = smtp:[127.0.0.1]:{far} }} }}",
    }


@pytest.mark.parametrize(
    ("answer", "said", "state"),
    [
        (
            "550 5.1.1 nobody of that name",
            "1 hard bounce; 1 reader is sent nothing more",
            "suppressed",
        ),
        ("552 5.2.2 the mailbox is full", "1 soft bounce", "confirmed"),
        ("554 5.7.1 we do not like you", "1 soft bounce", "confirmed"),
    ],
)
def test_what_postfix_reports_is_read_believed_and_counted(
    answer: str, said: str, state: str, sqlite_files: SqliteFiles, listen: str, tmp_path: Path
) -> None:
    archive = Path(sqlite_files.ready().removeprefix("sqlite:///"))
    signed = {"mail_from": "digests@rounds.example.org", "bounce_address": "b+*@rounds.example.org"}
    user = User.with_archive(tmp_path, archive, **signed)
    url = str(user.settings["database_url"])
    database = Database(url)
    reader = sent_to(database, READER)
    with service(Settings(database_url=url, **signed)) as made:
        sender = made.return_path.for_mail(LETTER)
    ours = {"@rounds.example.org": "box"}
    with (
        mail_server(Postbox(answers={"RCPT": [answer]})) as far,
        postfix(listen, ours, theirs_at(far)) as relay,
    ):
        host, _, port = listen.partition(":")
        with smtplib.SMTP(host, int(port), timeout=20) as door:
            mail = f"To: {READER}\nMessage-ID: {LETTER}\nSubject: Round 5\n\nRound 5.\n"
            door.sendmail(sender, [READER], mail)
        relay.arrived("box")
        box = str(relay.maildir("box"))
        assert user.runs("bounces", box).said == f"1 mail: {said}\n"
        assert user.runs("bounces", box).said == "0 mails\n"
    assert standing(database, reader.id).state == state
    database.close()
