"""How long what grows is kept. The archive itself, pages and rounds, is kept for good."""

from __future__ import annotations

from datetime import timedelta

TICKS = timedelta(days=7)
FAILED_JOBS = timedelta(days=7)
SILENT_DOMAINS = timedelta(days=30)
"""What a receiving domain said, after nothing was sent there for so long."""

REQUESTS = timedelta(days=90)

LOOKS = timedelta(days=90)
"""Looks that found nothing new or failed; the first and the last good one of a source stay."""

LETTERS = timedelta(days=90)
"""Letters that are at an end, with the address they went to."""

DELIVERIES = timedelta(days=365)
"""Who got which digest: longer than a reader would ask, or a report of a mail come late."""

BOUNCES = timedelta(days=365)
READERS_WHO_LEFT = timedelta(days=365)
"""They can come back by their old link for so long."""
