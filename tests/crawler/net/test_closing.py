"""A fetcher that is closed drops what is under way, and nothing more is heard of it."""

from __future__ import annotations

import asyncio

from crawler.net.fetcher import Fetcher
from crawler.net.guard import Guard
from crawler.net.site_limiter import SiteLimiter


def test_whoever_waits_for_an_answer_is_cancelled() -> None:
    async def ended() -> list[object]:
        reached = asyncio.Event()

        async def say_nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            held.append(writer)
            reached.set()

        held: list[asyncio.StreamWriter] = []
        server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/feed"
        fetcher = Fetcher(Guard(["127.0.0.1"]), SiteLimiter(10), "test", timeout=60)
        waiting = asyncio.create_task(fetcher.fetch(url))
        await reached.wait()
        fetcher.close()
        found: list[object] = list(await asyncio.gather(waiting, return_exceptions=True))
        for writer in held:
            writer.close()
        server.close()
        return found

    (found,) = asyncio.run(ended())
    assert isinstance(found, asyncio.CancelledError)
