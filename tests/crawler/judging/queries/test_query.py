"""Topic queries: what they mean, and that bad ones are refused with their column."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.judging.queries.query import QueryError, parse
from tests.builders import article, judge


def matches(query: str, title: str = "", text: str = "") -> bool:
    return any(t.name == "topic" for t in judge(topic=query).classify(article(title, text)).topics)


@pytest.mark.parametrize(
    ("query", "title", "text", "expected"),
    [
        ("$trade", "Tariffs fall", "", True),
        ("$trade", "Weather", "", False),
        ("export*", "Exporters meet", "", True),
        ("$china AND $trade", "China cuts tariffs", "", True),
        ("$china AND $trade", "China talks", "", False),
        ("$china OR $trade", "China talks", "", True),
        ("$china $trade", "China talks", "", None),
        ("$china NOT $sport", "China wins at football", "", False),
        ("$china NOT $sport", "China opens a road", "", True),
        ("NOT $sport", "A road", "", True),
        ("title:$china", "A road", "in China", False),
        ("text:$china", "A road", "in China", True),
        ("lead:$china", "A road", "x " * 300 + "China", False),
        ('"twin parks"', "Two twin parks open", "", True),
        ('"twin parks"', "Twin cities, parks", "", False),
        ("=ASEAN", "asean", "", False),
        ("=ASEAN", "ASEAN", "", True),
        ("$base NEAR/3 $launch", "Demonstration base officially launched", "", True),
        ("$base NEAR/3 $launch", "Demonstration base of the two sides was at last launched", "", False),
        ("$launch ONEAR/3 $base", "Demonstration base launched", "", False),
        ("$launch ONEAR/3 $base", "Launched: demonstration base", "", True),
        ("($china OR $sport) AND $trade", "Football tariff", "", True),
        ("$china OR $sport AND $trade", "China", "", True),
        ("ATLEAST/2 $trade", "Trade, trade and trade", "", False),
        ("ATLEAST/2 $trade", "Trade and tariffs", "", True),
        ("ATLEAST/2 ($china OR $sport)", "China wins at football", "", True),
        ("title:(ATLEAST/2 $trade)", "Trade", "and tariffs", False),
        ("title:(NOT $china)", "A road", "to China", True),
        ("title:($china NEAR/2 $trade)", "China and the world", "trade", False),
        ("lang:en AND $china", "China widens its trade with the world", "", True),
        ("lang:zh AND $china", "China widens its trade with the world", "", False),
        ("country:CN", "China talks", "", True),
        ("country:VN", "China talks", "", False),
        ("source:outlet", "A road", "", True),
        ("source:out*", "A road", "", True),
        ("NOT source:other", "A road", "", True),
        ("$china^3", "China", "", True),
    ],
)
def test_what_a_query_means(query: str, title: str, text: str, expected: bool | None) -> None:
    if expected is None:
        with pytest.raises(QueryError):
            parse(query)
    else:
        assert matches(query, title, text) is expected


@pytest.mark.parametrize(
    ("query", "column", "part"),
    [
        ("$china AND", 11, "the end of the query"),
        ("AND $china", 1, "'AND $china'"),
        ("($china", 8, ")"),
        ("$china AND (", 13, "$term_set"),
        ("", 1, "the end of the query"),
        ('"open', 1, '"open'),
        ("$china NEAR/x $base", 8, "NEAR"),
        ("ATLEAST/2", 10, "the end of the query"),
        ("ATLEAST/0 a", 1, "ATLEAST/n"),
        ("$china^", 7, "^weight"),
        ("lang:", 5, "found ':'"),
        ("(" * 30 + "a" + ")" * 30, 61, "nested deeper"),
        ("title:" * 600 + "a", 3601, "nested deeper"),
        ("ATLEAST/1 " * 300 + "a", 3001, "nested deeper"),
        ("a " * 3000, 4000, "longer than 4000"),
    ],
)
def test_a_bad_query_is_refused_with_its_column(query: str, column: int, part: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert caught.value.column == column
    assert part in str(caught.value)


def test_weights_and_headlines_raise_the_score() -> None:
    def score(query: str, title: str, text: str = "") -> float:
        return judge(topic=query).classify(article(title, text)).topics[0].score

    assert score("$trade", "A road", "Trade.") == 0.2212
    assert score("$trade^2", "A road", "Trade.") == score("$trade", "Trade") == 0.3935
    assert score("$trade^0.5", "A road", "Trade.") < 0.2212
    assert score("($trade OR $china)^2", "A road", "Trade with China.") == score(
        "$trade^2 OR $china^2", "A road", "Trade with China."
    )


pieces = st.lists(
    st.sampled_from(
        [
            "$china",
            "$base",
            "AND",
            "OR",
            "NOT",
            "NEAR/3",
            "(",
            ")",
            "word",
            '"a b"',
            "title:",
            "ATLEAST/2",
            "^2",
            "lang:id",
            "*",
            "ไทย",
            "=X",
        ]
    )
)


@given(pieces.map(" ".join) | st.text(max_size=40))
def test_any_text_is_a_query_or_is_refused(query: str) -> None:
    try:
        node = parse(query)
    except QueryError as error:
        assert 1 <= error.column <= len(query) + 1
    else:
        assert node.walk()


@given(
    st.lists(st.sampled_from(["China", "ASEAN", "base", "launched", "football", "."]), max_size=12).map(
        " ".join
    )
)
def test_double_negation_and_de_morgan_hold(text: str) -> None:
    assert matches("NOT ($china AND $sport)", text=text) == matches("(NOT $china) OR (NOT $sport)", text=text)
    assert matches("NOT ($china OR $sport)", text=text) == matches("(NOT $china) AND (NOT $sport)", text=text)
