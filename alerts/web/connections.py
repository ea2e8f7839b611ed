"""Limits the connections of the web pages: slow and idle ones are closed, the oldest first.

The protocol is uvicorn's with h11, on purpose: h11 is strict and written in Python, so that what it accepts as a request can
be checked here. It is slower than httptools, but a few hundred requests a second are more than the pages need.
"""

from __future__ import annotations

import asyncio
import logging
import re
import sys
from collections.abc import Callable, Sequence
from enum import IntEnum
from http import HTTPStatus
from ipaddress import ip_network
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from alerts.identity.client_address import IpNetwork, client_key, parse_client
from alerts.web.bounds import Bounds

log = logging.getLogger("aseanwatch")
LOOPBACK: tuple[IpNetwork, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
PROGRESS = 65_536
"""Bytes that a slow reader must take within `Bounds.stalled`, or the connection is closed."""
LONGEST_BODY = 8_000_000
"""Bytes of a body with its framing. The framing of chunks is not content, so that no other limit counts it."""
WARNING_INTERVAL = 60.0
"""Seconds between two warnings in the log that there are too many connections."""

_DOUBTFUL = re.compile(rb"[^\r]\n|\r[^\n]|\n[ \t]|\0")
"""A line of a head that does not end in CRLF, or continues in the next one (RFC 9112, 2.2 and 5.2). Programs read these
differently, so that a proxy and we could see different requests."""


class Phase(IntEnum):
    """The phase of a connection, in the order in which connections are closed for new ones."""

    HEAD = 0
    IDLE = 1
    BODY = 2
    STALLED = 3
    ANSWER = 4


class Connections:
    """The open connections of one web server.

    Args:
        bounds: how many there may be, and how long each may take.
        exempt: returns the networks whose addresses stand for many people: this machine's and the proxies'.
    """

    def __init__(self, bounds: Bounds, exempt: Callable[[], Sequence[IpNetwork]] = lambda: LOOPBACK) -> None:
        self.bounds, self._exempt = bounds, exempt
        self._open: dict[BoundedProtocol, str] = {}
        """Each connection with the client that it counts for; "" if it counts for none."""
        self._sweep: asyncio.TimerHandle | None = None
        self._warned = float("-inf")
        self._longest = {
            Phase.HEAD: bounds.head, Phase.IDLE: bounds.idle, Phase.BODY: bounds.body + 2 * bounds.linger, Phase.STALLED: bounds.stalled,
        }  # fmt: skip
        self._every = min(1.0, *(s / 3 for s in self._longest.values()))

    def __len__(self) -> int:
        return len(self._open)

    def admit(self, one: BoundedProtocol, address: str) -> bool:
        """Admit a connection, and close an older one if there are too many; returns whether it is admitted."""
        client = self._counted_for(address)
        same = [c for c, other in self._open.items() if other == client] if client else []
        crowd: Sequence[BoundedProtocol] = ()
        if len(same) >= self.bounds.per_address:
            # The client's own connections make room first:
            # whoever opens many pushes out nobody else.
            crowd = same
        elif len(self._open) >= self.bounds.connections:
            crowd = list(self._open)
        if crowd and not self._close_one(crowd):
            return False
        self._open[one] = client
        if self._sweep is None:
            self._sweep = one.loop.call_later(self._every, self._close_late)
        return True

    def leave(self, one: BoundedProtocol) -> None:
        """Remove a connection that is closed."""
        self._open.pop(one, None)

    def _counted_for(self, host: str) -> str:
        """The client that a connection counts for; empty if its address stands for many people."""
        address = parse_client(host)
        if address is None or any(address in network for network in self._exempt()):
            return ""
        return client_key(host)

    def _close_one(self, crowd: Sequence[BoundedProtocol]) -> bool:
        """Close the connection that is furthest from an answer, and of several the oldest; never one that is being answered."""
        oldest = min(crowd, key=lambda c: (c.phase, c.since))
        self._warn(len(crowd), oldest.loop.time())
        if oldest.phase is Phase.ANSWER:
            return False
        self.leave(oldest)
        # Not `close`, which waits until the reader has taken what was written.
        oldest.transport.abort()
        return True

    def _warn(self, count: int, moment: float) -> None:
        if moment - self._warned > WARNING_INTERVAL:
            self._warned = moment
            log.warning(
                "web: %d connections are as many as there may be at once; for new ones the slow and idle are closed",
                count,
            )

    def _close_late(self) -> None:
        """Close connections that take too long. One look at all costs less than a timer for each, and misses none."""
        for one in list(self._open):
            one.note_phase()
            if one.loop.time() - one.since > self._longest.get(one.phase, float("inf")):
                one.end_late()
        loop = asyncio.get_running_loop()
        self._sweep = loop.call_later(self._every, self._close_late) if self._open else None


class BoundedProtocol(H11Protocol):
    """One connection.

    Args:
        arguments, options: what uvicorn gives its protocols.
        connections: all connections of this server.
    """

    def __init__(self, *arguments: Any, connections: Connections, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._all = connections
        self._tail = b""
        self._taken = 0
        self._emptied = 0
        """How often the reader has taken most of what was written."""
        self._state = (Phase.HEAD, 0, 0)
        self.phase, self.since = Phase.HEAD, self.loop.time()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Admit the connection, or refuse it with 503."""
        assert isinstance(transport, asyncio.Transport)
        super().connection_made(transport)
        if not self._all.admit(self, self.client[0] if self.client else ""):
            self._cut(503)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection. Either side may have closed it."""
        self._all.leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on. Refuse a head that could be read in two ways."""
        if self.conn.their_state is h11.IDLE and self._is_doubtful(data):
            self._cut(400)
            return
        self._taken = self._taken + len(data) if self.conn.their_state is h11.SEND_BODY else 0
        if self._taken > LONGEST_BODY:
            self.transport.abort()
            return
        super().data_received(data)
        self.note_phase()

    def _is_doubtful(self, data: bytes) -> bool:
        head, end, _ = (self._tail + data).partition(b"\r\n\r\n")
        # The last bytes are kept: what is doubtful may be split between two packets.
        self._tail = b"" if end else head[-3:]
        return _DOUBTFUL.search(head) is not None

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP."""
        error = sys.exc_info()[1]
        # h11 hints at 431 for a head that is too long.
        self._cut(error.error_status_hint if isinstance(error, h11.RemoteProtocolError) else 400)

    def on_response_complete(self) -> None:
        """Finish an answer. What came behind its request before the answer is not read as another request."""
        # A request behind another (pipelining) could be one
        # that a proxy does not see (request smuggling).
        if self.conn.their_state is not h11.DONE or self.conn.trailing_data[0]:
            self.server_state.total_requests += 1
            self.transport.close()
        else:
            super().on_response_complete()
        self.note_phase()

    def shutdown(self) -> None:
        """Close because the server ends. A connection that is being answered is waited for."""
        self.note_phase()
        if self.phase in (Phase.ANSWER, Phase.STALLED):
            super().shutdown()
        else:
            self.transport.abort()

    def resume_writing(self) -> None:
        """Go on writing: the reader has taken most of what was written."""
        super().resume_writing()
        self._emptied += 1

    def note_phase(self) -> None:
        """Update the phase of the connection, and since when it is in it."""
        unwritten = self.transport.get_write_buffer_size()
        if unwritten or self.transport.is_closing():
            # Includes how much is left: a slow reader who
            # takes something begins a new span of time.
            state = (Phase.STALLED, self._emptied, unwritten // PROGRESS)
        else:
            state = (self._phase(), 0, 0)
        if state != self._state:
            self.phase, self.since, self._state = state[0], self.loop.time(), state

    def _phase(self) -> Phase:
        if self.cycle is None or self.conn.trailing_data[0]:
            return Phase.HEAD
        if self.cycle.response_complete:
            return Phase.IDLE
        return Phase.BODY if self.cycle.more_body else Phase.ANSWER

    def end_late(self) -> None:
        """Close the connection because it took too long."""
        if self.phase is Phase.HEAD and self.conn.trailing_data[0]:
            self._cut(408)
        else:
            self.transport.abort()

    def _cut(self, status: int) -> None:
        """Answer with a status unless an answer has begun, and close at once."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            again = "Retry-After: 5\r\n" if status == 503 else ""
            head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{again}Content-Length: 0\r\nConnection: close\r\n\r\n"
            # An empty buffer is sent at once. `abort` then waits for nobody.
            self.transport.write(head.encode())
        self.transport.abort()
