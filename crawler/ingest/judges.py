"""Who judges articles for a crawl: a judge in the writer thread, or judges in processes of their own.

Judging is most of the work of a crawl. In a process of its own it has a core of its own, and the process that fetches and
writes needs none of what judging keeps in memory.
"""

from __future__ import annotations

import asyncio
import logging
import os
import queue
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, Protocol, TypeVar

from crawler.ingest.batcher import WriterThread
from crawler.ingest.judge_transport import JudgeRequest, JudgeResult, read_results, written_requests
from crawler.ingest.judging_process import LONGEST_PROBLEM, PATIENCE, Patience, judge_all, serve
from crawler.judging.judge import Judge, Rules
from crawler.model import AseanwatchError
from crawler.runtime import fork_server
from crawler.runtime.command_log import debug_of_command
from crawler.runtime.error_words import in_words
from crawler.runtime.helpers import Helper
from crawler.runtime.memory import LITTLE, memory_of_machine
from crawler.store.bulk import chunks

log = logging.getLogger("aseanwatch")
T = TypeVar("T")

PORTION = 200
"""Articles that a process is given at once."""
FEW_SOURCES = 100
"""With fewer sources a process takes longer to start than it saves in a crawl, and takes memory in a service (docs/adr/0011)."""


class Judges(Protocol):
    """Judges articles."""

    async def judge(self, requests: Sequence[JudgeRequest]) -> list[JudgeResult]:
        """One result for each request, in their order."""
        ...

    def close(self, *, at_once: bool = False) -> None:
        """End what was started; ``at_once`` without waiting for what is under way."""
        ...


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


class NoResultsError(AseanwatchError):
    """A process that judges gave no results: it ended before, or they cannot be read. One of the articles may be the cause."""


class _JudgeProcess:
    """A process with a judge, begun when it is first needed and again when it has ended. One thread uses it at a time."""

    def __init__(self, rules: Rules, patience: Patience) -> None:
        self._arguments = rules, debug_of_command(), patience
        self._helper: Helper | None = None

    def connected(self) -> Connection[Any, Any]:
        """Make sure that the process runs, and return our end of its connection."""
        if self._helper is None or not self._helper.is_alive():
            self.end()
            self._helper = Helper("judging", serve, self._arguments, _LOADED)
        return self._helper.connection

    def ask(self, written: bytes) -> bytes:
        """Send a written question, and wait for the written answer.

        Raises:
            NoResultsError: the process ended before.
        """
        try:
            connection = self.connected()
            connection.send_bytes(written)
            return connection.recv_bytes()
        except (EOFError, OSError):
            self.end()
            raise NoResultsError("the process that judges it ended") from None

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
        patience: how long they may take.
    """

    def __init__(self, rules: Rules, processes: int, patience: Patience = PATIENCE) -> None:
        self._free: queue.LifoQueue[_JudgeProcess] = queue.LifoQueue()
        for _ in range(processes):
            self._free.put(_JudgeProcess(rules, patience))
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
        except NoResultsError as error:
            log.warning("articles (%d) are judged once more: %s", len(requests), error)
            return await self._carefully(requests)

    async def _carefully(self, requests: Sequence[JudgeRequest]) -> list[JudgeResult]:
        """Judge articles of which one may leave all without results. Only that one gets no classification."""
        try:
            return await self._portion(requests)
        except NoResultsError as error:
            if len(requests) == 1:
                log.error("%s cannot be judged: %s", requests[0].article.url, error)
                return [JudgeResult(None, str(error)[:LONGEST_PROBLEM])]
        # By halves, one bad article among 200 costs some nine further starts of the process.
        half = len(requests) // 2
        return [*await self._carefully(requests[:half]), *await self._carefully(requests[half:])]

    async def _portion(self, requests: Sequence[JudgeRequest]) -> list[JudgeResult]:
        if self._is_closed:
            raise asyncio.CancelledError  # nothing is wrong with what was to be judged: it is found again
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._judge, requests)

    def _judge(self, requests: Sequence[JudgeRequest]) -> list[JudgeResult]:
        written = written_requests(requests)
        answer = self._use(lambda process: process.ask(written))
        try:
            return read_results(answer)
        except (
            Exception
        ) as error:  # by a judge of another package, whose values may do anything as they are read
            problem = str(error) if isinstance(error, AseanwatchError) else in_words(error)
            raise NoResultsError(problem) from None

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


_LOADED = ("crawler.ingest.judging_process",)
"""What a process that judges needs loaded."""


def judges_apart(rules: Rules, wanted: int | None, sources: int) -> ProcessPoolJudge | None:
    """Judges for a crawl of so many sources in processes of their own, which begin at once; None where they would not pay.

    Args:
        rules: what they judge by.
        wanted: how many processes the operator wants; None to decide by the machine.
        sources: how many sources are asked.
    """
    if wanted is None:
        pays = sources >= FEW_SOURCES and memory_of_machine() >= LITTLE
        wanted = min(2, (os.cpu_count() or 1) - 1) if pays else 0
    if wanted < 1:
        return None
    apart = ProcessPoolJudge(rules, wanted)
    apart.start()
    return apart
