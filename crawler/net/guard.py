"""The guard: no request leaves for a private, loopback or link-local address unless the operator lets it.

Addresses in URLs are checked before each request (redirects too), names when they are resolved for the connection,
so that a name that leads inside, or changes its mind, cannot pass either.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Refused(IgnoreRequest):
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
        address: Address = ipaddress.ip_address(text.strip("[]").split("%")[0])
        if any(address.version == net.version and address in net for net in self._networks):
            return True
        inner = _inner_address(address)
        return inner.is_global and not inner.is_multicast

    def host_allowed(self, host: str) -> bool:
        """Whether a host of a URL may be asked; a name passes here and is judged again when it is resolved."""
        if host.lower() in self._hosts:
            return True
        try:
            return self.address_allowed(host)
        except ValueError:
            return host.lower() != "localhost" and not host.lower().endswith(".localhost")

    def name_trusted(self, host: str) -> bool:
        """Whether the operator let this name through wherever it leads."""
        return host.lower() in self._hosts


def _inner_address(address: Address) -> Address:
    """The IPv4 address inside a mapped, 6to4, Teredo or NAT64 one; else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in ipaddress.ip_network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None) or address


class GuardMiddleware:
    """A Scrapy downloader middleware that refuses what the guard refuses."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> GuardMiddleware:
        """Made by Scrapy; reads the setting ``GUARD``."""
        return cls(crawler.settings["GUARD"])

    def process_request(self, request: Request) -> None:
        """Let through, or raise `Refused`."""
        parts = urlsplit(request.url)
        if parts.scheme not in ("http", "https"):
            raise Refused(f"the scheme {parts.scheme!r} is not allowed")
        if not self.guard.host_allowed(parts.hostname or ""):
            raise Refused(f"{parts.hostname} is a private address; crawl.allow_private can let it through")


class GuardedResolver(CachingThreadedResolver):
    """Scrapy's caching resolver that does not give away private addresses."""

    guard = Guard()

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:  # noqa: N802 - Twisted's name
        """The address of a name; fails for one that leads to a private address."""
        return super().getHostByName(name, timeout).addCallback(self._checked, name)

    def _checked(self, address: str, name: str) -> str:
        if not (self.guard.name_trusted(name) or self.guard.address_allowed(address)):
            raise Refused(f"{name} leads to the private address {address}")
        return address
