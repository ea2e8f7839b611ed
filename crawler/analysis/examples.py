"""The examples beside topics in config.yaml, held against what the topics do."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from crawler.analysis.history import article_of
from crawler.config.settings import Settings
from crawler.judging.judge import Judge
from crawler.model import Article, AseanwatchError
from crawler.parsing.urls import is_web_url, url_key
from crawler.runtime.clock import now
from crawler.store import Store
from crawler.store.articles import Filter, find, ids_of_keys

Key = tuple[str | int, ...]
LONGEST_HEADLINE = 200
"""Characters. A single line that is longer is taken for an article's body."""


def broken_examples(
    settings: Settings, judge: Judge, article_of: Callable[[str], Article], only: str | None = None
) -> Iterator[tuple[Key, str]]:
    """The examples whose topic does not do what they say, each with its key and the reason.

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
                    yield (
                        key,
                        f"does not match; it would with: {'; '.join(judge.needs(outcome, explanation))}",
                    )
                if kind == "no_match" and outcome.matches:
                    words = dict.fromkeys(explanation.findings.evidence(h).term for h in outcome.outcome.hits)
                    yield key, f"matches, by {', '.join(list(words)[:6])}"


def count_examples(settings: Settings) -> int:
    """How many examples a configuration has."""
    return sum(len(t.examples.match) + len(t.examples.no_match) for t in settings.topics.values())


def text_article(name: str, text: str) -> Article:
    """An article of a plain text; its first line is the headline.

    A text of one line that is longer than headlines are is all body.

    Args:
        name: what the text is called in messages: a file, or where it was typed.
        text: the text.
    """
    first, _, rest = text.strip().partition("\n")
    title, body = ("", first) if not rest and len(first) > LONGEST_HEADLINE else (first.strip(), rest.strip())
    return Article(url=f"file:{name}", title=title, text=body, source=name, first_seen=now())


def example_article(text: str, settings: Settings) -> Article:
    """The article of an example: a stored one if it is an address, else a text with the headline in its first line."""
    if not is_web_url(text):
        return text_article("example", text)
    # A check must not make a store: where none is, the example is just not stored.
    store = Store(settings.storage.url)
    rows = []
    if store.exists():
        store.upgrade()
        with store.read() as connection:
            rows = find(connection, Filter(ids=list(ids_of_keys(connection, [url_key(text)]).values())))
    if not rows:
        raise AseanwatchError(
            f"the example {text} is no stored article; crawl it first: aseanwatch crawl --url {text}"
        )
    return article_of(rows[0])
