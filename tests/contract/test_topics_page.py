"""The examples of docs/topics.md are what the query language does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crawler.judging.judge import Judge, Rules
from crawler.judging.query import GRAMMAR
from crawler.model import Topic
from tests.builders import article, shipped

PAGE = (Path(__file__).parents[2] / "docs" / "topics.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| .*?`.*?\| `(.+?)` \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)


def matches(query: str, news: str) -> bool:
    """Whether a query holds for a headline and what stands behind its first full stop."""
    title, _, text = news.partition(". ")
    topic = Topic("example", query, "Example", "story", 0.0, False)
    return bool(Judge(Rules(shipped().rules().terms, (topic,))).read(article(title, text)).topics)


def test_every_operator_has_an_example() -> None:
    queries = " ".join(query for query, _, _ in ROWS)
    for word in re.findall(
        r'"(OR|AND|NOT)"|/(ATLEAST|O?NEAR)|\((title)\|(text)\|(lead)\)|\((source)\|(lang)\|(country)\)', GRAMMAR
    ):
        for name in filter(None, word):
            assert name in queries
    assert len(ROWS) >= 19


@pytest.mark.parametrize(("query", "held", "other"), ROWS)
def test_an_example_holds_and_its_counterpart_does_not(query: str, held: str, other: str) -> None:
    assert matches(query, held)
    assert not matches(query, other)
