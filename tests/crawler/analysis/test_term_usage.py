"""What terms are good for: how often they were seen, in what, and which were never seen."""

from __future__ import annotations

from crawler.analysis.history import PastArticle
from crawler.analysis.term_usage import Term, terms_of, usage
from tests.builders import article, judge, rules

HISTORY = [
    PastArticle(1, article("China cuts tariffs", "Trade and tariffs."), 7, False),
    PastArticle(2, article("China plays football", url="https://outlet.example/2"), None, False),
    PastArticle(3, article("China wins at football", url="https://outlet.example/3"), None, False),
]
OWN = terms_of(rules().terms.values())


def test_topics_and_terms_are_counted_by_articles() -> None:
    found = usage(HISTORY, judge(topic="$trade"))
    assert found.articles == 3
    assert found.topics["topic"] == 1
    assert found.events["topic"] == {"story-7"}
    assert found.seen[Term("china", "en", "China")] == 3
    assert found.seen[Term("trade", "en", "tariff")] == 1
    assert set(found.causes["topic"]) == {Term("trade", "en", "trade"), Term("trade", "en", "tariff")}


def test_terms_never_seen_and_terms_of_unwanted_articles_only() -> None:
    found = usage(HISTORY, judge(topic="$trade"))
    assert Term("crime", "en", "scam") in found.never_seen(OWN)
    assert Term("trade", "en", "export") in found.never_seen(OWN)  # written export*
    assert found.only_unwanted(2) == [Term("sport", "en", "football")]
    assert found.only_unwanted(3) == []
