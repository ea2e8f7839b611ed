"""Serves the benchmark's feeds on loopback from a process of its own: ``python -m benchmarks.server FEEDS ENTRIES``."""

from __future__ import annotations

import asyncio
import sys

from benchmarks.feeds import feed


async def serve(feeds: int, entries: int) -> None:
    """Make all feeds, print the port, answer ``/N`` with feed N until the process is ended."""
    bodies = [feed(number, entries) for number in range(feeds)]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split(b" ", 2)[1].lstrip(b"/").split(b"?")[0].decode()
                known = path.isdigit() and int(path) < len(bodies)
                body = bodies[int(path)] if known else b""
                status = b"200 OK" if known else b"404 Not Found"
                writer.write(
                    b"HTTP/1.1 "
                    + status
                    + b"\r\nContent-Type: application/rss+xml\r\nContent-Length: %d\r\n\r\n" % len(body)
                    + body
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
