"""Processes that read archived pages, each within limits: what takes one of them too long costs itself alone."""

from __future__ import annotations

import os
import queue
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from crawler.archives.items import ArchivedPage, ArchivedRow
from crawler.archives.reading import Ending, ReadItem, prepare, read_items
from crawler.documents.process import Limits, ReaderProcess, UnreadableError

LIMITS = Limits(seconds=30.0, page_seconds=5.0, wall=120.0, memory=2 << 30, large=768 << 20)
"""``seconds`` is for a batch, ``page_seconds`` for one page that its batch failed with."""


def processes_for(wanted: int | None) -> int:
    """How many processes read: as many as the machine has cores, up to four, unless somebody says."""
    return wanted or min(4, os.cpu_count() or 1)


class ReadingPool:
    """Reads batches in several processes. ``close`` it at the end.

    Args:
        plan: the path of a pickled `crawler.archives.reading.ReadingPlan`.
        processes: how many.
        limits: what a batch and a page may take.
    """

    def __init__(self, plan: str, processes: int, limits: Limits = LIMITS) -> None:
        self._plan = plan
        self._processes = [ReaderProcess(limits) for _ in range(processes)]
        self._free: queue.LifoQueue[ReaderProcess] = queue.LifoQueue()
        for process in self._processes:
            self._free.put(process)
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="archives")

    def submit(self, items: Sequence[ArchivedPage | ArchivedRow]) -> Future[list[ReadItem]]:
        """Have a batch read."""
        return self._threads.submit(self._read, items)

    def _read(self, items: Sequence[ArchivedPage | ArchivedRow]) -> list[ReadItem]:
        process = self._free.get()
        try:
            return self._in(process, items)
        finally:
            self._free.put(process)

    def _in(self, process: ReaderProcess, items: Sequence[ArchivedPage | ArchivedRow]) -> list[ReadItem]:
        process.call("archive", prepare, self._plan)
        is_single = len(items) == 1
        try:
            return process.call("page" if is_single else "archive", read_items, self._plan, items)
        except UnreadableError as error:
            if is_single:
                item = items[0]
                url = item.url if isinstance(item, ArchivedPage) else str(item.values.get("url", ""))
                return [ReadItem(Ending.REFUSED, why=str(error), url=url)]
        # One of them takes too much: each alone, so that it costs only itself.
        return [read for item in items for read in self._in(process, [item])]

    def close(self) -> None:
        """Kill the processes, also while they work."""
        for process in self._processes:
            process.terminate()
        self._threads.shutdown(wait=True, cancel_futures=True)
