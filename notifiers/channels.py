"""The channels beside mail: which notifier serves one, what it is sent, what receives there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from ipaddress import ip_network

from notifiers.mail.parcel import PREFERENCES, UNSUBSCRIBE, PersonalLinks
from notifiers.message import Notifier
from notifiers.webhook.address import read_webhook_address
from storage.records import Channel, Language, Telling


def notifier_of(
    channel: Channel, *, key: bytes, allowed: Sequence[str], now: Callable[[], datetime]
) -> Notifier:
    """The notifier of a channel; mail has its own, in `notifiers.choice`.

    Args:
        channel: webhook or apprise.
        key: the program's secret key; each webhook's secret is made from it.
        allowed: networks where a webhook may be although they are not public, `10.0.0.0/8`.
        now: the clock.

    Raises:
        ValueError: the channel is mail.
    """
    if channel == "webhook":
        from notifiers.webhook.notifier import WebhookNotifier

        return WebhookNotifier(key, [ip_network(each) for each in allowed], now)
    if channel == "apprise":
        from notifiers.apprise import AppriseNotifier

        return AppriseNotifier()
    raise ValueError("which way mail goes is chosen by notifiers.choice")


def receiver_of(channel: Channel, address: str) -> str:
    """What receives at an address, as the outbox knows it: a webhook's host, apprise's service.

    Raises:
        ValueError: it is no address of that channel; the text says why and does not repeat it.
    """
    if channel == "webhook":
        return read_webhook_address(address).host
    if channel == "apprise":
        from notifiers.apprise import service_of

        return service_of(address)
    raise ValueError("an address of mail is read by its own rules")


def content_of(
    channel: Channel, tellings: Sequence[Telling], *, language: Language, public_url: str | None
) -> bytes:
    """What all readers of a digest, or of several at once, are sent on a channel.

    Args:
        channel: webhook: a JSON document; apprise: the subject, an empty line, the text.
        tellings: what is told, one or more.
        language: of everything but quotations; a document for programs has none.
        public_url: where our pages are, if anywhere.
    """
    if channel == "webhook":
        from notifiers.webhook.document import webhook_document

        return webhook_document(tellings)
    from notifiers.digest.render import render

    rendering = render(tellings, language=language, public_url=public_url)
    return f"{rendering.subject}\n\n{rendering.text}".encode()


def with_links(content: bytes, links: PersonalLinks | None) -> bytes:
    """The content with a reader's own links in their places; None where it has no such places."""
    if links is None:
        return content
    return content.replace(PREFERENCES.encode(), links.preferences.encode()).replace(
        UNSUBSCRIBE.encode(), links.unsubscribe.encode()
    )
