"""Of a larger answer than is wanted the beginning is read where that is asked for; the rest is not."""

from __future__ import annotations

import asyncio
import gzip

import pytest

from crawler.net.errors import FetchError
from crawler.net.fetcher import Fetcher
from crawler.net.guard import Guard
from crawler.net.replies import Reply
from crawler.net.site_limiter import SiteLimiter
from tests.faults.behaviours import HEAD, answer, flood
from tests.faults.server import Behaviour, FaultServer

WORDS = b"".join(b"<url><loc>https://outlet.example/%d</loc></url>" % n for n in range(5000))
MOST = 100_000


def fetched(behaviour: Behaviour, *, cut: bool) -> Reply:
    async def ask(url: str) -> Reply:
        fetcher = Fetcher(Guard(["127.0.0.1"]), SiteLimiter(10), "test", timeout=5)
        try:
            return await fetcher.fetch(url, max_size=MOST, cut=cut)
        finally:
            fetcher.close()

    with FaultServer({"large": behaviour}) as server:
        return asyncio.run(ask(server.address("large")))


@pytest.mark.parametrize(
    "behaviour",
    [
        answer(WORDS),
        answer(gzip.compress(WORDS), {"Content-Encoding": "gzip"}),
        answer(gzip.compress(WORDS), {"Content-Encoding": "br"}),
        flood(HEAD + b"\r\n" + WORDS, b" " * 10_000),
    ],
)
def test_the_beginning_is_read_and_it_is_said(behaviour: Behaviour) -> None:
    reply = fetched(behaviour, cut=True)
    assert reply.body == WORDS[:MOST]
    assert reply.notes == ("the answer is larger than 0.1 MB; only its beginning was read",)
    with pytest.raises(FetchError, match="larger than crawl"):
        fetched(behaviour, cut=False)


def test_a_whole_answer_has_no_note() -> None:
    reply = fetched(answer(WORDS[:MOST]), cut=True)
    assert (len(reply.body), reply.notes) == (MOST, ())
