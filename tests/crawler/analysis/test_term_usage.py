"""What terms are good for: how often they were seen, in what, and which were never seen."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

import pytest

from crawler.analysis.history import PastArticle
from crawler.analysis.term_usage import Term, Usage, terms_of, usage
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
    assert found.causes_of("topic") == [(Term("trade", "en", "tariff"), 1), (Term("trade", "en", "trade"), 1)]
    assert found.causes_of("another") == []


@pytest.mark.parametrize("order", permutations(["China", "trade", "tariff"]), ids=" ".join)
def test_terms_that_are_as_frequent_come_by_name_in_whatever_order_they_were_met(
    order: tuple[str, ...],
) -> None:
    terms = {
        "China": Term("china", "en", "China"),
        "trade": Term("trade", "en", "trade"),
        "tariff": Term("trade", "en", "tariff"),
    }
    counts = {"China": 1, "trade": 2, "tariff": 2}
    found = Usage(causes={"topic": Counter({terms[word]: counts[word] for word in order})})
    assert [term.spelling for term, _ in found.causes_of("topic")] == ["tariff", "trade", "China"]


def test_terms_never_seen_and_terms_of_unwanted_articles_only() -> None:
    found = usage(HISTORY, judge(topic="$trade"))
    assert Term("crime", "en", "scam") in found.never_seen(OWN)
    assert Term("trade", "en", "export") in found.never_seen(OWN)  # written export*
    assert found.only_unwanted(2) == [Term("sport", "en", "football")]
    assert found.only_unwanted(3) == []
