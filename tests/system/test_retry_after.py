"""After Retry-After a site is left alone by its other sources, by the next command, and by ``probe`` and ``check``."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawler.crawl import Crawling
from crawler.fetching.site_backoffs import SiteBackoffs
from crawler.net.site_limiter import SiteLimiter
from crawler.runtime.clock import now
from crawler.tasks.engine import Parts
from tests.builders import new_store, settings, shipped_judge
from tests.conftest import run
from tests.faults.behaviours import answer
from tests.faults.server import FaultServer
from tests.newsroom.configuration import over_packaged
from tests.reactor import in_reactor

FEEDS = [f"feed{n}" for n in range(8)]


def configured(folder: Path, server: FaultServer) -> None:
    """A configuration of eight feeds of one site."""
    sources = [{"name": f, "url": server.address(f), "pages": "never"} for f in FEEDS]
    crawl = {"allow_private": ["127.0.0.1"], "robots": False, "per_host": 2}
    text = over_packaged(sources=sources, crawl=crawl, subscriptions=[])
    (folder / "config.yaml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    "status", ["429 Too Many Requests", pytest.param("503 Service Unavailable", marks=pytest.mark.long)]
)
def test_after_the_first_refusal_nothing_is_asked_of_the_site(tmp_path: Path, status: str) -> None:
    with FaultServer({f: answer(b"", {"Retry-After": "600"}, status) for f in FEEDS}) as server:
        configured(tmp_path, server)
        before = now()
        first = run("crawl", "--json", cwd=tmp_path)
        asked = sum(server.counts.values())
        assert 1 <= asked <= 2, "as many as may be asked at once"
        assert first.status == 1
        summary = first.json["summary"]
        assert (summary["sources_failed"], summary["sources_resting"], summary["sources_ok"]) == (
            asked,
            8 - asked,
            0,
        )
        until = datetime.fromisoformat(
            first.json["resting"][0]["message"].rpartition("rests until ")[2].replace(" UTC", "+00:00")
        )
        assert before + timedelta(minutes=9) <= until <= now() + timedelta(minutes=10), (
            "told to the minute, in UTC"
        )

        second = run("crawl", cwd=tmp_path)
        assert second.status == 1
        assert "0 failed, 8 resting" in second.out
        assert second.err.count("rests until") == 1  # of all eight sources
        assert "8 sources" in second.err
        for command in (
            ["crawl", "--url", server.address("other")],
            ["sources", "probe", "feed1"],
            ["check", "--network"],
        ):
            done = run(*command, cwd=tmp_path)
            assert done.status == 1
            assert "rests until" in done.out + done.err
        assert sum(server.counts.values()) == asked


def test_a_running_service_learns_of_rests_from_commands_beside_it(tmp_path: Path) -> None:
    url = "http://busy.example/feed"

    async def both() -> float:
        store = new_store(tmp_path)
        async with Crawling(settings(), store, parts=Parts(judge=shipped_judge())) as crawling:
            beside = SiteLimiter()
            beside.record_response(url, 429, "600")
            SiteBackoffs(beside, store).save()
            assert not crawling.engine.fetcher.limiter.backoff_remaining(url)
            await crawling.recall_backoffs()
            return crawling.engine.fetcher.limiter.backoff_remaining(url)

    assert in_reactor(both()) == pytest.approx(600, abs=5)
