"""What one article says of a base, with when and in which language it does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from crawler.model import BaseMention


class BaseAct(NamedTuple):
    """What a proof tells of the life of a base: the stage, and the day where it names one."""

    article: int
    story: int | None
    when: datetime
    stage: str
    day: date | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What one article says of a base."""

    article: int
    story: int | None
    lang: str
    when: datetime
    mention: BaseMention

    @property
    def act(self) -> BaseAct:
        """What it tells of the base's life."""
        said = self.mention
        return BaseAct(self.article, self.story, self.when, said.stage, said.date, said.sentence)
