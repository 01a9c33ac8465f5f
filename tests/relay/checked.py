"""What dkimpy says of a signature: Debian's own, in a process of its own, and no code of ours."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass

from tests.servers.opendkim import Published

_PYTHON = "/usr/bin/python3"
_PATIENCE = 30
_SCRIPT = """
import json, sys
import dkim

name, text = sys.argv[1:]

def look_up(asked, timeout=5):
    return text.encode() if asked == name.encode() else None

mail = dkim.DKIM(sys.stdin.buffer.read())
try:
    holds = mail.verify(dnsfunc=look_up)
except dkim.DKIMException:
    holds = False
covered = [name.strip().decode().lower() for name in mail.signature_fields[b"h"].split(b":")]
print(json.dumps({"holds": holds, "covered": covered}))
"""


@dataclass(frozen=True)
class Checked:
    """Whether the signature holds, and the headers that it names, in lower case."""

    holds: bool
    covered: list[str]


def has_dkimpy() -> bool:
    """Is Debian's dkimpy here?"""
    try:
        done = subprocess.run(
            [_PYTHON, "-I", "-c", "import dkim"],
            capture_output=True,
            check=False,
            timeout=_PATIENCE,
        )
    except OSError:
        return False
    return done.returncode == 0


def checked(mail: bytes, key: Published) -> Checked:
    """Have the first signature of a mail verified; the key comes from no name server."""
    done = subprocess.run(
        [_PYTHON, "-I", "-c", _SCRIPT, key.name, key.text],
        input=mail,
        capture_output=True,
        check=True,
        timeout=_PATIENCE,
    )
    return Checked(**json.loads(done.stdout))
