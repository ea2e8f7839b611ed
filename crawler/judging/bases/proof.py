"""What one article says of a base, with when and in which language it does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crawler.model import BaseMention


@dataclass(frozen=True, slots=True)
class Proof:
    """What one article says of a base."""

    article: int
    story: int | None
    lang: str
    when: datetime
    mention: BaseMention
