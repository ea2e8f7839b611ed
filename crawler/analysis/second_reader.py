"""Labelled news judged with a second reader beside the rules, to measure what it adds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from crawler.assist.assistants import Assistants
from crawler.assist.model import Assistant, AssistError, AssistReport, CheckRequest, Opinion, Task, TokenCount
from crawler.assist.trust import believed_opinion
from crawler.config.settings import Settings
from crawler.judging.bases.stages import STAGES
from crawler.judging.judge import Judge, ReadArticle
from crawler.model import Article, AseanwatchError, Classification
from crawler.parsing.urls import host_of
from crawler.plugins import contained
from crawler.store.base_candidates import question_of

LONGEST_TEXT = 1500
"""Characters of a report that it is shown, as in the service."""
NEW_BASE = "new_base"


@dataclass(slots=True)
class SecondReaderCounts:
    """What the second reader was asked, and what came of it.

    Attributes:
        asked: candidates that it was asked about.
        verdicts: how often it said yes, no or unsure.
        refused: answers that were not believed, by reason.
        failed: questions that got no answer, by problem.
        brought: reports that its yes made news of a new base; ``held`` those that its no did not leave one.
        tokens: what it read and wrote.
    """

    asked: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    brought: int = 0
    held: int = 0
    tokens: TokenCount = field(default_factory=TokenCount)

    def plain(self) -> dict[str, Any]:
        """All of it as plain values."""
        counted = {name: dict(getattr(self, name)) for name in ("verdicts", "refused", "failed")}
        return {
            "asked": self.asked, **counted, "brought": self.brought, "held": self.held, "tokens_in": self.tokens.tokens_in,
            "tokens_out": self.tokens.tokens_out,
        }  # fmt: skip


class JudgeWithSecondReader(Judge):
    """A judge that heeds the second reader where the rules are not sure, as ``second_reader: agree`` does.

    Args:
        settings: the whole configuration.

    Raises:
        AseanwatchError: no assistant of the configuration reads a second time.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.rules())
        self._limits = settings.assist.doubtful
        self._assistants = Assistants(settings)
        found = self._assistants.for_task(Task.CHECK)
        if found is None:
            raise AseanwatchError(
                "assist: no assistant is set up to check; give one whose kind and tasks have check"
            )
        self._reader: Assistant = found
        self._base_topics = {t.name for t in self.rules.topics if t.alert == NEW_BASE}
        self._opinions: dict[str, Opinion | None] = {}
        self.counts = SecondReaderCounts()

    def close(self) -> None:
        """Let go of the assistant."""
        self._assistants.close()

    def classify(
        self, article: Article, *, confirmed: bool = False, begun: ReadArticle | None = None
    ) -> Classification:
        """As the rules judge it, and the second reader where they are not sure."""
        reading = super().classify(article, confirmed=confirmed, begun=begun)
        return reading if confirmed else self._heeded(article, reading)

    def classify_without_features(self, article: Article) -> Classification:
        """The same without what an article is compared by."""
        return self._heeded(article, super().classify_without_features(article))

    def _heeded(self, article: Article, reading: Classification) -> Classification:
        doubt = reading.doubt
        low, high = self._limits
        if doubt is None or not low <= doubt.chance <= high:
            return reading
        opinion = self._opinion(article, reading)
        if opinion is None:
            return reading
        if opinion.verdict == "yes" and not doubt.taken:
            self.counts.brought += 1
            return super().classify(article, confirmed=True)
        if opinion.verdict == "no" and doubt.taken:
            self.counts.held += 1
            topics = tuple(t for t in reading.topics if t.name not in self._base_topics)
            return replace(reading, bases=(), topics=topics)
        return reading

    def _opinion(self, article: Article, reading: Classification) -> Opinion | None:
        """What it says of a candidate, if that is believed; each candidate is asked about once."""
        assert reading.doubt is not None
        key = question_of(reading.doubt, reading.lang)
        if key not in self._opinions:
            outlet = article.outlet or host_of(article.url)
            report = AssistReport(
                1, 1, reading.lang, article.title, article.text[:LONGEST_TEXT], outlet, article.source, article.when
            )  # fmt: skip
            self._opinions[key] = self._ask(
                CheckRequest(reading.doubt.clause, reading.lang, 1, (report,), STAGES)
            )
        return self._opinions[key]

    def _ask(self, request: CheckRequest) -> Opinion | None:
        counts = self.counts
        counts.asked += 1
        try:
            answer = contained(self._reader.check, request)
        except AssistError as error:
            counts.failed[str(error)] += 1
            return None
        counts.tokens = TokenCount(
            counts.tokens.tokens_in + answer.usage.tokens_in,
            counts.tokens.tokens_out + answer.usage.tokens_out,
        )
        reason = believed_opinion(request, answer.opinion).reason
        if reason is not None:
            counts.refused[reason] += 1
            return None
        counts.verdicts[answer.opinion.verdict] += 1
        return answer.opinion
