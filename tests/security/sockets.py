"""Requests as raw bytes: incomplete, slow, and such as no library would send."""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager


def connect(port: int, *, buffer: int = 0) -> socket.socket:
    """A connection to this machine; ``buffer`` is the size of its receive buffer in bytes."""
    made = socket.socket()
    if buffer:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    made.settimeout(20)
    made.connect(("127.0.0.1", port))
    return made


def head(method: str, path: str, *lines: str) -> bytes:
    """The head of a request."""
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *lines, "", ""]).encode("latin-1")


def answer(one: socket.socket, *parts: bytes) -> bytes:
    """Send, and read until the server closes the connection."""
    for part in parts:
        one.sendall(part)
    found = b""
    try:
        while more := one.recv(65_536):
            found += more
    except ConnectionResetError:
        pass
    return found


def asked(port: int, *parts: bytes) -> bytes:
    """Send on a new connection, and return everything until the server closes it."""
    with connect(port) as one:
        return answer(one, *parts)


def status(found: bytes) -> int:
    """The status of an answer; 0 if there is none."""
    return int(found.split(b" ", 2)[1]) if found.startswith(b"HTTP/1.1 ") else 0


def closed(connections: Sequence[socket.socket], seconds: float) -> int:
    """The number of connections that the server has closed (or answered) after so many seconds, or as soon as all are closed."""
    poll = select.poll()
    left = {one.fileno() for one in connections}
    for number in left:
        poll.register(number, select.POLLIN | select.POLLHUP)
    while left and (found := poll.poll(seconds * 1_000)):
        for number, _ in found:
            poll.unregister(number)
            left.discard(number)
    return len(connections) - len(left)


@contextmanager
def many(port: int, count: int, *parts: bytes) -> Iterator[list[socket.socket]]:
    """Open so many connections, and send something on each."""
    with ExitStack() as stack:
        found = []
        for _ in range(count):
            one = stack.enter_context(connect(port))
            for part in parts:
                one.sendall(part)
            found.append(one)
        yield found
