"""The outbox: what is to be sent, to whom, when; claimed with a lease, settled once.

digest ──< delivery >── subscription >── subscriber
letter ──  delivery                  (a delivery may go along in another's mail: bundle)
"""

from storage.outbox.addressing import (
    CHUNK,
    address,
    candidates,
    grown,
    reschedule,
    revive,
    suppress_waiting,
)
from storage.outbox.books import (
    balance,
    count_due,
    failed_and_wanted,
    next_attempt,
    oldest_due,
    oldest_slot,
    outcome_of,
    retry_failed,
    sent_to,
)
from storage.outbox.claims import claim, extend, settle
from storage.outbox.digests import digest, digests, file_digest, last_told
from storage.outbox.domains import failures, rest, resting, rests_until, troubled, wake
from storage.outbox.letters import queue_letter
from storage.outbox.traces import digests_under, letters_under, trace_of

__all__ = [
    "CHUNK",
    "address",
    "balance",
    "candidates",
    "claim",
    "count_due",
    "digest",
    "digests",
    "digests_under",
    "extend",
    "failed_and_wanted",
    "failures",
    "file_digest",
    "grown",
    "last_told",
    "letters_under",
    "next_attempt",
    "oldest_due",
    "oldest_slot",
    "outcome_of",
    "queue_letter",
    "reschedule",
    "rest",
    "resting",
    "rests_until",
    "retry_failed",
    "revive",
    "sent_to",
    "settle",
    "suppress_waiting",
    "trace_of",
    "troubled",
    "wake",
]
