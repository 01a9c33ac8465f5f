"""What docs/channels.md tells receivers to do verifies what we send."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from notifiers.webhook.signature import secret_of, signed_headers

PAGE = (Path(__file__).parents[2] / "docs" / "channels.md").read_text("utf-8")
BODY = '{"kind":"news","city":"東京"}\n'.encode()
SECRET = secret_of(b"a key of the program", "https://hooks.example.org/rounds")


def example(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1]


def headers(at: float) -> dict[str, str]:
    return signed_headers(SECRET, "<digest-1.1@example.org>", datetime.fromtimestamp(at, UTC), BODY)


def test_the_example_in_python_verifies_what_we_send_and_nothing_else() -> None:
    names: dict[str, Any] = {}
    exec(example("python"), names)
    is_genuine, now = names["is_genuine"], time.time()
    assert is_genuine(headers(now), BODY, SECRET)
    assert not is_genuine(headers(now), BODY + b" ", SECRET)
    assert not is_genuine(headers(now - 3600), BODY, SECRET)
    assert not is_genuine(headers(now), BODY, secret_of(b"another key", "https://example.org"))
    assert not is_genuine({**headers(now), "webhook-id": "msg_other"}, BODY, SECRET)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl here")
def test_the_example_for_the_shell_prints_the_signature(tmp_path: Path) -> None:
    (tmp_path / "body").write_bytes(BODY)
    sent = headers(time.time())
    given = {
        "SECRET": SECRET,
        "WEBHOOK_ID": sent["webhook-id"],
        "WEBHOOK_TIMESTAMP": sent["webhook-timestamp"],
        "BODY": str(tmp_path / "body"),
        "PATH": "/usr/bin:/bin",
    }
    done = subprocess.run(
        ["/bin/sh", "-c", example("sh")], env=given, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == sent["webhook-signature"]
