"""Stories and reports as selection looks at them. Pure values."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from alerts.model import AlertKey


@dataclass(frozen=True, slots=True)
class ReportView:
    """What selection looks at in one article.

    Attributes:
        article: its id.
        source: the source that brought it.
        lang: its language.
        countries: the parties that it names.
        topics: the score of each topic that it matches.
        first_seen: when it was first seen.
        is_duplicate: whether it repeats another article.
        age: how old it was when a source first listed it.
        duplicate_of: the article that it repeats, where that is known.
        also: the members that its story concerns besides (`crawler.judging.places.concerned`).
        is_imported: whether it came with an archive: then nobody is told of it.
    """

    article: int
    source: str
    lang: str
    countries: frozenset[str]
    topics: Mapping[str, float]
    first_seen: datetime
    is_duplicate: bool
    age: timedelta = timedelta(0)
    duplicate_of: int | None = None
    also: AbstractSet[str] = frozenset()
    is_imported: bool = False


class BaseUpdate(NamedTuple):
    """A story brought a base to a later stage."""

    base: str
    stage: str


class Correction(NamedTuple):
    """A version of an article takes back or changes what was told."""

    article: int
    version: int


class HeldBase(NamedTuple):
    """A base that is not told because the second reader says that it is none: what it quotes, and how sure the rules are."""

    base: str
    chance: float
    by: str
    quote: str


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story with its reports, and what it is to the register.

    Attributes:
        story: its id.
        reports: its articles in the order of publication.
        bases: the keys of the bases that begin with it.
        updates: the bases that it brought to a later stage.
        corrections: what takes back or changes an earlier report.
        held: the bases that begin with it and are held back.
        first_seen: when its first report was seen; None if it has none.
        key: that of its own alert. Made once, for it is asked of every subscription.
    """

    story: int
    reports: tuple[ReportView, ...]
    bases: tuple[str, ...] = ()
    updates: tuple[BaseUpdate, ...] = ()
    corrections: tuple[Correction, ...] = ()
    held: tuple[HeldBase, ...] = ()
    first_seen: datetime | None = field(init=False)
    key: AlertKey = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", AlertKey.story(self.story))
        # Computed once, because each subscription asks for it. Reports come in
        # the order of publication, which is not the order in which we saw them.
        object.__setattr__(self, "first_seen", min((r.first_seen for r in self.reports), default=None))
