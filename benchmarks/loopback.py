"""Servers of benchmarks: they listen on loopback, each in a process of its own, so that what they do is not counted."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


async def listening(answer: Callable[[bytes], bytes]) -> tuple[asyncio.Server, int]:
    """A server on a free port, and that port.

    Args:
        answer: gives the whole answer to the head of a request.
    """

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                writer.write(answer(head))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(speak, "127.0.0.1", 0, backlog=1024)
    return server, server.sockets[0].getsockname()[1]


def given(kind: str, body: bytes) -> bytes:
    """The answer that gives a document of a kind."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@contextmanager
def apart(module: str, *arguments: object) -> Iterator[int]:
    """A module that serves, in a process of its own; gives the port, which it prints first."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()
