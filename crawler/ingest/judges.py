"""Who judges articles for a crawl: a judge in the writer thread, or judges in processes of their own.

Judging is most of the work of a crawl. In a process of its own it has a core of its own, and the process that fetches and
writes needs none of what judging keeps in memory.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import queue
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from typing import Any, NamedTuple, Protocol, TypeVar

from crawler.ingest.batcher import WriterThread
from crawler.ingest.judge_transport import (
    read_requests,
    read_results,
    written_failure,
    written_requests,
    written_results,
)
from crawler.judging.judge import Judge, Rules
from crawler.model import Article, AseanwatchError, Classification
from crawler.runtime import fork_server
from crawler.runtime.command_log import debug_of_command, set_up_as
from crawler.runtime.error_words import in_words
from crawler.runtime.helpers import Helper
from crawler.runtime.memory import GC_THRESHOLDS, comes, use_one_arena
from crawler.store.bulk import chunks

log = logging.getLogger("aseanwatch")
T = TypeVar("T")

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


class JudgeEndedError(AseanwatchError):
    """A process that judges has ended before it gave its results."""


class _JudgeProcess:
    """A process with a judge, begun when it is first needed and again when it has ended. One thread uses it at a time."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._helper: Helper | None = None

    def connected(self) -> Connection[Any, Any]:
        """Make sure that the process runs, and return our end of its connection."""
        if self._helper is None or not self._helper.is_alive():
            self.end()
            self._helper = Helper("judging", _serve, (self._rules, debug_of_command()), _LOADED)
        return self._helper.connection

    def ask(self, written: bytes) -> bytes:
        """Send a written question, and wait for the written answer.

        Raises:
            JudgeEndedError: the process ended before.
        """
        try:
            connection = self.connected()
            connection.send_bytes(written)
            return connection.recv_bytes()
        except (EOFError, OSError):
            self.end()
            raise JudgeEndedError("a judging process ended unexpectedly") from None

    def end(self) -> None:
        """End the process if there is one."""
        helper, self._helper = self._helper, None
        if helper is not None:
            helper.end()


class ProcessPoolJudge:
    """Judges in processes of their own.

    Args:
        rules: what they judge by.
        processes: how many.
    """

    def __init__(self, rules: Rules, processes: int) -> None:
        self._free: queue.LifoQueue[_JudgeProcess] = queue.LifoQueue()
        for _ in range(processes):
            self._free.put(_JudgeProcess(rules))
        # Two for each process: one writes the next question or reads the last answer while the other waits.
        self._threads = ThreadPoolExecutor(2 * processes, thread_name_prefix="judging")
        self._processes = processes
        self._is_closed = False

    def start(self) -> None:
        """Start the processes, so that they are ready when the first answers come."""
        fork_server.begin()
        for _ in range(self._processes):
            self._threads.submit(self._use, _JudgeProcess.connected)

    async def judge(self, requests: Sequence[JudgeRequest]) -> list[JudgeResult]:
        """See `Judges`. A process that ends under it is replaced once."""
        portions = await asyncio.gather(*map(self._once_more, chunks(requests, PORTION)))
        return [result for portion in portions for result in portion]

    async def _once_more(self, requests: Sequence[JudgeRequest]) -> list[JudgeResult]:
        try:
            return await self._portion(requests)
        except JudgeEndedError as error:
            log.warning("%s; another one is started", error)
            return await self._carefully(requests)

    async def _carefully(self, requests: Sequence[JudgeRequest]) -> list[JudgeResult]:
        """Judge articles of which one may end the process. Only that one gets no classification."""
        try:
            return await self._portion(requests)
        except JudgeEndedError:
            if len(requests) == 1:
                log.error("%s cannot be judged: the process that reads it ends", requests[0].article.url)
                return [JudgeResult(None, "the process that judges it ended")]
        # By halves, one bad article among 200 costs some nine further starts of the process.
        half = len(requests) // 2
        return [*await self._carefully(requests[:half]), *await self._carefully(requests[half:])]

    async def _portion(self, requests: Sequence[JudgeRequest]) -> list[JudgeResult]:
        if self._is_closed:
            raise asyncio.CancelledError  # nothing is wrong with what was to be judged: it is found again
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._judge, requests)

    def _judge(self, requests: Sequence[JudgeRequest]) -> list[JudgeResult]:
        written = written_requests(requests)
        return [JudgeResult(*one) for one in read_results(self._use(lambda process: process.ask(written)))]

    def _use(self, call: Callable[[_JudgeProcess], T]) -> T:
        """Use a process as soon as one is free."""
        process = self._free.get()
        try:
            return call(process)
        finally:
            if self._is_closed:
                process.end()
            self._free.put(process)

    def close(self, *, at_once: bool = False) -> None:
        """End the processes."""
        self._is_closed = True
        self._threads.shutdown(wait=not at_once, cancel_futures=True)
        # What still works at something is ended by the thread that waits for it.
        with suppress(queue.Empty):
            while True:
                self._free.get_nowait().end()


_FIRST = Article(
    "",
    "China ASEAN",
    "Kerja sama China ASEAN: memorandum Xi Jinping, Bangkok, 1 Mei 2025.",
    "",
    datetime(2025, 1, 1, tzinfo=UTC),
)
"""An article that makes a judge read all that it reads when it is first needed."""
_LOADED = ("crawler.judging.judge",)
"""What a process that judges needs loaded."""


def _serve(connection: Connection[Any, Any], rules: Rules, debug: bool | None) -> None:
    """Run in the process: make the judge, and judge until there are no more questions."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a stop from the keyboard reaches all; the parent ends us
    set_up_as(debug)
    gc.disable()  # what is read here stays; looking through it as it grows takes a tenth of a second
    judge = Judge(rules)
    # A judge of another package may fail here too;
    # that is told with the articles that it fails for.
    with suppress(AseanwatchError):
        judge.classify(_FIRST)  # reads tables and models while nothing waits for them
    # The tables are there for good: the collector need not look through them each time.
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    gc.enable()
    use_one_arena()
    with suppress(EOFError, OSError):
        while comes(connection):
            answer = judge_all(judge, [JudgeRequest(*one) for one in read_requests(connection.recv_bytes())])
            connection.send_bytes(_written(answer))


def _written(answer: list[JudgeResult]) -> bytes:
    try:
        return written_results(answer)
    except Exception as error:  # a judge of another package gave what cannot be handed on
        return written_failure(f"what was judged cannot be handed on: {in_words(error)}")


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
