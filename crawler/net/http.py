"""Asks servers that operators named (webhooks, hubs, the provider of accounts, assistants), if the guard allows the address at the moment of connecting.

The name is resolved once, every address is checked, and the connection goes to the checked address.
So a name that changes its address in between cannot lead inside. Redirects are not followed.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import urllib3

from crawler.net.deadline import Deadline, pool_classes
from crawler.net.guard import Guard
from crawler.runtime.url_hosts import net_location, plain_host

_LONGEST_WAIT = 10 * 86_400
"""Seconds; who asks for more means never, and waits are bounded by a day anyway (`alerts.channels.failures.wait_after`)."""


class NotAllowedError(Exception):
    """The guard does not let this address be spoken to."""


class TooLongError(Exception):
    """An answer is longer than whoever asked would read."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A server's answer.

    Attributes:
        status: its status.
        retry_after: what it asks us to wait.
        body: its body, as far as it was wanted.
        content_type: the media type of the body in lower case, without parameters.
    """

    status: int
    retry_after: timedelta | None
    body: bytes = b""
    content_type: str = ""


def post(guard: Guard, url: str, body: bytes, headers: Mapping[str, str], timeout: timedelta) -> HttpAnswer:
    """POST to an address; the body of the answer is not read. See `ask`."""
    return ask(guard, "POST", url, headers, timeout, body=body)


def ask(
    guard: Guard,
    method: str,
    url: str,
    headers: Mapping[str, str],
    timeout: timedelta,
    *,
    body: bytes | None = None,
    most: int = 0,
    trust: str | None = None,
) -> HttpAnswer:
    """Make one request to an address.

    Args:
        guard: says which addresses may be connected to.
        method: GET or POST.
        url: the address.
        headers: sent with it.
        timeout: for all of it: name, connection, TLS, request and answer.
        body: what is posted.
        most: the bytes of the answer's body that are read; 0: it is not read.
        trust: a file of certificates (PEM) to believe instead of the system's.

    Raises:
        NotAllowedError: the guard refuses it.
        TooLongError: the answer is longer than ``most``.
        TimeoutError: it is not over within ``timeout``.
        OSError, urllib3.exceptions.HTTPError: it cannot be reached.
    """
    parts = urlsplit(url)
    host = plain_host(parts.hostname or "")
    if parts.scheme not in ("http", "https"):
        raise NotAllowedError("the address has another scheme than http or https; write https://…")
    if not guard.host_allowed(host):
        raise NotAllowedError(
            f"the address of {host or 'this webhook'} is not allowed (crawl.allow_private lets private ones through)"
        )
    port = parts.port or (443 if parts.scheme == "https" else 80)
    target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    # The connection goes to an address, so that the name has
    # to be in the header; without a login in it.
    sent = {"Host": net_location(host, parts.port), "User-Agent": "aseanwatch/1.0", **headers}
    with Deadline(timeout.total_seconds()) as deadline:
        addresses = _judged(guard, host, port, deadline)
        for address in addresses[:-1]:
            # What listens on 127.0.0.1 alone is asked as localhost, which may be ::1 first. Nothing was sent then.
            with (
                suppress(urllib3.exceptions.NewConnectionError),
                _pool(parts.scheme, address, port, host, deadline, trust) as pool,
            ):
                return _answered(pool, method, target, body, sent, most)
        with _pool(parts.scheme, addresses[-1], port, host, deadline, trust) as pool:
            return _answered(pool, method, target, body, sent, most)


def _answered(
    pool: urllib3.HTTPConnectionPool,
    method: str,
    target: str,
    body: bytes | None,
    headers: Mapping[str, str],
    most: int,
) -> HttpAnswer:
    # Without retries: whoever asks tries again itself, with its own waits and the record of each attempt.
    response = pool.urlopen(
        method, target, body=body, headers=headers, retries=False, redirect=False, preload_content=False
    )
    try:
        read = _read(response, most) if most else b""
    finally:
        response.close()
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return HttpAnswer(response.status, retry_after_of(response.headers.get("Retry-After")), read, kind)


def _read(response: urllib3.BaseHTTPResponse, most: int) -> bytes:
    # Not decoded: nothing was said that we accept to be compressed, and a few bytes may unpack to gigabytes.
    body = b""
    # Until nothing comes: only then does urllib3 notice that less came than was announced.
    while len(body) <= most and (part := response.read(most + 1 - len(body), decode_content=False)):
        body += part
    if len(body) > most:
        raise TooLongError(f"its answer is longer than {most:,} bytes")
    return body


def _judged(guard: Guard, host: str, port: int, deadline: Deadline) -> list[str]:
    """The addresses to connect to: all that a name resolves to must be allowed."""
    found = deadline.resolve(host, port)
    # All of them, not only the first: a name with one public and one private address is refused.
    for address in found:
        ipaddress.ip_address(address.split("%")[0])
        if not guard.name_trusted(host) and not guard.address_allowed(address):
            raise NotAllowedError(f"{host} leads to {address}, which is not allowed")
    return found


def _pool(
    scheme: str, address: str, port: int, host: str, deadline: Deadline, trust: str | None
) -> urllib3.HTTPConnectionPool:
    limits = urllib3.Timeout(connect=deadline.left, read=deadline.left)
    # TLS must verify the name and not the address that we connect to (SNI, RFC 6066, 3).
    named: dict[str, Any] = {"assert_hostname": host, "server_hostname": host} if scheme == "https" else {}
    if trust is not None and named:
        named["ca_certs"] = trust
    return pool_classes(deadline)[scheme](address, port, timeout=limits, **named)


def retry_after_of(value: str | None) -> timedelta | None:
    """A Retry-After (RFC 9110, 10.2.3), seconds or a date; None where it says nothing."""
    text = (value or "").strip()
    # ``isdigit`` alone takes "²", which `int` refuses.
    if text.isascii() and text.isdigit():
        # Nine digits are enough: a number of thousands of
        # digits would take seconds to convert, or be refused.
        return timedelta(seconds=min(int(text[:9]), _LONGEST_WAIT))
    try:
        until = parsedate_to_datetime(text)
        seconds = until.timestamp() - time.time()
    except (ValueError, TypeError, OverflowError):
        return None
    return timedelta(seconds=min(max(seconds, 0.0), _LONGEST_WAIT))
