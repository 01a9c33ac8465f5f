"""A real Postfix of the test's own: its folders, its port, its Maildirs, and no daemon of Debian's.

It needs root, since Postfix does; nothing of the machine's own Postfix is read or changed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.stopping import stopper

POSTFIX = shutil.which("postfix", path="/usr/sbin:/usr/bin:/sbin:/bin")
MAY_START = POSTFIX is not None and os.geteuid() == 0
PATIENCE = 30
_NOBODY = 65534

_MAIN = {
    "compatibility_level": "3.6",
    "queue_directory": "{folder}/queue",
    "data_directory": "{folder}/data",
    "maillog_file": "{folder}/log/mail.log",
    "maillog_file_prefixes": "{folder}",
    "mail_owner": "postfix",
    "setgid_group": "postdrop",
    "myhostname": "relay.example.net",
    "mydestination": "",
    "inet_interfaces": "loopback-only",
    "mynetworks": "127.0.0.0/8",
    "recipient_delimiter": "+",
    "virtual_mailbox_base": "{folder}/mail",
    "virtual_uid_maps": f"static:{_NOBODY}",
    "virtual_gid_maps": f"static:{_NOBODY}",
    "alias_maps": "",
    "alias_database": "",
    "local_recipient_maps": "",
    "smtp_tls_security_level": "",
    "smtp_dns_support_level": "disabled",
    "notify_classes": "",
}
_MASTER = """
{listen} inet n - n - - smtpd
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


@dataclass(frozen=True)
class Relay:
    """A Postfix that runs."""

    folder: Path

    def maildir(self, name: str) -> Path:
        """Where the mail of a mailbox is; there from its first mail on."""
        return self.folder / "mail" / name

    def arrived(self, name: str, number: int = 1) -> list[bytes]:
        """Wait until so many mails are new in a mailbox; all of them, oldest first."""
        begun = time.monotonic()
        while len(found := list(self.maildir(name).glob("new/*"))) < number:
            assert time.monotonic() - begun < PATIENCE, self.log
            time.sleep(0.05)
        return [each.read_bytes() for each in sorted(found, key=lambda it: it.stat().st_mtime_ns)]

    @property
    def log(self) -> str:
        """What it says of itself."""
        path = self.folder / "log" / "mail.log"
        return path.read_text(errors="replace") if path.exists() else ""


@contextmanager
def postfix(
    listen: str, mailboxes: Mapping[str, str], settings: Mapping[str, str] | None = None
) -> Iterator[Relay]:
    """Run a Postfix for the length of a block.

    Args:
        listen: a free `address:port` of loopback.
        mailboxes: the names of Maildirs by address; `@domain` stands for all of a domain.
        settings: lines of main.cf beside the usual ones.
    """
    assert POSTFIX is not None
    folder = Path(tempfile.mkdtemp(prefix="roundwatch-postfix-"))
    command = [POSTFIX, "-c", str(folder / "etc")]
    stop = stopper(folder, [*command, "stop"])
    try:
        _prepare(folder, listen, _main(folder, mailboxes) | dict(settings or {}))
        done = subprocess.run([*command, "start"], capture_output=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        yield Relay(folder)
    finally:
        stop()


def _main(folder: Path, mailboxes: Mapping[str, str]) -> dict[str, str]:
    domains = dict.fromkeys(address.rpartition("@")[2] for address in mailboxes)
    maildirs = ", ".join(f"{{ {address} = {name}/ }}" for address, name in mailboxes.items())
    return {name: value.format(folder=folder) for name, value in _MAIN.items()} | {
        "virtual_mailbox_domains": ", ".join(domains),
        "virtual_mailbox_maps": f"inline:{{ {maildirs} }}",
    }


def _prepare(folder: Path, listen: str, main: Mapping[str, str]) -> None:
    folder.chmod(0o755)
    for name in ("etc", "queue", "data", "log", "mail"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    os.chown(folder / "mail", _NOBODY, _NOBODY)
    lines = [f"{name} = {value}\n" for name, value in main.items()]
    (folder / "etc" / "main.cf").write_text("".join(lines))
    (folder / "etc" / "master.cf").write_text(_MASTER.format(listen=listen))
