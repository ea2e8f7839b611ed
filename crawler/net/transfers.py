"""Requests by libcurl on the running event loop, many at once.

libcurl's "multi" interface says which sockets and which timer it waits for; the loop waits for them and
calls it back (https://curl.se/libcurl/c/libcurl-multi.html, "multi_socket").
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import certifi
import pycurl

from crawler.config.trust import USUAL, Trust
from crawler.net.cause import Cause
from crawler.net.errors import BODY_TOO_LARGE, HEADERS_TOO_LARGE
from crawler.net.guard import Guard, Refused
from crawler.net.sockets import Sockets
from crawler.net.trust import NO_KEY, set_trust
from crawler.runtime.url_hosts import host_in

MAX_HEADER_SIZE = 64 * 1024
"""Bytes of all headers of one answer."""
CONNECT_TIMEOUT = 10.0
"""Seconds until a connection must stand."""


@dataclass(frozen=True, slots=True)
class TransferRequest:
    """One request as it is sent.

    Attributes:
        url: the address.
        headers: what is sent with it.
        max_size: bytes of the answer.
        decompress: whether compressed answers are asked for too.
        trust: what the source says of the server's certificate.
        cut: whether of a larger answer the beginning is taken.
        form: what is posted; None: the request is a GET.
    """

    url: str
    headers: Mapping[str, str]
    max_size: int
    decompress: bool
    trust: Trust = USUAL
    cut: bool = False
    form: bytes | None = None


@dataclass(slots=True)
class Transfer:
    """One request on its way, and what has come of it.

    Attributes:
        request: what is asked.
        done: is set when libcurl has finished.
        cause: why we gave it up ourselves.
        is_cut: whether only the beginning of the answer was taken.
        error: why libcurl gave it up; None where a whole answer came.
        os_error: the operating system's error of the connection, 0 for none.
        verified: OpenSSL's code of what is wrong with the certificate, 0 for nothing.
        log: what libcurl says of the connection, where only the server's key is asked for.
        certificate: what the server's certificate says, by libcurl's names of its fields, where only its key is asked for.
    """

    request: TransferRequest
    done: asyncio.Future[None]
    status: int = 0
    header_size: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    cookies: list[str] = field(default_factory=list)
    parts: list[bytes] = field(default_factory=list)
    size: int = 0
    refused: Refused | None = None
    cause: Cause | None = None
    is_cut: bool = False
    error: pycurl.error | None = None
    os_error: int = 0
    verified: int = 0
    log: list[str] = field(default_factory=list)
    certificate: dict[str, str] = field(default_factory=dict)

    def on_header(self, line: bytes) -> int | None:
        """Take one line of the headers, that of the status included; -1 ends the transfer."""
        self.header_size += len(line)
        if self.header_size > MAX_HEADER_SIZE:
            self.cause = HEADERS_TOO_LARGE
            return -1
        if line.startswith(b"HTTP/"):
            # Those before belong to an interim answer (RFC 9110, section 15.2)
            self.headers.clear()
            self.cookies.clear()
        try:
            text = line.decode("utf-8")  # addresses in the scripts of the region, as browsers take them
        except UnicodeDecodeError:
            text = line.decode("latin-1")
        name, colon, value = text.partition(":")
        if colon:
            if name.strip().lower() == "set-cookie":
                self.cookies.append(value.strip())  # the one header of which several lines are no list
            name, value = name.strip().lower(), value.strip()
            # Servers name each link in a line of its own; such lines are one list (RFC 9110, 5.3).
            if name == "link" and name in self.headers:
                value = f"{self.headers[name]}, {value}"
            self.headers[name] = value
        return None

    def on_body(self, part: bytes) -> int | None:
        """Take a decompressed part of the body; -1 ends the transfer."""
        self.size += len(part)
        beyond = self.size - self.request.max_size
        if beyond > 0 and self.request.cut:
            self.parts.append(part[: len(part) - beyond])
            self.is_cut = True
            return -1
        if beyond > 0:
            self.cause = BODY_TOO_LARGE
            return -1
        self.parts.append(part)
        return None

    def on_log(self, kind: int, line: bytes) -> None:
        """Take a line of libcurl's own."""
        if kind == pycurl.INFOTYPE_TEXT:
            self.log.append(line.decode("latin-1"))


class Transfers:
    """Runs transfers. Make and use it on one running event loop; ``close`` it at the end.

    Args:
        guard: asked for each connection, by the address that the host's name was resolved to.
        user_agent: who asks.
        timeout: seconds for one request from connecting to the last byte.
        max_connections: connections that are kept open.
        proxy: what all requests go through; it then resolves names, which the guard cannot see.
    """

    def __init__(
        self, guard: Guard, user_agent: str, timeout: float, max_connections: int, proxy: str
    ) -> None:
        self._guard, self._agent, self._timeout, self._proxy = guard, user_agent, timeout, proxy
        self._idle: list[pycurl.Curl] = []
        self._running: dict[pycurl.Curl, Transfer] = {}
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._wanted: float | None = None
        self._sockets = Sockets(self._act)
        self._authorities = os.environ.get("SSL_CERT_FILE") or certifi.where()
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._on_socket)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._on_timer)
        self._multi.setopt(pycurl.M_MAXCONNECTS, max_connections)

    async def run(self, request: TransferRequest) -> Transfer:
        """Send a request and wait until it has ended, well or not."""
        curl = self._idle.pop() if self._idle else pycurl.Curl()
        transfer = Transfer(request, self._loop.create_future())
        self._set_options(curl, transfer)
        self._running[curl] = transfer
        try:
            self._multi.add_handle(curl)
            await transfer.done
        except asyncio.CancelledError:
            if curl in self._running:
                self._multi.remove_handle(curl)
            raise
        except pycurl.error as error:
            transfer.error = error
        finally:
            self._running.pop(curl, None)
            curl.reset()
            self._idle.append(curl)
        return transfer

    def _set_options(self, curl: pycurl.Curl, transfer: Transfer) -> None:
        request = transfer.request
        host = host_in(request.url)

        def open_socket(_purpose: int, address: Any) -> Any:
            ip = address.addr[0]
            ip = ip.decode() if isinstance(ip, bytes) else ip
            if not self._proxy and not self._guard.may_connect(host, ip):
                transfer.refused = Refused(f"{host} leads to the private address {ip}")
                return pycurl.SOCKET_BAD
            return _open_socket(address)

        set_option = curl.setopt
        set_option(pycurl.URL, request.url)
        set_option(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
        set_option(pycurl.PROXY, self._proxy)
        set_option(pycurl.NOSIGNAL, 1)  # signals of the resolver would reach other threads
        set_option(pycurl.USERAGENT, self._agent)
        # "Name;" is libcurl's form of a header without a value; "Name:" would leave the header out.
        set_option(pycurl.HTTPHEADER, [f"{n}: {v}" if v else f"{n};" for n, v in request.headers.items()])
        set_option(pycurl.TIMEOUT_MS, int(self._timeout * 1000))
        set_option(pycurl.CONNECTTIMEOUT_MS, int(min(CONNECT_TIMEOUT, self._timeout) * 1000))
        if request.form is not None:
            set_option(pycurl.POST, 1)
            set_option(pycurl.POSTFIELDS, request.form)
        if not request.cut:
            set_option(pycurl.MAXFILESIZE_LARGE, request.max_size)
        set_option(pycurl.HEADERFUNCTION, transfer.on_header)
        set_option(pycurl.WRITEFUNCTION, transfer.on_body)
        set_option(pycurl.OPENSOCKETFUNCTION, open_socket)
        set_option(pycurl.CAINFO, self._authorities)
        set_trust(curl, request.trust)
        if request.trust is NO_KEY:
            set_option(pycurl.VERBOSE, 1)
            set_option(pycurl.OPT_CERTINFO, 1)
            set_option(pycurl.FRESH_CONNECT, 1)
            set_option(pycurl.DEBUGFUNCTION, transfer.on_log)
        if request.decompress:
            set_option(pycurl.ACCEPT_ENCODING, "")  # whatever this libcurl can decompress

    def _on_socket(self, event: int, fd: int, *_: Any) -> None:
        """Libcurl says what it waits for at a socket."""
        self._sockets.watch(fd, 0 if event == pycurl.POLL_REMOVE else event)

    def _on_timer(self, milliseconds: int) -> None:
        """Libcurl says when it wants to be called; it must not be called from here."""
        self._wanted = self._loop.time() + milliseconds / 1000 if milliseconds >= 0 else None
        if self._wanted is None or (self._timer is not None and self._timer.when() <= self._wanted):
            return  # each request sets it several times; a timer that is too early only looks again
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(self._wanted, self._on_time)

    def _on_time(self) -> None:
        self._timer = None
        if self._wanted is None:
            return
        if self._loop.time() < self._wanted:
            self._timer = self._loop.call_at(self._wanted, self._on_time)
            return
        self._wanted = None
        self._act(pycurl.SOCKET_TIMEOUT, 0)

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
        transfer.status = curl.getinfo(pycurl.RESPONSE_CODE)
        transfer.os_error = curl.getinfo(pycurl.OS_ERRNO)
        transfer.verified = curl.getinfo(pycurl.SSL_VERIFYRESULT)
        if transfer.request.trust is NO_KEY:
            chain = curl.getinfo(pycurl.INFO_CERTINFO)
            transfer.certificate = dict(chain[0]) if chain else {}
        if not transfer.done.done():
            if error is None:
                transfer.done.set_result(None)
            else:
                transfer.done.set_exception(error)

    def close(self) -> None:
        """Drop what is under way and close all connections."""
        while self._running:
            curl, transfer = self._running.popitem()
            self._multi.remove_handle(curl)
            transfer.done.cancel()
        if self._timer is not None:
            self._timer.cancel()
        for curl in self._idle:
            curl.close()
        self._multi.close()
        self._sockets.close()


def _open_socket(address: Any) -> Any:
    made = socket.socket(address.family, address.socktype, address.protocol)
    made.setblocking(False)
    return made
