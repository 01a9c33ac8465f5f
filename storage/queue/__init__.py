"""The queue of work for many machines: jobs, put in by the transaction that made them necessary.

There is one on PostgreSQL alone, in the tables of Procrastinate; on SQLite one process does
everything, and nothing is put in. What is true is never here: a job says "look what there is to
do", and what there is stands in our own tables. So a job may run twice, or be lost and put in anew.
"""

from storage.queue.jobs import URGENCY, enqueue, forget_failed, queued, unbegun, waiting, waits
from storage.queue.state import SIGN_OF_LIFE, anybody_works, state

__all__ = [
    "SIGN_OF_LIFE",
    "URGENCY",
    "anybody_works",
    "enqueue",
    "forget_failed",
    "queued",
    "state",
    "unbegun",
    "waiting",
    "waits",
]
