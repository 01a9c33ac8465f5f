"""The lines that docs/relay.md tells operators to write, as the servers of the tests take them."""

from __future__ import annotations

import re
from pathlib import Path

_PAGE = (Path(__file__).parents[2] / "docs" / "relay.md").read_text("utf-8")


def opendkim_conf() -> dict[str, str]:
    """Names and values of opendkim.conf."""
    return dict(line.split() for line in _block("/etc/opendkim.conf"))


def main_cf() -> dict[str, str]:
    """Names and values of Postfix's main.cf."""
    return dict(line.split(" = ") for line in _block("/etc/postfix/main.cf"))


def _block(file: str) -> list[str]:
    found = re.search(rf"^```\n# {re.escape(file)}[^\n]*\n(.+?)^```", _PAGE, re.S | re.M)
    assert found is not None, file
    return found[1].splitlines()
