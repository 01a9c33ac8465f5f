"""How often a network may have pages made, use the form, show a wrong secret; and for whom a form.

Kept in memory, for this process: after a restart everybody begins anew, while the letters that went
out are counted in the database (see `monitor.core.readers.admission`).
"""

from __future__ import annotations

import hashlib
import time
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

from fastapi import HTTPException
from fastapi.requests import HTTPConnection
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

PER_NETWORK: tuple[RateLimitItem, ...] = (RateLimitItemPerMinute(10), RateLimitItemPerHour(60))
PER_ADDRESS: RateLimitItem = RateLimitItemPerHour(6)
WRONG_SECRETS: RateLimitItem = RateLimitItemPerMinute(10)
"""Of one network; more than a program shows that asks every 15 seconds with an old secret, so that
it has its way again as soon as that is mended. Nobody guesses 16 letters at this pace."""
_IPV4_NETWORK, _IPV6_NETWORK = 24, 56


class Rates:
    """Counts who asks, and for whom, over a window that moves with the time.

    Args:
        pages_per_minute: answers that may be made for a network; 0: any number.
    """

    def __init__(self, pages_per_minute: int = 0) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._pages = RateLimitItemPerMinute(pages_per_minute) if pages_per_minute else None

    def seconds_to_wait_for_a_page(self, request: HTTPConnection) -> int:
        """Count an answer that is made for a network; 0, or the seconds until it may have one."""
        network = _network(request)
        if self._pages is None or self._limiter.hit(self._pages, "page", network):
            return 0
        return self._seconds(self._pages, "page", network)

    def seconds_to_wait(self, request: HTTPConnection) -> int:
        """Count a use of the form by a network; 0, or the seconds after which it may come again."""
        network = _network(request)
        for limit in PER_NETWORK:
            if not self._limiter.hit(limit, "network", network):
                return self._seconds(limit, "network", network)
        return 0

    def admit(self, request: HTTPConnection) -> None:
        """Count a use of the form by a network.

        Raises:
            HTTPException: 429, with the seconds after which it may come again.
        """
        if seconds := self.seconds_to_wait(request):
            raise _too_many("requests", seconds)

    def admit_secret(self, request: HTTPConnection) -> None:
        """Let a network show a secret.

        Raises:
            HTTPException: 429; of late it showed too many wrong ones.
        """
        network = _network(request)
        if not self._limiter.test(WRONG_SECRETS, "secret", network):
            raise _too_many("wrong secrets", self._seconds(WRONG_SECRETS, "secret", network))

    def count_wrong_secret(self, request: HTTPConnection) -> None:
        """Count a wrong secret that a network has shown."""
        self._limiter.hit(WRONG_SECRETS, "secret", _network(request))

    def may_be_for(self, address: str) -> bool:
        """Count a request for a mail address; whether to follow it, which nobody is told."""
        key = hashlib.sha256(address.casefold().encode("utf-8", "replace")).hexdigest()
        return self._limiter.hit(PER_ADDRESS, "address", key)

    def _seconds(self, limit: RateLimitItem, *counted: str) -> int:
        again = self._limiter.get_window_stats(limit, *counted).reset_time
        return max(1, ceil(again - time.time()))


def _too_many(what: str, seconds: int) -> HTTPException:
    detail = f"too many {what} from your network: try again later"
    return HTTPException(429, detail, {"Retry-After": str(seconds)})


def _network(request: HTTPConnection) -> str:
    return network_of(request.client.host if request.client else "")


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
