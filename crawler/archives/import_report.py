"""What an import says of itself: how far it is, what was not taken and why, and the account at its end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from crawler.archives.items import shown

READ, KEPT, UNDATED_KEPT = "read", "kept", "kept without a date"
"""What is counted of reading besides how it ended."""


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
        others_waiting: how many articles of other archives waited, and were stored because that was asked for.
        left_waiting: how many of other archives wait on.
        refused_before: of files that were read before, how much was refused then.
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
    left_waiting: int = 0
    refused_before: Counter[str] = field(default_factory=Counter)


class ImportProgress(NamedTuple):
    """How far an import is: what it does, of which file, and how much of how much (bytes of files, or articles)."""

    doing: str
    file: str
    done: int
    total: int
    counts: Counter[str]
