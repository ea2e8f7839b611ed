"""What the steps of an import share: where it writes, what was asked for, how many were taken, and its account."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from crawler.archives.import_options import ImportOptions
from crawler.archives.import_report import ImportProgress, ImportReport, Rejection
from crawler.store import Store

_EXAMPLES = 10
"""Rejections that a report names; the file of rejections has all."""


class ImportState:
    """The state of one import.

    Args:
        store: where everything is kept.
        options: what is taken, and how.
        on_progress: hears how far it is.
        clock: gives the present moment.

    Attributes:
        report: what was done so far.
    """

    def __init__(
        self,
        store: Store,
        options: ImportOptions,
        on_progress: Callable[[ImportProgress], None],
        clock: Callable[[], datetime],
    ) -> None:
        self.store = store
        self.options = options
        self.clock = clock
        self.report = ImportReport()
        self._on_progress = on_progress
        self._taken = 0

    @property
    def is_full(self) -> bool:
        """Whether as many articles were taken as are wanted."""
        return self.options.limit is not None and self._taken >= self.options.limit

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
