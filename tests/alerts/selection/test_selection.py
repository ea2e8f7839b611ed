"""What is news for whom: one alert a story, filters, old news, and new bases before all."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.model import AlertKey
from alerts.selection.select import Decision, matching_topics, select
from alerts.selection.subscription_index import SubscriptionIndex
from alerts.selection.views import ReportView, StoryView
from crawler.config.settings import Subscription
from tests.builders import NOON, later, shipped


def report(article: int = 1, **more: Any) -> ReportView:
    values: dict[str, Any] = {
        "article": article, "source": "outlet", "lang": "en", "countries": frozenset({"CN", "VN"}),
        "topics": {"trade_investment": 0.9}, "first_seen": NOON, "is_duplicate": False,
    }  # fmt: skip
    return ReportView(**values | more)


def chosen(
    story: StoryView, *, raised: Collection[AlertKey] = (), since: Any = NOON, **filters: Any
) -> list[Decision]:
    subscription = Subscription.model_validate({"name": "desk", "to": ["a@b.example"], **filters})
    return list(select(subscription, shipped().topics, story, since, raised).alerts)


def why(
    story: StoryView, *, raised: Collection[AlertKey] = (), since: Any = NOON, **filters: Any
) -> list[str]:
    subscription = Subscription.model_validate({"name": "desk", "to": ["a@b.example"], **filters})
    found = select(subscription, shipped().topics, story, since, raised)
    assert found.alerts == ()
    return [str(r) for r in found.reasons]


def test_a_new_story_is_told() -> None:
    (decision,) = chosen(StoryView(1, (report(),)))
    assert (decision.kind, str(decision.key), decision.topics) == ("story", "story:1", ("trade_investment",))


def test_a_story_that_was_told_is_not_told_again() -> None:
    assert (
        chosen(StoryView(1, (report(), report(2, first_seen=later(hours=5)))), raised={AlertKey.story(1)})
        == []
    )


def test_a_topic_that_is_left_out_is_not_told_and_new_ones_are() -> None:
    story = StoryView(1, (report(topics={"agriculture_food": 0.9}),))
    assert chosen(story, except_topics=["agriculture_food"]) == []
    assert why(story, except_topics=["agriculture_food"]) == [
        "article 1: matches only agriculture_food, which the subscription leaves out"
    ]
    both = StoryView(1, (report(topics={"agriculture_food": 0.9, "finance": 0.4}),))
    (decision,) = chosen(both, except_topics=["agriculture_food"])
    assert decision.topics == ("finance",)
    assert "below 0.5" in why(both, except_topics=["agriculture_food"], least_score=0.5)[0]


def test_a_new_base_is_told_as_such_and_only_once() -> None:
    story = StoryView(1, (report(topics={"demonstration_base": 0.8, "trade_investment": 0.7}),), ("park-1",))
    (decision,) = chosen(story)
    assert (decision.kind, str(decision.key)) == ("new_base", "base:park-1")
    assert decision.topics == ("demonstration_base", "trade_investment")
    assert chosen(story, raised={AlertKey.new_base("park-1")}) == []


def test_a_base_topic_without_a_new_base_tells_nothing() -> None:
    assert chosen(StoryView(1, (report(topics={"demonstration_base": 0.8}),))) == []


def test_what_was_known_before_the_subscription_is_old_news() -> None:
    assert chosen(StoryView(1, (report(), report(2, first_seen=later(days=2)))), since=later(hours=1)) == []


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        ({"languages": ["en"]}, True),
        ({"languages": ["id"]}, False),
        ({"countries": ["VN"]}, True),
        ({"countries": ["TH"]}, False),
        ({"countries": ["ASEAN"]}, True),
        ({"sources": ["outlet"]}, True),
        ({"sources": ["other"]}, False),
        ({"topics": ["health"]}, False),
    ],
)
def test_filters(filters: dict[str, Any], told: bool) -> None:
    assert bool(chosen(StoryView(1, (report(),)), **filters)) is told


reports = st.lists(
    st.builds(
        report,
        st.integers(1, 50),
        lang=st.sampled_from(["en", "id", "zh"]),
        topics=st.dictionaries(
            st.sampled_from(["trade_investment", "demonstration_base", "health"]), st.just(0.5), max_size=3
        ),
        is_duplicate=st.booleans(),
    ),
    max_size=8,
)


@given(reports, st.lists(st.sampled_from(["park-1", "park-2"]), max_size=2, unique=True))
def test_a_story_never_raises_two_alerts_however_it_grows(found: list[ReportView], bases: list[str]) -> None:
    raised: set[AlertKey] = set()
    told = 0
    for size in range(len(found) + 1):
        for keys in ((), tuple(bases)):
            decisions = chosen(StoryView(7, tuple(found[:size]), keys), raised=raised)
            told += len(decisions)
            raised |= {d.key for d in decisions} | ({AlertKey.story(7)} if decisions else set())
    assert told <= 1


def test_a_report_that_scores_less_than_asked_for_is_not_told() -> None:
    assert chosen(StoryView(1, (report(),)), least_score=0.95) == []
    assert (
        len(chosen(StoryView(1, (report(), report(2, topics={"trade_investment": 0.97}))), least_score=0.95))
        == 1
    )


def _matching(subscription: Subscription, one: ReportView) -> tuple[str, ...]:
    found = matching_topics(subscription, shipped().topics, one)
    return found if isinstance(found, tuple) else ()


TOPICS, LANGS, SOURCES = sorted(shipped().topics)[:4], ["en", "zh", "id"], ["outlet", "other"]
some = st.builds(
    lambda name, topics, languages, countries, sources, least: Subscription.model_validate(
        {
            "name": f"s{name}", "to": ["a@b.example"], "topics": topics, "languages": languages, "countries": countries,
            "sources": sources, "least_score": least,
        }
    ),
    st.integers(0, 10**9), st.sets(st.sampled_from(TOPICS), max_size=2).map(sorted), st.sets(st.sampled_from(LANGS), max_size=2).map(sorted),
    st.sets(st.sampled_from(["CN", "VN", "ASEAN"]), max_size=2).map(sorted), st.sets(st.sampled_from(SOURCES), max_size=1).map(sorted),
    st.sampled_from([0.0, 0.5]),
)  # fmt: skip
seen = st.builds(
    lambda n, lang, source, countries, topics: report(n, lang=lang, source=source, countries=frozenset(countries), topics=topics),
    st.integers(1, 99), st.sampled_from(LANGS), st.sampled_from(SOURCES), st.sets(st.sampled_from(["CN", "VN", "JP", "LA"])),
    st.dictionaries(st.sampled_from(TOPICS), st.sampled_from([0.3, 0.7]), max_size=2),
)  # fmt: skip


@given(st.lists(some, max_size=70), st.lists(seen, min_size=1, max_size=3))
def test_the_audience_holds_everyone_who_is_told(
    subscriptions: list[Subscription], reports: list[ReportView]
) -> None:
    story = StoryView(1, tuple(reports))
    told = [i for i, s in enumerate(subscriptions) if select(s, shipped().topics, story, NOON, ()).alerts]
    audience = SubscriptionIndex(subscriptions).candidates(story)
    assert set(told) <= set(audience)
    assert audience == sorted(set(audience))
    careless = [
        i
        for i in audience
        if not subscriptions[i].least_score
        and any(
            shipped().topics[t].alert != "new_base" for r in reports for t in _matching(subscriptions[i], r)
        )
    ]
    assert set(careless) <= set(told)


def test_a_topic_that_the_configuration_does_not_have_tells_nothing_and_hides_nothing() -> None:
    assert chosen(StoryView(1, (report(topics={"renamed": 0.9}),))) == []
    assert chosen(StoryView(1, (report(topics={"renamed": 0.9}),)), topics=["renamed"]) == []
    (decision,) = chosen(
        StoryView(1, (report(topics={"renamed": 0.9, "trade_investment": 0.6, "invented": 0.9}),))
    )
    assert (decision.kind, decision.topics) == ("story", ("trade_investment",))
    base = StoryView(
        1, (report(topics={"renamed": 0.9}), report(2, topics={"demonstration_base": 0.8})), ("park-1",)
    )
    assert [(d.kind, d.article) for d in chosen(base)] == [("new_base", 2)]


def test_a_topic_that_is_no_more_is_the_reason() -> None:
    assert why(StoryView(1, (report(topics={"renamed": 0.9}),))) == [
        "article 1: matches only renamed, which the configuration does not have; rejudge judges it again"
    ]
