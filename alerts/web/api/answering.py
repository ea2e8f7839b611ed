"""The answers of the API: problem details, ETags, headers."""

from __future__ import annotations

import hashlib
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alerts.web.api.parameters import UnknownParameterError
from alerts.web.headers import STRICT
from crawler.model import AseanwatchError
from crawler.store import StoreError

if TYPE_CHECKING:
    from fastapi import FastAPI
    from fastapi.exceptions import RequestValidationError

log = logging.getLogger("aseanwatch")
HEADERS = {**STRICT, "Cache-Control": "private, no-cache"}
STREAM = "text/event-stream"


def problem(status: int, detail: str, headers: dict[str, str] | None = None, **more: str) -> Response:
    """An answer that says what went wrong (problem details, RFC 9457), with ``more`` members of our own."""
    title = HTTPStatus(status).phrase
    body: dict[str, object] = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    body |= {name: value for name, value in more.items() if value}
    return JSONResponse(body, status, {**HEADERS, **(headers or {})}, "application/problem+json")


def add_answers(app: FastAPI) -> None:
    """Add the answers to errors, and ETags, to an application."""
    from fastapi.exceptions import RequestValidationError  # noqa: PLC0415 - with the API (`alerts.web.api.mounting`)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        return problem(error.status_code, str(error.detail), dict(error.headers or {}))

    @app.exception_handler(UnknownParameterError)
    async def _unknown(request: Request, error: UnknownParameterError) -> Response:
        return problem(
            error.status_code, error.detail, None, parameter=error.parameter, nearest=error.nearest
        )

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        detail = "; ".join(f"{'.'.join(map(str, e['loc'][1:]))}: {e['msg']}" for e in error.errors())
        return problem(422, detail)

    @app.exception_handler(AseanwatchError)
    async def _ours(request: Request, error: AseanwatchError) -> Response:
        return problem(422, str(error))

    @app.exception_handler(StoreError)
    async def _away(request: Request, error: StoreError) -> Response:
        log.error("the API could not answer: %s", error)
        return problem(
            503, "the store cannot be used at the moment; please try again in a minute", {"Retry-After": "60"}
        )

    app.add_middleware(EtagMiddleware)


class EtagMiddleware:
    """Adds the headers to every answer, and an ETag to those that are not streams; answers 304 if the client has it already.

    It is plain ASGI, so that streams pass through as they come.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # The tag is a hash of the whole body, so the body
        # has to be complete before the first header is sent.
        buffered: list[Message] = []
        is_taggable = scope["method"] == "GET"

        async def sent(message: Message) -> None:
            nonlocal is_taggable
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                is_taggable = (
                    is_taggable
                    and message["status"] == 200
                    and not headers.get("content-type", "").startswith(STREAM)
                )
            if not is_taggable:
                await send(message)
                return
            buffered.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                for one in _with_etag(buffered, Headers(scope=scope).get("if-none-match", "")):
                    await send(one)

        await self.app(scope, receive, sent)


def _with_etag(messages: list[Message], known: str) -> list[Message]:
    start, *parts = messages
    body = b"".join(p.get("body", b"") for p in parts)
    headers = MutableHeaders(scope=start)
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers["ETag"] = tag
    # Compared weakly (RFC 9110, 13.1.2): nginx makes a tag weak when it compresses.
    if tag in [t.strip().removeprefix("W/") for t in known.split(",")]:
        start["status"] = 304
        # A 304 has no content (RFC 9110, 15.4.5); a length would announce one.
        for name in ("content-type", "content-length"):
            if name in headers:
                del headers[name]
        body = b""
    return [start, {"type": "http.response.body", "body": body}]
