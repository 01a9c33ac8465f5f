"""Addresses in headers and envelopes."""

from __future__ import annotations

import pytest

from notifiers.mail.mailbox import bare_address


def test_the_bare_address_is_found_in_a_mailbox() -> None:
    assert bare_address("Roundwatch <watch@example.org>") == "watch@example.org"
    assert bare_address("watch@example.org") == "watch@example.org"
    assert bare_address("読者@example.org") == "読者@example.org"


@pytest.mark.parametrize("faulty", ["Roundwatch", "", "a@b.example, c@d.example", "a\n@b.example"])
def test_what_is_no_mailbox_is_refused(faulty: str) -> None:
    with pytest.raises(ValueError, match="not a mail address"):
        bare_address(faulty)
