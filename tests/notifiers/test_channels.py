"""Which notifier serves a channel, what it is sent, and what receives there."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from notifiers.apprise import AppriseNotifier
from notifiers.channels import content_of, notifier_of, receiver_of, with_links
from notifiers.mail.parcel import PREFERENCES, UNSUBSCRIBE, PersonalLinks
from notifiers.webhook.notifier import WebhookNotifier
from storage.records import Telling
from tests.notifiers.builders import BACKGROUND, BEFORE, RENDERED_AT, SERIES_NAME, summary

TOLD = Telling("news", SERIES_NAME, summary(), BACKGROUND, BEFORE, RENDERED_AT)
LINKS = PersonalLinks("https://rounds.example.org/preferences/a", "https://rounds.example.org/u/b")


def now() -> datetime:
    return datetime(2026, 11, 26, tzinfo=UTC)


def test_each_channel_has_its_notifier() -> None:
    assert isinstance(
        notifier_of("webhook", key=b"key", allowed=("10.0.0.0/8",), now=now), WebhookNotifier
    )
    assert isinstance(notifier_of("apprise", key=b"key", allowed=(), now=now), AppriseNotifier)
    with pytest.raises(ValueError, match="mail"):
        notifier_of("mail", key=b"key", allowed=(), now=now)


def test_each_address_says_what_receives_there() -> None:
    assert receiver_of("webhook", "https://Hooks.example.org:8443/x") == "hooks.example.org"
    assert receiver_of("apprise", "discord://123456/abcdef") == "discord"
    with pytest.raises(ValueError, match="https://host/path"):
        receiver_of("webhook", "http://hooks.example.org/")
    with pytest.raises(ValueError, match="mail"):
        receiver_of("mail", "reader@example.org")


def test_a_webhook_is_sent_a_document_and_apprise_words() -> None:
    document = content_of("webhook", [TOLD], language="ja", public_url=None)
    assert json.loads(document)["round"] == 5
    words = content_of("apprise", [TOLD], language="en", public_url=None).decode()
    subject, _, text = words.partition("\n\n")
    assert subject.startswith("Round 5:")
    assert "Environment" in text


def test_a_readers_own_links_stand_where_they_belong() -> None:
    content = f"Change it: {PREFERENCES} or stop: {UNSUBSCRIBE}".encode()
    assert with_links(content, LINKS).decode() == (
        f"Change it: {LINKS.preferences} or stop: {LINKS.unsubscribe}"
    )
    assert with_links(b"none here", None) == b"none here"
