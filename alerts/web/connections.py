"""How many connections the web pages hold, and for how long: what is slow or idle is closed, the oldest first.

The protocol is uvicorn's with h11, deliberately: it is written in Python and strict, so that what it takes as a request can be
read here, and a few hundred requests a second are more than the pages need.
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
"""Bytes that a slow reader must take in time to go on being written to."""
LONGEST_BODY = 8_000_000
"""Bytes of a body with all that frames it: what chunks say beside their content is no content, and counts nowhere else."""
TOLD = 60.0
"""Seconds between two lines of the log that say that there are too many connections."""

_DOUBTFUL = re.compile(rb"[^\r]\n|\r[^\n]|\n[ \t]|\0")
"""In a head: a line that does not end in CRLF, or goes on in the next one (RFC 9112, 2.2 and 5.2). Programs read these
differently, so that one request could be two for a proxy and for us."""


class Phase(IntEnum):
    """What a connection is at, in the order in which connections are given up for new ones."""

    HEAD = 0
    IDLE = 1
    BODY = 2
    STALLED = 3
    ANSWER = 4


class Connections:
    """The open connections of one web server.

    Args:
        bounds: how many there may be, and how long each may take.
        exempt: gives the networks whose addresses stand for many people: this machine's and the proxies'.
    """

    def __init__(self, bounds: Bounds, exempt: Callable[[], Sequence[IpNetwork]] = lambda: LOOPBACK) -> None:
        self.bounds, self._exempt = bounds, exempt
        self._open: dict[BoundedProtocol, str] = {}
        """Each with whom it counts for; "" for nobody."""
        self._sweep: asyncio.TimerHandle | None = None
        self._told = float("-inf")
        self._longest = {
            Phase.HEAD: bounds.head, Phase.IDLE: bounds.idle, Phase.BODY: bounds.body + 2 * bounds.linger, Phase.STALLED: bounds.stalled,
        }  # fmt: skip
        self._every = min(1.0, *(s / 3 for s in self._longest.values()))

    def __len__(self) -> int:
        return len(self._open)

    def admit(self, one: BoundedProtocol, address: str) -> bool:
        """Take a connection in, giving up an older one where there are too many; whether it has a place."""
        whom = self._counted_for(address)
        same = [c for c, other in self._open.items() if other == whom] if whom else []
        crowd: Sequence[BoundedProtocol] = ()
        if len(same) >= self.bounds.per_address:
            crowd = same
        elif len(self._open) >= self.bounds.connections:
            crowd = list(self._open)
        if crowd and not self._give_up_one(crowd):
            return False
        self._open[one] = whom
        if self._sweep is None:
            self._sweep = one.loop.call_later(self._every, self._look)
        return True

    def leave(self, one: BoundedProtocol) -> None:
        """A connection is closed."""
        self._open.pop(one, None)

    def _counted_for(self, host: str) -> str:
        """The client that a connection counts for; empty if its address stands for many people."""
        address = parse_client(host)
        if address is None or any(address in network for network in self._exempt()):
            return ""
        return client_key(host)

    def _give_up_one(self, crowd: Sequence[BoundedProtocol]) -> bool:
        """Close the one of these that is furthest from an answer, and of those the oldest; never one that is being answered."""
        oldest = min(crowd, key=lambda c: (c.phase, c.since))
        self._tell(len(crowd), oldest.loop.time())
        if oldest.phase is Phase.ANSWER:
            return False
        self.leave(oldest)
        oldest.transport.abort()
        return True

    def _tell(self, count: int, moment: float) -> None:
        if moment - self._told > TOLD:
            self._told = moment
            log.warning("web: %d connections are as many as there may be at once; for new ones the slow and idle are closed", count)

    def _look(self) -> None:
        """Close what takes too long. One look at all of them costs less than a timer for each, and misses none."""
        for one in list(self._open):
            one.note_phase()
            if one.loop.time() - one.since > self._longest.get(one.phase, float("inf")):
                one.end_late()
        loop = asyncio.get_running_loop()
        self._sweep = loop.call_later(self._every, self._look) if self._open else None


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
        """Somebody connects."""
        assert isinstance(transport, asyncio.Transport)
        super().connection_made(transport)
        if not self._all.admit(self, self.client[0] if self.client else ""):
            self._cut(503)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is closed, by whomever."""
        self._all.leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; a head that could be read in two ways is refused."""
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
        self._tail = b"" if end else head[-3:]
        return _DOUBTFUL.search(head) is not None

    def send_400_response(self, msg: str) -> None:
        """What came is no HTTP."""
        error = sys.exc_info()[1]
        self._cut(error.error_status_hint if isinstance(error, h11.RemoteProtocolError) else 400)

    def on_response_complete(self) -> None:
        """An answer is written. What came behind a request before its answer is not read as another one."""
        if self.conn.their_state is not h11.DONE or self.conn.trailing_data[0]:
            self.server_state.total_requests += 1
            self.transport.close()
        else:
            super().on_response_complete()
        self.note_phase()

    def shutdown(self) -> None:
        """The server ends: what is being answered is waited for, what has not asked yet is not."""
        self.note_phase()
        if self.phase in (Phase.ANSWER, Phase.STALLED):
            super().shutdown()
        else:
            self.transport.abort()

    def resume_writing(self) -> None:
        """The reader has taken most of what was written."""
        super().resume_writing()
        self._emptied += 1

    def note_phase(self) -> None:
        """Find out what this connection is at, and since when."""
        unwritten = self.transport.get_write_buffer_size()
        if unwritten or self.transport.is_closing():
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
        """Too much time has gone by."""
        if self.phase is Phase.HEAD and self.conn.trailing_data[0]:
            self._cut(408)
        else:
            self.transport.abort()

    def _cut(self, status: int) -> None:
        """Say why, as far as nothing else is being said, and close at once."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            again = "Retry-After: 5\r\n" if status == 503 else ""
            head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{again}Content-Length: 0\r\nConnection: close\r\n\r\n"
            self.transport.write(head.encode())
        self.transport.abort()
