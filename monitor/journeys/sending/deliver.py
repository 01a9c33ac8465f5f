"""Drain the outbox: claim in batches with a lease, hand to lanes, record in groups.

A delivery is on record right after the server's yes, before its lane ends another message. A
process killed between the two sends that one mail of each open connection again when the lease is
over, under the same Message-ID; nothing else is ever sent twice, and nothing is lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import inf
from threading import Condition, Lock
from time import monotonic, sleep
from typing import Literal

from monitor.core.allowance import Limits
from monitor.journeys.progress import Each, nobody
from monitor.journeys.sending.drafting import Drafts
from monitor.journeys.sending.lanes import Lanes, Report
from monitor.journeys.sending.outcomes import Domains, learn_of_reader, outcome_of, put_off
from monitor.settings import Settings
from notifiers.mail.parcel import Parcel
from notifiers.message import Notifier, SendError
from storage import outbox
from storage.database import Database, Transaction
from storage.errors import DatabaseLocked, DatabaseUnreachable
from storage.records import Channel, Delivery, Outcome

_BATCH = 20
"""Mails claimed at a time for each lane."""

_LOOK_UP = 1.0
"""Seconds after which the one who records looks up, whether or not a lane has reported."""

_A_MOMENT = 0.003
"""Seconds that a report waits for others at the most, so that they are committed together."""

_PATIENCE = 60.0
"""Seconds that a database which is away (it is started again, perhaps) is waited for by a run."""

_PAUSE = 0.2
"""Seconds between two tries meanwhile."""

WayOf = Callable[[Channel], Notifier]


Content = tuple[Literal["digest", "letter"], int]
"""What a mail tells: a digest, or a letter, by its id."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """How a run through the outbox went.

    `unmade` are the messages that could not be made (they are among the failed or the retried): how
    many there were for each reason; `told` has all of it for each digest and letter apart.
    """

    sent: int
    retried: int
    failed: int
    problem: SendError | None = None
    unmade: Mapping[str, int] = field(default_factory=dict)
    told: Mapping[Content, Mapping[str, int]] = field(default_factory=dict)


def deliver(
    *,
    database: Database,
    way_of: WayOf,
    drafts: Drafts,
    settings: Settings,
    limits: Limits,
    owner: str,
    now: Callable[[], datetime],
    each: Each = nobody,
    most: int | None = None,
    letters_alone: bool = False,
) -> Delivered:
    """Send all that is due.

    Args:
        database: where the outbox is.
        way_of: the way out of a channel, asked for when there is something for it; closed at the
            end.
        drafts: makes the messages.
        settings: the length of the lease, and how many connections there are.
        limits: how much may go out in a minute: those of the process, whatever its run.
        owner: who claims: different for every process.
        now: the clock.
        each: told after each group how many are done; the total is not known (0). What it raises
            ends the run, once the messages in hand are finished and on record.
        most: how many mails, where others are to send the rest.
        letters_alone: leave digests to others.
    """
    run = _Run(
        database,
        way_of,
        drafts=drafts,
        settings=settings,
        limits=limits,
        owner=owner,
        now=now,
        most=most,
        letters_alone=letters_alone,
    )
    try:
        run.until_nothing_is_due(each)
    finally:
        run.close()
    counts = {name: run.counts[name] for name in ("sent", "retried", "failed")}
    return Delivered(**counts, problem=run.problem, unmade=run.unmade, told=run.told)


def retry_failed(*, database: Database, now: datetime) -> int:
    """Have what failed for good tried again, on the operator's word; return how many."""
    with database.transaction() as tx:
        return outbox.retry_failed(tx, now)


class _Run:
    """One run, in the thread of the one who claims and records."""

    def __init__(
        self,
        database: Database,
        way_of: WayOf,
        *,
        drafts: Drafts,
        settings: Settings,
        limits: Limits,
        owner: str,
        now: Callable[[], datetime],
        most: int | None,
        letters_alone: bool,
    ) -> None:
        self._database = database
        self._drafts = drafts
        self._limits = limits
        self._owner = owner
        self._now = now
        self._way_of = way_of
        self._lanes: dict[Channel, Lanes] = {}
        self._lock = Lock()
        self._bell = Condition(self._lock)
        self._left = inf if most is None else most
        self._letters_alone = letters_alone
        self._batch = _BATCH * settings.mail_connections
        self._lease = timedelta(seconds=settings.delivery_lease_seconds)
        self._leased_at = now()
        self._held: dict[int, Delivery] = {}
        self._given_back: list[Outcome] = []
        self._more = True
        with database.reading() as tx:
            self._domains = Domains(tx)
        self.counts: Counter[str] = Counter()
        self.told: dict[Content, Counter[str]] = {}
        self.problem: SendError | None = None
        self.unmade: Counter[str] = Counter()

    def until_nothing_is_due(self, each: Each) -> None:
        """Claim, hand out and record, until what was due is done."""
        while self._more or self._held or self._given_back:
            self._step()
            try:
                each(self.counts.total(), 0)
            except BaseException:  # the run is to end: what is in hand is finished first
                self._finish()
                raise

    def close(self) -> None:
        """Close all lanes."""
        for lanes in self._lanes.values():
            lanes.close()

    def _finish(self) -> None:
        self._stop_handing_out()
        while self._held or self._given_back:
            self._step()

    def _stop_handing_out(self) -> None:
        self._more = False
        self._take_back(lambda parcel: True)

    def _step(self) -> None:
        """Wait for news of the lanes, and record them; claim what is due while there is room."""
        wants = self._more and len(self._held) <= self._batch // 2
        reports = self._gather(wait=bool(self._held) and not wants and not self._given_back)
        if reports or wants or self._given_back or self._lease_is_old(self._now()):
            self._hand_out(self._on_record(reports, wants), self._now())

    def _on_record(self, reports: Sequence[Report], wants: bool) -> tuple[Delivery, ...]:
        """Record what the lanes report, in one commit with the next claim; return what was claimed.

        A database that is busy or away is waited for while our leases last: what a server has taken
        must not be forgotten, or it would be sent again.
        """
        away_until = monotonic() + _PATIENCE
        while True:
            try:
                return self._write(reports, wants, self._now())
            except (DatabaseLocked, DatabaseUnreachable) as fault:
                ours = self._held or self._given_back
                if not ours or self._now() >= self._leased_at + self._lease:
                    raise
                if isinstance(fault, DatabaseUnreachable):
                    if monotonic() > away_until:
                        raise
                    sleep(_PAUSE)

    def _write(
        self, reports: Sequence[Report], wants: bool, moment: datetime
    ) -> tuple[Delivery, ...]:
        renew = self._lease_is_old(moment)
        with self._database.transaction() as tx:
            outcomes = [self._learn(tx, report, moment) for report in reports]
            if renew:
                self._renew_leases(tx, moment)
            given_back = tuple(self._given_back)
            outbox.settle(tx, (*given_back, *outcomes), owner=self._owner, now=moment)
            claimed = self._claim(tx, moment) if wants else ()
        # Only now, since all of it may have to be done again.
        if wants:
            self._left -= len(claimed)
            self._more = self._more and bool(claimed) and self._left > 0
        self._leased_at = moment if renew else self._leased_at
        del self._given_back[: len(given_back)]
        self._count([each for each in given_back if each.tried])
        self._let_go(reports, outcomes)
        return claimed

    def _let_go(self, reports: Sequence[Report], outcomes: Sequence[Outcome]) -> None:
        self._count(outcomes)
        for report, outcome in zip(reports, outcomes, strict=True):
            for content in _contents(self._held.pop(report.parcel.delivery_id)):
                self.told.setdefault(content, Counter())[_became(outcome)] += 1
            report.recorded.set()

    def _count(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            self.counts[_became(outcome)] += 1

    def _gather(self, wait: bool) -> list[Report]:
        """What the lanes report; where one does, most of them are given a moment to do so too.

        The others are meanwhile at their next messages: neither waits for the other for long.
        """
        with self._bell:
            found = self._reported()
            if not found and wait:
                self._bell.wait(min(_LOOK_UP, self._lease.total_seconds() / 4))
                found = self._reported()
            end = monotonic() + _A_MOMENT
            while 0 < len(found) < self._most_of_the_lanes() and (left := end - monotonic()) > 0:
                self._bell.wait(left)
                found += self._reported()
            return found

    def _reported(self) -> list[Report]:
        return [report for lanes in self._lanes.values() for report in lanes.reports()]

    def _most_of_the_lanes(self) -> int:
        busy = min(len(self._held), sum(lanes.open for lanes in self._lanes.values()))
        return (3 * busy + 3) // 4

    def _lease_is_old(self, moment: datetime) -> bool:
        return bool(self._held) and moment - self._leased_at > self._lease / 3

    def _renew_leases(self, tx: Transaction, moment: datetime) -> None:
        """Lengthen them; what was lost (the machine slept) is sent by another, so not by us."""
        renewed = outbox.extend(tx, owner=self._owner, until=moment + self._lease)
        if renewed < len(self._held):
            self._take_back(lambda parcel: True)

    def _learn(self, tx: Transaction, report: Report, moment: datetime) -> Outcome:
        delivery, fault = self._held[report.parcel.delivery_id], report.fault
        outcome = outcome_of(delivery, fault, moment)
        rests = self._domains.learn(tx, delivery.recipient.domain, fault, moment)
        if rests is not None:
            self._rest(delivery.recipient.domain)
        learn_of_reader(tx, delivery, fault, moment)
        if fault is not None and fault.reach == "all":
            self.problem = fault
            self._stop_handing_out()
        return outcome

    def _claim(self, tx: Transaction, moment: datetime) -> tuple[Delivery, ...]:
        return outbox.claim(
            tx,
            owner=self._owner,
            now=moment,
            lease=self._lease,
            limit=self._limits.room(int(min(self._batch, self._left)), moment),
            full=self._limits.full(moment),
            letters_alone=self._letters_alone,
        )

    def _hand_out(self, claimed: Sequence[Delivery], moment: datetime) -> None:
        parcels: dict[Channel, list[Parcel]] = {}
        for delivery in claimed:
            free_at = self._limits.take(delivery.recipient.domain, moment)
            if free_at > moment:
                self._given_back.append(put_off(delivery, free_at))
                continue
            parcel = self._drafted(delivery, moment)
            if isinstance(parcel, Outcome):
                self._given_back.append(parcel)
                continue
            self._held[delivery.id] = delivery
            parcels.setdefault(delivery.recipient.channel, []).append(parcel)
        for channel, ready in parcels.items():
            self._lanes_of(channel).hand_out(ready)

    def _lanes_of(self, channel: Channel) -> Lanes:
        if channel not in self._lanes:
            work = Condition(self._lock)
            self._lanes[channel] = Lanes(self._way_of(channel), self._bell, work)
        return self._lanes[channel]

    def _drafted(self, delivery: Delivery, moment: datetime) -> Parcel | Outcome:
        """The message; or what becomes of a delivery whose message could not be made."""
        try:
            return self._drafts.parcel(delivery, moment)
        except (DatabaseLocked, DatabaseUnreachable):
            return put_off(delivery, moment)  # no fault of the message
        except SendError as fault:
            unmade = fault
        except Exception as fault:  # noqa: BLE001 - one that cannot be made must not stop the others
            unmade = SendError(f"The message could not be made: {fault!r}.", False)
        self.unmade[unmade.summary] += 1
        return outcome_of(delivery, unmade, moment)

    def _rest(self, domain: str) -> None:
        """What goes to a domain that is left alone is given back."""
        self._take_back(lambda parcel: self._domain_of(parcel) == domain)

    def _domain_of(self, parcel: Parcel) -> str:
        return self._held[parcel.delivery_id].recipient.domain

    def _take_back(self, unwanted: Callable[[Parcel], bool]) -> None:
        for lanes in self._lanes.values():
            for parcel in lanes.take_back(unwanted):
                delivery = self._held.pop(parcel.delivery_id)
                self._given_back.append(put_off(delivery, self._now()))


def _contents(delivery: Delivery) -> list[Content]:
    if delivery.letter is not None:
        return [("letter", delivery.letter.id)]
    return [("digest", part.digest_id) for part in delivery.parts]


def _became(outcome: Outcome) -> str:
    return outcome.state if outcome.due_at is None else "retried"
