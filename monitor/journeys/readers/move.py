"""A reader changes the address: asked for at the old one, confirmed at the new one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.core.readers.admission import letters_so_far, may_write
from monitor.core.readers.mailboxes import checked
from monitor.errors import AddressTaken, UsageError
from monitor.journeys.readers.standing import (
    domain_of,
    has_complained,
    reader_of,
    refuse_complained,
)
from monitor.journeys.readers.tokens import Holder, NewAddress, Signer
from monitor.settings import Settings
from storage import outbox, subscribers
from storage.database import Database, Transaction
from storage.records import Subscriber


def ask_to_move(
    token: str,
    address: str,
    *,
    database: Database,
    signer: Signer,
    settings: Settings,
    now: datetime,
) -> None:
    """Have a letter ask at the new address. The old one stays until it is confirmed there.

    The same answer whatever the address is: no letter goes to one that is a reader's already, or
    that was shut by a complaint, and no more than to one who subscribes by the form.

    Raises:
        TokenRefused: the link does not count.
        UsageError: it is no mail address, or the reader has another channel than mail.
    """
    holder = signer.read_reader(token)
    wanted = checked(address)
    with database.transaction() as tx:
        reader = reader_of(tx, holder)
        if reader.channel != "mail":
            raise UsageError("only a mail address can be changed", todo="subscribe anew instead")
        if _may_write(tx, reader, wanted, now):
            _write(tx, reader, wanted, settings, now)


def move(token: str, *, database: Database, signer: Signer, now: datetime) -> Subscriber:
    """Move a reader to the address whose mailbox the link was found in; a second time is as one.

    Somebody who waits there for a confirmation, or has left, is the same person and gives way.

    Returns:
        The reader at the new address.

    Raises:
        TokenRefused: the link does not count.
        AddressTaken: another reader has the address, confirmed.
        ReportedAsSpam: our mail to the new address was.
    """
    moving = signer.read_address(token, now=now)
    with database.transaction() as tx:
        reader = subscribers.of_id(tx, moving.holder.subscriber_id)
        if reader is not None and _has_moved(reader, moving):
            return reader
        reader = reader_of(tx, moving.holder)
        _make_way(tx, reader, moving.address, now)
        subscribers.readdress(tx, reader.id, moving.address, domain_of(moving.address))
        return reader_of(tx, Holder(reader.id, reader.generation + 1))


def _has_moved(reader: Subscriber, moving: NewAddress) -> bool:
    return reader.generation == moving.holder.generation + 1 and reader.address == moving.address


def _make_way(tx: Transaction, reader: Subscriber, address: str, now: datetime) -> None:
    there = subscribers.find(tx, address)
    if there is None or there.id == reader.id:
        return
    refuse_complained(there)
    if there.state == "confirmed":
        raise AddressTaken(
            "there is a reader with this address already",
            todo="unsubscribe at the old address, with the link in any mail to it",
        )
    subscribers.erase(tx, there.id, now)


def _may_write(tx: Transaction, reader: Subscriber, address: str, now: datetime) -> bool:
    """Whether a letter may go to a new address: few from one reader, and few to one address."""
    there = subscribers.find(tx, address)
    if there is not None and there.id != reader.id:
        shut = there.state == "confirmed" or has_complained(there)
        if shut or not may_write(there.letters, there.letter_at, now):
            return False
    return _may_ask(_asked_before(tx, reader), now)


def _asked_before(tx: Transaction, reader: Subscriber) -> list[datetime]:
    letters = subscribers.everything_on(tx, reader.id)["letters"]
    return [each["created_at"] for each in letters if each["kind"] == "address"]


def _may_ask(asked: Sequence[datetime], now: datetime) -> bool:
    letters, last = 0, None
    for each in asked:
        letters, last = letters_so_far(letters, last, each) + 1, each
    return may_write(letters, last, now)


def _write(
    tx: Transaction, reader: Subscriber, address: str, settings: Settings, now: datetime
) -> None:
    outbox.queue_letter(
        tx,
        "address",
        address=address,
        subscriber_id=reader.id,
        language=reader.preferences.language,
        facts={"before": reader.address},
        now=now,
        message_id_domain=settings.mail_domain,
    )
    there = subscribers.find(tx, address)
    if there is not None and there.id != reader.id:
        letters = letters_so_far(there.letters, there.letter_at, now) + 1
        subscribers.count_letter(tx, there.id, letters, now)
