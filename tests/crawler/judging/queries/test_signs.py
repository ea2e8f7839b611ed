"""Queries as people type them: signs of other keyboards work, those of other search languages are refused in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.config.advice import advice
from crawler.config.settings import Source
from crawler.judging.queries.query import Node, QueryError, doubts, parse
from crawler.judging.queries.signs import plain_signs
from tests.builders import article, judge, shipped


def holds(query: str, text: str) -> bool:
    return bool(judge(one=query).classify(article(text, text)).topics)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("（铁路 OR 公路） AND 老挝", "(铁路 OR 公路) AND 老挝"),
        ("title：铁路", "title:铁路"),
        ("老挝 AND －铁路", "老挝 AND NOT 铁路"),
        ("durian AND !rice", "durian NOT rice"),
        ("durian AND −rice*", "durian NOT rice*"),
        ("＄china AND ＝ASEAN", "$china AND =ASEAN"),
        ("铁路＾2　OR　公路", "铁路^2 OR 公路"),
        ("“一带一路” AND 老挝", '"一带一路" AND 老挝'),
        ("「一带一路」", '"一带一路"'),
        ("《一带一路》 NOT ‘丝绸之路’", '"一带一路" NOT "丝绸之路"'),
        ("铁路，公路", "(铁路 OR 公路)"),
        ("铁路、公路；水路", "(铁路 OR 公路 OR 水路)"),
        ("老挝 AND 铁路，公路", "老挝 AND (铁路 OR 公路)"),
        ("title:rice, durian^2 NOT $trade", "title:(rice OR durian^2) NOT $trade"),
        ("lang:ZH AND country:la", "lang:zh AND country:LA"),
        ("ｅｘｐｏｒｔ＊", "export*"),
        (["Côte", "d’Ivoire"][1] + " OR rice", "d’Ivoire OR rice"),
    ],
)
def test_signs_of_other_keyboards_stand_for_the_plain_ones(typed: str, meant: str) -> None:
    assert parse(typed) == parse(meant)


def test_a_number_with_a_comma_is_no_list() -> None:
    assert parse("1,000") == Node("literal", "1,000")
    assert parse("1，000 OR x") == parse("1,000 OR x")


def test_a_phrase_with_and_is_doubted_and_a_query_in_capitals_is_not() -> None:
    assert doubts("trade and investment") == [
        '"trade and investment" is read as trade AND investment; write AND, or quotes around the phrase'
    ]
    assert doubts("trade AND investment OR 铁路 and 公路 OR rail* AND -rice* OR R&D, C++") == []


def test_a_refusal_inside_an_operator_has_its_column() -> None:
    with pytest.raises(QueryError, match="column 8: && means nothing here; write AND"):
        parse("durian && rice")


def test_a_list_with_a_gap_is_refused() -> None:
    for query in ("rice,", ",rice", "rice,,durian", "rice, AND durian"):
        with pytest.raises(QueryError):
            parse(query)


@pytest.mark.parametrize(
    "query", ["R&D", "AT&T", "COVID-19", "C++", "km/h", "24/7", "e-commerce", "东盟+3", "3.5%", "#ASEAN"]
)
def test_words_with_signs_inside_stay_words(query: str) -> None:
    assert parse(query).kind == "literal"


def test_country_asean_is_any_member() -> None:
    assert holds("durian AND country:ASEAN", "Durian from Malaysia")
    assert not holds("durian AND country:ASEAN", "Durian from Japan")


@pytest.mark.parametrize(
    ("query", "warned"),
    [
        ("rice AND lang:xx", "lang:xx never holds"),
        ("rice AND country:JP", "country:JP never holds"),
        ("rice AND source:outlett", "did you mean source:outlet?"),
        ("rice AND source:nowhere*", "source:nowhere* never holds"),
        ("rice AND lang:zh AND country:ASEAN AND source:out*", None),
    ],
)
def test_check_warns_of_names_that_no_article_has(query: str, warned: str | None) -> None:
    topic = shipped().topics["health"].model_copy(update={"query": query})
    source = Source(name="outlet", url="https://outlet.example/feed")
    own = shipped().model_copy(update={"topics": {"mine": topic}, "sources": (source,)})
    told = [message for key, message in advice(own) if key == ("topics", "mine", "query")]
    assert told == [] if warned is None else any(warned in message for message in told)


@given(st.text(max_size=40))
def test_signs_keep_their_places(query: str) -> None:
    assert len(plain_signs(query)) == len(query)
