"""What speaks against a change of topics and term sets is found before it is applied."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from alerts.operations import tuning
from alerts.operations.live_config import Live
from alerts.operations.objections import Objection, objections, seal
from alerts.subscriptions import subscriptions
from crawler.config import load
from crawler.config.settings import Settings
from crawler.model import AseanwatchError
from crawler.runtime.packaged_config import packaged
from crawler.store import Store, stories
from crawler.store.dangling import dangling_names
from crawler.store.schema import article_topics
from tests.builders import NOON, keep, new_store, settings, shipped


@pytest.fixture
def store(tmp_path: Path) -> Any:
    made = new_store(tmp_path)
    yield made
    made.close()


def against(
    store: Store, new: Settings, section: str, name: str, old: Settings | None = None
) -> list[Objection]:
    with store.read() as connection:
        return objections(connection, old or shipped(), new, section, name)


def with_topic(name: str, **values: Any) -> Settings:
    topics = dict(shipped().topics)
    topics[name] = topics[name].model_copy(update=values)
    return shipped().model_copy(update={"topics": topics})


def test_nothing_speaks_against_what_changes_nothing(store: Store) -> None:
    assert against(store, with_topic("health", title={"en": "Other"}), "topics", "health") == []


def test_examples_that_fail_speak_against_a_topic(store: Store) -> None:
    found = against(store, with_topic("health", query="durian"), "topics", "health")
    assert len(found) == 2 and all(o.kind == "example" and o.text.startswith("health: ") for o in found)


def test_examples_of_other_topics_speak_against_a_term_set(store: Store) -> None:
    terms = {n: s for n, s in shipped().terms.items()} | {"health": {"en": ("durian",)}}
    found = against(store, shipped().model_copy(update={"terms": terms}), "terms", "health")
    assert [o.kind for o in found] == ["example", "example"]


def test_a_pinned_story_that_would_be_lost_speaks_against_however_old_it_is(store: Store) -> None:
    kept = keep(
        store,
        "China and Vietnam agree to raise bilateral trade and investment",
        first_seen=NOON.replace(year=2019),
    )
    assert kept.story is not None
    with store.write() as connection:
        stories.pin(connection, kept.story, NOON, "the founding event")
    topics = {"health": shipped().topics["health"]}
    found = against(store, shipped().model_copy(update={"topics": topics}), "topics", "health")
    assert found == [Objection("pinned", f"{kept.story}: the founding event")]
    assert against(store, with_topic("health", title={"en": "Other"}), "topics", "health") == []


def test_who_depends_on_what_is_taken_out_is_named(store: Store) -> None:
    own = settings({"name": "desk", "to": ["a@b.example"], "topics": ["health"]})
    with store.write() as connection:
        subscriptions.add(
            connection, own, {"name": "reader", "to": ["r@b.example"], "topics": ["tourism", "health"]}, NOON
        )
    left = {n: t for n, t in own.topics.items() if n != "health"}
    found = against(store, own.model_copy(update={"topics": left}), "topics", "health", own)
    assert [o.text for o in found] == ["subscription desk (config.yaml)", "subscription reader"]
    with store.read() as connection:
        from alerts.operations.objections import dependents

        assert dependents(connection, own, "terms", "trade") == [
            "topic trade_investment",
            "relevance.matters",
        ]
        assert "term set asean_or_member" in dependents(connection, own, "terms", "asean")


def test_a_seal_is_that_of_exactly_these_objections() -> None:
    one, other = Objection("example", "a"), Objection("pinned", "a")
    assert seal([one]) == seal([one]) != seal([other]) != seal([one, other])


def test_it_is_said_that_a_change_is_in_force_only_when_it_is(tmp_path: Path) -> None:
    live = Live(None, shipped())
    assert live.is_taken_over(0) is None, "pages alone cannot know"
    live.serve(shipped())
    assert live.is_taken_over(0) is True
    live.serve(with_topic("health", title={"en": "Other"}))
    assert live.is_taken_over(0) is False
    live.serve(shipped())
    live.problem = "config.yaml:1: wrong"
    assert live.is_taken_over(0) is False


def test_a_renamed_topic_is_renamed_in_stored_verdicts_and_subscriptions(
    store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "config.yaml"
    file.write_bytes(packaged().read_bytes())
    live = Live(file, load(file))
    keep(store, "China and Vietnam agree to raise bilateral trade and investment")
    with store.write() as connection:
        values = {"name": "reader", "to": ["r@b.example"], "topics": ["health", "trade_investment"]}
        subscriptions.add(connection, live.settings, values, NOON)
        tuning.rename(connection, live, "topics", "trade_investment", "commerce", "me", NOON)
        assert dangling_names(connection, live.settings) == []
        assert subscriptions.find_subscription(connection, live.settings, "reader").subscription.topics == (
            "health",
            "commerce",
        )
    assert "commerce" in live.settings.topics and "trade_investment" not in live.settings.topics


def test_a_renaming_is_in_the_history_and_can_be_taken_back(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_bytes(packaged().read_bytes())
    live = Live(file, load(file))
    keep(store, "China and Vietnam agree to raise bilateral trade and investment")
    stored = select(article_topics.c.article_id, article_topics.c.topic).order_by(article_topics.c.topic)
    with store.write() as connection:
        before = connection.execute(stored).all()
        tuning.rename(connection, live, "topics", "trade_investment", "commerce", "me", NOON)
        tuning.rename(connection, live, "terms", "trade", "deals", "me", NOON)
        deals, commerce = tuning.history(connection)
        assert (commerce.before, commerce.after, commerce.actor) == ("trade_investment", "commerce", "me")
        tuning.rename(connection, live, "topics", "commerce", "business", "me", NOON)
        with pytest.raises(AseanwatchError, match="topics has no commerce"):
            tuning.undo(connection, live, commerce.id, "me", NOON)
        later = tuning.history(connection)[0]
        assert tuning.undo(connection, live, later.id, "me", NOON) == ("topics", "commerce")
        assert tuning.undo(connection, live, commerce.id, "me", NOON) == ("topics", "trade_investment")
        assert tuning.undo(connection, live, deals.id, "me", NOON) == ("terms", "trade")
        assert before and connection.execute(stored).all() == before
    assert file.read_bytes() == packaged().read_bytes()
