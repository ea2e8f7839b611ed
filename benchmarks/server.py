"""Serves the benchmark's feeds on loopback, in its own process: ``python -m benchmarks.server FEEDS ENTRIES [SHOWN [RELEVANT]]``.

``/N`` is feed N with an ETag. A request with that ETag is answered with 304.
"""

from __future__ import annotations

import asyncio
import hashlib
import sys

from benchmarks.feeds import RELEVANT, SHOWN, feed
from benchmarks.loopback import listening


async def serve(feeds: int, entries: int, shown: int = SHOWN, relevant: float = RELEVANT) -> None:
    """Make all feeds, print the port, and serve until the process is ended."""
    bodies = [feed(number, entries, shown, relevant) for number in range(feeds)]
    tags = [f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'.encode() for body in bodies]

    def answer(head: bytes) -> bytes:
        path = head.split(b" ", 2)[1].lstrip(b"/").split(b"?")[0]
        if not path.isdigit() or int(path) >= len(bodies):
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        number = int(path)
        if tags[number] in head:
            return b"HTTP/1.1 304 Not Modified\r\nETag: %s\r\n\r\n" % tags[number]
        fields = b"Content-Type: application/rss+xml\r\nETag: %s\r\nContent-Length: %d\r\n\r\n" % (
            tags[number],
            len(bodies[number]),
        )
        return b"HTTP/1.1 200 OK\r\n" + fields + bodies[number]

    server, port = await listening(answer)
    print(port, flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(*map(int, sys.argv[1:4]), *map(float, sys.argv[4:5])))
