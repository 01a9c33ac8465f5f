"""A real mail server's own reports: Postfix cannot deliver our mail, and says so into a Maildir."""

from __future__ import annotations

import os
import shutil
import smtplib
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
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

__all__ = ["listen"]
POSTFIX = shutil.which("postfix", path="/usr/sbin:/usr/bin:/sbin:/bin")
NOBODY = 65534
PATIENCE = 30

pytestmark = pytest.mark.skipif(
    POSTFIX is None or os.geteuid() != 0, reason="Postfix is not here, or we may not start it"
)

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log/mail.log
maillog_file_prefixes = {folder}
mail_owner = postfix
setgid_group = postdrop
myhostname = relay.example.net
mydestination =
inet_interfaces = loopback-only
mynetworks = 127.0.0.0/8
relay_domains = example.org
recipient_delimiter = +
transport_maps = inline:{{ {{ example.org = smtp:[127.0.0.1]:{far} }} }}
virtual_mailbox_domains = rounds.example.org
virtual_mailbox_base = {folder}
virtual_mailbox_maps = static:box/
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
alias_maps =
alias_database =
local_recipient_maps =
smtp_tls_security_level =
smtp_dns_support_level = disabled
notify_classes =
"""
MASTER = """
{near} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@contextmanager
def postfix(far: int, near: str) -> Iterator[Path]:
    """A Postfix of our own, in a temporary folder; gives the Maildir of what comes back."""
    assert POSTFIX is not None
    folder = Path(tempfile.mkdtemp(prefix="roundwatch-postfix-"))
    folder.chmod(0o755)
    for name in ("etc", "queue", "data", "log", "box"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    os.chown(folder / "box", NOBODY, NOBODY)
    (folder / "etc" / "main.cf").write_text(MAIN.format(folder=folder, far=far))
    (folder / "etc" / "master.cf").write_text(MASTER.format(near=near))
    command = [POSTFIX, "-c", str(folder / "etc")]
    try:
        done = subprocess.run([*command, "start"], capture_output=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        yield folder / "box"
    finally:
        subprocess.run([*command, "stop"], capture_output=True, check=False, timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


def came_back(box: Path) -> Path:
    """Wait for a mail in the Maildir; the Maildir."""
    begun = time.monotonic()
    while not list(box.glob("new/*")):
        log = box.parent / "log" / "mail.log"
        said = log.read_text() if log.exists() else ""
        assert time.monotonic() - begun < PATIENCE, said
        time.sleep(0.1)
    return box


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
    with mail_server(Postbox(answers={"RCPT": [answer]})) as far, postfix(far, listen) as box:
        host, _, port = listen.partition(":")
        with smtplib.SMTP(host, int(port), timeout=20) as relay:
            mail = f"To: {READER}\nMessage-ID: {LETTER}\nSubject: Round 5\n\nRound 5.\n"
            relay.sendmail(sender, [READER], mail)
        assert user.runs("bounces", str(came_back(box))).said == f"1 mail: {said}\n"
        assert user.runs("bounces", str(box)).said == "0 mails\n"
    assert standing(database, reader.id).state == state
    database.close()
