"""Manners in the words of the sources, and in those of the storage."""

from __future__ import annotations

from monitor.core.outages import Standing
from monitor.sources.manners import HostManners
from storage.records import StoredManners


def manners_of(known: StoredManners | None) -> HostManners | None:
    """What is known of a host, in the words of the sources."""
    if known is None:
        return None
    return HostManners(
        known.robots_text,
        known.robots_status,
        known.robots_at,
        known.not_before,
        Standing(known.failures, known.rests_until),
    )


def stored(manners: HostManners) -> StoredManners:
    """What is known of a host, in the words of the storage."""
    return StoredManners(
        manners.robots_text,
        manners.robots_status,
        manners.robots_at,
        manners.not_before,
        manners.standing.failures,
        manners.standing.rests_until,
    )


def stood(standing: Standing) -> StoredManners:
    """How a host has fared, in the words of the storage."""
    return stored(HostManners(standing=standing))
