"""Why a story raises no alert for a subscription. Pure values, made by `alerts.selection.select`; `str` says them in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.model import AlertKey
from alerts.selection.freshness import UNKNOWN


@dataclass(frozen=True, slots=True)
class OtherLanguage:
    """A report is in a language that the subscription does not ask for."""

    article: int
    lang: str
    wanted: Sequence[str]

    def __str__(self) -> str:
        return f"article {self.article}: its language {self.lang} is not among {', '.join(self.wanted)}"


@dataclass(frozen=True, slots=True)
class OtherSource:
    """A report is of a source that the subscription does not ask for."""

    article: int
    source: str
    wanted: Sequence[str]

    def __str__(self) -> str:
        return f"article {self.article}: its source {self.source} is not among {', '.join(self.wanted)}"


@dataclass(frozen=True, slots=True)
class NoTopic:
    """A report matches no topic that the subscription asks for; ``removed`` are those that the configuration has no longer."""

    article: int
    matched: Sequence[str]
    removed: Sequence[str]
    wanted: Sequence[str]

    def __str__(self) -> str:
        return f"article {self.article}: {self._matches()}"

    def _matches(self) -> str:
        if not self.matched and self.removed:
            names = ", ".join(sorted(self.removed))
            return f"matches only {names}, which the configuration does not have; rejudge judges it again"
        what = f"matches only {', '.join(sorted(self.matched))}" if self.matched else "matches no topic"
        return f"{what}; the subscription asks for {', '.join(self.wanted)}" if self.wanted else what


@dataclass(frozen=True, slots=True)
class LowScore:
    """No topic that the subscription asks for scores enough in a report."""

    article: int
    score: float
    least: float

    def __str__(self) -> str:
        return f"article {self.article}: its score {self.score:.2f} is below {self.least}, the subscription's least"


@dataclass(frozen=True, slots=True)
class OtherCountry:
    """A report names no country that the subscription asks for."""

    article: int
    named: Sequence[str]
    wanted: Sequence[str]

    def __str__(self) -> str:
        named = ", ".join(self.named) or "none"
        return f"article {self.article}: it names {named}; the subscription asks for {', '.join(self.wanted)}"


Rejection = OtherLanguage | OtherSource | NoTopic | LowScore | OtherCountry
"""Why one report is not for a subscription."""


@dataclass(frozen=True, slots=True)
class NoReports:
    """A story has no reports, or none any more."""

    def __str__(self) -> str:
        return "the story has no reports"


@dataclass(frozen=True, slots=True)
class KnownBefore:
    """The story was known before the subscription began."""

    first_seen: datetime
    since: datetime

    def __str__(self) -> str:
        first, since = (f"{moment:%Y-%m-%d %H:%M}" for moment in (self.first_seen, self.since))
        return f"the story was known on {first}, before the subscription began on {since} UTC"


@dataclass(frozen=True, slots=True)
class TooOld:
    """A report was older than news may be when a source first listed it."""

    article: int
    age: timedelta
    limit: timedelta

    def __str__(self) -> str:
        if self.age == UNKNOWN:
            return f"article {self.article}: it has no date, and may be old (it came with others that were not known either)"
        days, limit = self.age / timedelta(days=1), self.limit / timedelta(days=1)
        return f"article {self.article}: it was {days:.0f} days old when it was first listed; news is at most {limit:g} days old"


@dataclass(frozen=True, slots=True)
class NoNewBase:
    """The story matches only topics that alert for new bases, and it brought none."""

    topics: Sequence[str]

    def __str__(self) -> str:
        return f"it matches only {', '.join(self.topics)}, which tells of new bases, and it brought none"


@dataclass(frozen=True, slots=True)
class BaseAlerted:
    """The subscription had an alert of the story's base, and the base has reached no new stage."""

    alerts: Sequence[AlertKey]

    def __str__(self) -> str:
        return f"its base was told already ({', '.join(map(str, self.alerts))}) and has reached no new stage"


@dataclass(frozen=True, slots=True)
class StoryAlerted:
    """The subscription had an alert of the story."""

    story: int

    def __str__(self) -> str:
        return f"story {self.story} was told already"


@dataclass(frozen=True, slots=True)
class ArticleAlerted:
    """The subscription had an alert of the article."""

    article: int

    def __str__(self) -> str:
        return f"article {self.article} was told already"


@dataclass(frozen=True, slots=True)
class IsCopy:
    """A report repeats another one, and topics that alert by article skip copies."""

    article: int
    original: int | None

    def __str__(self) -> str:
        whose = "another article" if self.original is None else f"article {self.original}"
        return f"article {self.article} is a copy of {whose}; topics that alert by article skip copies"


Reason = (
    Rejection
    | NoReports
    | KnownBefore
    | TooOld
    | NoNewBase
    | BaseAlerted
    | StoryAlerted
    | ArticleAlerted
    | IsCopy
)
"""Why a story raises no alert for a subscription."""
