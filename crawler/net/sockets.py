"""The sockets that libcurl waits for, on a running event loop."""

from __future__ import annotations

import asyncio
import select
from collections.abc import Callable
from contextlib import suppress

IN, OUT = 1, 2
"""Whether a socket can be read from and written to; the numbers are libcurl's."""


class LoopSockets:
    """Sockets that the loop waits for one by one.

    Args:
        act: called with a socket's number and what it is ready for.
    """

    def __init__(self, act: Callable[[int, int], None]) -> None:
        self._act = act
        self._loop = asyncio.get_running_loop()
        self._watched: dict[int, int] = {}

    def watch(self, fd: int, wanted: int) -> None:
        """Wait for a socket from now on; with 0 no more."""
        before = self._watched.pop(fd, 0)
        if before & IN and not wanted & IN:
            self._loop.remove_reader(fd)
        if before & OUT and not wanted & OUT:
            self._loop.remove_writer(fd)
        if wanted:
            self._watched[fd] = wanted
        if wanted & IN and not before & IN:
            self._loop.add_reader(fd, self._act, fd, IN)
        if wanted & OUT and not before & OUT:
            self._loop.add_writer(fd, self._act, fd, OUT)

    def close(self) -> None:
        """Wait for none any more."""
        for fd in list(self._watched):
            self.watch(fd, 0)


class EpollSockets:
    """The same on Linux, in a set of their own that the loop waits for.

    The loop makes several objects for each socket that it waits for anew, and libcurl waits anew with each request.
    """

    def __init__(self, act: Callable[[int, int], None]) -> None:
        self._act = act
        self._loop = asyncio.get_running_loop()
        self._watched: dict[int, int] = {}
        self._epoll = select.epoll()
        self._loop.add_reader(self._epoll.fileno(), self._on_ready)

    def watch(self, fd: int, wanted: int) -> None:
        """Wait for a socket from now on; with 0 no more."""
        before = self._watched.pop(fd, 0)
        if not wanted:
            # One that was closed has left the set by itself.
            with suppress(OSError):
                self._epoll.unregister(fd)
            return
        self._watched[fd] = wanted
        events = (select.EPOLLIN if wanted & IN else 0) | (select.EPOLLOUT if wanted & OUT else 0)
        try:
            (self._epoll.modify if before else self._epoll.register)(fd, events)
        except FileNotFoundError:  # it was closed, and its number is that of another one
            self._epoll.register(fd, events)
        except FileExistsError:
            self._epoll.modify(fd, events)

    def _on_ready(self) -> None:
        for fd, events in self._epoll.poll(0):
            # Errors and hang-ups are found by reading and writing. What was done for
            # one socket may have ended another.
            ready = (IN if events & ~select.EPOLLOUT else 0) | (OUT if events & ~select.EPOLLIN else 0)
            if ready & self._watched.get(fd, 0):
                self._act(fd, ready & self._watched[fd])

    def close(self) -> None:
        """Wait for none any more."""
        if self._epoll.closed:
            return
        self._watched.clear()
        self._loop.remove_reader(self._epoll.fileno())
        self._epoll.close()


Sockets = EpollSockets if hasattr(select, "epoll") else LoopSockets
