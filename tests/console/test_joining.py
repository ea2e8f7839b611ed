"""Why a report is in its story, as people read it."""

import pytest

from alerts.digests.wording import words
from alerts.web.console.joining import copy_in_words, in_words
from crawler.judging.features import FeatureKind


def test_things_are_named_by_sort_in_the_order_of_their_weight() -> None:
    shared = (
        "x:Li Qiang",
        "d:2025-05-27",
        "k:supply_chain",
        "x:Anwar Ibrahim",
        "v:Li Qiang>MY",
        "e:China-ASEAN Expo#22",
    )
    assert [(s.label, s.values) for s in in_words(shared, words("en"))] == [
        ("names", ("Li Qiang", "Anwar Ibrahim")),
        ("day", ("27 May 2025",)),
        ("subject", ("supply chain",)),
        ("visit", ("Li Qiang → Malaysia",)),
        ("event", ("China-ASEAN Expo (22)",)),
    ]


@pytest.mark.parametrize("kind", FeatureKind)
def test_no_sort_is_shown_as_its_letter(kind: FeatureKind) -> None:
    for sort in in_words((f"{kind}:TH",), words("zh")):
        assert sort.label != kind.value and sort.label != kind.name
        assert ":" not in "".join(sort.values)


def test_what_is_no_feature_is_left_out() -> None:
    assert in_words(("", "hello", "?:x", "d:yesterday"), words("en"))[0].values == ("yesterday",)


def test_places_countries_and_kinds_are_said_in_the_readers_language_and_names_as_they_are() -> None:
    shared = ("s:Shenzhen", "p:Pingxiang, Jiangxi", "g:TH", "b:park", "x:Li Qiang")
    assert [(s.label, s.values, s.said) for s in in_words(shared, words("zh"))] == [
        ("地点", ("深圳", "萍乡（江西）"), {"深圳", "萍乡（江西）"}),
        ("国家", ("泰国",), {"泰国"}),
        ("主题", ("园区",), {"园区"}),
        ("名称", ("Li Qiang",), frozenset()),
    ]


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("names it as its original", "its page names that one as the original"),
        ("the same words and the same headline", "it has the same words; it has the same headline"),
        ("87% of the shorter text stands in the other", "87% of the shorter text stands in the other"),
        (
            "100% of the shorter text stands in the other under nearly the same headline",
            "100% of the shorter text stands in the other; it has nearly the same headline",
        ),
        ("what an older program wrote", "what an older program wrote"),
    ],
)
def test_why_a_report_is_a_copy_is_said_in_words(why: str, said: str) -> None:
    assert copy_in_words(why, words("en")) == said
    if why != said:
        assert not set("abcdefghijklmnopqrstuvwxyz") & set(copy_in_words(why, words("zh")))
