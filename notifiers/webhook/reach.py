"""Which addresses of the Internet a webhook may be sent to: public ones, and those allowed.

An address that a reader gives us must not be a way into the network that we stand in. The networks
are those of the IANA special-purpose registries (RFC 6890 and its successors), written out here
so that the answer does not depend on the Python that runs; whatever hides an IPv4 address in an
IPv6 one is refused as such.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)

Network = IPv4Network | IPv6Network

_NOT_PUBLIC_4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # "this" network
        "10.0.0.0/8",  # private (RFC 1918)
        "100.64.0.0/10",  # carriers' own (RFC 6598)
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, and the metadata of clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
_PUBLIC_6 = IPv6Network("2000::/3")  # all that is given out; not ::/8, ULA, link-local, multicast
_NOT_PUBLIC_6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address inside
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)


def may_be_reached(address: str, allowed: Iterable[Network] = ()) -> bool:
    """Whether a webhook may be sent to an address.

    Args:
        address: of IPv4 or IPv6, as the resolver writes it.
        allowed: networks that the operator allows although they are not public.

    Raises:
        ValueError: it is no address.
    """
    found = ip_address(address)
    return is_public(found) or any(found in network for network in allowed)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one machine's, anywhere on the public Internet."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    if address.scope_id is not None or address not in _PUBLIC_6:
        return False
    return not any(address in network for network in _NOT_PUBLIC_6) and not _is_isatap(address)


def _is_isatap(address: IPv6Address) -> bool:
    """An interface of the form `..:0:5efe:a.b.c.d` hides an IPv4 address (RFC 5214 section 6.1)."""
    return address.packed[8:12] in (b"\x00\x00\x5e\xfe", b"\x02\x00\x5e\xfe")
