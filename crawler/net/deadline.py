"""A deadline for what is asked of a server, which holds whatever the server does.

A socket's own limit is for one read: a server that sends a byte now and then never reaches it. Here the connections are shut
down when the time is over, so that whoever waits for one wakes up, also in the middle of a TLS handshake.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import urllib3


class Deadline:
    """A context manager: what goes on in its block over sockets that it watches ends after some seconds.

    Raises:
        TimeoutError: at the end of the block, where the time was over before.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._watched: list[socket.socket] = []
        self._lock = threading.Lock()
        self._passed = False
        self._timer = threading.Timer(seconds, self._pass)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            for watched in self._watched:
                watched.close()
            self._watched = []
            passed = self._passed
        # An answer that was cut off may look like a whole one, or like an error of any kind. A socket's own limit may end the
        # block before the timer's thread gets its turn; nothing was cut off then, and an answer without an error is whole.
        over = passed or (error is not None and time.monotonic() >= self._end)
        if over and (error is None or isinstance(error, Exception)):
            raise TimeoutError("it did not answer in time") from error

    @property
    def left(self) -> float:
        """Seconds until then; never nothing, which for a socket would mean not to wait at all."""
        return max(0.001, self._end - time.monotonic())

    def watch(self, connection: socket.socket) -> None:
        """Shut a connection down when the time is over."""
        with self._lock:
            self._watched.append(connection.dup())  # TLS takes the socket's own descriptor away
            if self._passed:
                self._shut_down()

    def resolve(self, host: str, port: int) -> list[str]:
        """The addresses of a host, where its resolver says them in time.

        Raises:
            OSError: there are none, or not in time.
        """
        found: list[Any] = []

        def ask() -> None:
            try:
                found.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
            except (OSError, UnicodeError) as error:
                found.append(error)

        asking = threading.Thread(target=ask, name="resolving", daemon=True)
        asking.start()
        asking.join(self.left)
        if not found:
            raise TimeoutError(f"the address of {host} was not found in time")
        if isinstance(found[0], Exception):
            raise OSError(str(found[0])) from found[0]
        return [str(entry[4][0]) for entry in found[0]]

    def _pass(self) -> None:
        with self._lock:
            self._passed = True
            self._shut_down()

    def _shut_down(self) -> None:
        for watched in self._watched:
            with suppress(OSError):
                watched.shutdown(socket.SHUT_RDWR)


def pool_classes(deadline: Deadline) -> dict[str, type[urllib3.HTTPConnectionPool]]:
    """The pools of urllib3 by scheme, whose connections are watched."""

    class Plain(urllib3.connection.HTTPConnection):
        def _new_conn(self) -> socket.socket:
            made = super()._new_conn()
            deadline.watch(made)
            return made

    class Tls(urllib3.connection.HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            made = super()._new_conn()
            deadline.watch(made)
            return made

    class PlainPool(urllib3.HTTPConnectionPool):
        ConnectionCls = Plain

    class TlsPool(urllib3.HTTPSConnectionPool):
        ConnectionCls = Tls

    return {"http": PlainPool, "https": TlsPool}
