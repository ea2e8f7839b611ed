"""What a query can never match is proved, and nothing that some article fulfils is called impossible."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.judging.judge import all_sets
from crawler.judging.queries.impossible import highest_score, impossibilities, too_broad
from crawler.judging.queries.query import parse
from crawler.model import TermSet
from tests.builders import TERMS, article, judge

SETS = all_sets(
    {name: TermSet(name, spellings) for name, spellings in TERMS.items()}
    | {
        "riles": TermSet("riles", {"tl": ("riles",)}),
        "masked": TermSet("masked", {"en": ("scam",)}, ("Macau scam",)),
    }
)


def said(query: str) -> list[str]:
    node = parse(query)
    return [*impossibilities(node, SETS), *too_broad(node)]


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("$trade NOT $trade", "swallows everything"),
        ("title:tariff NOT $trade", "swallows everything"),
        ("exporter NOT export*", "swallows everything"),
        ('"export tariff" NOT (tariff OR rice)', "swallows everything"),
        ("lang:zh AND lang:th AND rice", "never holds: an article has one language"),
        ("source:a AND source:b", "never holds: an article has one source"),
        ("$riles AND lang:vi", "no spelling of $riles counts in vi"),
        ("ATLEAST/3 (rice, Rice, durian)", "only 2 different terms"),
        ("(NOT rice) NEAR/5 durian", "NOT has no place in a text"),
        ("title:rice NEAR/5 text:durian", "put one field before both"),
        ("NOT rice", "there is only NOT"),
        ("the OR 的", "nearly every text"),
    ],
)
def test_what_can_never_match_or_matches_everything_is_said(query: str, part: str) -> None:
    assert any(part in line for line in said(query)), said(query)


@pytest.mark.parametrize(
    "query",
    [
        "(lang:zh OR rice) NOT rice", "rice NOT title:rice", "scam NOT $masked", "country:CN AND country:LA", "source:a* AND source:b*",
        "$trade AND lang:zh", "export* NOT exporter", "RI NOT =Ri", "china NOT $country_CN", "ATLEAST/2 (rice, durian)", "new:base NEAR/9 rice",
    ],
)  # fmt: skip
def test_what_some_article_fulfils_is_not_called_impossible(query: str) -> None:
    assert said(query) == []


WORDS = ("rice", "durian", "tariff", "exporter", "China")
terms = st.sampled_from([*WORDS, "$trade", "$china", "export*", '"rice tariff"'])
queries = st.recursive(
    terms,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda q: f"({q[0]} AND {q[1]})"),
        st.tuples(inner, inner).map(lambda q: f"({q[0]} OR {q[1]})"),
        st.tuples(inner, inner).map(lambda q: f"({q[0]} NOT {q[1]})"),
        inner.map(lambda q: f"title:{q}"),
        inner.map(lambda q: f"ATLEAST/2 {q}"),
    ),
    max_leaves=4,
)


@settings(max_examples=25)
@given(queries, st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join))
def test_no_article_scores_more_than_the_highest_score_and_none_matches_the_impossible(
    query: str, text: str
) -> None:
    node = parse(query)
    found = judge(topic=query).classify(article(text, text)).topics
    assert all(topic.score <= highest_score(node, SETS) for topic in found)
    # With one NOT and no OR, what the NOT swallows is the whole query.
    is_plain = query.count("NOT") == 1 and " OR " not in query
    if is_plain and any("swallows" in line for line in impossibilities(node, SETS)):
        assert not found
