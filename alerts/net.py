"""HTTP to addresses that are not ours (webhooks, hubs): only where the guard lets, checked at the moment of connecting.

The name is resolved once, every address is judged, and the connection goes to the judged address itself, so that a name
that changes its mind cannot lead inside. Redirects are not followed.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import urllib3

from crawler.net.guard import Guard

_LONGEST_WAIT = 10 * 86_400
"""Seconds; who asks for more means never, and waits are bounded by a day anyway (`alerts.retrying.wait_after`)."""


class NotAllowedError(Exception):
    """The guard does not let this address be spoken to."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer: its status, and what it asks us to wait. The body is not read."""

    status: int
    retry_after: timedelta | None


def post(guard: Guard, url: str, body: bytes, headers: Mapping[str, str], timeout: timedelta) -> Answer:
    """POST to an address.

    Raises:
        NotAllowedError: the guard refuses it.
        OSError, urllib3.exceptions.HTTPError: it cannot be reached, or does not answer in time.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not guard.host_allowed(host):
        raise NotAllowedError(
            f"the address of {host or 'this webhook'} is not allowed (crawl.allow_private lets private ones through)"
        )
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = _judged(guard, host, port)
    seconds = timeout.total_seconds()
    limits = urllib3.Timeout(connect=seconds, read=seconds)
    target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    sent = {"Host": parts.netloc.rpartition("@")[2], "User-Agent": "aseanwatch/1.0", **headers}
    with _pool(parts.scheme, address, port, host, limits) as pool, _at_most(pool, 2 * seconds):
        response = pool.urlopen("POST", target, body=body, headers=sent, retries=False, redirect=False, preload_content=False)
        response.close()
    return Answer(response.status, retry_after_of(response.headers.get("Retry-After")))


@contextmanager
def _at_most(pool: urllib3.HTTPConnectionPool, seconds: float) -> Iterator[None]:
    """What a pool does in this block ends after so many seconds: a server that sends a byte now and then never reaches a read's limit.

    Raises:
        TimeoutError: it had to be ended.
    """
    connections: list[Any] = []
    own: Any = pool.ConnectionCls

    class Known(own):  # type: ignore[misc]
        def connect(self) -> None:
            connections.append(self)
            super().connect()

    ended = threading.Event()

    def end() -> None:
        ended.set()
        for connection in connections:
            with suppress(OSError, ValueError, AttributeError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    pool.ConnectionCls = Known
    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, ValueError, urllib3.exceptions.HTTPError):
        if not ended.is_set():
            raise
    finally:
        timer.cancel()
    if ended.is_set():  # an answer that was cut off looks like a whole one
        raise TimeoutError("it did not answer in time")


def _judged(guard: Guard, host: str, port: int) -> str:
    """The address to connect to: all that a name resolves to must be allowed."""
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for address in found:
        ipaddress.ip_address(address.split("%")[0])
        if not guard.name_trusted(host) and not guard.address_allowed(address):
            raise NotAllowedError(f"{host} leads to {address}, which is not allowed")
    return found[0]


def _pool(scheme: str, address: str, port: int, host: str, limits: urllib3.Timeout) -> urllib3.HTTPConnectionPool:
    if scheme == "https":
        return urllib3.HTTPSConnectionPool(address, port, timeout=limits, assert_hostname=host, server_hostname=host)
    return urllib3.HTTPConnectionPool(address, port, timeout=limits)


def retry_after_of(value: str | None) -> timedelta | None:
    """A Retry-After (RFC 9110, 10.2.3), seconds or a date; None where it says nothing."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), _LONGEST_WAIT))
    try:
        until = parsedate_to_datetime(text)
        seconds = until.timestamp() - time.time()
    except (ValueError, TypeError, OverflowError):
        return None
    return timedelta(seconds=min(max(seconds, 0.0), _LONGEST_WAIT))
