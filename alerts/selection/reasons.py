"""Why a story raises no alert for a subscription. Pure values, made by `alerts.selection.select`; `str` says them in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.model import AlertKey
from alerts.selection.freshness import UNKNOWN
from crawler.model import Phrase


class _InWords:
    """A reason that can be said in words; its text is the English one."""

    __slots__ = ()

    def phrase(self) -> Phrase:
        """The reason in words."""
        return self._phrase()

    def _phrase(self) -> Phrase:
        raise NotImplementedError

    def __str__(self) -> str:
        return str(self.phrase())


@dataclass(frozen=True, slots=True)
class OtherLanguage(_InWords):
    """A report is in a language that the subscription does not ask for."""

    article: int
    lang: str
    wanted: Sequence[str]

    def _phrase(self) -> Phrase:
        return Phrase(
            "article %(article)s: its language %(lang)s is not among %(wanted)s",
            article=str(self.article),
            lang=self.lang,
            wanted=", ".join(self.wanted),
        )


@dataclass(frozen=True, slots=True)
class OtherSource(_InWords):
    """A report is of a source that the subscription does not ask for."""

    article: int
    source: str
    wanted: Sequence[str]

    def _phrase(self) -> Phrase:
        return Phrase(
            "article %(article)s: its source %(source)s is not among %(wanted)s",
            article=str(self.article),
            source=self.source,
            wanted=", ".join(self.wanted),
        )


@dataclass(frozen=True, slots=True)
class NoTopic(_InWords):
    """A report matches no topic that the subscription asks for; ``removed`` are those that the configuration has no longer."""

    article: int
    matched: Sequence[str]
    removed: Sequence[str]
    wanted: Sequence[str]
    left_out: Sequence[str] = ()

    def _phrase(self) -> Phrase:
        article, wanted = str(self.article), ", ".join(self.wanted)
        if not self.matched and self.removed:
            return Phrase(
                "article %(article)s: matches only %(names)s, which the configuration does not have; "
                "rejudge judges it again",
                article=article,
                names=", ".join(sorted(self.removed)),
            )
        matched = ", ".join(sorted(self.matched))
        if self.matched and set(self.matched) <= set(self.left_out):
            return Phrase(
                "article %(article)s: matches only %(names)s, which the subscription leaves out",
                article=article,
                names=matched,
            )
        if matched and wanted:
            return Phrase(
                "article %(article)s: matches only %(names)s; the subscription asks for %(wanted)s",
                article=article,
                names=matched,
                wanted=wanted,
            )
        if matched:
            return Phrase("article %(article)s: matches only %(names)s", article=article, names=matched)
        if wanted:
            return Phrase(
                "article %(article)s: matches no topic; the subscription asks for %(wanted)s",
                article=article,
                wanted=wanted,
            )
        return Phrase("article %(article)s: matches no topic", article=article)


@dataclass(frozen=True, slots=True)
class LowScore(_InWords):
    """No topic that the subscription asks for scores enough in a report."""

    article: int
    score: float
    least: float

    def _phrase(self) -> Phrase:
        return Phrase(
            "article %(article)s: its score %(score)s is below %(least)s, the subscription's least",
            article=str(self.article),
            score=f"{self.score:.2f}",
            least=str(self.least),
        )


@dataclass(frozen=True, slots=True)
class OtherCountry(_InWords):
    """A report names no country that the subscription asks for."""

    article: int
    named: Sequence[str]
    wanted: Sequence[str]

    def _phrase(self) -> Phrase:
        article, wanted = str(self.article), ", ".join(self.wanted)
        if not self.named:
            return Phrase(
                "article %(article)s: it names none; the subscription asks for %(wanted)s",
                article=article,
                wanted=wanted,
            )
        return Phrase(
            "article %(article)s: it names %(named)s; the subscription asks for %(wanted)s",
            article=article,
            named=", ".join(self.named),
            wanted=wanted,
        )


Rejection = OtherLanguage | OtherSource | NoTopic | LowScore | OtherCountry
"""Why one report is not for a subscription."""


@dataclass(frozen=True, slots=True)
class NoReports(_InWords):
    """A story has no reports, or none any more."""

    def _phrase(self) -> Phrase:
        return Phrase("the story has no reports")


@dataclass(frozen=True, slots=True)
class KnownBefore(_InWords):
    """The story was known before the subscription began."""

    first_seen: datetime
    since: datetime

    def _phrase(self) -> Phrase:
        first, since = (f"{moment:%Y-%m-%d %H:%M}" for moment in (self.first_seen, self.since))
        return Phrase(
            "the story was known on %(first)s, before the subscription began on %(since)s UTC",
            first=first,
            since=since,
        )


@dataclass(frozen=True, slots=True)
class TooOld(_InWords):
    """A report was older than news may be when a source first listed it."""

    article: int
    age: timedelta
    limit: timedelta

    def _phrase(self) -> Phrase:
        if self.age == UNKNOWN:
            return Phrase(
                "article %(article)s: it has no date, and may be old (it came with others that were not known either)",
                article=str(self.article),
            )
        days, limit = self.age / timedelta(days=1), self.limit / timedelta(days=1)
        return Phrase(
            "article %(article)s: it was %(days)s days old when it was first listed; news is at most %(limit)s days old",
            article=str(self.article),
            days=f"{days:.0f}",
            limit=f"{limit:g}",
        )


@dataclass(frozen=True, slots=True)
class CameWithArchive(_InWords):
    """A report came with an archive that was imported: history, of which nobody is told."""

    article: int

    def _phrase(self) -> Phrase:
        return Phrase(
            "article %(article)s: it came with an imported archive, and nobody is told of these",
            article=str(self.article),
        )


@dataclass(frozen=True, slots=True)
class NoNewBase(_InWords):
    """The story matches only topics that alert for new bases, and it brought none."""

    topics: Sequence[str]

    def _phrase(self) -> Phrase:
        return Phrase(
            "it matches only %(topics)s, which tells of new bases, and it brought none",
            topics=", ".join(self.topics),
        )


@dataclass(frozen=True, slots=True)
class HeldBack(_InWords):
    """The second reader holds the story's base back: the rules are not sure of it, and it says that it is none."""

    base: str
    chance: float
    by: str
    quote: str

    def _phrase(self) -> Phrase:
        return Phrase(
            "its base %(base)s is doubtful (the rules are sure of it to %(percent)s %%), and the second reader %(model)s says that it"
            " is none: “%(quote)s”",
            base=self.base,
            percent=str(round(100 * self.chance)),
            model=self.by,
            quote=self.quote,
        )


@dataclass(frozen=True, slots=True)
class BaseAlerted(_InWords):
    """The subscription had an alert of the story's base, and the base has reached no new stage."""

    alerts: Sequence[AlertKey]

    def _phrase(self) -> Phrase:
        return Phrase(
            "its base was told already (%(alerts)s) and has reached no new stage",
            alerts=", ".join(map(str, self.alerts)),
        )


@dataclass(frozen=True, slots=True)
class StoryAlerted(_InWords):
    """The subscription had an alert of the story."""

    story: int

    def _phrase(self) -> Phrase:
        return Phrase("story %(story)s was told already", story=str(self.story))


@dataclass(frozen=True, slots=True)
class ArticleAlerted(_InWords):
    """The subscription had an alert of the article."""

    article: int

    def _phrase(self) -> Phrase:
        return Phrase("article %(article)s was told already", article=str(self.article))


@dataclass(frozen=True, slots=True)
class IsCopy(_InWords):
    """A report repeats another one, and topics that alert by article skip copies."""

    article: int
    original: int | None

    def _phrase(self) -> Phrase:
        if self.original is None:
            return Phrase(
                "article %(article)s is a copy of another article; topics that alert by article skip copies",
                article=str(self.article),
            )
        return Phrase(
            "article %(article)s is a copy of article %(original)s; topics that alert by article skip copies",
            article=str(self.article),
            original=str(self.original),
        )


Reason = (
    Rejection
    | NoReports
    | KnownBefore
    | TooOld
    | CameWithArchive
    | NoNewBase
    | HeldBack
    | BaseAlerted
    | StoryAlerted
    | ArticleAlerted
    | IsCopy
)
"""Why a story raises no alert for a subscription."""
