"""The links in a reader's mail: signed, and leading to the reader's own pages."""

from __future__ import annotations

from urllib.parse import quote

from monitor.journeys.readers.tokens import Holder, Signer
from notifiers.mail.parcel import PersonalLinks
from storage.records import Letter, Recipient


class OwnLinks:
    """Writes the addresses of readers' own pages.

    Args:
        signer: makes the tokens.
        public_url: where the pages are, without a slash at the end.
        mailbox: where one can unsubscribe by mail, if anywhere.
    """

    def __init__(self, signer: Signer, public_url: str, mailbox: str | None = None) -> None:
        self._signer = signer
        self._site = public_url
        self._mailbox = quote(mailbox, safe="@+") if mailbox else None

    def personal(self, subscriber_id: int, generation: int) -> PersonalLinks:
        """The links at the foot of a mail, and in its headers."""
        token = self._signer.reader(Holder(subscriber_id, generation))
        return PersonalLinks(
            preferences=f"{self._site}/preferences/{token}",
            unsubscribe=f"{self._site}/unsubscribe/{token}",
            unsubscribe_mail=self._by_mail(token),
        )

    def _by_mail(self, token: str) -> str | None:
        """A mail with the wish ready in its subject (RFC 6068); `journeys.bounces` reads it."""
        return f"mailto:{self._mailbox}?subject=unsubscribe%20{token}" if self._mailbox else None

    def of_letter(self, letter: Letter, to: Recipient) -> str:
        """The link that a letter is sent for; it counts from when the letter was asked for."""
        if letter.subscriber_id is None:
            return self._site
        holder = Holder(letter.subscriber_id, to.generation)
        if letter.kind == "address":
            token = self._signer.address(holder, to.address, now=letter.created_at)
            return f"{self._site}/address/{token}"
        return f"{self._site}/confirm/{self._signer.confirm(holder, now=letter.created_at)}"
