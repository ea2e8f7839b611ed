"""What was staged is stored in the order of dates, a few articles at a time.

Each lot is stored in the transaction that takes it out of what waits. Stories are those that polling would have made, in whatever
order archives have their pages, and polls beside it wait for a fraction of a second at most.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence

from crawler.archives.import_report import Rejection
from crawler.archives.import_state import ImportState
from crawler.judging.judge import Judge
from crawler.parsing.urls import url_key
from crawler.store import imports
from crawler.store.article_writer import ArticleWriter, JudgedArticle, StoredArticle
from crawler.store.imports import Staged
from crawler.store.isolated_writes import RejectedArticle, write_isolated

LOT, LEAST_LOT, MOST_LOT = 16, 4, 200
"""Articles that are stored in one transaction: at first, and within which bounds the number is adapted."""
LONGEST, SHORTEST = 0.25, 0.08
"""Seconds that a transaction may take before the next one gets fewer articles, and below which it gets more."""


class Storing:
    """Stores what was staged.

    Args:
        state: of the import.
        judge: judges what is stored.
        writer: stores it.
    """

    def __init__(self, state: ImportState, judge: Judge, writer: ArticleWriter) -> None:
        self._state = state
        self._judge = judge
        self._writer = writer

    def run(self, total: int, but: Collection[int] = ()) -> None:
        """Store all that waits, except what waits of some archives.

        Args:
            total: how many articles that is, for the progress.
            but: the ids of those archives.
        """
        done, lot = 0, LOT
        while True:
            with self._state.store.read() as connection:
                rows = imports.staged(connection, lot, but)
            if not rows:
                break
            judged, problems = _judged(self._judge, rows)
            began = time.monotonic()
            with self._writer.transaction(self._state.store) as connection:
                written = write_isolated(self._writer, connection, list(judged.values()))
                stored = self._take_down(dict(zip(judged, written, strict=True)), rows, problems)
                imports.take(connection, rows, stored, self._state.clock())
            took = time.monotonic() - began
            lot = (
                max(LEAST_LOT, lot // 2)
                if took > LONGEST
                else min(MOST_LOT, lot * 2)
                if took < SHORTEST
                else lot
            )
            done += len(rows)
            self._state.tell("storing", "", done, total, self._state.report.storing)
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
        counts = self._state.report.storing
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
                self._state.report.stories.add(what.story)
            if what.base is not None:
                self._state.report.bases.add(what.base)
        for number, problem in problems.items():
            counts["refused"] += 1
            one = by_number[number]
            self._state.reject(Rejection(f"import {one.import_id}", one.place, problem, one.article.url))
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
