"""Entries of outgoing feeds: ids that stay, categories as they are titled, bases by their own key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import feedparser
import pytest
from pydantic import TypeAdapter

from alerts.delivery.dispatch import next_digest
from alerts.digests.digest import Digest, TopicItem
from alerts.digests.feeds import FeedHead, atom_feed, feed_id, items_of
from alerts.selection.raise_alerts import raise_alerts
from alerts.subscriptions.subscriptions import load_subscriptions
from crawler.config.settings import Settings
from crawler.store import Store
from tests.alerts.delivery_steps import TALKS, begin, talks
from tests.builders import later, new_store, settings

HEAD = FeedHead("tag:example.org,2025:desk", "desk")
TITLES = ["Railways: new lines", "铁路:新线", "Trade", "Kereta: jalur: baru", "a: b: c, d"]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def titled(title: str) -> Settings:
    """The shipped settings where the topic of trade has another title."""
    made = settings(
        {"name": "desk", "to": ["a@b.example"], "when": "instant", "topics": ["trade_investment"]}
    )
    topic = made.topics["trade_investment"].model_copy(update={"title": {"en": title}})
    return made.model_copy(update={"topics": {**made.topics, "trade_investment": topic}})


def content(store: Store, own: Settings) -> dict[str, Any]:
    """The next digest as it is stored."""
    begin(store, own)
    talks(store)
    raise_alerts(store, own, later(minutes=2))
    with store.read() as connection:
        digest = next_digest(connection, own, load_subscriptions(connection, own)[0], later(minutes=3))
    plain: dict[str, Any] = json.loads(TypeAdapter(Digest).dump_json(digest))
    return plain


@pytest.mark.parametrize("title", TITLES)
def test_a_category_is_the_title_of_the_topic_whatever_stands_in_it(store: Store, title: str) -> None:
    found = content(store, titled(title))
    feed = feedparser.parse(atom_feed(HEAD, items_of(found, "example.org")))
    (entry,) = feed.entries
    assert entry.title == TALKS
    assert [tag.term for tag in entry.tags] == [title]


@pytest.mark.parametrize("title", TITLES)
def test_a_digest_of_a_former_version_has_lines_alone_and_keeps_their_titles(title: str) -> None:
    line = TopicItem("railways", title, ("rail line", "kereta")).line
    report = {"title": "A line opens", "url": "https://outlet.example/1", "lang": "en", "outlet": "Outlet"}
    story = {"key": "story:7", "best": report, "snippet": [], "others": [], "why": [line]}
    (one,) = items_of(
        {"subscription": "desk", "end": "2025-11-28T12:00:00Z", "stories": [story]}, "example.org"
    )
    assert one["tags"] == [title]
    assert one["id"] == "tag:example.org,2025:desk:story:7"


def test_a_base_is_found_by_its_whole_key_and_by_the_one_that_it_has_today() -> None:
    report = {"title": "A park opens", "url": "https://outlet.example/1", "lang": "en", "outlet": "Outlet"}
    bases = [
        {"key": key, "name": f"Base {key}", "stage": "launched", "cities": [], "sentence": "It opened."}
        for key in ("park-1", "park-1-2", "zone:9")
    ]
    story = {"best": report, "snippet": [], "others": [], "why": []}
    stories = [
        story | {"key": "base:park-1-2"},
        story | {"key": "base:park-1:launched"},
        story | {"key": "base:zone:9"},
        story | {"key": "base:merged-into-it", "base": "park-1"},
        story | {"key": "story:1"},
    ]
    whole = {"subscription": "desk", "end": "2025-11-28T12:00:00Z", "stories": stories, "bases": bases}
    assert [item["title"] for item in items_of(whole, "example.org")] == [
        "Base park-1-2: launched", "Base park-1: launched", "Base zone:9: launched", "Base park-1: launched", "A park opens",
    ]  # fmt: skip


def test_ids_are_those_that_feeds_had_before() -> None:
    assert feed_id("example.org", "topic", "trade", "story", 7) == "tag:example.org,2025:topic:trade:story:7"
    assert feed_id("example.org", "desk", "base:park-1") == "tag:example.org,2025:desk:base:park-1"
    assert feed_id("example.org", "story", 7) == "tag:example.org,2025:story:7"
