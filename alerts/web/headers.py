"""Security headers of every answer, whatever made it: errors and redirects included."""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STRICT = {
    # Whatever sets no policy is no page: an error, JSON, a redirect. It loads and runs nothing.
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    # Pages of other sites cannot load it as an image or a script.
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
"""The headers of an answer that does not set its own."""
ONLY_HTTPS = "max-age=31536000; includeSubDomains"


class StrictHeaders:
    """A middleware that adds the security headers, and Strict-Transport-Security (RFC 6797) if readers come by https.

    Args:
        app: answers the request.
        https: whether the public URL is an https one.
    """

    def __init__(self, app: ASGIApp, https: Callable[[], bool]) -> None:
        self.app, self.https = app, https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in STRICT.items():
                    # Only where an answer has none of its own:
                    # pages permit their styles and scripts.
                    headers.setdefault(name, value)
                # Browsers ignore the header over http (RFC 6797, 8.1), so it does no harm there.
                if scope.get("scheme") == "https" or self.https():
                    headers.setdefault("Strict-Transport-Security", ONLY_HTTPS)
            await send(message)

        await self.app(scope, receive, sent)
