"""One alert an event; again only when a base reaches another stage, or when what was told turns out false."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from alerts.analysis.why import trail
from alerts.delivery.dispatch import preview
from alerts.selection.raise_alerts import raise_alerts
from alerts.subscriptions.subscriptions import load_subscriptions, register
from crawler.config.settings import Settings, Source
from crawler.model import AseanwatchError, Document
from crawler.store import Store, stories, versions
from crawler.store.articles import Filter, find
from crawler.store.schema import alerts
from tests.builders import NOON, keep, later, new_store, settings
from tests.ingesting import OneProcess, item, revisits, rss, settle, take

NAME = "China-Cambodia Solar Training Base"
DESK = {
    "name": "desk",
    "channel": "folder",
    "when": "instant",
    "topics": ["demonstration_base", "trade_investment", "diplomacy", "agriculture_food"],
}
SIGNED = f"China and Cambodia on Friday signed an agreement to build the {NAME} in Sihanoukville, worth 12 million dollars."
VISIT = (
    "China and Malaysia on Friday signed 31 agreements on bilateral trade, investment and exports in Putrajaya during Xi Jinping's "
    "state visit, both sides said."
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def desk(store: Store, **more: Any) -> Settings:
    """Settings with one subscription, which begins at noon."""
    made = settings(DESK | more)
    with store.write() as connection:
        register(connection, made, NOON)
    return made


def told(store: Store) -> list[tuple[str, str]]:
    with store.read() as connection:
        return [(r.kind, r.about) for r in connection.execute(alerts.select().order_by(alerts.c.id))]


def test_a_later_stage_of_a_base_is_told_as_an_update_once(store: Store) -> None:
    made = desk(store)
    keep(store, f"Agreement signed on {NAME}", SIGNED, published=NOON)
    assert raise_alerts(store, made, later(hours=1)) == 1
    text = f"The {NAME} in Sihanoukville was officially opened on Monday by the two countries."
    keep(store, f"{NAME} opens in Sihanoukville", text, first_seen=later(days=200), published=later(days=200))
    keep(
        store,
        f"Ministers open {NAME}",
        text.replace("on Monday", "at noon on Monday with songs"),
        first_seen=later(days=200, hours=5),
        published=later(days=200, hours=5),
    )
    assert raise_alerts(store, made, later(days=201)) == 1
    assert raise_alerts(store, made, later(days=202)) == 0
    assert [kind for kind, _ in told(store)] == ["new_base", "update"]
    assert told(store)[1][1].endswith(":launched")


def test_a_repeat_of_a_known_stage_is_not_told(store: Store) -> None:
    made = desk(store)
    keep(store, f"Agreement signed on {NAME}", SIGNED, published=NOON)
    raise_alerts(store, made, later(hours=1))
    text = f"China and Cambodia recalled that an agreement on the {NAME} in Sihanoukville was signed by both sides, an envoy said."
    keep(
        store, f"Envoy on signed {NAME} agreement", text, first_seen=later(days=60), published=later(days=60)
    )
    assert raise_alerts(store, made, later(days=61)) == 0


def test_stories_that_merge_are_not_told_again(store: Store) -> None:
    made = desk(store)
    one = keep(store, "Malaysia, China sign 31 agreements", VISIT, published=NOON)
    other = keep(
        store,
        "China, Laos sign rice trade agreement in Vientiane",
        "China and Laos signed an agreement on rice exports and bilateral trade in Vientiane on Friday.",
        published=NOON,
    )
    assert raise_alerts(store, made, later(hours=1)) == 2
    with store.write() as connection:
        stories.merge(connection, one.story or 0, other.story or 0, later(hours=2), None)
    keep(
        store,
        "Malaysia-China meterai 31 perjanjian perdagangan",
        "China dan Malaysia memeterai 31 perjanjian perdagangan dua hala, pelaburan dan eksport di Putrajaya sempena lawatan negara Xi Jinping.",
        first_seen=later(hours=3),
        published=later(hours=3),
    )
    assert raise_alerts(store, made, later(hours=4)) == 0


def test_what_is_split_from_a_told_story_is_not_told_again(store: Store) -> None:
    made = desk(store)
    first = keep(store, "Malaysia, China sign 31 agreements", VISIT, published=NOON)
    second = keep(
        store,
        "Malaysia-China meterai 31 perjanjian",
        "China dan Malaysia memeterai 31 perjanjian perdagangan dua hala, pelaburan dan eksport di Putrajaya sempena lawatan negara Xi Jinping.",
        published=NOON,
    )
    assert first.story == second.story
    raise_alerts(store, made, later(hours=1))
    with store.write() as connection:
        stories.split(connection, first.story or 0, [second.article], later(hours=2), actor="operator")
    keep(
        store,
        "习近平访马 中马签署31份贸易协议",
        "习近平28日在布城同安瓦尔会谈,中马两国签署31份双边贸易、投资和出口合作协议。",
        first_seen=later(hours=3),
        published=later(hours=3),
    )
    assert raise_alerts(store, made, later(hours=4)) == 0


def test_a_correction_is_told_to_those_who_were_told(store: Store) -> None:
    made = desk(store)
    keep(store, "Malaysia, China sign 31 agreements", VISIT, published=NOON)
    raise_alerts(store, made, later(hours=1))
    text = "Correction: China and Malaysia signed 13, not 31, agreements on bilateral trade, investment and exports in Putrajaya during Xi Jinping's state visit on Friday."
    keep(
        store,
        "Correction: Malaysia, China sign 13 agreements",
        text,
        first_seen=later(hours=3),
        published=later(hours=3),
    )
    assert raise_alerts(store, made, later(hours=4)) == 1
    assert [kind for kind, _ in told(store)] == ["story", "correction"]
    assert raise_alerts(store, made, later(hours=5)) == 0


SOURCE = Source.model_validate({"name": "outlet", "url": "https://outlet.example/feed"})


def page(text: str) -> Document:
    return Document("https://outlet.example/1", "Malaysia, China sign trade agreements", text)


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> Any:
        return self.now


def fetched(store: Store) -> tuple[OneProcess, Clock, Settings]:
    """An ingestor that has taken in one article with its page."""
    clock = Clock()
    made = settings(DESK).model_copy(update={"sources": (SOURCE,)})
    with store.write() as connection:
        register(connection, made, NOON)
    ingestor = OneProcess(made, store, clock)
    ((order,), _) = take(ingestor, SOURCE, rss(item("Malaysia, China sign trade agreements", at=NOON)))
    settle(ingestor, order, page(VISIT))
    return ingestor, clock, made


def test_pages_are_asked_for_again_ever_more_rarely(store: Store) -> None:
    ingestor, clock, _ = fetched(store)
    asked = []
    for hours in range(1, 24 * 9):
        clock.now = later(hours=hours)
        for order in revisits(ingestor, [SOURCE]):
            asked.append(hours)
            settle(ingestor, order, page(VISIT))
    assert asked == [1, 4, 12, 24, 72, 168]


def test_a_silent_edit_of_a_fact_is_kept_shown_and_told(store: Store) -> None:
    ingestor, clock, made = fetched(store)
    raise_alerts(store, made, later(minutes=30))
    clock.now = later(hours=1)
    (order,) = revisits(ingestor, [SOURCE])
    settle(ingestor, order, page(VISIT.replace("31", "13")))
    with store.read() as connection:
        (row,) = find(connection, Filter())
        old, new = versions.versions_of(connection, row.id)
    assert (row.version, old["change"], new["version"]) == (2, ["-n:31", "+n:13"], 2)
    difference = versions.differences(old, new)
    assert any(line.startswith("-") and "31" in line for line in difference)
    assert raise_alerts(store, made, later(hours=2)) == 1
    assert told(store)[-1] == ("correction", f"correction:{row.id}:2")
    assert raise_alerts(store, made, later(hours=3)) == 0


def test_an_edit_that_only_adds_is_kept_and_not_told(store: Store) -> None:
    ingestor, clock, made = fetched(store)
    raise_alerts(store, made, later(minutes=30))
    clock.now = later(hours=1)
    (order,) = revisits(ingestor, [SOURCE])
    settle(ingestor, order, page(VISIT + " A dinner followed."))
    with store.read() as connection:
        (row,) = find(connection, Filter())
    assert row.version == 2
    assert raise_alerts(store, made, later(hours=2)) == 0


def silence(store: Store, made: Settings, **what: Any) -> str:
    with store.read() as connection:
        (one,) = trail(connection, made, what.get("story"), what.get("article"), "desk")["subscriptions"]
    return str(one["silence"])


def test_the_trail_ends_in_the_alert(store: Store) -> None:
    made = desk(store)
    kept = keep(store, "Malaysia, China sign 31 agreements", VISIT, published=NOON)
    raise_alerts(store, made, later(hours=1))
    with store.read() as connection:
        found = trail(connection, made, kept.story, None, "desk")
    assert found["subscriptions"][0]["alerts"][0]["kind"] == "story"
    assert {t["name"] for t in found["reports"][0]["topics"]} & set(DESK["topics"])
    assert found["reports"][0]["reasons"]


@pytest.mark.parametrize(
    ("filters", "reason"),
    [
        ({"languages": ["id"]}, "its language en is not among id"),
        ({"countries": ["TH"]}, "the subscription asks for TH"),
        ({"sources": ["other"]}, "its source outlet is not among other"),
        ({"topics": ["health"]}, "the subscription asks for health"),
    ],
)
def test_the_trail_names_the_reason_for_silence(store: Store, filters: dict[str, Any], reason: str) -> None:
    made = desk(store, **filters)
    kept = keep(store, "Malaysia, China sign 31 agreements", VISIT, published=NOON)
    raise_alerts(store, made, later(hours=1))
    assert reason in silence(store, made, story=kept.story)


def test_old_news_and_irrelevant_news_are_named_as_such(store: Store) -> None:
    old = keep(store, "Malaysia, China sign 31 agreements", VISIT, published=NOON, first_seen=later(hours=-1))
    other = keep(store, "Rain in Paris", "It rained in Paris.")
    made = desk(store)
    assert "before the subscription began" in silence(store, made, story=old.story)
    assert "not relevant" in silence(store, made, article=other.article)


def test_an_unknown_story_or_subscription_is_said(store: Store) -> None:
    made = desk(store)
    with store.read() as connection:
        with pytest.raises(AseanwatchError, match="no story has the id 7"):
            trail(connection, made, 7, None, None)
        with pytest.raises(AseanwatchError, match="no subscription"):
            trail(connection, made, 7, None, "nobody")


def shown(store: Store, made: Settings, **after: float) -> str:
    """The text of the next digest."""
    with store.read() as connection:
        return preview(connection, made, load_subscriptions(connection, made)[0], later(**after)).text


def test_a_digest_says_what_a_base_became_and_what_it_was(store: Store) -> None:
    made = desk(store)
    keep(store, f"Agreement signed on {NAME}", SIGNED, published=NOON)
    text = f"The {NAME} in Sihanoukville was officially opened on Monday by the two countries."
    keep(store, f"{NAME} opens in Sihanoukville", text, first_seen=later(days=200), published=later(days=200))
    raise_alerts(store, made, later(days=201))
    assert f"Update: {NAME} is now launched (before: signed)" in shown(store, made, days=201)
    assert f"New base: {NAME}" in shown(store, made, days=201)


def test_a_digest_names_a_correction_as_such(store: Store) -> None:
    made = desk(store)
    keep(store, "Malaysia, China sign 31 agreements", VISIT, published=NOON)
    raise_alerts(store, made, later(hours=1))
    title = "Correction: Malaysia, China sign 13 agreements"
    keep(
        store,
        title,
        f"Correction: not 31. {VISIT.replace('31', '13')}",
        first_seen=later(hours=3),
        published=later(hours=3),
    )
    raise_alerts(store, made, later(hours=4))
    assert f"Correction: {title}" in shown(store, made, hours=5)
