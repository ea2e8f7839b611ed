"""The guard: no request leaves for a private, loopback or link-local address unless the operator allows it.

Addresses in URLs are checked before each request, redirects too. Names are checked at the moment of the connection, by the
address that they were resolved to. So a name of an inner address cannot pass, nor one that resolves differently the second
time (DNS rebinding).
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from crawler.runtime.public_addresses import AllowedHosts
from crawler.runtime.url_hosts import plain_beginning

_MOST_KEPT = 16_384
"""Sites that are remembered as let through."""


class Refused(Exception):  # noqa: N818 - it is what the guard says, not an error
    """A request that the guard does not let through."""


class Guard(AllowedHosts):
    """Which hosts may be spoken to, asked before each request and at each connection."""

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        super().__init__(allowed)
        self._let_through: set[str] = set()

    def may_connect(self, host: str, address: str) -> bool:
        """Whether a connection may be opened to the address that a host's name was resolved to."""
        return self.name_trusted(host) or self.address_allowed(address)

    def check(self, url: str) -> None:
        """Let an address through before its name is resolved.

        Raises:
            Refused: its scheme, port or host is not allowed.
        """
        beginning = plain_beginning(url)  # all that is looked at; the same for all that a site has
        if beginning in self._let_through:
            return
        self._check(url)
        if beginning is not None:
            if len(self._let_through) >= _MOST_KEPT:
                self._let_through.clear()
            self._let_through.add(beginning)

    def _check(self, url: str) -> None:
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
        if not self.port_allowed(host, port):
            raise Refused(f"port {port} is not for the web; crawl.allow_private can let its host through")
