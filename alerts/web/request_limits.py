"""Limits the requests that the web application takes at all, before any other part sees them.

A body is counted and timed as the application reads it. It is not read before the application asks for it: a client that may
not send one (the API answers 401) is told so before a byte of it is kept.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alerts.web.api.answering import problem
from alerts.web.bounds import (
    LONGEST_ADDRESS,
    LONGEST_HEAD,
    LONGEST_LINGER,
    LONGEST_PATH,
    MOST_HEADERS,
    Bounds,
    longest_body,
)
from alerts.web.pages import SAFE

_UNKNOWN = b"%EF%BF%BD"
"""U+FFFD replaces NUL, as browsers show it. PostgreSQL cannot store NUL in text."""
WITH_BODY = ("POST", "PUT", "PATCH")


class BodyRefusedError(Exception):
    """A body is too long or too slow, and is not read further."""


@dataclass(frozen=True, slots=True)
class RequestRefusal:
    """Why a request is refused: the status and the reason."""

    status: int
    detail: str


class RequestLimits:
    """A middleware that limits requests.

    Args:
        app: the application.
        bounds: the lengths of time.
    """

    def __init__(self, app: ASGIApp, bounds: Bounds) -> None:
        self.app, self.bounds = app, bounds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if b"%00" in scope["query_string"]:
            # Replaced and not refused: a search that holds
            # NUL by accident still finds its other words.
            scope = {**scope, "query_string": scope["query_string"].replace(b"%00", _UNKNOWN)}
        await _Exchange(scope, receive, send, self.bounds).run(self.app, _refusal(scope))


def _refusal(scope: Scope) -> RequestRefusal | None:
    """Why a request is refused because of its head; None if it is not."""
    headers = scope["headers"]
    path, query = scope["path"], scope["query_string"]
    if len(headers) > MOST_HEADERS or sum(len(n) + len(v) for n, v in headers) > LONGEST_HEAD:
        return RequestRefusal(431, "the head of this request is too long")
    if len(scope["raw_path"]) + len(query) > LONGEST_ADDRESS or len(path) > LONGEST_PATH:
        return RequestRefusal(414, "this address is too long")
    if not path.startswith("/") or "\0" in path:
        return RequestRefusal(400, "this is no address of a page")
    return _refusal_of_body(scope, Headers(scope=scope))


def _refusal_of_body(scope: Scope, headers: Headers) -> RequestRefusal | None:
    """Why a request is refused because of how it announces its body; None if it is not."""
    is_chunked, length = "transfer-encoding" in headers, headers.get("content-length", "0")
    # Programs that go by the one and by the other would see different requests (request smuggling; RFC 9112, 6.3).
    if is_chunked and ("content-length" in headers or scope["http_version"] == "1.0"):
        return RequestRefusal(400, "how long this body is can be understood in two ways")
    if scope["method"] not in WITH_BODY and (is_chunked or length.strip("0")):
        return RequestRefusal(413, f"{scope['method']} takes no body")
    if headers.get("content-encoding", "identity").lower() != "identity":
        return RequestRefusal(415, "a body is taken as it is, not compressed")
    return None


def _announced(scope: Scope) -> int | None:
    """The bytes of the body that a request announces; None if it is chunked, so that nobody knows yet."""
    headers = Headers(scope=scope)
    return None if "transfer-encoding" in headers else int(headers.get("content-length", "0"))


class _Exchange:
    """One request and its answer."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, bounds: Bounds) -> None:
        self._scope, self._receive, self._send, self._bounds = scope, receive, send, bounds
        self._most, self._read = longest_body(scope["path"]), 0
        # One moment for all of the body: a limit for each
        # part would never end a body of single bytes.
        self._until = asyncio.get_running_loop().time() + bounds.body
        self._refusal: RequestRefusal | None = None
        self._is_answered = False
        self._is_refused = False
        self._body_ended = True

    async def run(self, app: ASGIApp, refusal: RequestRefusal | None) -> None:
        """Let the application answer, or refuse."""
        # A refused head may announce two lengths. Such a body is not counted; the connection only lingers.
        self._body_ended = refusal is None and _announced(self._scope) == 0
        if refusal is not None:
            await self._refuse(refusal)
            return
        try:
            await app(self._scope, self.receive, self.send)
        except (BodyRefusedError, ClientDisconnect):
            if self._refusal is not None and not self._is_answered:
                await self._refuse(self._refusal)

    async def receive(self) -> Message:
        """Receive a part of the body.

        Raises:
            BodyRefusedError: the body is too long or takes too long.
        """
        # Afterwards the application waits here only to learn that the client has gone.
        if self._body_ended:
            return await self._receive()
        if self._refusal is not None:
            raise BodyRefusedError
        # By what is announced, before a byte is read.
        if (_announced(self._scope) or 0) > self._most:
            raise self._give_up(413, f"at most {self._most} bytes are taken here")
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            raise self._give_up(408, "the body took too long") from None
        if message["type"] == "http.request":
            self._read += len(message.get("body", b""))
            if self._read > self._most:
                raise self._give_up(413, f"at most {self._most} bytes are taken here")
            self._body_ended = not message.get("more_body", False)
        return message

    def _give_up(self, status: int, detail: str) -> BodyRefusedError:
        self._refusal = RequestRefusal(status, detail)
        return BodyRefusedError(detail)

    async def send(self, message: Message) -> None:
        """Send a part of the answer. If the body was refused, the refusal is sent instead of what the application says."""
        if self._refusal is not None and not self._is_answered:
            await self._refuse(self._refusal)
        # What the application makes of the interrupted body (FastAPI answers 400) is left out.
        if not self._is_refused:
            await self._pass_on(message)

    async def _refuse(self, refusal: RequestRefusal) -> None:
        answer = _refusal_answer(self._scope, refusal)
        await answer(self._scope, self._receive, self._pass_on)
        self._is_refused = True

    async def _pass_on(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._is_answered = True
            if not self._body_ended:
                # The rest of the body is still on its way: read
                # as the next request it could smuggle one in.
                others = [(n, v) for n, v in message.get("headers", ()) if n.lower() != b"connection"]
                message = {**message, "headers": [*others, (b"connection", b"close")]}
        elif (
            message["type"] == "http.response.body"
            and not message.get("more_body", False)
            and not self._body_ended
        ):
            await self._send({**message, "more_body": True})
            await self._linger()
            message = {"type": "http.response.body", "body": b"", "more_body": False}
        await self._send(message)

    async def _linger(self) -> None:
        """Read some more of the body. Closing with unread bytes would reset the connection, and lose the answer (RFC 9112, 9.6)."""
        if b"100-continue" in Headers(scope=self._scope).get("expect", "").encode():
            return  # the client waits for our go-ahead, which we never gave
        left = LONGEST_LINGER
        try:
            async with asyncio.timeout(self._bounds.linger):
                while left > 0:
                    message = await self._receive()
                    left -= len(message.get("body", b""))
                    if message["type"] != "http.request" or not message.get("more_body", False):
                        return
        except TimeoutError:
            return


def _refusal_answer(scope: Scope, refusal: RequestRefusal) -> Response:
    if scope["path"].startswith("/api/"):
        return problem(refusal.status, refusal.detail)
    text = f"{HTTPStatus(refusal.status).phrase}: {refusal.detail}\n"
    return PlainTextResponse(text, refusal.status, headers=SAFE)
