"""For a topic that did not match: the smallest change that would have made it match."""

from __future__ import annotations

import pytest

from tests.builders import article, judge


def needs(query: str, title: str = "", text: str = "") -> tuple[str, ...]:
    one = judge(topic=query)
    explanation = one.explain(article(title, text))
    return one.needs(explanation.outcomes[0], explanation)


@pytest.mark.parametrize(
    ("query", "title", "text", "expected"),
    [
        ("$china AND $trade", "China talks", "", ("a term of $trade",)),
        ("$china AND $trade", "Weather", "", ("a term of $china", "a term of $trade")),
        ("($china AND $trade) OR $sport", "Weather", "", ("a term of $sport",)),
        ("$china NOT $sport", "China wins at football", "", ("nothing of $sport (there is football)",)),
        ("$base NEAR/2 $launch", "Demonstration base of both sides at last launched", "", ("$launch within 2 words of $base (the nearest are 5 apart)",)),
        ("$launch ONEAR/9 $base", "Demonstration base launched", "", ("$base within 9 words behind $launch (they stand the other way round)",)),
        ("$base NEAR/2 $launch", "Demonstration base", "It was launched", ("$launch within 2 words of $base (they stand in different fields)",)),
        ("title:$china", "A road", "in China", ("a term of $china in the headline",)),
        ("ATLEAST/3 $trade", "Trade", "", ("2 more different terms of $trade",)),
        ("lang:zh", "Trade with the world", "", ("lang:zh",)),
        ('"twin parks"', "A road", "", ('"twin parks"',)),
        ("$china", "China", "", ()),
    ],
)  # fmt: skip
def test_what_is_missing(query: str, title: str, text: str, expected: tuple[str, ...]) -> None:
    assert needs(query, title, text) == expected


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ('"ຮ່ວມ*"', "ການຮ່ວມມືລາວຈີນ"),
        ('"ရထား*"', "မီးရထား"),
        ("rail", "China builds railwaylines"),
        ("rail*", "China opens a monorail"),
    ],
)
def test_what_stands_inside_a_longer_word_is_told_with_that_word(query: str, title: str) -> None:
    (need,) = needs(query, title)
    assert need.endswith("stands inside this longer word; write that")
    assert needs(need[: need.index('":') + 1], title) == ()
