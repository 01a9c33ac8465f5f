"""A claimed delivery becomes a message: rendered once for each variant, then joined to a reader.

Drafts of the variants in use are kept, and forgotten oldest first, so that memory stays flat
however many choices of topics there are. They are made from the facts that the digest was filed
with, so a draft made again says the same.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

from monitor.core.bounces.return_paths import ReturnPath
from monitor.core.readers.chosen import narrowed_or_whole
from monitor.core.topics import Series
from monitor.journeys.latest import latest, of_round
from monitor.journeys.links import series_as_linked
from monitor.journeys.readers.own_links import OwnLinks
from monitor.journeys.readers.tokens import LASTS
from monitor.journeys.sending.announce import telling_of
from monitor.settings import Settings
from notifiers.channels import content_of, with_links
from notifiers.mail.parcel import Draft, Parcel, PersonalLinks, compose
from storage import outbox
from storage.database import Database, Transaction
from storage.records import (
    Delivery,
    FiledDigest,
    Language,
    Letter,
    MailFormat,
    Part,
    Recipient,
    Rendering,
    Telling,
)

_DRAFTS_KEPT = 40_000_000
"""Bytes: some 600 variants of a usual digest."""

_DIGESTS_KEPT = 8
"""Whole digests, with all their facts."""

_OTHERS_KEPT = 10_000_000
"""Bytes of what is sent to other channels."""

TRACE = "Roundwatch-Trace"
"""The header that names the work a mail comes from; `roundwatch trace` follows it."""

Headers = tuple[tuple[str, str], ...]

T = TypeVar("T")


class _Whole(NamedTuple):
    """A digest with all its facts, and the id of the work that made it."""

    telling: Telling
    series: Series
    trace: str | None


class Drafts:
    """Makes parcels, and remembers the drafts of the variants in use.

    Args:
        database: where the digests are.
        settings: the sender, and the address of the pages.
        links: writes the readers' own links; None where there are no public pages.
        return_path: the envelope's sender.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        links: OwnLinks | None,
        return_path: ReturnPath,
    ) -> None:
        self._database = database
        self._settings = settings
        self._links = links
        self._drafts = _Kept[Draft](_DRAFTS_KEPT, lambda draft: draft.size)
        self._others = _Kept[bytes](_OTHERS_KEPT, len)
        self._return_path = return_path
        self._digests = _Kept[_Whole](_DIGESTS_KEPT, lambda _: 1)

    def parcel(self, delivery: Delivery, now: datetime) -> Parcel:
        """Make the message of a delivery, ready for its way.

        Raises:
            SendError: (permanent) it cannot be written: an address that cannot stand in a header.
        """
        to = delivery.recipient
        if to.channel == "mail":
            draft = self._draft(delivery)
            sender = self._return_path.for_mail(delivery.message_id)
            content = draft.addressed(
                recipient=to.address,
                message_id=delivery.message_id,
                date=now,
                links=self._personal(to),
            )
        else:
            sender, content = "", self._elsewhere(delivery.parts, to)
        return Parcel(
            delivery_id=delivery.id,
            sender=sender,
            recipient=to.address,
            message_id=delivery.message_id,
            content=content,
        )

    def rendering(self, parts: tuple[Part, ...], language: Language) -> Rendering:
        """The words of a mail of these digests, in a language."""
        from notifiers.digest.render import render

        return render(
            self._tellings(parts), language=language, public_url=self._settings.public_url
        )

    def _draft(self, delivery: Delivery) -> Draft:
        to = delivery.recipient
        if delivery.letter is not None:
            return self._letter(delivery.letter, to)
        variant = (delivery.parts, to.language, to.format)
        return self._drafts.of(variant, lambda: self._digest(delivery.parts, to))

    def _digest(self, parts: tuple[Part, ...], to: Recipient) -> Draft:
        return self._composed(self.rendering(parts, to.language), self._headers(parts), to.format)

    def _letter(self, letter: Letter, to: Recipient) -> Draft:
        from notifiers.letters import render_letter

        link = self._links.of_letter(letter, to) if self._links else ""
        return self._composed(
            render_letter(letter, link=link, lasts=LASTS), _followed([letter.trace]), "both"
        )

    def _composed(self, rendering: Rendering, headers: Headers, format_: MailFormat) -> Draft:
        sender = self._settings.mail_from
        return compose(rendering, sender=sender, headers=headers, format=format_)

    def _elsewhere(self, parts: tuple[Part, ...], to: Recipient) -> bytes:
        """What is sent along another channel than mail."""
        variant = (to.channel, parts, to.language)
        content = self._others.of(variant, lambda: self._other(parts, to))
        return with_links(content, self._personal(to))

    def _other(self, parts: tuple[Part, ...], to: Recipient) -> bytes:
        return content_of(
            to.channel,
            self._tellings(parts),
            language=to.language,
            public_url=self._settings.public_url,
        )

    def _headers(self, parts: tuple[Part, ...]) -> Headers:
        """The List-Id (RFC 2919): of the series, or of all where several are in one mail.

        And the ids of the looks that found what is told.
        """
        told = [self._whole(part.digest_id) for part in parts]
        lists = {each.series.slug for each in told}
        name = lists.pop() if len(lists) == 1 else "roundwatch"
        list_id = ("List-Id", f"<{name}.{self._settings.mail_domain}>")
        return (list_id, *_followed(each.trace for each in told))

    def _personal(self, to: Recipient) -> PersonalLinks | None:
        if to.subscriber_id is None or self._links is None:
            return None
        return self._links.personal(to.subscriber_id, to.generation)

    def _tellings(self, parts: tuple[Part, ...]) -> list[Telling]:
        return [self._telling(part) for part in parts]

    def _telling(self, part: Part) -> Telling:
        whole = self._whole(part.digest_id)
        return narrowed_or_whole(whole.telling, part.topics, whole.series)

    def _whole(self, digest_id: int) -> _Whole:
        return self._digests.of(digest_id, lambda: self._read(digest_id))

    def _read(self, digest_id: int) -> _Whole:
        with self._database.reading() as tx:
            filed = outbox.digest(tx, digest_id)
            if filed is None:
                raise LookupError(f"there is no digest {digest_id}")
            series = series_as_linked(tx, filed.series)
            telling = filed.telling or _as_it_stands(tx, filed, series)
            return _Whole(telling, series, filed.trace)


def _followed(traces: Iterable[str | None]) -> Headers:
    """The header by which an operator finds what a mail comes from; none where nobody knows."""
    known = sorted({trace for trace in traces if trace})
    return ((TRACE, ", ".join(known)),) if known else ()


def _as_it_stands(tx: Transaction, filed: FiledDigest, series: Series) -> Telling:
    """The facts of a digest that an earlier version of the program filed without them."""
    account = latest(tx, series) if filed.round is None else of_round(tx, series, filed.round)
    return telling_of(account, filed.kind, filed.created_at)


class _Kept(Generic[T]):
    """The values used last, by key, as many as fit."""

    def __init__(self, room: int, size: Callable[[T], int]) -> None:
        self._room = room
        self._size = size
        self._kept: OrderedDict[Hashable, T] = OrderedDict()

    def of(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of a key, made where it is not kept."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        value = self._kept[key] = make()
        self._room -= self._size(value)
        while self._room < 0 and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._room += self._size(oldest)
        return value
