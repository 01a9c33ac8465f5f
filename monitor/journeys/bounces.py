"""Reports of mail that came back, and of complaints: believed on evidence, counted once.

Anyone can send us a report, and who could make us believe it could take readers off the list. So it
counts only where one of these shows that it is about a mail of ours:

- the reader's own link to unsubscribe, in the head of the mail that it returns: whoever has that
  can stop the mail anyway;
- the signed address that the mail was sent from (`monitor.core.bounces.return_paths`), if the
  operator has such addresses; then the next does not count any more;
- the Message-ID of a mail that we sent, and the address that we sent it to, both.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from monitor.core.bounces.mail_words import same_address, same_domain
from monitor.core.bounces.reports import Report, report_in
from monitor.core.bounces.return_paths import ReturnPath
from monitor.core.bounces.score import GIVEN_UP, raised
from monitor.errors import SettingsError, TokenRefused
from monitor.journeys.readers.leave import unsubscribe
from monitor.journeys.readers.standing import COMPLAINT
from monitor.journeys.readers.tokens import Signer
from monitor.settings import Settings
from notifiers.mail.mailbox import bare_address
from storage import outbox, subscribers
from storage.bounces import file_bounce
from storage.database import Database, Transaction
from storage.records import Bounce, BounceClass, Subscriber

_OWN_LINK = re.compile(r"/unsubscribe/([\w.-]{10,1000})(?=>|$)", re.ASCII)
_MOST_LINKS = 3
"""Signatures checked for one report: our mail has one link, who puts in more wants to cost time."""

_LEAVES = re.compile(r"\W*unsubscribe ([\w.-]{10,1000})", re.ASCII | re.IGNORECASE)
_GRAVITY: tuple[BounceClass, ...] = ("complaint", "hard", "soft", "ignored")
_STILL_SENT_TO = frozenset({"pending", "confirmed"})


@dataclass(frozen=True, slots=True)
class Marks:
    """What a report is known by to be about a mail of ours: whose keys signed what was in it."""

    signer: Signer
    return_path: ReturnPath


@dataclass(frozen=True, slots=True)
class BouncesTaken:
    """What came of some mails: how many there were, and how many reports of each kind counted.

    `ignored` reported nothing that counts, `doubted` showed no mail of ours, `again` had been taken
    before, `others` were no reports; `stopped` is how many readers nothing more is sent to. `left`
    is how many mails were no reports, but asked to be sent nothing more.
    """

    mails: int = 0
    hard: int = 0
    soft: int = 0
    complaint: int = 0
    ignored: int = 0
    doubted: int = 0
    again: int = 0
    others: int = 0
    stopped: int = 0
    left: int = 0


def take_bounces(
    mails: Iterable[bytes], *, database: Database, marks: Marks, now: datetime
) -> BouncesTaken:
    """Take reports in: a hard bounce or a complaint stops the mail, soft ones add up.

    Each mail is a commit of its own, made before the next is asked for. A mail that was taken
    before, by this way or another, changes nothing.

    Args:
        mails: as they came.
        database: where readers and outbox are.
        marks: what is known to be ours.
        now: the time to count them at, aware.
    """
    counts: Counter[str] = Counter()
    for content in mails:
        report = report_in(content)
        counts["mails"] += 1
        if not report.bounces:
            counts[_wish(report, database, marks, now)] += 1
            continue
        if all(bounce.kind == "ignored" for bounce in report.bounces):
            counts["ignored"] += 1
            continue
        with database.transaction() as tx:
            counts.update(_take(tx, report, marks, now))
    return BouncesTaken(**counts)


def return_path_for(settings: Settings, key: Callable[[], str]) -> ReturnPath:
    """Where mail comes back to: the sender, or the address set for it, signed if it has a `*`.

    Args:
        settings: the addresses.
        key: gives the service's key, where one is needed to sign.

    Raises:
        SettingsError: MAIL_FROM is no mail address.
    """
    try:
        sender = bare_address(settings.mail_from)
    except ValueError as fault:
        raise SettingsError(f"ROUNDWATCH_MAIL_FROM: {fault}") from fault
    address = settings.bounce_address or sender
    return ReturnPath(address, settings.mail_domain, key().encode() if "*" in address else b"")


def _wish(report: Report, database: Database, marks: Marks, now: datetime) -> str:
    """What a mail is that reports nothing: the wish to leave (RFC 2369 section 3.2), or other."""
    if not (asked := _LEAVES.fullmatch(report.subject)):
        return "others"
    try:
        unsubscribe(asked[1], database=database, signer=marks.signer, now=now)
    except TokenRefused:
        return "others"
    return "left"


def _take(tx: Transaction, report: Report, marks: Marks, now: datetime) -> list[str]:
    """Take one report; return what is to be counted."""
    shown = _shown(tx, report, marks)
    told = [_about(tx, bounce, shown, marks) for bounce in report.bounces]
    known = [each for each in told if each is not None]
    if not known:
        return ["doubted"]
    # One mail has one reader; of what a report says of places it was passed on to, the worst holds.
    reader, bounce = min(known, key=lambda each: _GRAVITY.index(each[1].kind))
    if bounce.kind == "ignored":
        return ["ignored"]
    return list(weigh(tx, reader, bounce, report=report.identity, now=now))


def _shown(tx: Transaction, report: Report, marks: Marks) -> Subscriber | None:
    """Find the reader whom a report is about by what only our mail to that reader could show."""
    reader = _by_own_link(tx, report, marks.signer)
    if reader is None and (mail := marks.return_path.mail_of(report.return_paths)):
        reader = _by_message_id(tx, mail)
    return reader


def _about(
    tx: Transaction, bounce: Bounce, shown: Subscriber | None, marks: Marks
) -> tuple[Subscriber, Bounce] | None:
    """Find the reader whom a bounce is about, and what it means; None where nothing shows that."""
    if shown is not None:
        return shown, _as_ours(bounce, shown)
    if marks.return_path.tagged or bounce.message_id is None:
        return None
    reader = _by_message_id(tx, bounce.message_id)
    if reader is None or not same_address(bounce.address, reader.address):
        return None
    return reader, bounce


def _by_own_link(tx: Transaction, report: Report, signer: Signer) -> Subscriber | None:
    for found in islice(_OWN_LINK.finditer(report.unsubscribe), _MOST_LINKS):
        try:
            holder = signer.read_reader(found[1])
        except TokenRefused:
            continue
        reader = subscribers.of_id(tx, holder.subscriber_id)
        # Of a mail to an address that the reader has left, nothing is to be learned.
        if reader is not None and reader.generation == holder.generation:
            return reader
    return None


def _by_message_id(tx: Transaction, message_id: str) -> Subscriber | None:
    sent = outbox.sent_to(tx, message_id)
    return subscribers.of_id(tx, sent[0]) if sent else None


def _as_ours(bounce: Bounce, reader: Subscriber) -> Bounce:
    """Weigh what is said of another address than the reader's: one that the mail was passed on to.

    What is final there, or not wanted there, is not so for the reader, and counts as soft. Who
    reports a complaint may have made the name in an address unreadable, but not its domain
    (RFC 6590).
    """
    same = same_domain if bounce.kind == "complaint" else same_address
    if bounce.kind == "ignored" or not bounce.address or same(bounce.address, reader.address):
        return bounce
    return replace(bounce, kind="soft")


def weigh(
    tx: Transaction, reader: Subscriber, bounce: Bounce, *, report: str, now: datetime
) -> tuple[str, ...]:
    """File a bounce, count a soft one, and stop the mail where that is due.

    One who has left is left alone; what was reported before counts no more.

    Args:
        tx: a writing transaction.
        reader: whom it is about.
        bounce: what was said.
        report: what tells the report from all others.
        now: the time, aware.

    Returns:
        What is to be counted: the kind of the bounce, and `stopped`; or `again`.
    """
    if not file_bounce(tx, bounce, report=report, subscriber_id=reader.id, now=now):
        return ("again",)
    return (bounce.kind, *_consequence(tx, reader, bounce, now))


def _consequence(
    tx: Transaction, reader: Subscriber, bounce: Bounce, now: datetime
) -> tuple[str, ...]:
    if bounce.kind == "soft":
        score = raised(reader.bounces, reader.bounced_at, now)
        subscribers.score(tx, reader.id, score, now)
        if score < GIVEN_UP:
            return ()
    if reader.state not in _STILL_SENT_TO:
        return ()
    subscribers.suppress(tx, reader.id, _reason(bounce), now)
    return ("stopped",)


def _reason(bounce: Bounce) -> str:
    said = f"{bounce.status}, {bounce.words}" if bounce.status else bounce.words
    match bounce.kind:
        case "complaint":
            return f"{COMPLAINT}: {said}"
        case "hard":
            return f"came back: {said}"
        case _:
            return f"came back again and again: {said}"
