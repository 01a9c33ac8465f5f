"""Alarms: the operator hears of what is not well, once; when it changes; and when it is over."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from monitor.core.alarms import Trouble, Turn, turn
from monitor.core.troubles import runbook_of, troubles_of
from monitor.journeys.finding import Finding
from monitor.journeys.health import check
from monitor.journeys.problems import FAULTS_OF_A_PAGE
from monitor.settings import Settings
from storage import alarms, journal, outbox
from storage.database import Database, Transaction

_log = logging.getLogger("roundwatch")

MACHINERY = {
    "ticks": "No scheduler runs",
    "workers": "Jobs wait and no worker is there",
    "jobs": "Jobs have failed",
    "room": "The disk under the database is nearly full",
}
"""What is said of a finding about the machinery, by its name, which is the alarm's too."""

_MOST_LINES = 20
"""So many are told one by one in a letter; `roundwatch issues` has them all."""


def sound(*, database: Database, settings: Settings, now: datetime) -> tuple[Finding, ...]:
    """Check, and tell the operator what is new: in a letter and in the log.

    The letter, if there is one, and the alarms that it tells of are one commit: each is told
    once, however many check at the same time. Without an operator's address the log alone has it.

    Returns:
        All that was checked.
    """
    with database.transaction() as tx:
        alarms.hold(tx)
        found = check(tx, settings, now)
        news = turn(alarms.standing(tx), tuple(_troubles(tx, found, settings, now)), now)
        _keep(tx, news)
        if news.is_news and settings.operator_email is not None:
            outbox.queue_letter(
                tx,
                "alarm",
                address=settings.operator_email,
                subscriber_id=None,
                language="en",
                facts=facts(news),
                now=now,
                message_id_domain=settings.mail_domain,
            )
    _write_to_the_log(news)
    return found


def facts(news: Turn) -> Mapping[str, str]:
    """What an alarm's letter tells: `new`, `changed`, `over`, one line for each alarm; `runbooks`.

    Each runbook stands there once.
    """
    told = {
        "new": map(_line, news.new),
        "changed": map(_line, news.changed),
        "over": (alarm.says for alarm in news.over),
        "runbooks": dict.fromkeys(runbook_of(each.alarm) for each in (*news.new, *news.changed)),
    }
    lines = {name: tuple(each) for name, each in told.items()}
    return {name: "\n".join(_shortened(each)) for name, each in lines.items() if each}


def _troubles(
    tx: Transaction, found: Iterable[Finding], settings: Settings, now: datetime
) -> Iterator[Trouble]:
    """What of the findings the operator is to hear of, each under the name of its alarm."""
    said = {finding.name: finding.says for finding in found if not finding.well}
    if "sees" in said and _has_looked(tx):
        yield Trouble("source", f"The source {settings.source_url} is silent", said["sees"])
    if "sends" in said:
        detail = "; ".join((said["sends"], *_put_off(tx, now)))
        yield Trouble("sending", "Deliveries are stuck", detail)
    if "books" in said:
        yield from _of_the_books(tx, said["books"])
    for name, sentence in MACHINERY.items():
        if name in said:
            yield Trouble(name, sentence, said[name])
    yield from troubles_of(journal.issues(tx), FAULTS_OF_A_PAGE, now)


def _put_off(tx: Transaction, now: datetime) -> Iterator[str]:
    """Which domains put us off, with what the first of them said."""
    resting = outbox.resting(tx, now)
    if resting:
        domain, _, words = resting[0]
        more = f", and {len(resting) - 1} domains more" if len(resting) > 1 else ""
        yield f"{domain} puts us off (“{words}”){more}"


def _of_the_books(tx: Transaction, says: str) -> Iterator[Trouble]:
    if not outbox.balance(tx).balanced:
        yield Trouble("books", "The outbox's books do not balance", says)
    # That nobody is at an address is no news to the operator: in a long list it is so every time.
    if outbox.failed_and_wanted(tx):
        yield Trouble("failed", "Deliveries have failed for good", says)


def _has_looked(tx: Transaction) -> bool:
    """Whether a look has ended: before the first one there is nothing to be silent."""
    return any(poll.outcome for poll in journal.polls(tx, limit=2))


def _keep(tx: Transaction, news: Turn) -> None:
    for alarm in news.kept:
        alarms.keep_alarm(tx, alarm)
    for alarm in news.over:
        alarms.end_alarm(tx, alarm.name)


def _line(trouble: Trouble) -> str:
    """One line of a letter: what a page or a server said may have several."""
    told = f"{trouble.says} – {trouble.detail}" if trouble.detail else trouble.says
    return " ".join(told.split())


def _shortened(lines: tuple[str, ...]) -> tuple[str, ...]:
    if len(lines) <= _MOST_LINES:
        return lines
    return (*lines[:_MOST_LINES], f"and {len(lines) - _MOST_LINES} more")


def _write_to_the_log(news: Turn) -> None:
    for trouble in (*news.new, *news.changed):
        _log.error("alarm: %s (runbook: %s)", _line(trouble), runbook_of(trouble.alarm))
    for alarm in news.over:
        _log.info("alarm over: %s", alarm.says)
