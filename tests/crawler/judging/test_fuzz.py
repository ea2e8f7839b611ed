"""Whatever an operator writes and whatever a page holds: never a crash, and work that grows no faster than the text."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.judging.queries.nearest import nearest
from crawler.judging.queries.query import MAX_LENGTH, QueryError, parse
from crawler.judging.queries.topics import TopicSet, match_of
from crawler.judging.text.matching import Matcher
from crawler.judging.text.terms import patterns
from crawler.model import Article, Topic
from tests.builders import TERMS, article, judge, rules, shipped_judge, some_of

WORDS = [
    "China", "ASEAN", "Malaysia", "demonstration base", "launched", "water cannon", "football", "Japan", "中国", "东盟示范基地启动", "東盟",
    "จีน", "น้ำ", "ລາວ", "កម្ពុជា-ចិន", "တရုတ်", "တရုတ္", "hợp tác", "hòa bình", "bekerja sama", "ke-ASEAN-an", "ng", "2025", "1,5", ".", "\n", "-", "–",
    "\u200b", "\u00ad", "e\u0301", "Ａ", "'s", "\U0001f600", "\x00", "\ud7ff", "العربية", "ﷺ",
]  # fmt: skip
texts = st.text(max_size=60) | st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=40).flatmap(
    lambda parts: st.sampled_from(["", " "]).map(lambda between: between.join(parts))
)
atoms = st.sampled_from(
    [f"${name}" for name in TERMS]
    + ['"demonstration base"', "=ASEAN", "launch*", "中国", "lang:en", "country:MY", "source:o*", "東協"]
)
queries = st.recursive(
    atoms | st.text(min_size=1, max_size=6).map('"{}"'.format),
    lambda q: (
        st.tuples(q, st.sampled_from(["AND", "OR", "NOT", "NEAR/3", "ONEAR/12", ""]), q).map(" ".join).map("({})".format)
        | q.map("NOT {}".format)
        | st.tuples(st.sampled_from(["title:", "lead:", "text:", "ATLEAST/2 ", "ATLEAST/1 "]), q).map("".join)
        | st.tuples(q, st.sampled_from(["^2", "^0.5", "^0"])).map("".join)
    ),
    max_leaves=12,
)  # fmt: skip
SETS = dict(rules().terms)


@given(queries, texts, texts)
def test_any_query_judges_any_text(query: str, title: str, text: str) -> None:
    try:
        topics = TopicSet([Topic("topic", query, "Topic", "story", 0.1, False)], SETS)
    except QueryError as error:
        assert 1 <= error.column <= min(len(query), MAX_LENGTH) + 1
        return
    fields = {"title": title, "text": text}
    findings = Matcher([*patterns(SETS.values()), *topics.literals()]).find(fields, "en")
    (outcome,) = topics.outcomes(findings, True, every=True)
    assert any(o.matches for o in topics.outcomes(findings, True)) is outcome.matches
    assert bool(nearest(outcome, findings, 1.0, 0.5)) is not outcome.matches
    assert 0 <= outcome.score <= 1
    for evidence in match_of(outcome, findings).evidence:
        assert 0 <= evidence.start < evidence.end <= len(fields[evidence.field])


@given(texts, texts)
def test_any_text_can_be_judged(title: str, text: str) -> None:
    explanation = shipped_judge().explain(article(title, text))
    assert shipped_judge().classify(article(title, text)) == explanation.reading
    for evidence in explanation.reading.relevance.evidence:
        assert (title if evidence.field == "title" else text)[evidence.start : evidence.end]


def _work(do: Callable[[Article], object], given: Article) -> int:
    """How many functions a call calls: what it does, whatever the machine."""
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        do(given)
    finally:
        sys.setprofile(None)
    return calls


def _growth(unit: str) -> float:
    """The work for twice the text against the work for once."""
    once, twice = (
        article("China ASEAN base launched", (unit * (size // len(unit) + 1))[:size]) for size in (4000, 8000)
    )
    one = judge(
        a="$china NEAR/5 $base",
        b="$china ONEAR/100 $trade",
        c="ATLEAST/9 ($china OR $base)",
        d="$china NOT $base NEAR/9 $dispute",
    )
    both = [(_work(j.explain, twice), _work(j.explain, once)) for j in (one, shipped_judge())]
    return max(more / less for more, less in both)


DENSE = [
    "China ASEAN demonstration base launched cooperation Singapore trade ", "中国东盟示范基地启动合作新加坡", "จีนอาเซียนฐานสาธิตเปิดตัวความร่วมมือสิงคโปร์",
    "တရုတ်အာဆီယံစက်မှုဇုန်ဖွင့်လှစ်ပူးပေါင်း", "တရုတ္ ျမန္မာ စီးပြားေရး ", "Trung Quốc ASEAN khu công nghiệp hoà bình ", "កម្ពុជា-ចិនសហប្រតិបត្តិការ",
    "Tiongkok ke-ASEAN-an bekerjasama ", "1,234.5 billion 2025-11-30 ", "A. ", "- ", "e\u0301\u0323", "่้", '"“', "(", "\n", "\u200b\u00ad",
]  # fmt: skip


@pytest.mark.parametrize("unit", some_of(DENSE, 3))
def test_twice_the_text_is_at_most_about_twice_the_work(unit: str) -> None:
    _growth(unit)  # what is made once for each term and character is made
    assert _growth(unit) <= 2.3


@given(st.text(max_size=4000))
def test_no_query_is_too_much(query: str) -> None:
    try:
        parse(query)
    except QueryError as error:
        assert str(error)
