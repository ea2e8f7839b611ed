"""What `why` says is what the rounds do: whoever is told that an alert will come gets it, and nobody else gets one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trials
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from alerts.analysis.why import NEXT_ROUND, PASSED_BY, trail
from alerts.selection.raise_alerts import raise_alerts
from alerts.subscriptions.subscriptions import register
from crawler.config.settings import Settings, TopicSetting
from crawler.judging.bases.stages import STAGES
from crawler.model import AseanwatchError
from crawler.store import Store, stories
from crawler.store import schema as tables
from crawler.store.reports import reports_of
from tests.builders import NOON, later, new_store, settings

TOPICS = {
    mode: TopicSetting.model_validate({"query": "china", "alert": mode})
    for mode in ("article", "story", "new_base")
}
LANGUAGES, SOURCES = ["en", "zh"], ["outlet", "other"]


def configured(*subscriptions: dict[str, Any], topics: dict[str, TopicSetting] = TOPICS) -> Settings:
    """Settings with one topic for each mode of alerts, named after it."""
    return settings(*subscriptions).model_copy(update={"topics": topics})


@dataclass
class Newsroom:
    """A store that tests fill row by row, so that every state is reached that stories can be in."""

    store: Store
    now: datetime = NOON
    articles: int = 0

    def clear(self) -> None:
        with self.store.write() as connection:
            for table in reversed(tables.metadata.sorted_tables):
                connection.execute(table.delete())
        self.now, self.articles = NOON, 0

    def report(self, story: int, **more: Any) -> int:
        """A report joins a story, or begins it."""
        self.articles += 1
        topics = more.pop("topics", {"story": 0.9})
        values: dict[str, Any] = {
            "id": self.articles, "url": f"https://outlet.example/{self.articles}", "url_key": f"outlet/{self.articles}", "title": "News",
            "text": "News.", "lang": "en", "source": "outlet", "first_seen": self.now, "when": self.now, "from_page": True, "text_hash": "x",
            "relevant": True, "score": 0.9, "reasons": [], "evidence": [], "countries": ["CN", "VN"], "story_id": story, "features": [],
            "words": [], "published": self.now, "listed": self.now,
        } | more  # fmt: skip
        with self.store.write() as connection:
            if connection.scalar(select(tables.stories.c.id).where(tables.stories.c.id == story)) is None:
                connection.execute(
                    insert(tables.stories).values(id=story, first_seen=self.now, last_seen=self.now)
                )
            connection.execute(insert(tables.articles).values(**values))
            for topic, score in topics.items():
                row = {"article_id": self.articles, "topic": topic, "score": score, "evidence": []}
                connection.execute(insert(tables.article_topics).values(**row))
        return self.articles

    def edit(self, article: int, change: list[str]) -> None:
        """An article is edited; ``change`` are the facts that changed."""
        with self.store.write() as connection:
            of = tables.articles.c.id == article
            version = connection.scalar(select(tables.articles.c.version).where(of))
            if version is not None:
                row = {
                    "article_id": article,
                    "version": version,
                    "until": self.now,
                    "title": "",
                    "text": "",
                    "change": change,
                }
                connection.execute(insert(tables.article_versions).values(**row))
                connection.execute(update(tables.articles).where(of).values(version=version + 1))

    def release(self, article: int) -> None:
        """An article turns out to be no copy."""
        with self.store.write() as connection:
            of = tables.articles.c.id == article
            original = connection.scalar(select(tables.articles.c.duplicate_of).where(of))
            if original is not None:
                connection.execute(update(tables.articles).where(of).values(duplicate_of=None))
                connection.execute(
                    insert(tables.no_copies).values(article_id=article, original=original, at=self.now)
                )

    def proof(self, article: int, key: str, stage: str) -> None:
        """An article proves a stage of a base."""
        with self.store.write() as connection:
            of_base = select(tables.bases.c.id).where(tables.bases.c.key == key)
            number = connection.scalar(of_base)
            if number is None:
                plain = {
                    "name": key,
                    "kind": "base",
                    "stage": stage,
                    "cities": [],
                    "countries": [],
                    "first_seen": self.now,
                }
                connection.execute(insert(tables.bases).values(key=key, **plain))
                number = connection.scalar(of_base)
            mine = tables.base_articles.c.article_id == article
            connection.execute(tables.base_articles.delete().where(mine))
            if (
                connection.scalar(select(tables.articles.c.id).where(tables.articles.c.id == article))
                is not None
            ):
                row = {
                    "base_id": number,
                    "article_id": article,
                    "name": key,
                    "stage": stage,
                    "cities": [],
                    "sentence": "It is.",
                }
                connection.execute(insert(tables.base_articles).values(**row))

    def split(self, story: int, article: int) -> None:
        with suppress(AseanwatchError), self.store.write() as connection:
            stories.split(connection, story, [article], self.now)

    def merge(self, into: int, story: int) -> None:
        with self.store.write() as connection:
            there = set(connection.scalars(select(tables.stories.c.id)))
            if into != story and {into, story} <= there:
                stories.merge(connection, into, story, self.now, None)

    def silences(self, own: Settings) -> dict[tuple[str, int], str | None]:
        """What `why` says, by subscription and story; None where there is an alert."""
        with self.store.read() as connection:
            found = sorted(set(connection.scalars(select(tables.articles.c.story_id))))
            return {
                (one["name"], story): one["silence"]
                for story in found
                for one in trail(connection, own, story, None, None)["subscriptions"]
            }

    def alerts(self) -> list[tuple[int, str, int]]:
        """All alerts: number, subscription and story."""
        columns = (tables.alerts.c.id, tables.alerts.c.subscription, tables.alerts.c.story_id)
        with self.store.read() as connection:
            return [(r.id, r.subscription, r.story_id) for r in connection.execute(select(*columns))]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    return Newsroom(new_store(tmp_path_factory.mktemp("why")))


@pytest.fixture
def room(filled: Newsroom) -> Iterator[Newsroom]:
    filled.clear()
    yield filled


SUBSCRIPTIONS = st.fixed_dictionaries({
    "topics": st.sampled_from([[], [], ["article"], ["story"], ["new_base"], ["article", "new_base"], ["story", "removed"]]),
    "languages": st.sampled_from([[], [], ["en"], ["zh"]]),
    "sources": st.sampled_from([[], [], ["outlet"], ["other"]]),
    "countries": st.sampled_from([[], [], ["VN"], ["ASEAN"], ["LA"]]),
    "least_score": st.sampled_from([0.0, 0.0, 0.5]),
    "fresh": st.sampled_from([None, "1d", "400d"]),
    "also_old": st.booleans(),
})  # fmt: skip
SMALL = st.integers(1, 4)
AGES = st.sampled_from([0, 0, 0, 3, 30])
REPORTS = st.tuples(
    st.just("report"), SMALL,
    st.fixed_dictionaries({
        "topics": st.dictionaries(st.sampled_from([*TOPICS, "removed"]), st.sampled_from([0.3, 0.9]), min_size=1, max_size=3),
        "lang": st.sampled_from(LANGUAGES), "source": st.sampled_from(SOURCES), "seed": st.sampled_from([False, False, True]),
        "countries": st.sampled_from([["CN", "VN"], ["CN", "LA", "VN"], ["CN", "JP"], []]), "duplicate_of": st.sampled_from([None, None, 1, 2]),
        "retracts": st.sampled_from([False, False, True]),
    }),
    AGES,
)  # fmt: skip
STEPS = st.one_of(
    REPORTS,
    REPORTS,
    st.tuples(st.just("edit"), SMALL, st.sampled_from([[], ["-n:31", "+n:13"]])),
    st.tuples(st.just("release"), SMALL),
    st.tuples(st.just("proof"), SMALL, st.sampled_from(["park-1", "park-1-2"]), st.sampled_from(STAGES[3:6])),
    st.tuples(st.just("split"), SMALL, SMALL),
    st.tuples(st.just("merge"), SMALL, SMALL),
    st.tuples(st.just("round")),
)


def happen(room: Newsroom, steps: list[tuple[Any, ...]], own: Settings) -> None:
    """One thing after another; a round is one of them."""
    for what, *details in steps:
        room.now += timedelta(hours=1)
        if what == "round":
            raise_alerts(room.store, own, room.now)
        elif what == "report":
            story, values, age = details
            original = values["duplicate_of"] if (values["duplicate_of"] or 0) <= room.articles else None
            room.report(
                story, **values | {"duplicate_of": original, "published": room.now - timedelta(days=age)}
            )
        else:
            getattr(room, what)(*details)


@trials(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(SUBSCRIPTIONS, min_size=1, max_size=3),
    st.lists(SUBSCRIPTIONS, min_size=3, max_size=3),
    st.tuples(REPORTS, REPORTS, STEPS, STEPS, STEPS).flatmap(st.permutations),
    st.lists(STEPS, max_size=4),
    st.booleans(),
    st.sampled_from([True, True, False]),
)
def test_whoever_is_promised_an_alert_gets_it_and_nobody_else_does(
    room: Newsroom,
    first: list[Any],
    second: list[Any],
    before: list[Any],
    after: list[Any],
    is_changed: bool,
    is_early: bool,
) -> None:
    room.clear()
    own = configured(*(one | {"name": f"desk{n}", "to": ["a@b.example"]} for n, one in enumerate(first)))
    with room.store.write() as connection:
        register(connection, own, NOON if is_early else later(minutes=90))
    happen(room, before, own)
    if is_changed:
        changed = second[: len(first)]
        own = configured(
            *(one | {"name": f"desk{n}", "to": ["a@b.example"]} for n, one in enumerate(changed))
        )
    happen(room, after, own)
    said, had = room.silences(own), room.alerts()
    raise_alerts(room.store, own, room.now + timedelta(hours=1))
    new = {(name, story) for number, name, story in room.alerts() if number not in {n for n, _, _ in had}}
    promised = {pair for pair, silence in said.items() if silence == NEXT_ROUND}
    silent = {pair for pair, silence in said.items() if silence not in (None, NEXT_ROUND)}
    assert promised <= new
    assert not silent & new
    for hours in (2, 3):
        assert raise_alerts(room.store, own, room.now + timedelta(hours=hours)) == 0
    assert NEXT_ROUND not in room.silences(own).values()


def silence(room: Newsroom, own: Settings, story: int = 1) -> str | None:
    return room.silences(own)["desk", story]


def begun(room: Newsroom, topics: dict[str, TopicSetting] = TOPICS, **one: Any) -> Settings:
    """One subscription, which begins at noon."""
    own = configured({"name": "desk", "to": ["a@b.example"]} | one, topics=topics)
    with room.store.write() as connection:
        register(connection, own, NOON)
    return own


def test_a_copy_from_the_only_wanted_source_is_named_as_the_reason(room: Newsroom) -> None:
    own = begun(room, topics=TOPICS, sources=["other"])
    room.report(1, topics={"article": 0.9})
    room.report(1, topics={"article": 0.9}, source="other", duplicate_of=1)
    said = "article 1: its source outlet is not among other"
    copy = "article 2 is a copy of article 1; topics that alert by article skip copies"
    for hours in (1, 2, 3):
        assert silence(room, own) in (copy, f"{copy}; {said}")
        assert raise_alerts(room.store, own, later(hours=hours)) == 0


def test_an_alert_that_is_still_to_come_is_promised_until_a_round_has_passed_the_story_by(
    room: Newsroom,
) -> None:
    own = begun(room, topics=TOPICS, least_score=0.95)
    room.report(1)
    assert "its score 0.90 is below 0.95" in (silence(room, own) or "")
    raise_alerts(room.store, own, later(hours=1))
    own = configured({"name": "desk", "to": ["a@b.example"]})
    assert silence(room, own) == PASSED_BY
    assert raise_alerts(room.store, own, later(hours=2)) == 0
    room.now = later(hours=3)
    room.report(1)
    assert silence(room, own) == NEXT_ROUND
    assert raise_alerts(room.store, own, later(hours=4)) == 1


def test_topics_of_another_mode_that_an_old_report_matches_promise_nothing(room: Newsroom) -> None:
    own = begun(room)
    room.report(1, topics={"new_base": 0.9})
    room.report(1, topics={"story": 0.9}, published=later(days=-30))
    said = silence(room, own) or ""
    assert "it matches only new_base, which tells of new bases, and it brought none" in said
    assert "article 2: it was 30 days old when it was first listed" in said
    assert raise_alerts(room.store, own, later(hours=1)) == 0


def test_what_is_no_news_but_new_is_promised_to_those_who_want_it(room: Newsroom) -> None:
    own = begun(room, also_old=True)
    room.report(1, published=later(days=-30))
    assert silence(room, own) == NEXT_ROUND
    assert raise_alerts(room.store, own, later(hours=1)) == 1


def test_who_was_told_of_a_story_is_not_told_of_what_is_split_from_its_parts(room: Newsroom) -> None:
    own = begun(room)
    for _ in range(4):
        room.report(1)
    assert raise_alerts(room.store, own, later(hours=1)) == 1
    with room.store.write() as connection:
        half = stories.split(connection, 1, [2, 3], later(hours=2))
        quarter = stories.split(connection, half, [3], later(hours=3))
        stories.merge(connection, stories.create(connection, later(hours=3)), 1, later(hours=3), None)
        room.now = later(hours=4)
    for story in (half, quarter):
        room.report(story)
    assert raise_alerts(room.store, own, later(hours=5)) == 0


def test_a_report_is_the_same_in_the_trail_and_wherever_a_story_is_shown(room: Newsroom) -> None:
    own = begun(room)
    room.report(1)
    room.report(1, outlet="The Outlet", duplicate_of=1, duplicate_why="nearly the same text")
    with room.store.read() as connection:
        shown = [r.plain() for r in reports_of(connection, stories.members(connection, [1])[1])]
        explained = trail(connection, own, 1, None, None)["reports"]
    assert [(r["outlet"], r["why"], r["topics"]) for r in shown] == [
        ("outlet", None, ["story"]), ("The Outlet", "nearly the same text", ["story"]),
    ]  # fmt: skip
    same = [{key: e[key] for key in r if key != "topics"} for r, e in zip(shown, explained, strict=True)]
    assert same == [{key: value for key, value in r.items() if key != "topics"} for r in shown]


def test_a_topic_that_matched_only_as_the_best_is_called_so(room: Newsroom) -> None:
    asked = {"query": "china", "threshold": 0.5}
    topics = {
        name: TopicSetting.model_validate(asked | {"if_best": best})
        for name, best in (("best", True), ("plain", False))
    }
    room.report(1, topics={"best": 0.2, "plain": 0.9})
    with room.store.read() as connection:
        found = trail(connection, configured(topics=topics), 1, None, None)
    assert {t["name"]: t["as_best"] for t in found["reports"][0]["topics"]} == {"best": True, "plain": False}
