"""Archives into the store: read in their own order, stored in the order of dates, and every step of it taken up again after a crash."""

from __future__ import annotations

import os
import pickle
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime

from crawler.archives.compression import BROKEN
from crawler.archives.file_reading import FileReading, counts_of
from crawler.archives.files import ArchiveFile, key_of, opened
from crawler.archives.import_options import ImportOptions
from crawler.archives.import_report import KEPT, READ, ImportProgress, ImportReport, Rejection
from crawler.archives.import_state import ImportState
from crawler.archives.items import ArchiveError
from crawler.archives.plan_files import plan_file
from crawler.archives.pool import ReadingPool
from crawler.archives.reading import Ending, ReadingPlan
from crawler.archives.sources import without_secrets
from crawler.archives.storing import Storing
from crawler.config.settings import Settings
from crawler.judging.judge import Judge
from crawler.model import AseanwatchError
from crawler.runtime.clock import now
from crawler.store import Store, imports
from crawler.store.article_writer import ArticleWriter
from crawler.store.imports import ImportedFile


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
        self._state = ImportState(store, options, on_progress, clock)
        self._judge = judge
        self._mine: set[int] = set()

    def run(self, files: Sequence[ArchiveFile]) -> ImportReport:
        """Read archives and store what they hold; a dry run only reads.

        Raises:
            AseanwatchError: another process imports, or none of the archives can be read.
        """
        with self._state.store.lock("import") as mine:
            if not mine:
                raise AseanwatchError(
                    "another import into this store, or a restore, is running; start this one when it has ended"
                )
            self._read_all(files)
            if not self._state.options.dry_run:
                self._store_all()
        return self._state.report

    # Reading

    def _read_all(self, files: Sequence[ArchiveFile]) -> None:
        state = self._state
        sources = tuple(without_secrets(s) for s in self.settings.sources)
        plan = ReadingPlan(self.settings.rules(), sources, state.options.choices)
        with (
            plan_file(pickle.dumps(plan)) as path,
            closing(ReadingPool(path, state.options.processes)) as pool,
        ):
            for file in files:
                if state.is_full:
                    state.report.stopped = True
                    break
                self._read_one(file, pool)

    def _read_one(self, file: ArchiveFile, pool: ReadingPool) -> None:
        """Read one archive; what is wrong with it as a whole is said, and the others are read."""
        key = key_of(file, self._state.options.summary) or f"once {os.urandom(8).hex()}"
        known = self._begun(file, key)
        self._mine.add(known.number)
        if known.is_done:
            self._count_known(file, known)
            return
        reading = FileReading(self._state, file, known)
        try:
            with opened(file, self._state.options.form) as archive:
                reading.run(archive, pool)
            self._judge_whole(file, key, reading.counts)
        except ArchiveError as error:
            self._break(file, str(error))
        except BROKEN as error:
            self._break(file, f"it breaks off: {getattr(error, 'strerror', None) or error}")
        finally:
            self._state.report.reading.update(reading.counts)
            self._state.report.others.update(reading.others)

    def _break(self, file: ArchiveFile, why: str) -> None:
        """Take down that an archive could not be read, or not to its end."""
        self._state.report.broken_files.append(Rejection(file.name, 0, why).short())
        self._state.reject(Rejection(file.name, 0, why))

    def _judge_whole(self, file: ArchiveFile, key: str, counts: Counter[str]) -> None:
        """Of an archive that was read: whether it is one at all, or was read in a wrong way."""
        things = counts[READ] - counts[Ending.NO_ARTICLE]
        if not counts[READ]:
            self._state.report.notes.append(f"{file.name}: nothing stands in it")
        elif things and things == counts[Ending.REFUSED] + counts[Ending.UNDATED]:
            # Each of them is named as a rejection of its own.
            why = f"nothing of it could be taken: all {things:,} are refused or left out"
            self._state.report.broken_files.append(Rejection(file.name, 0, why).short())
            if not self._state.options.dry_run:
                # Whatever is set right next, it is read from its beginning.
                with self._state.store.write(exclusive=False) as connection:
                    imports.forget(connection, [key])

    def _count_known(self, file: ArchiveFile, known: ImportedFile) -> None:
        """Count an archive that was read to its end: where some of it still waits, as a part of this import."""
        report = self._state.report
        with self._state.store.read() as connection:
            waits = imports.count_staged(connection, known.number)
        if not waits:
            report.known_files.append(file.name)
            report.refused_before[file.name] += known.counts[Ending.REFUSED] + known.counts[Ending.UNDATED]
            return
        reading, others = counts_of(known.counts)
        report.reading.update(reading)
        report.others.update(others)
        report.notes.append(f"{file.name}: was read by an earlier run; what waited of it was stored now")

    def _begun(self, file: ArchiveFile, key: str) -> ImportedFile:
        if self._state.options.dry_run:
            return ImportedFile(0, 0, Counter(), is_done=False)
        with self._state.store.write(exclusive=False) as connection:
            if self._state.options.restart:
                imports.forget(connection, [key])
            dropped = imports.forget_other_choices(connection, key)
            begun = imports.begin(connection, key, file.name, self._state.clock())
        if dropped:
            self._state.report.notes.append(
                f"{file.name}: {dropped:,} articles waited that an interrupted import had read with other options;"
                " they are dropped, and it is read anew with those of now"
            )
        return begun

    # Storing

    def _store_all(self) -> None:
        """Store what was staged of these archives, by whichever run, in the order of dates."""
        state = self._state
        with state.store.read() as connection:
            waiting = imports.waiting(connection)
        mine = sum(one.articles for one in waiting if one.number in self._mine)
        others = [one for one in waiting if one.number not in self._mine]
        state.report.earlier = state.report.reading[KEPT] - mine
        if state.options.waiting == "store":
            state.report.others_waiting = sum(one.articles for one in others)
            others = []
        for one in others:
            self._leave(one)
        total = mine + state.report.others_waiting
        if total:
            judge = self._judge or Judge(self.settings.rules())
            storing = Storing(state, judge, ArticleWriter(self.settings.stories.window))
            storing.run(total, but=[one.number for one in others])

    def _leave(self, one: imports.WaitingImport) -> None:
        """Leave what waits of an archive that this import does not read, or drop it if that is wanted."""
        what = f"{one.articles:,} articles of {one.file}, which an interrupted import had read,"
        if self._state.options.waiting == "drop":
            with self._state.store.write(exclusive=False) as connection:
                imports.forget(connection, [one.key])
            self._state.report.notes.append(f"{what} are dropped")
            return
        self._state.report.left_waiting += one.articles
        self._state.report.notes.append(
            f"{what} wait: give it again to go on, or say --waiting store, or --waiting drop"
        )
