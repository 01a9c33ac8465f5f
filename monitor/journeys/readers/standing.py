"""How a reader stands: whom a link is about, and whether anything may be sent to an address."""

from __future__ import annotations

from monitor.errors import ReportedAsSpam, TokenSuperseded
from monitor.journeys.readers.tokens import Holder
from storage import subscribers
from storage.database import Transaction
from storage.records import Subscriber

COMPLAINT = "complaint"
"""What the reason of a suppression begins with where a reader reported our mail as spam."""


def reader_of(tx: Transaction, holder: Holder) -> Subscriber:
    """The reader a link stands for, kept from others until the end of a writing transaction.

    Raises:
        TokenSuperseded: there is no such reader any more, or the reader has left that address.
    """
    reader = subscribers.of_id(tx, holder.subscriber_id)
    if reader is None:
        raise TokenSuperseded(
            "the reader of this link was erased: nothing is on file any more",
            todo="subscribe again, if you like",
        )
    if reader.generation != holder.generation:
        raise TokenSuperseded(
            "this link was sent to an address that has been changed since",
            todo="open a link in a mail to the new address",
        )
    return reader


def has_complained(reader: Subscriber) -> bool:
    """Whether nothing may be sent to a reader since our mail was reported as spam."""
    return reader.state == "suppressed" and (reader.reason or "").startswith(COMPLAINT)


def refuse_complained(reader: Subscriber) -> None:
    """Raise where our mail to this reader was reported as spam.

    Raises:
        ReportedAsSpam: it was; only the operator can lift that.
    """
    if has_complained(reader):
        raise ReportedAsSpam(
            "our mail to this address was reported as spam, so nothing is sent to it",
            todo="if that was a mistake, write to the operator of this service",
        )


def refuse_left(reader: Subscriber) -> None:
    """Raise where a reader has left: a link that confirmed once brings nobody back.

    Raises:
        TokenSuperseded: the reader has left since.
    """
    if reader.state == "unsubscribed":
        raise TokenSuperseded(
            "whoever this link belongs to has unsubscribed since",
            todo="subscribe again, or use the link in any of our mails to come back",
        )


def domain_of(address: str) -> str:
    """The domain that receives what is sent to a mail address."""
    return address.rpartition("@")[2].lower()
