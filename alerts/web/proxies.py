"""Who asks, and over what: what a proxy says of its client counts only where it comes from one of our own.

A proxy appends the address it was asked from to what the request said before, so that what a client made up stands to the left.
It is read from the right: the first address that is none of our proxies is the client.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from alerts.operations.live_config import Live
from alerts.web.hosts import host_of

Address = IPv4Address | IPv6Address
Networks = Sequence[IPv4Network | IPv6Network]


class Told(NamedTuple):
    """What a request says of its way: a client for each proxy, the nearest last, and the scheme that the nearest was asked by."""

    clients: tuple[str, ...]
    scheme: str


NOTHING = Told((), "")


class Proxies:
    """Puts the client and the scheme that are believed in place of those of the connection; a middleware.

    Args:
        app: what answers.
        live: the configuration; ``web.proxies`` names our own proxies.
    """

    def __init__(self, app: ASGIApp, live: Live) -> None:
        self.app, self.live = app, live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        settings = self.live.settings
        headers = Headers(scope=scope)
        peer, port = scope.get("client") or ("", 0)
        client, scheme = believed(peer, headers, networks(settings.web.proxies))
        public = settings.delivery.public_url or ""
        if public.startswith("https://") and host_of(headers) == urlsplit(public).hostname:
            scheme = "https"  # readers reach that name by TLS only, whatever the proxy says or not
        scheme = scheme or scope["scheme"]
        await self.app({**scope, "client": (client, port if client == peer else 0), "scheme": scheme}, receive, send)


def believed(peer: str, headers: Headers, own: Networks) -> tuple[str, str]:
    """The client's address, and the scheme it asked by; that is empty where nobody we believe says it.

    Args:
        peer: where the connection comes from.
        headers: of the request.
        own: our own proxies.
    """
    if not _is_one_of(address_of(peer), own):
        return peer, ""
    told = _told(headers)
    client = peer
    for text in reversed(told.clients):
        found = address_of(text)
        if found is None:
            break  # who is that? the last that we know is as near as we come
        client = str(found)
        if not _is_one_of(found, own):
            break
    return client, told.scheme


def address_of(text: str) -> Address | None:
    """An address, with or without port and brackets; IPv4 inside IPv6 is IPv4. None for everything else."""
    plain = text.strip().strip('"').strip()
    bracketed = re.fullmatch(r"\[([^\]]*)\](?::\d{1,5})?", plain)
    with_port = re.fullmatch(r"([\d.]+):\d{1,5}", plain)
    if bracketed:
        plain = bracketed[1]
    elif with_port:
        plain = with_port[1]
    try:
        found = ip_address(plain.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def source_of(request: HTTPConnection) -> str:
    """Where a request comes from, for counting: the address, of IPv6 its network, for a client has all of that (RFC 6177)."""
    host = request.client.host if request.client else ""
    found = address_of(host)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, 64), strict=False))
    return str(found or host)


@lru_cache(maxsize=8)
def networks(own: tuple[str, ...]) -> Networks:
    """The networks that a configuration names."""
    return tuple(ip_network(text) for text in own)


def _is_one_of(address: Address | None, own: Networks) -> bool:
    return address is not None and any(address in network for network in own)


def _told(headers: Headers) -> Told:
    """What the request says. Who sets one kind of header hands on the other as the client wrote it, so both together say nothing."""
    by_x, by_standard = _by_x_forwarded(headers), _by_forwarded(headers)
    if by_x.clients and by_standard.clients:
        return NOTHING
    return by_x if by_x.clients else by_standard


def _by_x_forwarded(headers: Headers) -> Told:
    clients = _parts(headers.getlist("x-forwarded-for"))
    schemes = _parts(headers.getlist("x-forwarded-proto"))
    return Told(clients, _scheme(schemes[-1] if schemes else ""))


def _by_forwarded(headers: Headers) -> Told:
    """RFC 7239: ``for=192.0.2.60;proto=https, for="[2001:db8::1]:4711"``."""
    elements = [_pairs(element) for element in _parts(headers.getlist("forwarded"))]
    return Told(tuple(e.get("for", "") for e in elements), _scheme(elements[-1].get("proto", "") if elements else ""))


def _pairs(element: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in element.split(";"))
    return {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}


def _parts(values: Iterable[str]) -> tuple[str, ...]:
    """The elements of a header that may come several times; an empty one stays, for it stands for a hop."""
    return tuple(part.strip() for value in values for part in value.split(","))


def _scheme(text: str) -> str:
    return text.lower() if text.lower() in ("http", "https") else ""
