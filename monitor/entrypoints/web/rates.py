"""How often one network may use the form, and how often it may be used for one address.

Kept in memory, for this process: after a restart everybody begins anew, while the letters that went
out are counted in the database (see `monitor.core.readers.admission`).
"""

from __future__ import annotations

import hashlib
import time
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

from fastapi import HTTPException, Request
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

PER_NETWORK: tuple[RateLimitItem, ...] = (RateLimitItemPerMinute(10), RateLimitItemPerHour(60))
PER_ADDRESS: RateLimitItem = RateLimitItemPerHour(6)
_IPV4_NETWORK, _IPV6_NETWORK = 24, 56


class Rates:
    """Counts who asks, and for whom, over a window that moves with the time."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def admit(self, request: Request) -> None:
        """Count a request of a network.

        Raises:
            HTTPException: 429, with the seconds after which it may ask again.
        """
        network = network_of(request.client.host if request.client else "")
        for limit in PER_NETWORK:
            if not self._limiter.hit(limit, "network", network):
                again = self._limiter.get_window_stats(limit, "network", network).reset_time
                raise HTTPException(
                    429,
                    "too many requests from your network: try again later",
                    {"Retry-After": str(max(1, ceil(again - time.time())))},
                )

    def may_be_for(self, address: str) -> bool:
        """Count a request for a mail address; whether to follow it, which nobody is told."""
        key = hashlib.sha256(address.casefold().encode("utf-8", "replace")).hexdigest()
        return self._limiter.hit(PER_ADDRESS, "address", key)


def network_of(host: str) -> str:
    """The network that is counted: 256 addresses of IPv4, what one customer gets of IPv6."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    prefix = _IPV4_NETWORK if address.version == 4 else _IPV6_NETWORK
    return str(ip_network((address, prefix), strict=False))
