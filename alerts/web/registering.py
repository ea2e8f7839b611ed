"""Registers the subscriptions of config.yaml before a page shows them, where pages are served and no service does it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from alerts.operations.live_config import Live
from alerts.subscriptions.subscriptions import register
from crawler.config.settings import Settings
from crawler.store import Store, StoreError

log = logging.getLogger("aseanwatch")
SHOWN_IN = ("/console/subscriptions", "/api/v1/subscriptions")
"""Where the paths begin of what shows subscriptions. All other pages go on without writing anything."""
PAUSE = 30.0
"""Seconds until it is tried again after the store took nothing: each try waits for the store, and so does the page."""


class Registering:
    """A middleware that registers the subscriptions of the configuration, once and whenever the configuration has changed.

    Args:
        app: answers the requests.
        live: the configuration.
        store: where they are registered.
        clock: returns the moment from which a new subscription is told what is new.
    """

    def __init__(self, app: ASGIApp, live: Live, store: Store, clock: Callable[[], datetime]) -> None:
        self.app, self.live, self.store, self.clock = app, live, store, clock
        self._registered: Settings | None = None
        self._not_before = 0.0
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if (
            scope["type"] == "http"
            and scope["path"].startswith(SHOWN_IN)
            and self.live.settings is not self._registered
        ):
            await run_in_threadpool(self._register)
        await self.app(scope, receive, send)

    def _register(self) -> None:
        with self._lock:
            settings = self.live.settings
            if settings is self._registered or time.monotonic() < self._not_before:
                return
            try:
                with self.store.write() as connection:
                    register(connection, settings, self.clock())
            except StoreError as error:
                # The pages are shown all the same.
                log.warning("the subscriptions of the configuration are not registered yet: %s", error)
                self._not_before = time.monotonic() + PAUSE
                return
            self._registered = settings
