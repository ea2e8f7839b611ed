"""Finds the client and the scheme of a request that came through proxies. Only our own proxies are believed.

A proxy appends the address of its client to what the header said before. What a client made up therefore stands on the left.
The header is read from the right: the first address that is not one of our proxies is the client.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import ip_network
from typing import NamedTuple

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from alerts.identity.client_address import ClientAddress, IpNetwork, parse_forwarded
from alerts.operations.live_config import Live
from alerts.web.hosts import host_of
from crawler.runtime.url_hosts import host_in

Networks = Sequence[IpNetwork]


class Forwarded(NamedTuple):
    """What the headers say: the client that each proxy saw, the nearest proxy's last, and the scheme that it was asked by."""

    clients: tuple[str, ...]
    scheme: str


class Believed(NamedTuple):
    """The client and the scheme that we believe; the scheme is empty if nobody we trust says it."""

    client: str
    scheme: str


NOTHING = Forwarded((), "")


class Proxies:
    """A middleware that replaces the client and the scheme of the connection by those that we believe.

    Args:
        app: answers the request.
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
        if public.startswith("https://") and host_of(headers) == host_in(public):
            scheme = "https"  # readers reach that name by TLS only, whatever the proxy says or not
        scheme = scheme or scope["scheme"]
        await self.app(
            {**scope, "client": (client, port if client == peer else 0), "scheme": scheme}, receive, send
        )


def believed(peer: str, headers: Headers, trusted: Networks) -> Believed:
    """The client and the scheme of a request.

    Args:
        peer: the address at the other end of the connection.
        headers: of the request.
        trusted: the networks of our own proxies.
    """
    if not _is_within(parse_forwarded(peer), trusted):
        return Believed(peer, "")
    forwarded = _forwarded(headers)
    client = peer
    for text in reversed(forwarded.clients):
        address = parse_forwarded(text)
        if address is None:
            break  # an unreadable hop: the last address that we could read is as far as we can tell
        client = str(address)
        if not _is_within(address, trusted):
            break
    return Believed(client, forwarded.scheme)


def client_host(request: HTTPConnection) -> str:
    """The address of the client, after `Proxies`; empty if the server does not know it."""
    return request.client.host if request.client else ""


@lru_cache(maxsize=8)
def networks(texts: tuple[str, ...]) -> Networks:
    """The networks that a configuration names."""
    return tuple(ip_network(text) for text in texts)


def _is_within(address: ClientAddress | None, networks: Networks) -> bool:
    return address is not None and any(address in network for network in networks)


def _forwarded(headers: Headers) -> Forwarded:
    """What the headers say.

    A proxy that sets one kind of header passes on the other as the client wrote it. If both are there, neither counts.
    """
    by_x = _by_x_forwarded(headers)
    by_standard = _by_forwarded(headers)
    if by_x.clients and by_standard.clients:
        return NOTHING
    return by_x if by_x.clients else by_standard


def _by_x_forwarded(headers: Headers) -> Forwarded:
    clients = _parts(headers.getlist("x-forwarded-for"))
    schemes = _parts(headers.getlist("x-forwarded-proto"))
    return Forwarded(clients, _scheme(schemes[-1] if schemes else ""))


def _by_forwarded(headers: Headers) -> Forwarded:
    """RFC 7239: ``for=192.0.2.60;proto=https, for="[2001:db8::1]:4711"``."""
    elements = [_pairs(element) for element in _parts(headers.getlist("forwarded"))]
    return Forwarded(
        tuple(e.get("for", "") for e in elements), _scheme(elements[-1].get("proto", "") if elements else "")
    )


def _pairs(element: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in element.split(";"))
    return {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}


def _parts(values: Iterable[str]) -> tuple[str, ...]:
    """The elements of a header that may come several times. An empty element is kept, because it stands for a hop."""
    return tuple(part.strip() for value in values for part in value.split(","))


def _scheme(text: str) -> str:
    return text.lower() if text.lower() in ("http", "https") else ""
