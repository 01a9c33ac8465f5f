"""Which addresses a webhook may be sent to."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.webhook.reach import is_public, may_be_reached

INSIDE = (
    "0.0.0.0 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254 169.254.169.254 "
    "172.16.0.1 172.31.255.255 192.0.0.8 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 "
    "198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 "
    ":: ::1 ::ffff:8.8.8.8 ::8.8.8.8 64:ff9b::8.8.8.8 64:ff9b:1::8.8.8.8 100::1 2001::1 "
    "2001:db8::1 2002:808:808::1 2606:4700::5efe:808:808 3fff::1 5f00::1 fc00::1 fd12::1 "
    "fe80::1 fe80::1%eth0 2606:4700::1%eth0 fec0::1 ff02::1"
).split()
OUTSIDE = (
    "1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.0 172.32.0.1 2606:4700::1111 2a00:1450::1".split()
)

IPV4 = st.ip_addresses(v=4)


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_not_one_machine_on_the_internet_is_out_of_reach(address: str) -> None:
    assert not may_be_reached(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_a_public_address_is_within_reach(address: str) -> None:
    assert may_be_reached(address)


@given(st.ip_addresses())
def test_nothing_is_public_that_python_calls_private(address: IPv4Address | IPv6Address) -> None:
    if is_public(address):
        assert address.is_global
        assert not address.is_multicast
        assert not address.is_reserved


@given(IPV4)
def test_no_address_of_version_4_hides_in_one_of_version_6(inner: IPv4Address) -> None:
    number = int(inner)
    for hidden in (
        0xFFFF << 32 | number,  # mapped (RFC 4291)
        number,  # compatible (RFC 4291)
        0xFFFF << 48 | number,  # translated (RFC 2765)
        0x0064_FF9B << 96 | number,  # NAT64 (RFC 6052)
        0x0064_FF9B_0001 << 80 | number,  # NAT64 of one's own (RFC 8215)
        0x2002 << 112 | number << 80 | 1,  # 6to4 (RFC 3056)
        0x2001_0000 << 96 | number << 64 | 0xFFFF_FFFF,  # Teredo (RFC 4380)
        0x2606_4700 << 96 | 0x0000_5EFE << 32 | number,  # ISATAP (RFC 5214)
        0x2606_4700 << 96 | 0x0200_5EFE << 32 | number,
    ):
        assert not is_public(IPv6Address(hidden)), IPv6Address(hidden)


@given(IPV4)
def test_most_of_version_4_is_public(address: IPv4Address) -> None:
    """The other way around, so that a judge who refuses everything fails."""
    if address.is_global and not address.is_multicast and int(address) < 0xC000_0000:
        assert is_public(address)


@given(st.ip_addresses(), st.integers(0, 32))
def test_a_network_that_is_allowed_is_within_reach_and_no_other(
    address: IPv4Address | IPv6Address, prefix: int
) -> None:
    network = ip_network(f"{address}/{prefix}", strict=False)
    assert may_be_reached(str(address), (network,))
    assert may_be_reached("127.0.0.1", (network,)) == (ip_address("127.0.0.1") in network)
