"""Which processes a service keeps: few where it has few sources or little memory."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from crawler.ingest import judges
from crawler.ingest.judges import FEW_SOURCES, InlineJudge, ProcessPoolJudge
from crawler.runtime import fork_server
from crawler.runtime.clock import now
from crawler.runtime.memory import LITTLE
from crawler.tasks.engine import CrawlEngine, Parts
from tests.builders import new_store, shipped
from tests.ingesting import OneProcess

SMALL_PAGE = b"<p>China and Laos meet.</p>"
LARGE_PAGE = b"<p>" * 2_000


@pytest.mark.parametrize(
    ("sources", "watching", "memory", "cores", "is_small"),
    [
        (FEW_SOURCES - 1, True, 1 << 40, 4, True),
        (FEW_SOURCES, True, 1 << 40, 4, False),
        (FEW_SOURCES, True, LITTLE - 1, 4, True),
        (FEW_SOURCES, True, LITTLE, 4, False),
        (FEW_SOURCES, True, LITTLE, 1, True),
        # A crawl that ends has its processes for a moment only.
        (1, False, 1 << 40, 4, False),
    ],
)
def test_a_small_service_keeps_one_process_beside_its_own(
    sources: int, watching: bool, memory: int, cores: int, is_small: bool,
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:  # fmt: skip
    ended: list[bool] = []
    monkeypatch.setattr(fork_server, "end", lambda: ended.append(True))
    monkeypatch.setattr(judges, "memory_of_machine", lambda: memory)
    monkeypatch.setattr(judges.os, "cpu_count", lambda: cores)
    monkeypatch.setattr(ProcessPoolJudge, "start", lambda _: None)

    async def go() -> tuple[bool, bool, bool]:
        settings = shipped()
        store = new_store(tmp_path)
        made = CrawlEngine(
            settings, OneProcess(settings, store, now), Parts(sources=sources, watching=watching)
        )
        await made.start()
        try:
            readers = made.readers
            return (
                isinstance(made._judges, InlineJudge),
                readers.reads_apart("https://a.example/1", SMALL_PAGE, "page"),
                readers.reads_apart("https://a.example/1", LARGE_PAGE, "page"),
            )
        finally:
            await made.abort()

    judges_here, reads_small_apart, reads_large_apart = asyncio.run(go())
    assert judges_here is (is_small or sources == 1)
    assert (bool(ended), reads_small_apart, reads_large_apart) == (is_small, is_small, True)
