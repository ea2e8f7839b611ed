"""A feed and its hub on loopback, by the Recommendation (WebSub, 2018), and what hubs do wrong."""

from __future__ import annotations

import hashlib
import hmac
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlencode
from xml.sax.saxutils import escape

from tests.builders import NOON


@dataclass
class Subscriber:
    """Who is told of a topic."""

    topic: str
    secret: str


@dataclass
class Told:
    """A hub's answer from a callback."""

    status: int
    text: str


@dataclass
class Hub:
    """A publisher with a feed, and its hub, on one server.

    Attributes:
        lease: what it grants, in seconds; ``verifies``: what it changes of the verification.
        first: hubs that the feed names before this one.
        status: what it answers to requests; ``redirect``: where it sends them.
        items: the headlines of the feed; ``polls``: how often it was asked.
        subscribers: by callback; ``asked``: all requests.
    """

    lease: str = "864000"
    verifies: dict[str, str] = field(default_factory=dict)
    first: list[str] = field(default_factory=list)
    status: int = 202
    redirect: str = ""
    items: list[str] = field(default_factory=list)
    polls: int = 0
    subscribers: dict[str, Subscriber] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)

    def __enter__(self) -> Hub:
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hub.polls += 1
                self._answer(200, hub.feed(), "application/rss+xml")

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                if hub.redirect and self.path == "/hub":
                    self._answer(307, b"", location=hub.redirect)
                    return
                hub.asked.append(form)
                if hub.status == 202:
                    hub.verify(form)
                self._answer(hub.status, b"")

            def _answer(self, status: int, body: bytes, kind: str = "text/plain", location: str = "") -> None:
                self.send_response(status)
                if location:
                    self.send_header("Location", location)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Log nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def feed(self, *items: str) -> bytes:
        """The feed, or one of these items alone, as a hub may push only what is new."""
        entries = "".join(
            f"<item><title>{escape(title)}</title><link>{self.address}/{title.replace(' ', '-')}</link>"
            f"<guid isPermaLink='false'>{escape(title)}</guid><pubDate>{format_datetime(NOON, usegmt=True)}</pubDate></item>"
            for title in items or self.items
        )
        hubs = "".join(f'<atom:link rel="hub" href="{hub}"/>' for hub in [*self.first, f"{self.address}/hub"])
        head = f'{hubs}<atom:link rel="self" href="{self.address}/feed"/>'
        return (
            '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Outlet</title>'
            f"{head}{entries}</channel></rss>"
        ).encode()

    def verify(self, form: dict[str, str]) -> None:
        """Ask a callback whether a request was meant; what it confirms is kept."""
        challenge = hashlib.sha256(repr(form).encode()).hexdigest()
        query = {"hub.mode": form["hub.mode"], "hub.topic": form["hub.topic"], "hub.challenge": challenge}
        if form["hub.mode"] == "subscribe":
            query["hub.lease_seconds"] = self.lease
        told = self.call(form["hub.callback"], **query | self.verifies)
        self.told.append(told)
        if (told.status, told.text) == (200, challenge):
            if form["hub.mode"] == "subscribe":
                self.subscribers[form["hub.callback"]] = Subscriber(
                    form["hub.topic"], form.get("hub.secret", "")
                )
            else:
                self.subscribers.pop(form["hub.callback"], None)

    def call(self, callback: str, **query: str) -> Told:
        """Ask a callback something."""
        return _told(urllib.request.Request(f"{callback}?{urlencode(query)}"))

    def push(
        self, body: bytes, method: str = "sha256", secret: str | None = None, signature: str | None = None
    ) -> list[Told]:
        """Push to all subscribers."""
        told = []
        for callback, one in self.subscribers.items():
            key = one.secret if secret is None else secret
            headers = {"Content-Type": "application/rss+xml"}
            if signature is None and method:
                signature_of_body = hmac.new(key.encode(), body, getattr(hashlib, method)).hexdigest()
                headers["X-Hub-Signature"] = f"{method}={signature_of_body}"
            elif signature:
                headers["X-Hub-Signature"] = signature
            told.append(_told(urllib.request.Request(callback, body, headers, method="POST")))
        return told


def _told(request: urllib.request.Request) -> Told:
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return Told(answer.status, answer.read().decode())
    except urllib.error.HTTPError as error:
        return Told(error.code, error.read().decode())
    except OSError:  # the connection was closed before all was sent
        return Told(0, "")
