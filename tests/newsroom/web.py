"""The news web: one server on loopback that shows what was published until the moment of its clock."""

from __future__ import annotations

import hashlib
import sys
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.newsroom import formats
from tests.newsroom.news import Item, items, outlets

LISTING = {"item": "ul.news li.story", "link": "h3 a@href", "title": "h3 a", "date": "time@datetime"}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the server: a body and its type; ``newest`` is its Last-Modified."""

    body: bytes
    type: str = "application/xml; charset=utf-8"
    status: int = 200
    newest: datetime | None = None
    location: str | None = None


class Newsroom:
    """The simulated news web; a context manager.

    Attributes:
        now: the clock, which tests set. Later items are not published yet.
        requests: the path and status of every request so far.
        held: paths whose answers wait until the news web closes.
    """

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.requests: list[tuple[str, int]] = []
        self.held: set[str] = set()
        self._asked = threading.Condition()
        self._closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"newsroom": self}))
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    def __enter__(self) -> Newsroom:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def note(self, path: str, status: int) -> None:
        """Record a request, and wake those who wait for it."""
        with self._asked:
            self.requests.append((path, status))
            self._asked.notify_all()

    def wait_for(self, paths: set[str], seconds: float = 60) -> bool:
        """Wait until all of ``paths`` were requested; false if that takes too long."""
        with self._asked:
            return self._asked.wait_for(lambda: paths <= {path for path, _ in self.requests}, seconds)

    def wait_for_more(self, than: int, seconds: float = 60) -> bool:
        """Wait for more than so many requests; false if that takes too long."""
        with self._asked:
            return self._asked.wait_for(lambda: len(self.requests) > than, seconds)

    def hold(self, path: str) -> None:
        """Delay the answer to a held path until the news web closes."""
        if path in self.held:
            self._closing.wait()

    def address(self, path: str) -> str:
        """The address of a path."""
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}"

    def sources(self, *, broken: bool = False) -> list[dict[str, Any]]:
        """The ``sources:`` of a configuration that polls this news web; broken ones only if asked for."""
        kinds = {"sitemap": "sitemap", "listing": "listing"}
        found: list[dict[str, Any]] = []
        for outlet in outlets().values():
            source = {
                "name": outlet.name,
                "url": self.address(f"/{outlet.name}/feed"),
                "lang": outlet.lang,
                "country": outlet.country,
            }
            source |= {"kind": kinds.get(outlet.form, "feed")}
            found.append(source | ({"select": LISTING} if outlet.form == "listing" else {}))
        query = {"kind": "search", "url": self.address("/search?q={query}"), "query": "China ASEAN"}
        found.append({"name": "news-search", **query})
        if broken:
            found += [{"name": name, "url": self.address(f"/broken/{name}")} for name in BROKEN]
        return found

    def published(self) -> list[Item]:
        """The items published by now, the newest first."""
        return [i for i in reversed(items()) if i.at <= self.now]

    def answer(self, path: str, query: dict[str, list[str]]) -> Answer:
        """The answer at a path."""
        parts = path.strip("/").split("/")
        there = self.published()
        if parts[0] in outlets() and len(parts) > 1:
            return self._of_outlet(parts, [i for i in there if i.outlet.name == parts[0]], there)
        if parts[0] in outlets():
            feed = self.address(f"/{parts[0]}/feed")
            head = f'<title>{parts[0]}</title><link rel="alternate" type="application/rss+xml" title="{parts[0]}" href="{feed}">'
            return Answer(
                f"<!doctype html><html><head>{head}</head><body><h1>{parts[0]}</h1></body></html>".encode(),
                "text/html",
            )
        if parts == ["search"]:
            words = query.get("q", [""])[0].split()
            found = [i for i in there if all(w.lower() in f"{i.title} {i.text}".lower() for w in words)]
            return Answer(formats.search(" ".join(words), found, self.address).encode())
        if parts[0] == "broken" and parts[-1] in BROKEN:
            return BROKEN[parts[-1]](self, [i for i in there if i.outlet.name == "straits-ledger"])
        if parts == ["robots.txt"]:
            return Answer(b"User-agent: *\nAllow: /\n", "text/plain")
        return Answer(b"<h1>Not found</h1>", "text/html", 404)

    def _of_outlet(self, parts: list[str], own: list[Item], there: list[Item]) -> Answer:
        outlet = outlets()[parts[0]]
        newest = own[0].at if own else None
        if parts[1] == "feed":
            body = formats.FORMS[outlet.form](outlet, own, self.address)
            return Answer(
                body.encode(), formats.TYPES.get(outlet.form, "application/xml; charset=utf-8"), newest=newest
            )
        if parts[1] == "news-sitemap.xml":
            return Answer(formats.news_sitemap(outlet, own, self.address).encode(), newest=newest)
        item = next((i for i in own if i.path == "/" + "/".join(parts)), None)
        if item is None:
            return Answer(b"<h1>Not found</h1>", "text/html", 404)
        others = [i for i in own if i is not item][:4]
        return Answer(
            formats.page(item, others, self.address).encode(), "text/html; charset=utf-8", newest=item.at
        )


def _html(room: Newsroom, own: list[Item]) -> Answer:
    """A web page where a feed should be."""
    return Answer(b"<!doctype html><html><body><h1>Our feed has moved</h1></body></html>", "text/html")


def _truncated(room: Newsroom, own: list[Item]) -> Answer:
    """A feed that is cut off in the middle."""
    whole = formats.rss20(outlets()["straits-ledger"], own, room.address).encode()
    return Answer(whole[: len(whole) * 2 // 3])


def _encoding(room: Newsroom, own: list[Item]) -> Answer:
    """A feed that claims to be UTF-8 and is not."""
    whole = formats.rss20_short(outlets()["straits-ledger"], own, room.address).replace("News", "Café news")
    return Answer(whole.encode("cp1252", "replace"))


def _empty(room: Newsroom, own: list[Item]) -> Answer:
    """A feed without entries."""
    return Answer(formats.rss20(outlets()["straits-ledger"], [], room.address).encode())


BROKEN = {
    "html-not-feed": _html,
    "truncated-feed": _truncated,
    "wrong-encoding": _encoding,
    "empty-feed": _empty,
}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that went away: tests kill crawlers."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    newsroom: Newsroom
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer, with 304 if nothing changed since the validators (RFC 9110, 13)."""
        parts = urlsplit(self.path)
        answer = self.newsroom.answer(parts.path, parse_qs(parts.query))
        etag = f'"{hashlib.blake2b(answer.body, digest_size=8).hexdigest()}"'
        status = 304 if answer.status == 200 and self._known(etag, answer.newest) else answer.status
        self.newsroom.note(parts.path, status)
        self.newsroom.hold(parts.path)
        self.send_response(status)
        self.send_header("ETag", etag)
        if answer.location:
            self.send_header("Location", answer.location)
        if answer.newest:
            self.send_header("Last-Modified", format_datetime(answer.newest.astimezone(UTC), usegmt=True))
        if status == 304:
            self.end_headers()
            return
        self.send_header("Content-Type", answer.type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def _known(self, etag: str, newest: datetime | None) -> bool:
        if given := self.headers.get("If-None-Match"):
            return etag in given
        since = self.headers.get("If-Modified-Since")
        return bool(since and newest and newest.replace(microsecond=0) <= parsedate_to_datetime(since))

    def log_message(self, *args: Any) -> None:
        """Log nothing on the terminal."""
