"""How everything is fetched: libcurl on the running event loop, behind the guard, within bounds and each site's limits.

One request after another is checked and bounded by itself, redirects too: the guard sees each address at the moment of
its connection, so that neither a name that changes its mind nor a redirect leads inside.
"""

from __future__ import annotations

import asyncio
import errno
import os
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any
from urllib.parse import urljoin, urlsplit

import certifi
import pycurl
from w3lib.url import safe_url_string

from crawler.net.guard import Guard, Refused
from crawler.net.site_limiter import SiteBackoffError, SiteLimiter
from crawler.net.unpacking import UnpackError, unpacked

MOST_REDIRECTS = 6
LONGEST_URL = 2000
MOST_HEADERS = 64 * 1024
"""Bytes of all headers of one answer."""
CONNECT = 10.0
"""Seconds until a connection must stand."""
_SENDABLE = re.compile(r"[\x21-\x7e]+")
_REDIRECTS = {301: True, 302: False, 303: False, 307: False, 308: True}
"""Statuses that lead elsewhere, and whether for good (RFC 9110, 15.4)."""
_CONDITIONAL = ("if-none-match", "if-modified-since", "accept")
_KINDS = {
    pycurl.E_COULDNT_RESOLVE_HOST: ("dns", "the host name is unknown"),
    pycurl.E_OPERATION_TIMEDOUT: ("timeout", "no whole answer in time"),
    pycurl.E_PARTIAL_FILE: ("broken", "the answer was cut short"),
    pycurl.E_GOT_NOTHING: ("broken", "the connection broke before an answer came"),
    pycurl.E_RECV_ERROR: ("broken", "the connection broke in the middle of the answer"),
    pycurl.E_SEND_ERROR: ("broken", "the connection broke while asking"),
    pycurl.E_SSL_CONNECT_ERROR: ("tls", "no secure connection could be made"),
    pycurl.E_SSL_CACERT: ("tls", "the certificate is not valid"),
    pycurl.E_BAD_CONTENT_ENCODING: ("encoding", "the answer is not compressed as it says"),
    # Bytes behind a compressed answer, a second member: libcurl refuses to write what it cannot place.
    pycurl.E_WRITE_ERROR: ("encoding", "the answer is not compressed as it says"),
    pycurl.E_FILESIZE_EXCEEDED: ("too large", "the answer is larger than crawl.max_size"),
    pycurl.E_URL_MALFORMAT: ("address", "the address cannot be read"),
    pycurl.E_UNSUPPORTED_PROTOCOL: ("broken", "the answer is no HTTP"),
    8: ("broken", "the answer is no HTTP"),
    100: ("too large", "the answer's headers are too large"),
}


class FetchError(Exception):
    """No usable answer. ``kind`` is a short stable word, the text one line; ``partial`` is what came before it was cut."""

    def __init__(self, kind: str, message: str, partial: Reply | None = None) -> None:
        super().__init__(message)
        self.kind, self.partial = kind, partial


class SiteBackedOffError(FetchError):
    """Nothing was asked: the site of the address asked to be left alone, for another ``seconds``."""

    def __init__(self, rest: SiteBackoffError) -> None:
        until = datetime.now(UTC) + timedelta(seconds=rest.seconds)
        super().__init__("resting", f"{rest.site} asked to be left alone and rests until {until:%Y-%m-%d %H:%M} UTC")
        self.seconds = rest.seconds


class BrokenError(FetchError):
    """The connection failed in a way that often passes within moments."""


_PASSING = ("broken", "refused", "unreachable")


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect: its status and where it led."""

    status: int
    url: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, whatever its status. ``headers`` have lower-case names; ``body`` is decompressed; ``seconds`` is how long it took."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    hops: tuple[Hop, ...] = ()
    seconds: float = 0.0

    @property
    def moved(self) -> str | None:
        """Where redirects for good lead, as far as they go before one that is not."""
        found = None
        for hop in self.hops:
            if not _REDIRECTS[hop.status]:
                break
            found = hop.url
        return found


@dataclass(slots=True)
class _Transfer:
    """One request on its way."""

    done: asyncio.Future[None]
    most: int
    status: int = 0
    header_size: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    parts: list[bytes] = field(default_factory=list)
    size: int = 0
    problem: tuple[str, str] | None = None
    errno: int = 0

    def header(self, line: bytes) -> int | None:
        """One line of the headers, that of the status included."""
        self.header_size += len(line)
        if self.header_size > MOST_HEADERS:
            self.problem = ("too large", "the answer's headers are too large")
            return -1
        if line.startswith(b"HTTP/"):
            self.headers.clear()  # those before belong to an interim answer
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            self.headers[name.strip().lower()] = value.strip()
        return None

    def body(self, part: bytes) -> int | None:
        """A decompressed part of the body."""
        self.size += len(part)
        if self.size > self.most:
            self.problem = ("too large", "the answer is larger than crawl.max_size")
            return -1
        self.parts.append(part)
        return None


class Fetcher:
    """Fetches addresses, many at once. Must be made and used on one running event loop; ``close`` it at the end.

    Args:
        guard: which hosts may be spoken to.
        limiter: how many requests a site gets at once, and how quickly one after another.
        user_agent: who asks.
        concurrency: requests at once in all.
        timeout: seconds for one request from connecting to the last byte.
        most: bytes of one answer, before and after decompression.
        proxy: what all requests go through; it then resolves names, which the guard cannot see.
    """

    def __init__(
        self, guard: Guard, limiter: SiteLimiter, user_agent: str, concurrency: int = 64, timeout: float = 30.0, most: int = 10_000_000,
        proxy: str | None = None,
    ) -> None:  # fmt: skip
        self.guard, self.limiter = guard, limiter
        self._agent, self._timeout, self._most, self._proxy = user_agent, timeout, most, proxy or ""
        self._free: list[pycurl.Curl] = []
        self._running: dict[pycurl.Curl, _Transfer] = {}
        self._seats = asyncio.Semaphore(concurrency)
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | asyncio.Handle | None = None
        self._watched: dict[int, int] = {}
        self._authorities = os.environ.get("SSL_CERT_FILE") or certifi.where()
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._on_socket)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._on_timer)
        self._multi.setopt(pycurl.M_MAXCONNECTS, concurrency * 2)

    async def fetch(
        self, url: str, headers: Mapping[str, str] | None = None, *, redirects: bool = True,
        most: int | None = None, encoded: bool = True,
    ) -> Reply:  # fmt: skip
        """The answer at an address, after its redirects.

        Args:
            url: the address.
            headers: sent as they are; only those of conditions go along to another host.
            redirects: whether they are followed.
            most: bytes, instead of the usual.
            encoded: whether compressed answers are asked for and decompressed.

        Raises:
            Refused: the guard does not let it through.
            SiteBackedOffError: the site is to be left alone; nothing was asked of it.
            FetchError: no whole answer came.
        """
        begun, hops, current, sent = monotonic(), list[Hop](), url, dict(headers or {})
        seen = {url}
        while True:
            reply = await self._ask_either_way(current, sent, most or self._most, encoded)
            target = reply.headers.get("location")
            if not redirects or reply.status not in _REDIRECTS or not target:
                return Reply(current, reply.status, reply.headers, reply.body, tuple(hops), monotonic() - begun)
            try:
                following = urljoin(current, target)
            except ValueError:
                raise FetchError("address", "a redirect leads to no address") from None
            hops.append(Hop(reply.status, following))
            if following in seen or len(hops) > MOST_REDIRECTS:
                raise FetchError(
                    "redirects", "redirects lead round in a circle" if following in seen else "too many redirects in a row"
                )
            if urlsplit(following).netloc != urlsplit(current).netloc:
                sent = {name: value for name, value in sent.items() if name.lower() in _CONDITIONAL}
            seen.add(following)
            current = following

    async def _ask_either_way(self, url: str, headers: Mapping[str, str], most: int, encoded: bool) -> Reply:
        """Where libcurl cannot decompress an answer, it is asked for as it is, and what is readable of it is read."""
        try:
            return await self._ask(url, headers, most, encoded)
        except FetchError as error:
            if not encoded or error.kind != "encoding":
                raise
        reply = await self._ask(url, {**headers, "Accept-Encoding": "identity"}, most, False)
        try:
            body = unpacked(reply.body, most, reply.headers.get("content-encoding", "").lower())
        except UnpackError as error:
            raise FetchError(error.kind, str(error)) from None
        return replace(reply, body=body)

    async def _ask(self, url: str, headers: Mapping[str, str], most: int, encoded: bool) -> Reply:
        try:
            safe = safe_url_string(url) if not url.isascii() or " " in url else url
        except ValueError:
            raise FetchError("address", "the address cannot be read") from None
        if not _SENDABLE.fullmatch(safe):  # a host that is no name (IDNA) stays as it is
            raise FetchError("address", "the address cannot be read")
        self.guard.check(safe)
        if len(safe) > LONGEST_URL:
            raise FetchError("address", f"the address is longer than {LONGEST_URL} characters")
        try:
            async with self.limiter.slot(safe), self._seats:
                self.limiter.check(safe)
                transfer, error = await self._transfer(safe, headers, most, encoded)
        except SiteBackoffError as rest:
            raise SiteBackedOffError(rest) from None
        reply = Reply(url, transfer.status, transfer.headers, b"".join(transfer.parts))
        self.limiter.record_response(safe, reply.status, reply.headers.get("retry-after"), reply.headers.get("date"))
        if transfer.problem:
            if transfer.problem[0] == "guard":
                raise Refused(transfer.problem[1])
            raise FetchError(*transfer.problem)
        if error is not None:
            kind, message = _KINDS.get(error[0], ("broken", error[1] or "the connection was lost"))
            if error[0] == pycurl.E_COULDNT_CONNECT:
                refused = transfer.errno == errno.ECONNREFUSED
                kind, message = (
                    ("refused", "the host refuses the connection") if refused else ("unreachable", "the host cannot be reached")
                )
            made = BrokenError if kind in _PASSING else FetchError
            raise made(kind, message, reply if error[0] == pycurl.E_PARTIAL_FILE else None)
        return reply

    async def _transfer(
        self, url: str, headers: Mapping[str, str], most: int, encoded: bool
    ) -> tuple[_Transfer, tuple[int, str] | None]:
        curl = self._free.pop() if self._free else pycurl.Curl()
        transfer = _Transfer(self._loop.create_future(), most)
        self._prepare(curl, transfer, url, headers, encoded)
        self._running[curl] = transfer
        try:
            self._multi.add_handle(curl)
            await transfer.done
        except asyncio.CancelledError:
            if curl in self._running:
                self._multi.remove_handle(curl)
            raise
        except pycurl.error as error:
            return transfer, (error.args[0], str(error.args[1]))
        finally:
            self._running.pop(curl, None)
            curl.reset()
            self._free.append(curl)
        return transfer, None

    def _prepare(self, curl: pycurl.Curl, transfer: _Transfer, url: str, headers: Mapping[str, str], encoded: bool) -> None:
        def open_socket(purpose: int, address: Any) -> Any:
            place = address.addr[0]
            place = place.decode() if isinstance(place, bytes) else place
            if not self._proxy and not self.guard.may_connect(urlsplit(url).hostname or "", place):
                transfer.problem = ("guard", f"{urlsplit(url).hostname} leads to the private address {place}")
                return pycurl.SOCKET_BAD
            return _socket(address)

        set_option = curl.setopt
        set_option(pycurl.URL, url)
        set_option(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
        set_option(pycurl.PROXY, self._proxy)
        set_option(pycurl.NOSIGNAL, 1)
        set_option(pycurl.USERAGENT, self._agent)
        set_option(pycurl.HTTPHEADER, [f"{name}: {value}" if value else f"{name};" for name, value in headers.items()])
        set_option(pycurl.TIMEOUT_MS, int(self._timeout * 1000))
        set_option(pycurl.CONNECTTIMEOUT_MS, int(min(CONNECT, self._timeout) * 1000))
        set_option(pycurl.MAXFILESIZE_LARGE, transfer.most)
        set_option(pycurl.HEADERFUNCTION, transfer.header)
        set_option(pycurl.WRITEFUNCTION, transfer.body)
        set_option(pycurl.OPENSOCKETFUNCTION, open_socket)
        set_option(pycurl.CAINFO, self._authorities)
        if encoded:
            set_option(pycurl.ACCEPT_ENCODING, "")  # whatever this libcurl can decompress

    def _on_socket(self, event: int, fd: int, *_: Any) -> None:
        """Libcurl says what it waits for at a socket."""
        loop = self._loop
        before = self._watched.pop(fd, 0)
        wanted = 0 if event == pycurl.POLL_REMOVE else event
        if before & pycurl.POLL_IN and not wanted & pycurl.POLL_IN:
            loop.remove_reader(fd)
        if before & pycurl.POLL_OUT and not wanted & pycurl.POLL_OUT:
            loop.remove_writer(fd)
        if wanted:
            self._watched[fd] = wanted
        if wanted & pycurl.POLL_IN and not before & pycurl.POLL_IN:
            loop.add_reader(fd, self._act, fd, pycurl.CSELECT_IN)
        if wanted & pycurl.POLL_OUT and not before & pycurl.POLL_OUT:
            loop.add_writer(fd, self._act, fd, pycurl.CSELECT_OUT)

    def _on_timer(self, milliseconds: int) -> None:
        """Libcurl says when it wants to be called; it must not be called from here."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if milliseconds >= 0:
            self._timer = self._loop.call_later(milliseconds / 1000, self._act, pycurl.SOCKET_TIMEOUT, 0)

    def _act(self, fd: int, events: int) -> None:
        self._multi.socket_action(fd, events)
        waiting = 1
        while waiting:
            waiting, succeeded, failed = self._multi.info_read()
            for curl in succeeded:
                self._finish(curl, None)
            for curl, code, message in failed:
                self._finish(curl, pycurl.error(code, message))

    def _finish(self, curl: pycurl.Curl, error: pycurl.error | None) -> None:
        transfer = self._running.pop(curl, None)
        self._multi.remove_handle(curl)
        if transfer is None:
            return
        transfer.status, transfer.errno = curl.getinfo(pycurl.RESPONSE_CODE), curl.getinfo(pycurl.OS_ERRNO)
        if not transfer.done.done():
            if error is None:
                transfer.done.set_result(None)
            else:
                transfer.done.set_exception(error)

    def close(self) -> None:
        """Drop what is under way and close all connections."""
        for curl, transfer in list(self._running.items()):
            self._multi.remove_handle(curl)
            transfer.done.cancel()
        if self._timer is not None:
            self._timer.cancel()
        for curl in self._free:
            curl.close()
        self._multi.close()
        for fd, events in self._watched.items():
            if events & pycurl.POLL_IN:
                self._loop.remove_reader(fd)
            if events & pycurl.POLL_OUT:
                self._loop.remove_writer(fd)


def _socket(address: Any) -> Any:
    made = socket.socket(address.family, address.socktype, address.protocol)
    made.setblocking(False)
    return made
