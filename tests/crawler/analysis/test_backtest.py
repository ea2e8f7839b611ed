"""A change of the rules is told by the articles and the events that it gains and loses."""

from __future__ import annotations

from crawler.analysis.backtest import compare, trials_of
from crawler.analysis.history import PastArticle
from tests.builders import article, judge

HISTORY = [
    PastArticle(1, article("China cuts tariffs"), 7, False),
    PastArticle(2, article("China trades more", url="https://outlet.example/2"), 7, False),
    PastArticle(3, article("Exporters meet", url="https://outlet.example/3"), None, False),
    PastArticle(4, article("Football", url="https://outlet.example/4"), 8, False),
]


def ids(found: list[PastArticle]) -> list[int]:
    return [past.id for past in found]


def test_articles_and_events_gained_and_lost() -> None:
    old, new = judge(topic="tariffs OR trades"), judge(topic="trades OR exporters")
    (change,) = compare(trials_of(HISTORY, old, new), ["topic"])
    assert (change.before, change.after) == (2, 2)
    assert ids(change.gained) == [3]
    assert ids(change.lost) == [1]
    assert ids(change.events_gained) == [3]
    assert ids(change.events_lost) == []  # the other report of the event still matches


def test_an_event_is_lost_to_a_topic_when_it_finds_none_of_its_reports() -> None:
    old, new = judge(one="tariffs OR trades", other="football"), judge(one="nothing", other="tariffs")
    changes = compare(trials_of(HISTORY, old, new), ["one", "other"])
    assert [len(c.events_lost) for c in changes] == [1, 1]


def test_a_topic_that_only_one_side_has_counts_too() -> None:
    (one, other) = compare(
        trials_of(HISTORY, judge(one="football"), judge(other="football")), ["one", "other"]
    )
    assert (one.before, one.after, other.before, other.after) == (1, 0, 0, 1)


def test_a_topic_that_no_configuration_has_counts_for_nothing() -> None:
    (change,) = compare(
        trials_of(HISTORY, judge(one="football", invented="football"), judge(one="football")), ["one"]
    )
    assert (change.before, change.after) == (1, 1)
