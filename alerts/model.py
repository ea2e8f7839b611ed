"""The nouns of the alerts: what an alert tells, and its key. A key is parsed and written here, and nowhere else."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple

from crawler.judging.bases.stages import STAGES


class AlertKind(StrEnum):
    """What an alert tells, as it is stored."""

    NEW_BASE = "new_base"
    UPDATE = "update"
    """A known base reached another stage."""
    STORY = "story"
    ARTICLE = "article"
    CORRECTION = "correction"
    """What an earlier alert told was wrong, or has changed."""
    OLD = "old"
    """No news, but new to us."""


BASE_KINDS = (AlertKind.NEW_BASE, AlertKind.UPDATE)
"""The kinds whose subject is a base of the register."""
_PREFIXES = {
    AlertKind.NEW_BASE: "base",
    AlertKind.UPDATE: "base",
    AlertKind.STORY: "story",
    AlertKind.ARTICLE: "article",
    AlertKind.CORRECTION: "correction",
    AlertKind.OLD: "old",
}
_KINDS = {"story": AlertKind.STORY, "article": AlertKind.ARTICLE, "old": AlertKind.OLD}


# Looking a member of an enumeration up takes Python 3.11 some 100 ns, and a round makes hundreds of thousands of keys.
_STORY, _ARTICLE = AlertKind.STORY, AlertKind.ARTICLE


class AlertKey(NamedTuple):
    """What an alert is raised only once for.

    Attributes:
        kind: what the alert tells.
        subject: the key of the base; or the id of the story or article, as text.
        stage: of an update, the stage that the base reached.
        version: of a correction, the version of the article that corrects.
    """

    kind: AlertKind
    subject: str
    stage: str | None = None
    version: int | None = None

    @classmethod
    def new_base(cls, base: str) -> AlertKey:
        """A base is in the register for the first time."""
        return cls(AlertKind.NEW_BASE, base)

    @classmethod
    def update(cls, base: str, stage: str) -> AlertKey:
        """A base reached a stage."""
        return cls(AlertKind.UPDATE, base, stage)

    @classmethod
    def story(cls, story: int) -> AlertKey:
        """A new story."""
        return cls(_STORY, str(story))

    @classmethod
    def article(cls, article: int) -> AlertKey:
        """A new article."""
        return cls(_ARTICLE, str(article))

    @classmethod
    def correction(cls, article: int, version: int) -> AlertKey:
        """A version of an article takes back or changes what was told."""
        return cls(AlertKind.CORRECTION, str(article), None, version)

    @classmethod
    def old_story(cls, story: int) -> AlertKey:
        """A story that is too old to be news."""
        return cls(AlertKind.OLD, str(story))

    @classmethod
    def of_row(cls, row: Any) -> AlertKey:
        """The key of a row of the alerts table.

        While workers of two versions run side by side, the older one writes the text of a key alone.
        """
        if not row.subject:
            return cls.parse(row.about)
        return cls(AlertKind(row.kind), row.subject, row.stage, row.version)

    @classmethod
    def parse(cls, text: str) -> AlertKey:
        """The key that `str` wrote.

        Raises:
            ValueError: it is no key of an alert.
        """
        prefix, mark, subject = text.partition(":")
        if not mark or not subject:
            raise ValueError(f"{text!r} is no key of an alert")
        if prefix in _KINDS:
            return cls(_KINDS[prefix], subject)
        if prefix == "base":
            # A key may itself hold a colon; what follows the last one is a stage only if it is the name of one.
            base, mark, stage = subject.rpartition(":")
            return cls.update(base, stage) if mark and stage in STAGES else cls.new_base(subject)
        article, _, version = subject.rpartition(":")
        if prefix != "correction" or not article or not version.isdecimal():
            raise ValueError(f"{text!r} is no key of an alert")
        return cls(AlertKind.CORRECTION, article, None, int(version))

    @property
    def base(self) -> str | None:
        """The key of the base that the alert is about, if it is about one."""
        return self.subject if self.kind in BASE_KINDS else None

    def columns(self) -> dict[str, Any]:
        """The key as columns of the alerts table."""
        return {
            "about": str(self),
            "kind": self.kind.value,
            "subject": self.subject,
            "stage": self.stage,
            "version": self.version,
        }

    def __str__(self) -> str:
        """The key as text: ``base:KEY``, ``base:KEY:STAGE``, ``story:ID``, ``article:ID``, ``correction:ID:VERSION``, ``old:ID``."""
        whole = f"{_PREFIXES[self.kind]}:{self.subject}"
        detail = self.stage if self.stage is not None else self.version
        return whole if detail is None else f"{whole}:{detail}"
