"""Which addresses may be connected to, where strangers name the host: public ones, and those we are given.

A name says nothing: it can mean one address when it is checked and another when it is used. So the addresses
are looked up once, all of them are checked, and the connection goes to one of those very addresses
(`outbound.network`).
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network
Resolver: TypeAlias = Callable[[str, int], Awaitable[list[Address]]]
"""Finds the addresses of a host; raises OSError where there are none."""

# The registries of special-purpose addresses (RFC 6890 and what was added since), multicast, and what is
# reserved. They stand here because what `ipaddress` knows of them differs between versions of Python.
_SPECIAL_4: Final = tuple(
    IPv4Network(each)
    for each in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by carriers (CGNAT)
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, and clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
_PUBLIC_6: Final = IPv6Network("2000::/3")
"""All that is given out; loopback, link-local, unique local, site-local and multicast lie outside."""
_SPECIAL_6: Final = tuple(
    IPv6Network(each)
    for each in (
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: holds any IPv4 address
        "3fff::/20",  # documentation
        "5f00::/16",  # segment routing
    )
)
_HOLD_IPV4: Final = (
    IPv6Network("::ffff:0:0/96"),  # mapped: the kernel connects to the IPv4 address
    IPv6Network("64:ff9b::/96"),  # translated on the way (NAT64)
)


class AddressRefused(Exception):
    """The host has an address that is not public, and not in a network that we were given."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Where requests may go.

    `networks` are allowed although they are not public; `http` allows requests that are not encrypted.
    """

    networks: tuple[Network, ...] = ()
    http: bool = False
    resolve: Resolver | None = None

    def allows(self, address: Address) -> bool:
        """Say whether this address may be connected to."""
        if isinstance(address, IPv6Address):
            if address.scope_id is not None:
                return False
            if any(address in each for each in _HOLD_IPV4):
                return self.allows(IPv4Address(int(address) & 0xFFFF_FFFF))
        if any(address in each for each in self.networks if each.version == address.version):
            return True
        if isinstance(address, IPv4Address):
            return not any(address in each for each in _SPECIAL_4)
        return address in _PUBLIC_6 and not any(address in each for each in _SPECIAL_6)

    async def addresses(self, host: str, port: int) -> list[Address]:
        """Look a host up, once; each address that is returned may be connected to.

        Raises `AddressRefused` if any of its addresses may not: who mixes them is up to something. Raises
        OSError if there are none.
        """
        found = await (self.resolve or look_up)(host, port)
        if not all(self.allows(address) for address in found):
            raise AddressRefused(host)
        return found


PUBLIC: Final = Outgoing()
"""What is allowed if nothing is said: https, to public addresses."""


async def look_up(host: str, port: int) -> list[Address]:
    """Return the addresses of a host, as the system knows them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ip_address(each[4][0]) for each in found))


def networks(given: Iterable[str]) -> tuple[Network, ...]:
    """Read networks as CIDR writes them: `10.1.0.0/16`; raises ValueError on anything else."""
    return tuple(ip_network(each) for each in given)
