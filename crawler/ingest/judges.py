"""Who judges articles for a crawl: a judge in the writer thread, or judges in processes of their own.

Judging is most of the work of a crawl. In a process of its own it has a core of its own, and the process that fetches and
writes needs none of what judging keeps in memory.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from datetime import UTC, datetime
from multiprocessing import get_context
from typing import NamedTuple, Protocol

from crawler.ingest.batcher import WriterThread
from crawler.judging.judge import Judge, Rules
from crawler.model import Article, AseanwatchError, Classification
from crawler.runtime.error_words import in_words
from crawler.runtime.memory import GC_THRESHOLDS, use_one_arena
from crawler.runtime.processes import may_fork, without_main
from crawler.store.bulk import chunks

log = logging.getLogger("aseanwatch")

PORTION = 200
"""Articles that a process is given at once."""
LONGEST_PROBLEM = 500
"""Characters of why an article cannot be judged that are shown: some errors repeat all that they were given."""


class JudgeRequest(NamedTuple):
    """An article to judge.

    With ``page_may_help`` there is no classification if only the feed's words are known and the
    article could be relevant: then its page is fetched first
    (`crawler.judging.judge.Judge.classify_without_page`).
    """

    article: Article
    page_may_help: bool = False


class JudgeResult(NamedTuple):
    """A classification. None if the page should be fetched first, or if judging failed; then ``problem`` says why."""

    reading: Classification | None
    problem: str | None = None


class Judges(Protocol):
    """Judges articles."""

    async def judge(self, requests: Sequence[JudgeRequest]) -> list[JudgeResult]:
        """One result for each request, in their order."""
        ...

    def close(self, *, at_once: bool = False) -> None:
        """End what was started; ``at_once`` without waiting for what is under way."""
        ...


def judge_all(judge: Judge, requests: Sequence[JudgeRequest]) -> list[JudgeResult]:
    """Judge articles one after another; one that cannot be judged holds up no other."""
    return [_judge_one(judge, request) for request in requests]


def _judge_one(judge: Judge, request: JudgeRequest) -> JudgeResult:
    try:
        classify = judge.classify_without_page if request.page_may_help else judge.classify
        return JudgeResult(classify(request.article))
    except Exception as error:  # a source can hurt only itself, also by what nobody thought of
        log.exception("%s cannot be judged", request.article.url)
        problem = str(error) if isinstance(error, AseanwatchError) else in_words(error)
        return JudgeResult(None, problem[:LONGEST_PROBLEM])


class InlineJudge:
    """One judge, in the writer thread.

    Args:
        judge: it, or the rules by which it is made there with the first articles, while others are still fetched.
        writer: the thread.
    """

    def __init__(self, judge: Judge | Rules, writer: WriterThread) -> None:
        self._judge = judge
        self._writer = writer

    async def judge(self, requests: Sequence[JudgeRequest]) -> list[JudgeResult]:
        """See `Judges`."""
        return await self._writer.run(self._judge_all, requests)

    def _judge_all(self, requests: Sequence[JudgeRequest]) -> list[JudgeResult]:
        if not isinstance(self._judge, Judge):
            self._judge = Judge(self._judge)
        return judge_all(self._judge, requests)

    def close(self, *, at_once: bool = False) -> None:
        """Nothing was started."""


class ProcessPoolJudge:
    """Judges in processes of their own, started when they are first needed.

    Args:
        rules: what they judge by.
        processes: how many.
    """

    def __init__(self, rules: Rules, processes: int) -> None:
        self._rules = rules
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None

    def start(self) -> None:
        """Start the processes, so that they are ready when the first answers come."""
        if self._pool is None:
            # Spawned where threads are: a forked process would inherit the locks that they hold.
            how = "fork" if may_fork() else "spawn"
            self._pool = ProcessPoolExecutor(self._processes, get_context(how), _begin, (self._rules,))
            with without_main():
                for _ in range(self._processes):
                    # A pool starts its processes only as work comes;
                    # this has them start now, while nothing waits.
                    self._pool.submit(os.getpid)

    async def judge(self, requests: Sequence[JudgeRequest]) -> list[JudgeResult]:
        """See `Judges`. A process that ends under it is replaced once."""
        portions = list(chunks(requests, PORTION))
        try:
            return [v for portion in await asyncio.gather(*map(self._portion, portions)) for v in portion]
        except BrokenProcessPool:
            log.warning("a judging process ended unexpectedly; another one is started")
            self.close(at_once=True)
            # All portions again: which of them ended the process, the pool does not say.
            return [v for portion in portions for v in await self._carefully(portion)]

    async def _carefully(self, requests: Sequence[JudgeRequest]) -> list[JudgeResult]:
        """Judge articles of which one may end the process. Only that one gets no classification."""
        try:
            return await self._portion(requests)
        except BrokenProcessPool:
            self.close(at_once=True)
        if len(requests) == 1:
            log.error("%s cannot be judged: the process that reads it ends", requests[0].article.url)
            return [JudgeResult(None, "the process that judges it ended")]
        # By halves, one bad article among 200 costs some nine further starts of the process.
        half = len(requests) // 2
        return [*await self._carefully(requests[:half]), *await self._carefully(requests[half:])]

    async def _portion(self, requests: Sequence[JudgeRequest]) -> list[JudgeResult]:
        self.start()
        assert self._pool is not None
        return await asyncio.get_running_loop().run_in_executor(self._pool, _answer, requests)

    def close(self, *, at_once: bool = False) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(wait=not at_once, cancel_futures=True)
            self._pool = None


_FIRST = Article(
    "",
    "China ASEAN",
    "Kerja sama China ASEAN: memorandum Xi Jinping, Bangkok, 1 Mei 2025.",
    "",
    datetime(2025, 1, 1, tzinfo=UTC),
)
"""An article that makes a judge read all that it reads when it is first needed."""
_judge: Judge | None = None


def _begin(rules: Rules) -> None:
    """In a process: make the judge."""
    import gc  # noqa: PLC0415 - only here
    import signal  # noqa: PLC0415 - only here

    global _judge  # noqa: PLW0603 - what a process is for
    signal.set_wakeup_fd(-1)  # in a copy of the parent it would wake the parent
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a stop from the keyboard reaches all; the parent ends us
    _judge = Judge(rules)
    # A judge of another package may fail here too;
    # that is told with the articles that it fails for.
    with suppress(AseanwatchError):
        _judge.classify(_FIRST)  # reads tables and models while nothing waits for them
    # The tables are there for good: the collector need not look through them each time.
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    use_one_arena()


def _answer(requests: Sequence[JudgeRequest]) -> list[JudgeResult]:
    assert _judge is not None
    return judge_all(_judge, requests)


def judges_for(rules: Rules, wanted: int | None, writer: WriterThread, sources: int) -> Judges:
    """Judges for a crawl of so many sources: in processes where that pays, else here.

    Args:
        rules: what they judge by.
        wanted: how many processes the operator wants; None to decide by the machine.
        writer: where one judges that has no process.
        sources: how many sources are asked.
    """
    processes = (
        wanted if wanted is not None else (min(2, (os.cpu_count() or 1) - 1) if sources >= FEW_SOURCES else 0)
    )
    if processes < 1:
        return InlineJudge(rules, writer)
    apart = ProcessPoolJudge(rules, processes)
    apart.start()
    return apart


FEW_SOURCES = 100
"""With fewer sources a process takes longer to start than it saves (docs/adr/0011)."""
