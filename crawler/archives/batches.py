"""What stands in an archive, in batches that a process reads at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from crawler.archives.compression import BROKEN
from crawler.archives.fields import FieldMapping
from crawler.archives.files import OpenedArchive
from crawler.archives.items import (
    ArchivedPage,
    ArchivedRow,
    ArchiveItem,
    NoArticleThere,
    RefusedRecord,
)
from crawler.archives.rows import read_json, read_json_lines, read_table
from crawler.archives.warc import read_warc

BATCH, BATCH_BYTES = 24, 1_500_000
"""Things, and bytes, that a process is given at once."""
MOST_OTHERS = 500
"""Records without an article that may be in a batch."""


class ArchiveBatch(NamedTuple):
    """Things that are read together.

    Attributes:
        items: what may be articles.
        others: what is none, or cannot be read.
        position: the place of the last of both.
    """

    items: Sequence[ArchivedPage | ArchivedRow]
    others: Sequence[NoArticleThere | RefusedRecord]
    position: int


def batches_of(items: Iterator[ArchiveItem]) -> Iterator[ArchiveBatch]:
    """Things in batches. Where an archive breaks off, what stood before that comes first."""
    taken: list[ArchivedPage | ArchivedRow] = []
    others: list[NoArticleThere | RefusedRecord] = []
    size = position = 0
    problem: Exception | None = None
    try:
        for item in items:
            position = max(position, item.place)
            if isinstance(item, ArchivedPage | ArchivedRow):
                taken.append(item)
                size += item.size
            else:
                others.append(item)
            if len(taken) >= BATCH or size >= BATCH_BYTES or len(others) >= MOST_OTHERS:
                yield ArchiveBatch(taken, others, position)
                taken, others, size = [], [], 0
    except BROKEN as error:
        problem = error
    if taken or others:
        yield ArchiveBatch(taken, others, position)
    if problem is not None:
        raise problem


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
