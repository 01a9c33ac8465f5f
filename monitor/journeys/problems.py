"""What went wrong, as an issue on file: named, with its evidence, open until its cause is over."""

from __future__ import annotations

import logging
from datetime import datetime

from monitor.errors import RoundwatchError
from storage import journal
from storage.database import Transaction

_log = logging.getLogger("roundwatch")


def record_problem(
    tx: Transaction,
    fault: RoundwatchError,
    *,
    address: str,
    now: datetime,
    snapshot_id: int | None = None,
) -> None:
    """File a problem as an issue, and tell the operator's log when it is new."""
    issue, is_new = journal.open_issue(
        tx,
        kind=fault.kind,
        address=address,
        summary=fault.summary,
        evidence=fault.evidence,
        snapshot_id=snapshot_id,
        now=now,
    )
    if is_new:
        _log.warning("issue %d opened: %s: %s (%s)", issue.id, issue.kind, issue.summary, address)
