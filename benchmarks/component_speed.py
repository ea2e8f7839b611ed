"""The upper limit of a crawl on this machine: the speed of each part alone, on one core.

Run as ``python -m benchmarks.component_speed PORT FEEDS ENTRIES SHOWN RELEVANT``.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from time import perf_counter

from benchmarks.feeds import feed
from benchmarks.measuring import addresses
from crawler.config import load
from crawler.fetching.fetchers import make_fetcher
from crawler.ingest.judge_transport import JudgeRequest
from crawler.ingest.judging_process import judge_all
from crawler.judging.judge import Judge
from crawler.model import Article
from crawler.parsing import lxml_feed
from crawler.parsing.feeds import read_feed
from tests.builders import NOON


def fetched(port: int, feeds: int) -> float:
    """Requests a second of the fetcher alone."""
    crawl = load("config.yaml").crawl.model_copy(update={"allow_private": ("127.0.0.1",), "per_host": 64})

    async def all_feeds() -> float:
        fetcher = make_fetcher(crawl)
        begun = perf_counter()
        await asyncio.gather(*map(fetcher.fetch, addresses(port, feeds)))
        seconds = perf_counter() - begun
        fetcher.close()
        return feeds / seconds

    return asyncio.run(all_feeds())


def rate(things: int, call: Callable[[], object]) -> float:
    """Calls a second."""
    begun = perf_counter()
    call()
    return things / (perf_counter() - begun)


def main(port: int, feeds: int, entries: int, shown: int, relevant: float) -> None:
    """Print each part's rate."""
    bodies = [feed(number, entries, shown, relevant) for number in range(min(feeds, 200))]
    read = [read_feed(body, url="http://127.0.0.1/", source="s", seen=NOON) for body in bodies]
    made = [e for f in read for e in f.entries]
    requests = [
        JudgeRequest(
            Article(e.url, e.title, max(e.content, e.summary, key=len), "s", NOON, published=e.published)
        )
        for e in made
    ]
    judge = Judge(load("config.yaml").rules())
    judge_all(judge, requests[:500])
    count = len(made)
    feeds_a_second = fetched(port, feeds)
    print(
        f"the fetcher alone             {feeds_a_second:>9.0f} feeds/s, {feeds_a_second * entries:>9.0f} entries/s"
    )
    parse = rate(count, lambda: [lxml_feed.parse(b, url="http://127.0.0.1/") for b in bodies])
    print(f"the fast parser alone         {parse:>29.0f} entries/s")
    plain = rate(count, lambda: [f.entries for f in read])
    print(f"markup into plain text alone  {plain:>29.0f} entries/s")
    print(f"judging alone, one process    {rate(count, lambda: judge_all(judge, requests)):>29.0f} entries/s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:5]), float(sys.argv[5]))
