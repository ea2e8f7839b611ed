"""Serves the web pages: in a thread beside the service, or alone."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import datetime

import uvicorn

from alerts import operators
from alerts.live import Live
from alerts.web.app import application
from alerts.web.console.gate import is_loopback
from crawler.clock import now
from crawler.model import AseanwatchError
from crawler.store import Store

log = logging.getLogger("aseanwatch")


class ListeningError(AseanwatchError):
    """The port of the web pages cannot be listened on."""


class Pages:
    """A web server for the pages.

    Args:
        live: the configuration; ``web.host`` and ``web.port`` say where (port 0: any free one).
        store: where everything is kept.
        clock: gives the present moment.
        beside_service: whether the process also selects and sends.

    Raises:
        ListeningError: the port cannot be listened on.
        AseanwatchError: it is open to others and no operators are set up.
    """

    def __init__(self, live: Live, store: Store, clock: Callable[[], datetime] = now, *, beside_service: bool = False) -> None:
        self._live = live
        web = live.settings.web
        with store.reading() as connection:
            if not is_loopback(web.host) and not operators.any_there(connection):
                raise AseanwatchError(
                    f"web.host {web.host} can be reached from elsewhere, and nobody is set up who may use the console:"
                    " aseanwatch operators add NAME"
                )
        try:
            family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
            self._socket = socket.create_server((web.host, web.port), family=family, backlog=256)
            # A page's head and body are two writes; each connection inherits this, or the second would wait for the reader's ACK.
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            raise ListeningError(
                f"web: {web.host}:{web.port} cannot be listened on: {error.strerror}; give web.port another number (0: any free one),"
                " or `aseanwatch run --no-web`"
            ) from None
        self.port: int = self._socket.getsockname()[1]
        options = {"log_level": "warning", "access_log": False, "server_header": False, "timeout_graceful_shutdown": 3}
        app = application(live, store, clock, beside_service=beside_service)
        self._server = uvicorn.Server(uvicorn.Config(app, lifespan="off", **options))  # type: ignore[arg-type]
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)

    def _run(self) -> None:
        with closing(self._socket):
            self._server.run([self._socket])

    def start(self) -> None:
        """Serve in a thread of its own."""
        self._thread.start()

    def ask_to_end(self) -> None:
        """Take no more requests; answers under way have three seconds."""
        self._live.ended = True  # streams end of themselves
        self._server.should_exit = True

    def stop(self) -> None:
        """End, and wait for it."""
        self.ask_to_end()
        self._thread.join(4)

    def serve(self) -> None:
        """Serve in this thread until SIGTERM or SIGINT."""
        self._run()


def pages_beside(live: Live, store: Store) -> Pages | None:
    """The web pages in a thread beside other work, which goes on also where nobody is set up who may use them.

    Raises:
        ListeningError: the port cannot be listened on; another program is there, perhaps a service that runs already.
    """
    try:
        pages = Pages(live, store, beside_service=True)
    except ListeningError:
        raise
    except AseanwatchError as error:
        log.error("%s", error)
        return None
    pages.start()
    log.info("web pages at http://%s:%d/", live.settings.web.host, pages.port)
    return pages
