"""What the gate settles gets the classification that judging gives; in whatever language, spelling and configuration."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.feeds import sentences
from crawler.ingest.judge_transport import JudgeRequest
from crawler.ingest.judging_process import judge_all
from crawler.judging.judge import Judge, ReadArticle, judged_part
from crawler.judging.queries.gate import TermGate
from crawler.judging.territories import parties
from crawler.judging.text.letters import letters_of
from crawler.judging.text.matching import field_of
from crawler.judging.text.terms import Pattern
from crawler.model import Topic
from tests.builders import NOON, article, shipped, shipped_judge


@cache
def _india_and_africa() -> Judge:
    return Judge(replace(shipped().rules(), parties=parties(["IN"], ["002"]), topics=()))


@cache
def _looking_anywhere() -> Judge:
    queries = ('$sport AND "red card"', "$festival OR 医生", "lang:en AND dengue")
    more = [Topic(f"t{n}", query, only_relevant=False) for n, query in enumerate(queries)]
    given = shipped().rules()
    return Judge(replace(given, topics=(*given.topics, *more)))


@cache
def _taking_anything() -> Judge:
    return Judge(replace(shipped().rules(), topics=(Topic("t", "lang:en", only_relevant=False),)))


DESKS: dict[str, Callable[[], Judge]] = {
    "as shipped": shipped_judge,
    "other parties": _india_and_africa,
    "topics that look at all articles": _looking_anywhere,
    "a topic that takes anything": _taking_anything,
}
DISGUISES: list[Callable[[str], str]] = [
    str, str.upper, str.title, lambda s: unicodedata.normalize("NFD", s), "\u00ad".join, lambda s: s.replace(" ", "  "),
    lambda s: s.replace(" ", "-"), lambda s: s.replace("-", "–"), lambda s: s.replace(" ", "\n"), lambda s: s.replace(" ", ""),
    lambda s: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in s), lambda s: f"di{s}", lambda s: f"ke{s}an", lambda s: f"{s}'s",
    lambda s: f"x{s}", lambda s: f"“{s}”", lambda s: s.replace("中国", "中國").replace("东", "東"), lambda s: s[: len(s) // 2],
]  # fmt: skip


@cache
def _patterns(desk: str) -> list[Pattern]:
    judge = DESKS[desk]()
    members = judge._members
    names = judge._gate_names | members["retraction"] | members[judge.rules.relevance.theirs]
    return [p for p in judge._patterns if p.set_name in names]


@cache
def _ordinary() -> list[str]:
    return [text for (_, relevant), texts in sentences().items() if not relevant for text in texts]


@st.composite
def _texts(draw: st.DrawFn, desk: str) -> str:
    """Ordinary sentences of several languages, among them names and terms in all disguises."""
    terms = st.sampled_from(_patterns(desk)).map(lambda p: p.spelling)
    disguised = st.tuples(st.sampled_from(DISGUISES), terms).map(lambda pair: pair[0](pair[1]))
    ordinary = st.sampled_from(_ordinary())
    noise = st.text(max_size=4)
    parts = draw(st.lists(ordinary | ordinary | ordinary | disguised | noise, max_size=6))
    return draw(st.sampled_from(["", " ", ". "])).join(parts)


@pytest.mark.parametrize("desk", DESKS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_the_gate_and_judging_say_the_same(desk: str, data: st.DataObject) -> None:
    judge = DESKS[desk]()
    title, text = data.draw(_texts(desk)), data.draw(_texts(desk))
    lang = data.draw(st.sampled_from([None, "en", "zh", "id", "my"]))
    one = article(
        title, text, lang_hint=lang, published=NOON, country=data.draw(st.sampled_from(["CN", "VN"]))
    )
    assert judge.classify(one) == judge._judged(one, ReadArticle(one)).reading
    assert judge.classify_without_features(one) == judge._judged(one, ReadArticle(one), whole=False).reading
    long = replace(one, text=f"{text} {'x ' * 300}")
    found = judge._found(ReadArticle(long))
    whole = (
        None
        if judge._could_match(long, found)
        else judge._judged(long, ReadArticle(long), findings=found).reading
    )
    assert judge.classify_without_page(long) == whole
    # The same, where each step is done for several articles in a row.
    several = [JudgeRequest(one), JudgeRequest(long, page_may_help=True), JudgeRequest(one)]
    expected = [judge.classify(one), whole, judge.classify(one)]
    assert [result.reading for result in judge_all(judge, several)] == expected


@pytest.mark.parametrize("desk", ["as shipped", "other parties"])
def test_no_term_in_any_spelling_is_ruled_out(desk: str) -> None:
    judge = DESKS[desk]()
    gate = TermGate(judge._patterns, {p.set_name for p in _patterns(desk)})
    every = [p for p in _patterns(desk) if not p.excluded]
    # Every fourth in one of the disguises, so that all of them come often.
    for number, p in enumerate(every[::4]):
        for disguise in (str, DISGUISES[number % len(DISGUISES)]):
            text = f"… {disguise(p.spelling)} …"
            if gate.find(field_of("text", text), None).hits:
                assert gate.may_have(letters_of("", text)), text


def test_most_ordinary_news_is_settled_by_its_letters() -> None:
    judge = shipped_judge()
    passed = [t for t in _ordinary() if judge._gate.may_have(letters_of(*judged_part("", t)))]
    assert len(passed) < len(_ordinary()) / 20, passed


def test_a_base_named_after_countries_that_a_desk_does_not_watch_is_read() -> None:
    name = "Viện Đào tạo kỹ thuật Việt - Trung"
    text = f"Ngày 18/3, Ấn Độ và Kenya đã ký bản ghi nhớ về việc thành lập {name} tại Nairobi."
    reading = _india_and_africa().classify(article("Ấn Độ và Kenya mở viện đào tạo", text))
    assert [base.name for base in reading.bases] == [name]
