"""One archive is read: batches of it go to processes that look, read and judge, and what is news is staged in the store.

What is found and how far the archive was read are written in one transaction. So a process that dies at any moment loses nothing
and takes nothing twice.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from concurrent.futures import Future
from typing import NamedTuple

from crawler.archives.batches import ArchiveBatch, batches_of, items_of
from crawler.archives.compression import BROKEN
from crawler.archives.files import ArchiveFile, OpenedArchive
from crawler.archives.import_report import KEPT, READ, UNDATED_KEPT, Rejection
from crawler.archives.import_state import ImportState
from crawler.archives.items import RefusedRecord
from crawler.archives.pool import ReadingPool
from crawler.archives.reading import Ending, ReadItem
from crawler.store import imports
from crawler.store.imports import ImportedFile, Staged

COMMIT_EVERY, COMMIT_AT = 2.0, 200
"""Seconds after which, and articles at which, what was read is committed."""


class _Sent(NamedTuple):
    """A batch under way, and its answer."""

    future: Future[list[ReadItem]]
    batch: ArchiveBatch


def counts_of(counts: Counter[str]) -> tuple[Counter[str], Counter[str]]:
    """What the store knows of a file: what became of things, and what those were that are no articles."""
    return (
        Counter({k: v for k, v in counts.items() if not k.startswith("~")}),
        Counter({k[1:]: v for k, v in counts.items() if k.startswith("~")}),
    )


class FileReading:
    """Reads one archive: sends batches out, takes their answers in order, and commits how far it came."""

    def __init__(self, state: ImportState, file: ArchiveFile, known: ImportedFile) -> None:
        self._state = state
        self._file = file
        self._number = known.number
        self._position = known.position
        self.counts, self.others = counts_of(known.counts)
        self._staged: list[Staged] = []
        self._committed = time.monotonic()
        self._total = file.size
        self._doubted, self._doubt = 0, ""

    def run(self, archive: OpenedArchive, pool: ReadingPool) -> None:
        """Read it to its end, or until no more is wanted."""
        waiting: deque[_Sent] = deque()
        most = self._state.options.processes * 2 + 2
        found = batches_of(items_of(archive, self._state.options.mapping, self._position, self._note))
        problem: Exception | None = None
        while not self._state.is_full:
            # Only what is wrong with the archive is caught. After a commit that failed nothing may
            # be committed any more: it would step over what was not stored.
            try:
                batch = next(found)
            except StopIteration:
                break
            except BROKEN as error:
                problem = error
                break
            waiting.append(_Sent(pool.submit(batch.items) if batch.items else _nothing(), batch))
            self._take_ready(waiting, most, archive)
        self._take_ready(waiting, 0, archive)
        if self._doubted:
            self._note(f"{self._doubted:,} dates could not be read; the first: {self._doubt}")
        is_full = self._state.is_full
        self._state.report.stopped |= is_full
        self._commit(is_done=problem is None and not is_full)
        if problem is not None:
            raise problem

    def _note(self, what: str) -> None:
        self._state.report.notes.append(f"{self._file.name}: {what}")

    def _take_ready(self, waiting: deque[_Sent], most: int, archive: OpenedArchive) -> None:
        """Take the answers in that are there, and wait for those of all batches beyond so many."""
        while waiting and not self._state.is_full and (len(waiting) > most or waiting[0].future.done()):
            self._take(waiting.popleft(), _offset(archive))

    def _take(self, sent: _Sent, offset: int) -> None:
        """Take the answer of a batch in."""
        state, batch = self._state, sent.batch
        for other in batch.others:
            self.counts[READ] += 1
            if isinstance(other, RefusedRecord):
                self.counts[Ending.REFUSED] += 1
                state.reject(Rejection(self._file.name, other.place, other.why, other.url))
            else:
                self.counts[Ending.NO_ARTICLE] += 1
                self.others[other.what] += 1
        position = batch.position
        for item, read in zip(batch.items, sent.future.result(), strict=True):
            if read.article is not None and not state.take(1):
                # What comes behind the last one that is wanted is read by the next run.
                position = self._last_before(batch, item.place)
                break
            self._count(item.place, read)
        self._position = max(self._position, position)
        if len(self._staged) >= COMMIT_AT or time.monotonic() - self._committed > COMMIT_EVERY:
            self._commit()
        state.tell("reading", self._file.name, offset, self._total, self.counts)

    def _last_before(self, batch: ArchiveBatch, place: int) -> int:
        return max((i.place for i in batch.items if i.place < place), default=self._position)

    def _count(self, place: int, read: ReadItem) -> None:
        self.counts[READ] += 1
        if read.article is not None:
            self.counts[KEPT] += 1
            self.counts[UNDATED_KEPT] += not read.has_date
            self._staged.append(Staged(read.article, place))
            if read.why:
                self._doubted += 1
                self._doubt = self._doubt or f"row {place:,}: {read.why}"
            return
        self.counts[read.ending] += 1
        if read.ending in (Ending.REFUSED, Ending.UNDATED):
            self._state.reject(Rejection(self._file.name, place, read.why or read.ending, read.url))
        elif read.ending is Ending.NO_ARTICLE:
            self.others["pages without an article"] += 1

    def _commit(self, *, is_done: bool = False) -> None:
        """Stage what was found, and note how far the archive was read, in one short transaction."""
        self._committed = time.monotonic()
        if self._state.options.dry_run:
            self._staged.clear()
            return
        counts = {**self.counts, **{f"~{what}": count for what, count in self.others.items()}}
        if self._state.options.rejects is not None:
            self._state.options.rejects.flush()  # before what it tells counts as read
        with self._state.store.write(exclusive=False) as connection:
            imports.stage(connection, self._number, self._staged)
            imports.advance(
                connection, self._number, self._position, counts, self._state.clock(), is_done=is_done
            )
        self._staged.clear()


def _nothing() -> Future[list[ReadItem]]:
    future: Future[list[ReadItem]] = Future()
    future.set_result([])
    return future


def _offset(archive: OpenedArchive) -> int:
    try:
        return archive.raw.tell()
    except (OSError, ValueError):
        return 0
