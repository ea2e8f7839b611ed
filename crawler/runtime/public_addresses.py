"""Which hosts are of the public internet, told by what they are called, before any name is resolved."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from functools import lru_cache

from crawler.runtime.url_hosts import plain_host

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
WEB_PORTS = (80, 81, 443, 591, 593)
"""The system ports that web servers use; a request to another one is meant for some other service (SMTP, SSH, …)."""
FIRST_FREE_PORT = 1024
"""From here on a port belongs to no service by rule (RFC 6335, 6)."""
_UNICAST = ipaddress.ip_network("2000::/3")
"""The only IPv6 addresses that are given out (RFC 4291, 2.4)."""
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
_NOT_FOR_US = tuple(
    map(ipaddress.ip_network, ("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24", "3fff::/20"))
)
"""Global by their number and yet nobody's web server: a cloud's metadata service, protocol assignments, retired 6to4 relays,
documentation (RFC 9637)."""
_INNER_NAMES = (
    ".local",
    ".internal",
    ".lan",
    ".home.arpa",
    ".intranet",
    ".corp",
    ".home",
    ".private",
    ".localdomain",
)
"""Ends of names that no public server has (RFC 6762, RFC 8375, ICANN's reserved and colliding names)."""


class AllowedHosts:
    """Which hosts may be spoken to: those of the public internet, and those that the operator names.

    Args:
        allowed: host names, addresses or networks (``10.0.0.0/8``) that are let through although they are private.
    """

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._hosts: set[str] = set()
        self._networks: list[Network] = []
        for item in allowed:
            try:
                self._networks.append(ipaddress.ip_network(item, strict=False))
            except ValueError:
                self._hosts.add(plain_host(item))

    def address_allowed(self, text: str) -> bool:
        """Whether an IP address may be connected to."""
        address = parsed_address(text)
        return self._is_named(address) or is_public(address)

    def host_allowed(self, host: str) -> bool:
        """Whether a host of a URL may be asked. A name passes here and is checked again at its connection."""
        host = plain_host(host)
        if host in self._hosts:
            return True
        try:
            return self.address_allowed(host)
        except ValueError:
            return host != "localhost" and not host.endswith(".localhost")

    def name_trusted(self, host: str) -> bool:
        """Whether the operator let this name through wherever it leads."""
        return plain_host(host) in self._hosts

    def is_name(self, item: str) -> bool:
        """Whether what the operator let through is taken for the name of a host."""
        return plain_host(item) in self._hosts

    def port_allowed(self, host: str, port: int | None) -> bool:
        """Whether a port may be asked: those of the web, those that are free, and any of a host that the operator named."""
        return port is None or port >= FIRST_FREE_PORT or port in WEB_PORTS or self._host_named(host)

    def is_inner_name(self, host: str) -> bool:
        """Whether a host's name is one of an inner network, and nothing says that it may be asked."""
        if self.name_trusted(host) or self._networks:
            return False  # where a name leads is known at the connection
        try:
            parsed_address(host := plain_host(host))
        except ValueError:
            return "." not in host.strip(".") or host.endswith(_INNER_NAMES)
        return False

    def _is_named(self, address: Address) -> bool:
        return any(address.version == net.version and address in net for net in self._networks)

    def _host_named(self, host: str) -> bool:
        """Whether the operator let this very host or its address through."""
        try:
            return self.name_trusted(host) or self._is_named(parsed_address(plain_host(host)))
        except ValueError:
            return False


@lru_cache(maxsize=16_384)
def parsed_address(text: str) -> Address:
    """An IP address, perhaps in brackets.

    Raises:
        ValueError: it is none.
    """
    return ipaddress.ip_address(text.strip("[]").split("%")[0])


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet; an IPv4 address inside an IPv6 one is what counts."""
    inner = _inner_address(address)
    if any(inner.version == net.version and inner in net for net in _NOT_FOR_US):
        return False
    return (
        inner.is_global
        and not inner.is_multicast
        and not inner.is_reserved
        and (inner.version == 4 or inner in _UNICAST)
    )


def _inner_address(address: Address) -> Address:
    """The IPv4 address inside a mapped, compatible, 6to4, Teredo or NAT64 one; else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if any(address in net for net in _NAT64) or int(address) >> 32 == 0 or int(address) >> 32 == 0xFFFF0000:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return (
        address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None) or address
    )
