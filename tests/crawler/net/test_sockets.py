"""Both ways to wait for sockets bring every answer, also where servers close connections and their numbers are used again."""

from __future__ import annotations

import asyncio
import select
from contextlib import suppress

import pytest

from crawler.net import transfers
from crawler.net.errors import FetchError
from crawler.net.fetcher import Fetcher
from crawler.net.guard import Guard
from crawler.net.site_limiter import SiteLimiter
from crawler.net.sockets import EpollSockets, LoopSockets

LARGE = 300_000
WAYS = [LoopSockets, *([EpollSockets] if hasattr(select, "epoll") else [])]


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        while head := await reader.readuntil(b"\r\n\r\n"):
            number = int(head.split(b" ", 2)[1][1:])
            if number % 7 == 6:  # without an answer
                break
            size = LARGE if number % 5 == 0 else 3
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"%d" % (number % 10) * size
            )
            await writer.drain()
            if number % 3 == 0:  # it says nothing of that, as many do
                break
    writer.close()


@pytest.mark.parametrize("way", WAYS)
def test_every_answer_comes(
    way: type[LoopSockets] | type[EpollSockets], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfers, "Sockets", way)

    async def all_of_them() -> list[bytes | None]:
        server = await asyncio.start_server(_answer, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        fetcher = Fetcher(Guard(["127.0.0.1"]), SiteLimiter(8), "test", timeout=20)

        async def one(number: int) -> bytes | None:
            for _ in range(3):  # a connection may be closed as it is taken
                try:
                    return (await fetcher.fetch(f"{url}/{number}")).body
                except FetchError:
                    if number % 7 == 6:
                        return None
            raise AssertionError(number)

        found = await asyncio.gather(*map(one, range(60)))
        fetcher.close()
        fetcher.close()
        server.close()
        return list(found)

    for number, body in enumerate(asyncio.run(all_of_them())):
        size = LARGE if number % 5 == 0 else 3
        assert body == (None if number % 7 == 6 else b"%d" % (number % 10) * size)
