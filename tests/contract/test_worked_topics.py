"""The five worked topics of the docs are what ``topics new`` makes of their answers, and their own examples hold."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from alerts.authoring.answers import answers_of
from alerts.authoring.completing import completed
from alerts.authoring.saving import entries_yaml
from alerts.authoring.trying import NewTopicTrial
from benchmarks.new_topics import TOPICS, held_items
from benchmarks.new_topics import answers_of as answers_at
from crawler.analysis.examples import count_examples, text_article
from crawler.config.config_file import check_text
from crawler.config.editing import with_entry
from crawler.config.settings import Settings
from crawler.judging.judge import Judge
from crawler.runtime.packaged_config import packaged
from tests.builders import shipped

DOCS = Path(__file__).parents[2] / "docs"
LEAST_ITEMS = 60
LEAST_F1 = 0.8
"""Far below what the page says: this finds what breaks, not what moves."""


def written(topic: str) -> str:
    """The YAML of a topic's page."""
    page = (DOCS / "worked-topics" / f"{topic}.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    return str(block)


@pytest.fixture(scope="module")
def settings() -> Settings:
    """The shipped configuration with the topics of all five pages."""
    text = packaged().read_text(encoding="utf-8")
    for topic in TOPICS:
        sections: dict[str, dict[str, Any]] = yaml.safe_load(written(topic))
        for section, entries in sections.items():
            for name, values in entries.items():
                text = with_entry(text, section, name, values)
    return check_text(packaged(), text)


@pytest.fixture(scope="module")
def judge(settings: Settings) -> Judge:
    """One judge for all five."""
    return Judge(settings.rules())


def matching(judge: Judge, text: str) -> set[str]:
    """The topics that a text matches."""
    return {t.name for t in judge.classify_without_features(text_article("example", text)).topics}


def test_the_examples_of_the_pages_hold(settings: Settings, judge: Judge) -> None:
    assert count_examples(settings) == count_examples(shipped()) + 8 * len(TOPICS)
    wrong = []
    for topic in TOPICS:
        examples = settings.topics[topic].examples
        for text in (*examples.match, *examples.no_match):
            if (topic in matching(judge, text)) != (text in examples.match):
                wrong.append((topic, text))
    assert wrong == []


@pytest.mark.parametrize("topic", TOPICS)
def test_the_page_has_what_the_answers_make(topic: str) -> None:
    made, name = completed(NewTopicTrial(shipped(), ()), answers_at(topic, "edited"))
    assert name == topic
    assert written(topic).strip() == entries_yaml(made, name).strip()


@pytest.mark.parametrize("topic", TOPICS)
def test_held_news_is_found_and_every_language_has_some(topic: str, judge: Judge) -> None:
    items = held_items(topic)
    assert len(items) >= LEAST_ITEMS
    for wanted in (True, False):
        assert len({item.lang for item in items if item.is_wanted is wanted}) == 10
        assert any("\n" in item.text for item in items if item.is_wanted is wanted)
    found = [topic in matching(judge, item.text) for item in items]
    right = sum(f and i.is_wanted for f, i in zip(found, items, strict=True))
    wrong = sum(f != i.is_wanted for f, i in zip(found, items, strict=True))
    assert 2 * right / (2 * right + wrong) >= LEAST_F1


def test_the_answers_of_the_how_to_make_a_topic() -> None:
    page = (DOCS / "how-to" / "write-a-topic.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    made, name = completed(NewTopicTrial(shipped(), ()), answers_of(block, "the page"))
    assert name == "durian_trade"
    assert made.query


def test_held_news_is_no_example_of_its_topic() -> None:
    for topic in TOPICS:
        answers = answers_at(topic, "edited")
        seen = {*answers.match, *answers.no_match, *(i.text for i in held_items(topic, seen=True))}
        assert seen.isdisjoint(item.text for item in held_items(topic))
