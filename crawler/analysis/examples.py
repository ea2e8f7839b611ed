"""The examples beside topics in config.yaml, held against what the topics do."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from crawler.config.settings import Settings
from crawler.judging.judge import Judge
from crawler.model import Article

Key = tuple[str | int, ...]


def broken_examples(
    settings: Settings, judge: Judge, article_of: Callable[[str], Article], only: str | None = None
) -> Iterator[tuple[Key, str]]:
    """The examples whose topic does otherwise than they say, each with its key and why.

    Args:
        settings: the configuration.
        judge: made from it.
        article_of: the article that an example stands for.
        only: this topic alone.
    """
    for name, topic in settings.topics.items():
        if only is not None and name != only:
            continue
        for kind, texts in (("match", topic.examples.match), ("no_match", topic.examples.no_match)):
            for i, text in enumerate(texts):
                explanation = judge.explain(article_of(text))
                outcome = next(o for o in explanation.outcomes if o.topic.name == name)
                key = ("topics", name, "examples", kind, i)
                if kind == "match" and not outcome.matches:
                    yield key, f"does not match; it would with: {'; '.join(judge.needs(outcome, explanation))}"
                if kind == "no_match" and outcome.matches:
                    words = dict.fromkeys(explanation.findings.evidence(h).term for h in outcome.outcome.hits)
                    yield key, f"matches, by {', '.join(list(words)[:6])}"


def count_examples(settings: Settings) -> int:
    """How many examples a configuration has."""
    return sum(len(t.examples.match) + len(t.examples.no_match) for t in settings.topics.values())
