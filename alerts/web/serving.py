"""Serves the web pages, in a thread beside the service or alone."""

from __future__ import annotations

import ipaddress
import logging
import os
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from functools import partial
from ipaddress import ip_network
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from alerts.identity import operators, sign_in_links
from alerts.identity.client_address import IpNetwork
from alerts.operations.live_config import Live
from alerts.web import descriptors
from alerts.web.app import application
from alerts.web.bounds import LONGEST_HEAD, USUAL, Bounds
from alerts.web.connections import LOOPBACK, BoundedProtocol, Connections
from alerts.web.context import WebContext
from alerts.web.organisation.provider import require_authlib
from crawler.config.settings import Settings
from crawler.model import AseanwatchError
from crawler.runtime.clock import now
from crawler.runtime.stopping import stop_on_signals
from crawler.store import Store, StoreError

log = logging.getLogger("aseanwatch")


BACKLOG = 256
ACCEPTED = 32
"""Connections that are accepted before the first of them is looked at. For a moment the server may need so many more
descriptors than its limits say."""
SEND_BUFFER = 131_072
"""Bytes that the system buffers for a slow reader. By default it would buffer megabytes."""


class ListeningError(AseanwatchError):
    """The port of the web pages cannot be listened on."""


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, on_end: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_end = on_end

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen. asyncio accepts as many connections at once as may wait; here these are two numbers."""
        await super().startup(sockets)
        for one in sockets or ():
            one.listen(BACKLOG)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End, whoever asked for it."""
        self._on_end()
        await super().shutdown(sockets)


def server_of(
    app: ASGIApp, connections: Connections, on_end: Callable[[], None] = lambda: None
) -> uvicorn.Server:
    """A server that keeps to the bounds of its connections.

    Args:
        app: what it serves.
        connections: where its connections are counted; nothing else uses it.
        on_end: called when it ends, before it waits for answers under way.
    """
    options: dict[str, Any] = {
        "log_level": "error",  # what strangers send that is no HTTP is no news
        # Three seconds, because the whole service must end within ten.
        "access_log": False, "server_header": False, "timeout_graceful_shutdown": 3, "lifespan": "off", "ws": "none",
        # What proxies say is judged by `alerts.web.proxies`: uvicorn would believe every program on this machine, or whom a variable of
        # the environment names (FORWARDED_ALLOW_IPS). Another one (WEB_CONCURRENCY) is not for us either.
        "proxy_headers": False, "forwarded_allow_ips": "", "workers": 1,
        "http": partial(BoundedProtocol, connections=connections), "timeout_keep_alive": connections.bounds.idle, "backlog": ACCEPTED,
        "h11_max_incomplete_event_size": LONGEST_HEAD,
    }  # fmt: skip
    return _Server(uvicorn.Config(app, **options), on_end)


class Pages:
    """A web server for the pages.

    Args:
        live: the configuration; ``web.host`` and ``web.port`` say where (port 0: any free one).
        store: the store that the pages show and change.
        clock: returns the present moment.
        with_service: whether this process also selects and sends news.
        bounds: the limits of connections and requests.
        since: returns the moment from which new subscriptions of the configuration are told what is new; default: the clock.

    Raises:
        ListeningError: the port cannot be listened on.
        AseanwatchError: it is open to others and no operators are set up.
    """

    def __init__(
        self,
        live: Live,
        store: Store,
        clock: Callable[[], datetime] = now,
        *,
        with_service: bool = False,
        bounds: Bounds = USUAL,
        since: Callable[[], datetime] | None = None,
    ) -> None:
        self._live = live
        web = live.settings.web
        if not is_loopback(web.host):
            _needs_operators(live.settings, store, f"web.host {web.host} can be reached from elsewhere")
        if web.sign_in is not None:
            require_authlib()
        try:
            family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
            self._socket = socket.create_server((web.host, web.port), family=family, backlog=BACKLOG)
            # A page's head and body are two writes; each connection inherits this, or the second would wait for the reader's ACK.
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        except OSError as error:
            raise ListeningError(
                f"web: {web.host}:{web.port} cannot be listened on: {error.strerror}; give web.port another number (0: any free one),"
                " or `aseanwatch run --no-web`"
            ) from None
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://{f'[{web.host}]' if ':' in web.host else web.host}:{self.port}"
        most = descriptors.fitting(
            bounds.connections, descriptors.raise_limit(), live.settings.crawl.concurrency
        )
        context = WebContext(live, store, clock)
        self._late = context.late
        app = application(context, with_service=with_service, bounds=bounds, since=since)
        connections = Connections(replace(bounds, connections=most), self._exempt)
        self._server = server_of(app, connections, self.ask_to_end)
        # A daemon: a reader who takes nothing must not keep the process alive.
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)

    def _exempt(self) -> tuple[IpNetwork, ...]:
        """The networks whose connections are not limited by client: many people come through one proxy."""
        return (*LOOPBACK, *(ip_network(p) for p in self._live.settings.web.proxies))

    def _run(self) -> None:
        with closing(self._socket):
            self._server.run([self._socket])

    def start(self) -> None:
        """Serve in a new thread."""
        self._thread.start()

    def ask_to_end(self) -> None:
        """Take no more requests. Answers under way have three seconds."""
        self._live.ended = True  # streams end of themselves
        self._server.should_exit = True

    def stop(self) -> None:
        """End, and wait until the thread has ended."""
        self.ask_to_end()
        # A second more than answers under way have.
        self._thread.join(4)
        self._late.settle(longest=1)

    def serve(self, say: Callable[[], object]) -> None:
        """Serve until SIGTERM or SIGINT; only in the main thread.

        Args:
            say: says that the pages are there. Whoever reads it may ask for the end at once, so signals are waited for before.
        """
        with stop_on_signals(self.ask_to_end):
            self.start()
            say()
            self._thread.join()


def must_be_guarded(settings: Settings, store: Store) -> None:
    """Refuse to serve pages that others can reach while no operator is set up.

    Raises:
        AseanwatchError: no operator is set up, and `delivery.public_url` or `web.host` says that the pages are for others too.
    """
    public, host = settings.delivery.public_url, settings.web.host
    if public:
        _needs_operators(settings, store, f"delivery.public_url {public} lets others reach the web pages")
    if not is_loopback(host):
        _needs_operators(settings, store, f"web.host {host} can be reached from elsewhere")
    elif public and not settings.web.proxies:
        log.warning(
            "delivery.public_url says that a web server of yours stands before the pages, and web.proxies does not name it: all who come by it"
            " count as one, also where failed attempts and sign-ups are bounded"
        )


def _needs_operators(settings: Settings, store: Store, why: str) -> None:
    # The provider of the organisation says who they are: the first one need not be known here before.
    if settings.web.sign_in is not None:
        return
    with store.read() as connection:
        if not operators.exist(connection):
            raise AseanwatchError(
                f"{why}, and nobody is set up who may use the console: aseanwatch operators add NAME"
            )


def say_way_in(store: Store, url: str, clock: Callable[[], datetime] = now) -> threading.Thread:
    """Print the link that opens the console once, while no operator is set up.

    It is not printed into the journal, which others can read and which is kept. It is made in a thread, which is returned, so
    that a store that another program has locked delays neither start nor end.
    """
    thread = threading.Thread(target=_say_way_in, args=(store, url, clock), name="way in", daemon=True)
    thread.start()
    return thread


def _say_way_in(store: Store, url: str, clock: Callable[[], datetime]) -> None:
    try:
        with store.read() as connection:
            if operators.exist(connection):
                return
        # Beside the log, not in it: what is logged is kept
        print(_way_in(store, url, clock), file=sys.stderr, flush=True)
    except StoreError as error:
        log.warning("no link to the console could be made (%s); later: aseanwatch operators link", error)


def _way_in(store: Store, url: str, clock: Callable[[], datetime]) -> str:
    if _goes_into_the_journal():
        return (
            "Nobody is set up who may use the console. A link that opens it once: aseanwatch operators link"
        )
    with store.write() as connection:
        secret = sign_in_links.create(connection, clock())
    return f"Open the console by this link, which works once: {sign_in_links.url_of(url, secret)}"


def _goes_into_the_journal() -> bool:
    """Whether standard error is the journal of systemd. The variable is inherited, so that both of its numbers must match."""
    try:
        found = os.fstat(sys.stderr.fileno())
    except (OSError, ValueError):
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{found.st_dev}:{found.st_ino}"


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def pages_beside(live: Live, store: Store) -> Pages:
    """The web pages in a thread beside other work.

    Raises:
        ListeningError: the port cannot be listened on; another program is there, perhaps a service that runs already.
        AseanwatchError: they listen for others, and nobody is set up.
    """
    pages = Pages(live, store, with_service=True)
    pages.start()
    log.info("web pages at %s/", pages.url)
    if live.settings.web.sign_in is None:
        say_way_in(store, pages.url)
    return pages
