"""Refuses requests for host names that are not ours, so that no other site's name can lead here (DNS rebinding)."""

from __future__ import annotations

import re
import socket
from functools import cache
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from alerts.operations.live_config import Live
from crawler.config.settings import Settings
from crawler.runtime.url_hosts import host_in, plain_host

PROBED = ("/healthz", "/readyz", "/metrics")
"""Monitoring may ask for these by any name, such as a container's. They need a token, or say nothing worth protecting."""
# RFC 9110, 15.5.20. Not 404: an operator who forgot a name should learn so.
MISDIRECTED = 421


class Hosts:
    """A middleware that refuses requests for host names that are not ours.

    Args:
        app: answers the other requests.
        live: the configuration. Our names are in ``delivery.public_url``, ``web.host`` and ``web.names``.
    """

    def __init__(self, app: ASGIApp, live: Live) -> None:
        self.app, self.live = app, live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if (
            scope["type"] != "http"
            or scope["path"] in PROBED
            or is_ours(host_of(Headers(scope=scope)), self.live.settings)
        ):
            await self.app(scope, receive, send)
            return
        refusal = PlainTextResponse(
            "These pages have another name. If this is one of theirs, put it into web.names.\n", MISDIRECTED
        )
        await refusal(scope, receive, send)


def host_of(headers: Headers) -> str:
    """The host that a request is for, in lower case and without port; empty if the header is missing, doubled or malformed."""
    values = headers.getlist("host")
    # RFC 9112, 3.2: of two Host headers a proxy may go by the one and we by the other.
    if len(values) != 1:
        return ""
    found = re.fullmatch(r"(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::\d{0,5})?", values[0].strip().lower())
    return plain_host(found[1]) if found else ""


def is_ours(host: str, settings: Settings) -> bool:
    """Whether a host name is ours. An IP address always is: no other site can own it as a name."""
    return _is_address(host) or host == "localhost" or host.endswith(".localhost") or host in _names(settings)


def _names(settings: Settings) -> set[str]:
    return {
        host_in(settings.delivery.public_url or ""),
        plain_host(settings.web.host),
        *map(plain_host, settings.web.names),
        _this_machine(),
    } - {""}


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


@cache
def _this_machine() -> str:
    return socket.gethostname().lower()
