"""The guard: no request leaves for a private, loopback or link-local address unless the operator allows it.

Addresses in URLs are checked before each request, redirects too. Names are checked at the moment of the connection, by the
address that they were resolved to. So a name of an inner address cannot pass, nor one that resolves differently the second
time (DNS rebinding).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
WEB_PORTS = (80, 81, 443, 591, 593)
"""The system ports that web servers use; a request to another one is meant for some other service (SMTP, SSH, …)."""
_UNICAST = ipaddress.ip_network("2000::/3")
"""The only IPv6 addresses that are given out (RFC 4291, 2.4)."""
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
_NOT_FOR_US = tuple(
    map(ipaddress.ip_network, ("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24", "3fff::/20"))
)
"""Global by their number and yet nobody's web server: a cloud's metadata service, protocol assignments, retired 6to4 relays,
documentation (RFC 9637)."""


class Refused(Exception):  # noqa: N818 - it is what the guard says, not an error
    """A request that the guard does not let through."""


class Guard:
    """Which hosts may be spoken to.

    Args:
        allowed: host names, addresses or networks (``10.0.0.0/8``) that are let through although they are private.
    """

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._hosts: set[str] = set()
        self._networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = []
        for item in allowed:
            try:
                self._networks.append(ipaddress.ip_network(item, strict=False))
            except ValueError:
                self._hosts.add(item.lower())

    def address_allowed(self, text: str) -> bool:
        """Whether an IP address may be connected to."""
        address = _parsed(text)
        return self._is_named(address) or is_public(address)

    def host_allowed(self, host: str) -> bool:
        """Whether a host of a URL may be asked. A name passes here and is checked again at its connection."""
        if host.lower() in self._hosts:
            return True
        try:
            return self.address_allowed(host)
        except ValueError:
            return host.lower() != "localhost" and not host.lower().endswith(".localhost")

    def name_trusted(self, host: str) -> bool:
        """Whether the operator let this name through wherever it leads."""
        return host.lower() in self._hosts

    def may_connect(self, host: str, address: str) -> bool:
        """Whether a connection may be opened to the address that a host's name was resolved to."""
        return self.name_trusted(host) or self.address_allowed(address)

    def check(self, url: str) -> None:
        """Let an address through before its name is resolved.

        Raises:
            Refused: its scheme, port or host is not allowed.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise Refused(f"{url[:200]!r} is no address") from None
        host = parts.hostname or ""
        if parts.scheme not in ("http", "https"):
            raise Refused(f"the scheme {parts.scheme!r} is not allowed")
        if not host:
            raise Refused("the address has no host")
        if not self.host_allowed(host):
            raise Refused(f"{host} is a private address; crawl.allow_private can let it through")
        if port is not None and port < 1024 and port not in WEB_PORTS and not self._host_named(host):
            raise Refused(f"port {port} is not for the web; crawl.allow_private can let its host through")

    def _is_named(self, address: Address) -> bool:
        return any(address.version == net.version and address in net for net in self._networks)

    def _host_named(self, host: str) -> bool:
        """Whether the operator let this very host or its address through."""
        try:
            return self.name_trusted(host) or self._is_named(_parsed(host))
        except ValueError:
            return False


@lru_cache(maxsize=16_384)
def _parsed(text: str) -> Address:
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
