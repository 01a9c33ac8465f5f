"""Open issues as alarms: which are told at once, which after a while, and in what words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta

from monitor.core.alarms import Trouble
from storage.records import Issue

LAYOUT = frozenset({"unknown-layout", "empty-listing"})
"""Issues by which a new layout of the source shows (CONTRIBUTING, "USTR changed its page")."""

RUNBOOKS = (
    *("source", "layout", "pages", "sending", "failed", "books"),
    *("ticks", "workers", "jobs", "room"),
    *("listing-too-short", "listing-too-long", "listing-backwards", "listing-out-of-order"),
    *("listing-stale", "canary-missing", "damaged-snapshot", "issue"),
)
"""What there is to do about alarms: each is a heading of `docs/operations.md`."""

PATIENCE = timedelta(hours=1)
"""So long a page may fail to come, or come in halves, before the operator hears of it."""

_AT_A_TIME = 3  # addresses named of one kind


def troubles_of(
    issues: Iterable[Issue], faults_of_a_page: Collection[str], now: datetime
) -> Iterator[Trouble]:
    """What of the open issues the operator is to hear of.

    A new layout at once, whatever pages show it; a page that could not be had, or came otherwise
    than it should, once it has lasted, all of one kind together; and each that is about what a
    page says, at once and by itself, since a round may be held back for it.

    Args:
        issues: the open ones.
        faults_of_a_page: the kinds that pass by themselves once the page comes whole.
        now: the time, aware.
    """
    pages: dict[str, list[Issue]] = {}
    for issue in issues:
        if issue.kind in LAYOUT or (issue.kind in faults_of_a_page and _lasts(issue, now)):
            pages.setdefault(issue.kind, []).append(issue)
        elif issue.kind not in faults_of_a_page:
            yield _by_itself(issue)
    for kind, found in pages.items():
        yield _together(kind, found)


def runbook_of(alarm: str) -> str:
    """The runbook of an alarm, by its name: `source`, or `issue doubt https://...`."""
    kind, *about = alarm.split(" ")
    if kind != "issue":
        return kind
    if len(about) == 1:
        return "pages"
    return about[0] if about[0] in RUNBOOKS else "issue"


def _lasts(issue: Issue, now: datetime) -> bool:
    return issue.opened_at is not None and now - issue.opened_at >= PATIENCE


def _by_itself(issue: Issue) -> Trouble:
    where = issue.address or "no address"
    return Trouble(f"issue {issue.kind} {where}", f"Issue “{issue.kind}”: {issue.summary}", where)


def _together(kind: str, found: list[Issue]) -> Trouble:
    named = [issue.address or "no address" for issue in found[:_AT_A_TIME]]
    more = [f"and {len(found) - _AT_A_TIME} more"] if len(found) > _AT_A_TIME else []
    detail = ", ".join((*named, *more))
    if kind in LAYOUT:
        return Trouble(f"layout {kind}", f"The source has changed its layout ({kind})", detail)
    return Trouble(f"issue {kind}", f"Pages cannot be had or read ({kind})", detail)
