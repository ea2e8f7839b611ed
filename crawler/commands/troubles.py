"""What went wrong with many sources at once, as commands say it: nothing reached in one line, alike causes summed up."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, NamedTuple

from crawler.config.settings import Crawl
from crawler.model import CrawlReport, Phrase, SourceFailure
from crawler.parsing.urls import host_of
from crawler.polling.reach import LEAST_ALIKE, by_cause, summed_up, unreached

MOST_LINES = 40
"""Lines of failures of one kind, such as pages that could not be fetched."""
EACH = "--verbose tells each by itself"


class SummedRows(NamedTuple):
    """Rows of a table of sources, without those whose failure is told by one of the lines below the table."""

    rows: list[dict[str, Any]]
    lines: list[str]


class Problems(NamedTuple):
    """Lines for people; ``unreached`` says that nothing at all could be reached, where that is so."""

    lines: list[str]
    unreached: Phrase | None


def without_alike(rows: Sequence[dict[str, Any]], crawl: Crawl, *, verbose: bool) -> SummedRows:
    """The rows of a table of sources with their failures summed up, unless each is wanted.

    Args:
        rows: with ``source``, ``outcome``, ``kind`` and ``message`` of each latest poll.
        crawl: how they were asked.
        verbose: whether each failure stays a row.
    """
    failures = [
        SourceFailure(r["source"], r["kind"] or "", r["message"] or "")
        for r in rows
        if r["outcome"] in ("failed", "resting")
    ]
    asked = sum(r["outcome"] in ("ok", "unchanged", "failed", "resting") for r in rows)
    none = unreached(failures, asked, os.environ, host_of(crawl.proxy) if crawl.proxy else None)
    if verbose:
        return SummedRows(list(rows), [none] if none else [])
    many = [] if none else [a for a in by_cause(failures) if len(a.sources) >= LEAST_ALIKE]
    left_out = {f.source for a in many for f in a.failures} | {f.source for f in failures if none}
    if not left_out:
        return SummedRows(list(rows), [])
    lines = [line for a in many for line in summed_up(a.failures)] + ([none] if none else [])
    return SummedRows([r for r in rows if r["source"] not in left_out], [*lines, EACH])


def _at_most(lines: list[str], most: int) -> list[str]:
    rest = len(lines) - most
    return [*lines[:most], f"… and {rest} more: aseanwatch entries waiting"] if rest > 0 else lines


def unreached_by(report: CrawlReport, asked: int, crawl: Crawl) -> Phrase | None:
    """That a crawl of so many sources could reach none of them, and why that may be; None where it reached one."""
    if report.ok or report.unchanged or report.resting:
        return None
    return unreached(report.failures, asked, os.environ, host_of(crawl.proxy) if crawl.proxy else None)


def problem_lines(report: CrawlReport, asked: int, crawl: Crawl, *, verbose: bool = False) -> Problems:
    """What a crawl did not get, in lines.

    Args:
        report: of the crawl.
        asked: how many sources were asked.
        crawl: how they were asked.
        verbose: whether each failure is told by itself.
    """
    none = unreached_by(report, asked, crawl)
    groups = (report.failures, report.resting, report.stuck, report.notes, report.page_failures)
    every = [line for group in groups for line in summed_up(group, verbose=True)]
    if verbose:
        return Problems([*every, *([none] if none else [])], none)
    shown = groups[1:] if none and asked > 1 else groups
    lines = [line for group in shown for line in _at_most(summed_up(group), MOST_LINES)]
    lines += [none] if none else []
    return Problems([*lines, *([EACH] if len(lines) < len(every) else [])], none)
