"""Archives into the store: read in their own order, stored in the order of dates, and every step of it taken up again after a crash.

1. Reading: batches of pages go to processes that look, read and judge. What is news is staged in the store, in the transaction
   that notes how far the archive was read. So a process that dies at any moment loses nothing and takes nothing twice.
2. Storing: once all archives are read, what was staged is stored in the order of dates, a few articles at a time, each lot in the
   transaction that takes it out of what waits. Stories are those that polling would have made, in whatever order archives have
   their pages, and polls beside it wait for a fraction of a second at most.
"""

from __future__ import annotations

import json
import lzma
import os
import pickle
import time
import zipfile
import zlib
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, NamedTuple

from crawler.archives.compression import zstd
from crawler.archives.fields import FieldMapping
from crawler.archives.files import ArchiveFile, ArchiveForm, OpenedArchive, key_of, opened
from crawler.archives.items import (
    ArchivedPage,
    ArchivedRow,
    ArchiveError,
    ArchiveItem,
    NoArticleThere,
    RefusedRecord,
    shown,
)
from crawler.archives.plan_files import plan_file
from crawler.archives.pool import ReadingPool
from crawler.archives.reading import Choices, Ending, ReadingPlan, ReadItem
from crawler.archives.rows import read_json, read_json_lines, read_table
from crawler.archives.sources import without_secrets
from crawler.archives.warc import read_warc
from crawler.config.settings import Settings
from crawler.judging.judge import Judge
from crawler.model import AseanwatchError
from crawler.parsing.urls import url_key
from crawler.runtime.clock import now
from crawler.store import Store, imports
from crawler.store.article_writer import ArticleWriter, JudgedArticle, StoredArticle
from crawler.store.imports import ImportedFile, Staged
from crawler.store.isolated_writes import RejectedArticle, write_isolated

BATCH, BATCH_BYTES = 24, 1_500_000
"""Things, and bytes, that a process is given at once."""
COMMIT_EVERY, COMMIT_AT = 2.0, 200
"""Seconds after which, and articles at which, what was read is committed."""
LOT, LEAST_LOT, MOST_LOT = 16, 4, 200
"""Articles that are stored in one transaction: at first, and within which bounds the number is adapted."""
LONGEST, SHORTEST = 0.25, 0.08
"""Seconds that a transaction may take before the next one gets fewer articles, and below which it gets more."""
BROKEN = (ArchiveError, OSError, EOFError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, zstd.ZstdError)
"""What reading an archive raises that ends, or that cannot be unpacked."""
READ, KEPT, UNDATED_KEPT = "read", "kept", "kept without a date"


@dataclass(frozen=True, slots=True)
class Rejection:
    """Something that was not taken, and why: of a file, or of one place in it."""

    file: str
    place: int
    why: str
    url: str = ""

    def short(self) -> Rejection:
        """The same for people: short, and on one line whatever an archive has as an address."""
        return Rejection(shown(self.file), self.place, shown(self.why, 1_500), shown(self.url, 200))


@dataclass(slots=True)
class ImportReport:
    """What an import did. Counts of reading are those of the files as a whole, also where an earlier run began them.

    Attributes:
        reading: by what became of each thing (`Ending`); ``read`` and ``kept`` are all, and what was staged.
        others: records without an article, by what they are.
        storing: articles stored, known before, copies, refused.
        stories: the stories that they are in, and ``bases`` the bases that they prove.
        rejections: how many were refused or left out, with examples.
        known_files: files that were read before, and are not read again.
        broken_files: files that could not be read, or not to their ends.
        notes: what had to be guessed of files.
        stopped: whether ``--limit`` ended it before the archives did.
        earlier: of what was kept, how many articles an earlier run has stored, known or refused.
        others_waiting: how many articles of other archives waited, which an earlier run had read.
    """

    reading: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)
    storing: Counter[str] = field(default_factory=Counter)
    stories: set[int] = field(default_factory=set)
    bases: set[int] = field(default_factory=set)
    rejected: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    known_files: list[str] = field(default_factory=list)
    broken_files: list[Rejection] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    stopped: bool = False
    earlier: int = 0
    others_waiting: int = 0


class ImportProgress(NamedTuple):
    """How far an import is: what it does, of which file, and how much of how much (bytes of files, or articles)."""

    doing: str
    file: str
    done: int
    total: int
    counts: Counter[str]


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How archives are imported.

    Attributes:
        choices: what is taken of them.
        mapping: which columns are which fields.
        form: what the files are, where the operator says so.
        limit: how many articles are taken at most.
        dry_run: count only; nothing is stored.
        restart: read also what was read before.
        processes: how many processes read.
        rejects: gets a line of JSON for everything that is refused or left out.
    """

    choices: Choices = field(default_factory=Choices)
    mapping: FieldMapping = field(default_factory=lambda: FieldMapping({}))
    form: ArchiveForm | None = None
    limit: int | None = None
    dry_run: bool = False
    restart: bool = False
    processes: int = 1
    rejects: IO[str] | None = None

    @property
    def summary(self) -> str:
        """What a file's progress is good for: read with other choices, it is to be read again."""
        return repr((self.choices, self.mapping, self.form))


_EXAMPLES = 10
"""Rejections that a report names; the file of rejections has all."""


class ArchiveImport:
    """Imports archives into a store.

    Args:
        settings: the configuration.
        store: where everything is kept; its schema must be up to date.
        options: what is taken, and how.
        on_progress: hears how far it is.
        clock: gives the present moment.
        judge: a judge of the same rules that is there already.
    """

    def __init__(
        self, settings: Settings, store: Store, options: ImportOptions,
        on_progress: Callable[[ImportProgress], None] = lambda _: None, clock: Callable[[], datetime] = now,
        judge: Judge | None = None,
    ) -> None:  # fmt: skip
        self.settings = settings
        self.store = store
        self.options = options
        self.report = ImportReport()
        self._on_progress = on_progress
        self._clock = clock
        self._judge = judge
        self._taken = 0
        self._mine: set[int] = set()

    def run(self, files: Sequence[ArchiveFile]) -> ImportReport:
        """Read archives and store what they hold; a dry run only reads.

        Raises:
            AseanwatchError: another process imports, or none of the archives can be read.
        """
        with self.store.lock("import") as mine:
            if not mine:
                raise AseanwatchError(
                    "another import into this store, or a restore, is running; start this one when it has ended"
                )
            self._read_all(files)
            if not self.options.dry_run:
                self._store_all()
        return self.report

    # Reading

    def _read_all(self, files: Sequence[ArchiveFile]) -> None:
        rules = self.settings.rules()
        plan = ReadingPlan(
            rules, tuple(without_secrets(s) for s in self.settings.sources), self.options.choices
        )
        with (
            plan_file(pickle.dumps(plan)) as path,
            closing(ReadingPool(path, self.options.processes)) as pool,
        ):
            for file in files:
                if self.is_full:
                    self.report.stopped = True
                    break
                self._read_one(file, pool)

    @property
    def is_full(self) -> bool:
        """Whether as many articles were taken as are wanted."""
        return self.options.limit is not None and self._taken >= self.options.limit

    def _read_one(self, file: ArchiveFile, pool: ReadingPool) -> None:
        """Read one archive; what is wrong with it as a whole is said, and the others are read."""
        key = key_of(file, self.options.summary) or f"once {os.urandom(8).hex()}"
        known = self._begun(file, key)
        self._mine.add(known.number)
        if known.is_done:
            self._count_known(file, known)
            return
        reading = _FileReading(self, file, known)
        try:
            with opened(file, self.options.form) as archive:
                reading.run(archive, pool)
        except ArchiveError as error:
            self.report.broken_files.append(Rejection(file.name, 0, str(error)).short())
            self.reject(Rejection(file.name, 0, str(error)))
        except BROKEN as error:
            why = f"it breaks off: {getattr(error, 'strerror', None) or error}"
            self.report.broken_files.append(Rejection(file.name, 0, why).short())
            self.reject(Rejection(file.name, 0, why))
        finally:
            self.report.reading.update(reading.counts)
            self.report.others.update(reading.others)

    def _count_known(self, file: ArchiveFile, known: ImportedFile) -> None:
        """Count an archive that was read to its end: where some of it still waits, as a part of this import."""
        with self.store.read() as connection:
            waits = imports.count_staged(connection, known.number)
        if not waits:
            self.report.known_files.append(file.name)
            return
        reading, others = _parted(known.counts)
        self.report.reading.update(reading)
        self.report.others.update(others)
        self.report.notes.append(f"{file.name}: was read by an earlier run; what waited of it was stored now")

    def _begun(self, file: ArchiveFile, key: str) -> ImportedFile:
        if self.options.dry_run:
            return ImportedFile(0, 0, Counter(), is_done=False)
        with self.store.write(exclusive=False) as connection:
            if self.options.restart:
                imports.forget(connection, [key])
            dropped = imports.forget_other_choices(connection, key)
            begun = imports.begin(connection, key, file.name, self._clock())
        if dropped:
            self.report.notes.append(
                f"{file.name}: {dropped:,} articles waited that an interrupted import had read with other options;"
                " they are dropped, and it is read anew with those of now"
            )
        return begun

    def reject(self, rejection: Rejection) -> None:
        """Take down that something was not taken."""
        self.report.rejected += 1
        if len(self.report.rejections) < _EXAMPLES:
            self.report.rejections.append(rejection.short())
        if self.options.rejects is not None:
            line = {
                "file": rejection.file,
                "place": rejection.place,
                "url": rejection.url,
                "reason": rejection.why,
            }
            text = json.dumps(line, ensure_ascii=False)
            # Lone halves of characters cannot be written, and other signs end lines for some readers.
            self.options.rejects.write((text if text.isprintable() else json.dumps(line)) + "\n")

    def take(self, number: int) -> int:
        """Count articles that are about to be taken; returns how many of them may be."""
        if self.options.limit is not None:
            number = min(number, self.options.limit - self._taken)
        self._taken += number
        return number

    def tell(self, doing: str, file: str, done: int, total: int, counts: Counter[str]) -> None:
        """Tell who listens how far it is."""
        self._on_progress(ImportProgress(doing, file, done, total, counts))

    # Storing

    def _store_all(self) -> None:
        """Store what was staged, by whichever run, in the order of dates."""
        with self.store.read() as connection:
            total = imports.count_staged(connection)
            mine = sum(imports.count_staged(connection, number) for number in self._mine)
        self.report.earlier = self.report.reading[KEPT] - mine
        self.report.others_waiting = total - mine
        if not total:
            return
        judge = self._judge or Judge(self.settings.rules())
        writer = ArticleWriter(self.settings.stories.window)
        done, lot = 0, LOT
        while True:
            with self.store.read() as connection:
                rows = imports.staged(connection, lot)
            if not rows:
                break
            judged, problems = _judged(judge, rows)
            began = time.monotonic()
            with writer.transaction(self.store) as connection:
                written = write_isolated(writer, connection, list(judged.values()))
                stored = self._take_down(dict(zip(judged, written, strict=True)), rows, problems)
                imports.take(connection, rows, stored, self._clock())
            took = time.monotonic() - began
            lot = (
                max(LEAST_LOT, lot // 2)
                if took > LONGEST
                else min(MOST_LOT, lot * 2)
                if took < SHORTEST
                else lot
            )
            done += len(rows)
            self.tell("storing", "", done, total, self.report.storing)
            # SQLite gives its lock to whoever asks at the right moment, and a writer that waits asks ten times a second.
            time.sleep(min(0.05, took / 4))

    def _take_down(
        self,
        written: dict[int, StoredArticle | RejectedArticle],
        rows: Sequence[Staged],
        problems: dict[int, str],
    ) -> dict[int, Staged]:
        """Count what became of a lot. Returns the new articles by their ids."""
        by_number = {one.number: one for one in rows}
        found: dict[int, Staged] = {}
        counts = self.report.storing
        for number, what in written.items():
            if isinstance(what, RejectedArticle):
                problems[number] = what.problem
                continue
            if not what.is_new:
                counts["known before"] += 1
                continue
            counts["stored"] += 1
            counts["copies"] += what.duplicate_of is not None
            counts["relevant"] += what.relevant
            found[what.article] = by_number[number]
            if what.story is not None:
                self.report.stories.add(what.story)
            if what.base is not None:
                self.report.bases.add(what.base)
        for number, problem in problems.items():
            counts["refused"] += 1
            one = by_number[number]
            self.reject(Rejection(f"import {one.import_id}", one.place, problem, one.article.url))
        return found


def _judged(judge: Judge, rows: Sequence[Staged]) -> tuple[dict[int, JudgedArticle], dict[int, str]]:
    """Staged articles judged, by the numbers of their rows, and why others cannot be."""
    found: dict[int, JudgedArticle] = {}
    problems: dict[int, str] = {}
    for row in rows:
        try:
            reading = judge.classify(row.article)
        except Exception as error:
            problems[row.number] = f"{type(error).__name__}: {error}"
            continue
        found[row.number] = JudgedArticle(
            row.article, reading, url_key(row.article.url), from_page=True, is_archived=True
        )
    return found, problems


class _Batch(NamedTuple):
    """A batch under way: its answer, what it was made of, and where the archive had been read to before it went out."""

    future: Future[list[ReadItem]]
    items: Sequence[ArchivedPage | ArchivedRow]
    before: Sequence[NoArticleThere | RefusedRecord]
    position: int


def _parted(counts: Counter[str]) -> tuple[Counter[str], Counter[str]]:
    """What the store knows of a file: what became of things, and what those were that are no articles."""
    return (
        Counter({k: v for k, v in counts.items() if not k.startswith("~")}),
        Counter({k[1:]: v for k, v in counts.items() if k.startswith("~")}),
    )


class _FileReading:
    """Reads one archive: sends batches out, takes their answers in order, and commits how far it came."""

    def __init__(self, whole: ArchiveImport, file: ArchiveFile, known: ImportedFile) -> None:
        self._import = whole
        self._file = file
        self._number = known.number
        self._position = known.position
        self.counts, self.others = _parted(known.counts)
        self._staged: list[Staged] = []
        self._committed = time.monotonic()
        self._total = file.size

    def run(self, archive: OpenedArchive, pool: ReadingPool) -> None:
        """Read it to its end, or until no more is wanted."""
        waiting: deque[_Batch] = deque()
        most = self._import.options.processes * 2 + 2
        found = _batches(items_of(archive, self._import.options.mapping, self._position, self._note))
        problem: Exception | None = None
        while not self._import.is_full:
            # Only what is wrong with the archive is caught. After a commit that failed nothing may
            # be committed any more: it would step over what was not stored.
            try:
                items, before, position = next(found)
            except StopIteration:
                break
            except BROKEN as error:
                problem = error
                break
            waiting.append(_Batch(pool.submit(items) if items else _nothing(), items, before, position))
            self._take_ready(waiting, most, archive)
        self._take_ready(waiting, 0, archive)
        is_full = self._import.is_full
        self._import.report.stopped |= is_full
        self._commit(is_done=problem is None and not is_full)
        if problem is not None:
            raise problem

    def _note(self, what: str) -> None:
        self._import.report.notes.append(f"{self._file.name}: {what}")

    def _take_ready(self, waiting: deque[_Batch], most: int, archive: OpenedArchive) -> None:
        """Take the answers in that are there, and wait for those of all batches beyond so many."""
        while waiting and not self._import.is_full and (len(waiting) > most or waiting[0].future.done()):
            self._take(waiting.popleft(), _offset(archive))

    def _take(self, batch: _Batch, offset: int) -> None:
        """Take the answer of a batch in."""
        whole = self._import
        for other in batch.before:
            self.counts[READ] += 1
            if isinstance(other, RefusedRecord):
                self.counts[Ending.REFUSED] += 1
                whole.reject(Rejection(self._file.name, other.place, other.why, other.url))
            else:
                self.counts[Ending.NO_ARTICLE] += 1
                self.others[other.what] += 1
        position = batch.position
        for item, read in zip(batch.items, batch.future.result(), strict=True):
            if read.article is not None and not whole.take(1):
                # What comes behind the last one that is wanted is read by the next run.
                position = self._last_before(batch, item.place)
                break
            self._count(item.place, read)
        self._position = max(self._position, position)
        if len(self._staged) >= COMMIT_AT or time.monotonic() - self._committed > COMMIT_EVERY:
            self._commit()
        whole.tell("reading", self._file.name, offset, self._total, self.counts)

    def _last_before(self, batch: _Batch, place: int) -> int:
        return max((i.place for i in batch.items if i.place < place), default=self._position)

    def _count(self, place: int, read: ReadItem) -> None:
        self.counts[READ] += 1
        if read.article is not None:
            self.counts[KEPT] += 1
            self.counts[UNDATED_KEPT] += not read.has_date
            self._staged.append(Staged(read.article, place))
            return
        self.counts[read.ending] += 1
        if read.ending in (Ending.REFUSED, Ending.UNDATED):
            self._import.reject(Rejection(self._file.name, place, read.why or read.ending, read.url))
        elif read.ending is Ending.NO_ARTICLE:
            self.others["pages without an article"] += 1

    def _commit(self, *, is_done: bool = False) -> None:
        """Stage what was found, and note how far the archive was read, in one short transaction."""
        self._committed = time.monotonic()
        if self._import.options.dry_run:
            self._staged.clear()
            return
        counts = {**self.counts, **{f"~{what}": count for what, count in self.others.items()}}
        if self._import.options.rejects is not None:
            self._import.options.rejects.flush()  # before what it tells counts as read
        with self._import.store.write(exclusive=False) as connection:
            imports.stage(connection, self._number, self._staged)
            imports.advance(
                connection, self._number, self._position, counts, self._import._clock(), is_done=is_done
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


def items_of(
    archive: OpenedArchive, mapping: FieldMapping, position: int, note: Callable[[str], None] = lambda _: None
) -> Iterator[ArchiveItem]:
    """What stands in an archive behind a position, by the reader of its form; ``note`` hears what that had to guess."""
    if archive.form == "warc":
        return read_warc(archive, position)
    if archive.form == "csv":
        return read_table(archive.stream, mapping, position, note)
    read = {"jsonl": read_json_lines, "json": read_json}[archive.form]
    return read(archive.stream, mapping, position)


def _batches(
    items: Iterator[ArchiveItem],
) -> Iterator[tuple[list[ArchivedPage | ArchivedRow], list[NoArticleThere | RefusedRecord], int]]:
    """Things in batches: what is to be read, what is not, and the place of the last of both."""
    taken: list[ArchivedPage | ArchivedRow] = []
    others: list[NoArticleThere | RefusedRecord] = []
    size = position = 0
    for item in items:
        position = max(position, item.place)
        if isinstance(item, ArchivedPage | ArchivedRow):
            taken.append(item)
            size += item.size
        else:
            others.append(item)
        if len(taken) >= BATCH or size >= BATCH_BYTES or len(others) >= 500:
            yield taken, others, position
            taken, others, size = [], [], 0
    if taken or others:
        yield taken, others, position
