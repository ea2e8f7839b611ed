"""The API, loaded when it is first asked: FastAPI and the models of all answers take 15 MB, and few desks have programs that ask."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

from alerts.web.bounds import Bounds
from alerts.web.context import WebContext

if TYPE_CHECKING:
    from fastapi import FastAPI


class LateApi:
    """Answers by the API (`alerts.web.api.app`), which the first request loads; that one waits some tenths of a second.

    Args:
        web: what all web pages share.
        bounds: the limits of requests and event streams.
    """

    def __init__(self, web: WebContext, bounds: Bounds) -> None:
        self._web = web
        self._bounds = bounds
        self._lock = threading.Lock()
        self._app: FastAPI | None = None
        self._loading: asyncio.Future[FastAPI] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        app = self._app or await self._load()
        await app(scope, receive, send)

    async def _load(self) -> FastAPI:
        """Load it in a thread, one for all requests that wait: pages, which have no others, are answered meanwhile."""
        if self._loading is None:
            self._loading = asyncio.ensure_future(run_in_threadpool(self._loaded))
            self._loading.add_done_callback(self._is_over)
        # Whoever asked first may go away; the others wait on.
        return await asyncio.shield(self._loading)

    def _is_over(self, loading: asyncio.Future[FastAPI]) -> None:
        self._loading = None  # what failed is tried again with the next request
        if not loading.cancelled():
            loading.exception()  # told to whoever still waits, and missed by nobody

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """The addresses of the API."""
        return self._loaded().routes

    def _loaded(self) -> FastAPI:
        with self._lock:
            if self._app is None:
                from alerts.web.api.app import api  # noqa: PLC0415 - as above

                self._app = api(self._web, self._bounds)
            return self._app
