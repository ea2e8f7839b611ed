"""The API, loaded when it is first asked: FastAPI and the models of all answers take 15 MB, and few desks have programs that ask."""

from __future__ import annotations

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
        self._loading = threading.Lock()
        self._app: FastAPI | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        app = self._app
        if app is None:  # in a thread: pages are answered meanwhile
            app = await run_in_threadpool(self._loaded)
        await app(scope, receive, send)

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """The addresses of the API."""
        return self._loaded().routes

    def _loaded(self) -> FastAPI:
        with self._loading:
            if self._app is None:
                from alerts.web.api.app import api  # noqa: PLC0415 - as above

                self._app = api(self._web, self._bounds)
            return self._app
