"""How archives are imported."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import IO, Literal

from crawler.archives.fields import FieldMapping
from crawler.archives.files import ArchiveForm
from crawler.archives.reading import Choices


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
        waiting: what becomes of articles that an interrupted import of other archives has read; None: they wait on.
        rejects: gets a line of JSON for everything that is refused or left out.
    """

    choices: Choices = field(default_factory=Choices)
    mapping: FieldMapping = field(default_factory=lambda: FieldMapping({}))
    form: ArchiveForm | None = None
    limit: int | None = None
    dry_run: bool = False
    restart: bool = False
    processes: int = 1
    waiting: Literal["store", "drop"] | None = None
    rejects: IO[str] | None = None

    @property
    def summary(self) -> str:
        """What a file's progress is good for: read with other choices, it is to be read again."""
        return repr((self.choices, self.mapping, self.form))
