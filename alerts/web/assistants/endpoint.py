"""Assistants over HTTP (streamable HTTP), behind the tokens of the API. Every request stands alone: there is no session to be kept."""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

from anyio import CapacityLimiter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alerts.web.api.access import ApiAccess
from alerts.web.api.answering import HEADERS, problem
from alerts.web.context import WebContext
from alerts.web.origin import same_site
from crawler.runtime.extras import how_to_add
from crawler.store import StoreError

if TYPE_CHECKING:
    from alerts.web.assistants.server import AssistantServer

log = logging.getLogger("aseanwatch")
PATH = "/api/mcp"
AT_ONCE = 4
"""Requests that are answered at once. Programs may send any number together; the others wait."""


class AssistantEndpoint:
    """Answers assistants at one address.

    Args:
        web: what all web pages share.
    """

    def __init__(self, web: WebContext) -> None:
        self._web = web
        self._access = ApiAccess(web)
        self._servers: dict[frozenset[str] | None, AssistantServer] = {}
        self._limiter = CapacityLimiter(AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        app = await self._answer_of(Request(scope, receive), send)
        await app(scope, receive, send)

    async def _answer_of(self, request: Request, send: Send) -> ASGIApp:
        """What answers a request: a refusal, or the protocol."""
        # A page of another site may make a browser post here; no browser adds a token of itself, but it costs nothing to say no.
        if not same_site(request):
            return problem(403, "pages of other sites may not ask here")
        try:
            topics = await run_in_threadpool(self._access.topics_of, request)
        except HTTPException as error:
            return problem(error.status_code, str(error.detail), dict(error.headers or {}))
        except StoreError as error:
            log.error("an assistant could not be answered: %s", error)
            return problem(503, "the store cannot be used at the moment; please try again in a minute")
        if request.method != "POST":
            return problem(405, "only POST is answered here: there are no streams", {"Allow": "POST"})
        try:
            server = await run_in_threadpool(self._server, topics)
        except ModuleNotFoundError:
            return problem(501, f"assistants need: {how_to_add('mcp')}")
        # Before the limit: whoever sends slowly must not keep others waiting.
        body = await request.body()
        return _AssistantExchange(server, body, self._limiter)

    def _server(self, topics: frozenset[str] | None) -> AssistantServer:
        # A second of loading that only the first assistant waits for.
        from alerts.web.assistants.reading import AssistantReading  # noqa: PLC0415 - as above
        from alerts.web.assistants.server import server_of  # noqa: PLC0415 - an extra

        if topics not in self._servers:
            self._servers[topics] = server_of(AssistantReading(self._web, topics))
        return self._servers[topics]


class _AssistantExchange:
    """One request whose body is read, and its answer by the protocol."""

    def __init__(self, server: AssistantServer, body: bytes, limiter: CapacityLimiter) -> None:
        self._server, self._body, self._limiter = server, body, limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager  # noqa: PLC0415 - an extra

        pending = [self._body]

        async def read() -> MutableMapping[str, Any]:
            if pending:
                return {"type": "http.request", "body": pending.pop(), "more_body": False}
            return await receive()

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                known = {name.lower() for name, _ in message.get("headers", ())}
                added = [(n.lower().encode(), v.encode()) for n, v in HEADERS.items()]
                message["headers"] = [
                    *message.get("headers", ()),
                    *((name, value) for name, value in added if name not in known),
                ]
            await send(message)

        # A manager for each request: it lives in tasks of its own, and the pages have no such tasks to keep one for all of them. The SDK gives
        # the server behind its tools no public name (`mcp<3` in pyproject.toml).
        # The names of hosts are checked for all pages (`alerts.web.hosts`), with what the configuration says.
        manager = StreamableHTTPSessionManager(
            self._server._lowlevel_server, json_response=True, stateless=True, security_settings=None
        )
        async with self._limiter, manager.run():
            await manager.handle_request(scope, read, sent)
