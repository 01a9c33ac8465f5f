"""Somebody asks for digests; whoever reads the mailbox says yes; the first digest is on its way.

What is asked at the form shows nothing to who asks: an address that is unknown, that waits for its
confirmation, that is confirmed or shut looks all the same from outside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.core.readers.admission import letters_so_far, may_write
from monitor.core.readers.mailboxes import checked
from monitor.core.topics import Series
from monitor.journeys.readers.standing import (
    domain_of,
    has_complained,
    reader_of,
    refuse_complained,
    refuse_left,
)
from monitor.journeys.readers.tokens import Signer
from monitor.journeys.readers.welcome import welcome
from monitor.settings import Settings
from storage import outbox, subscribers
from storage.database import Database, Transaction
from storage.records import Language, Preferences, Subscriber


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for: digests of some series to an address.

    `topics` has the slugs chosen of a series; all are meant where it has none.
    """

    address: str
    series: tuple[Series, ...]
    topics: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    language: Language = "en"


def ask(wish: Wish, *, database: Database, settings: Settings, now: datetime) -> None:
    """File a wish, and have a letter ask whoever reads the mailbox.

    Nothing at all happens where the address is confirmed already, or was shut by a complaint. No
    letter goes out where enough went there; what is wished for counts all the same once somebody
    confirms.

    Args:
        wish: what is asked for; its address in any spelling.
        database: where readers are.
        settings: the domain of Message-IDs.
        now: the time, aware.

    Raises:
        UsageError: it is no mail address.
    """
    address = checked(wish.address)
    with database.transaction() as tx:
        reader = _on_file(tx, address, wish.language, now)
        if reader.state == "confirmed" or has_complained(reader):
            return
        _note(tx, reader, wish, now)
        if may_write(reader.letters, reader.letter_at, now):
            _write(tx, reader, wish, settings, now)


def confirm(
    token: str, *, database: Database, signer: Signer, settings: Settings, now: datetime
) -> Subscriber:
    """Whoever reads the mailbox says yes; a second time changes nothing.

    In the same commit the latest digest of each series is queued. One whose mail came back can
    confirm anew: the mailbox is there, for its letter was read.

    Returns:
        The reader, confirmed.

    Raises:
        TokenRefused: the link does not count.
        ReportedAsSpam: our mail to this address was; the operator alone can lift that.
    """
    holder = signer.read_confirm(token, now=now)
    with database.transaction() as tx:
        reader = reader_of(tx, holder)
        refuse_complained(reader)
        if reader.state == "confirmed":
            return reader
        refuse_left(reader)
        subscribers.confirm(tx, reader.id, now)
        welcome(tx, reader, settings=settings, now=now)
        return reader_of(tx, holder)


def _on_file(tx: Transaction, address: str, language: Language, now: datetime) -> Subscriber:
    """The reader of an address, as pending where it is new; nobody else changes it meanwhile."""
    reader, _ = subscribers.add(
        tx,
        address=address,
        channel="mail",
        domain=domain_of(address),
        state="pending",
        preferences=Preferences(language=language),
        now=now,
    )
    return subscribers.of_id(tx, reader.id) or reader


def _note(tx: Transaction, reader: Subscriber, wish: Wish, now: datetime) -> None:
    """Keep what is wished for, for the day on which somebody confirms it.

    Of one who never confirmed, all that was ever asked for; one who has gone, and comes back by the
    form, does not mean what there was before.
    """
    if reader.state == "unsubscribed":
        subscribers.await_confirmation(tx, reader.id)
    wanted = {each.slug for each in wish.series}
    for former in reader.subscriptions if reader.state != "pending" else ():
        if former.series not in wanted:
            subscribers.unfollow(tx, reader.id, former.series, now)
    for each in wish.series:
        subscribers.follow(tx, reader.id, each.slug, wish.topics.get(each.slug, ()), now)
    subscribers.prefer(tx, reader.id, replace(reader.preferences, language=wish.language))


def _write(
    tx: Transaction, reader: Subscriber, wish: Wish, settings: Settings, now: datetime
) -> None:
    outbox.queue_letter(
        tx,
        "confirm",
        address=reader.address,
        subscriber_id=reader.id,
        language=wish.language,
        facts={"series": "\n".join(each.name for each in wish.series)},
        now=now,
        message_id_domain=settings.mail_domain,
    )
    letters = letters_so_far(reader.letters, reader.letter_at, now) + 1
    subscribers.count_letter(tx, reader.id, letters, now)
