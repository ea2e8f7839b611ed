"""The examples of docs/topics.md behave as documented."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from crawler.analysis.examples import broken_examples
from crawler.config.editing import with_entry
from crawler.config.settings import Settings
from crawler.judging.judge import Judge, Rules
from crawler.judging.queries.query import GRAMMAR
from crawler.model import Topic
from crawler.runtime.packaged_config import packaged
from tests.builders import article, shipped

PAGE = (Path(__file__).parents[2] / "docs" / "topics.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| .*?`.*?\| `(.+?)` \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)


@cache
def judge() -> Judge:
    """One judge of all the queries of the page, each a topic of its own name."""
    topics = tuple(Topic(query, query, "Example", "story", 0.0, False) for query, _, _ in ROWS)
    return Judge(Rules(shipped().rules().terms, topics))


def matches(query: str, news: str) -> bool:
    """Whether a query holds for a headline and what stands behind its first full stop."""
    title, _, text = news.partition(". ")
    return query in {topic.name for topic in judge().classify(article(title, text)).topics}


def test_every_operator_has_an_example() -> None:
    queries = " ".join(query for query, _, _ in ROWS)
    for word in re.findall(
        r'"(OR|AND|NOT)"|/(ATLEAST|O?NEAR)|\((title)\|(text)\|(lead)\)|\((source)\|(lang)\|(country)\)',
        GRAMMAR,
    ):
        for name in filter(None, word):
            assert name in queries
    assert len(ROWS) >= 19


@pytest.mark.parametrize(("query", "held", "other"), ROWS)
def test_an_example_holds_and_its_counterpart_does_not(query: str, held: str, other: str) -> None:
    assert matches(query, held)
    assert not matches(query, other)


def test_the_subjects_that_relevance_pushes_down_are_found_by_the_topics_of_the_page() -> None:
    """The worked example put into the shipped configuration: its examples hold, and they are news without being relevant."""
    (block,) = [b for b in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if "only_relevant: false" in b]
    text = packaged().read_text(encoding="utf-8")
    for section, entries in yaml.safe_load(block).items():
        for name, values in entries.items():
            text = with_entry(text, section, name, values)
    own = Settings.model_validate(yaml.safe_load(text))
    shipped_with_them = Judge(own.rules())
    assert list(broken_examples(own, shipped_with_them, article)) == []
    pushed_down = [e for t in own.topics.values() if not t.only_relevant for e in t.examples.match]
    readings = [shipped_with_them.classify(article(title)) for title in pushed_down]
    assert len(readings) == 4 and all(r.is_news and not r.relevance.relevant for r in readings)
