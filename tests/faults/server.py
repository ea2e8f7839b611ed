"""A context manager for a server on loopback that misbehaves in another way at each path."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from types import TracebackType

Writer = asyncio.StreamWriter


class Asked:
    """One request: its path, its headers in lower case, and how often the path was requested before."""

    def __init__(self, path: str, headers: dict[str, str], before: int) -> None:
        self.path, self.headers, self.before = path, headers, before


Behaviour = Callable[[Asked, Writer], Awaitable[None]]


class FaultServer:
    """Serves behaviours by path.

    Attributes:
        behaviours: by path; tests may add more at any time.
        counts: how often each path was requested.
    """

    def __init__(self, behaviours: dict[str, Behaviour]) -> None:
        self.behaviours, self.counts = behaviours, dict[str, int]()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()

    def __enter__(self) -> FaultServer:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1024, limit=1 << 20), self._loop
        ).result()
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        async def end() -> None:
            self._server.close()
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def address(self, path: str) -> str:
        """The address of a path."""
        return f"http://127.0.0.1:{self.port}/{path.lstrip('/')}"

    async def _serve(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            lines = head.split("\r\n")
            path = lines[0].split(" ")[1].partition("?")[0].lstrip("/")
            headers = {
                k.strip().lower(): v.strip()
                for k, _, v in (line.partition(":") for line in lines[1:] if line)
            }
            before = self.counts.get(path, 0)
            self.counts[path] = before + 1
            behaviour = self.behaviours.get(path)
            if behaviour is None:
                writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            else:
                await behaviour(Asked(path, headers, before), writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()
