"""What tells the items of a feed apart."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crawler.parsing.identity import Identified, identified, is_home, is_shared_address
from crawler.parsing.items import Item
from tests.builders import NOON

BASE = "https://outlet.example/feed"


def items(*links: str, ids: tuple[str, ...] = (), titles: tuple[str, ...] = ()) -> list[Item]:
    return [
        Item(
            id=ids[n] if ids else "",
            link=link,
            title=titles[n] if titles else f"Headline {n}",
        )
        for n, link in enumerate(links)
    ]


def of(found: list[Item]) -> list[Identified]:
    return identified(
        found,
        BASE,
        [NOON - timedelta(hours=int(i.title[-1:]) if i.title[-1:].isdigit() else 0) for i in found],
    )


def guids(found: list[Item]) -> list[str]:
    return [i.guid for i in of(found)]


def test_an_identity_is_the_feeds_own_else_the_link() -> None:
    assert guids(items("/1", "/2", ids=("a", ""))) == ["a", "https://outlet.example/2"]


@pytest.mark.parametrize("shared", ["https://outlet.example/", "guid", "0", "tag:outlet.example,2025:feed"])
def test_what_different_items_carry_is_the_identity_of_none(shared: str) -> None:
    assert guids(items("/1", "/2", ids=(shared, shared))) == [
        "https://outlet.example/1",
        "https://outlet.example/2",
    ]


def test_the_same_item_twice_keeps_its_identity() -> None:
    assert guids(items("/1", "/1?utm_source=rss", ids=("a", "a"), titles=("A", "A"))) == ["a", "a"]


def test_where_the_link_is_the_same_for_all_headline_and_date_tell_them_apart_for_ever() -> None:
    for ids in ((), ("https://outlet.example/",) * 3):
        found = items("/", "/", "/", ids=ids)
        first = of(found)
        assert len({i.guid for i in first} | {i.url for i in first}) == 6
        assert all(is_shared_address(i.url or "") for i in first)
        assert of(found[1:2]) == first[1:2], "also once it is alone"


def test_two_headlines_that_lead_to_one_page_are_of_one_article() -> None:
    assert [i.url for i in of(items("/1", "/1", "/2", ids=("a", "b", "c")))][:2] == [
        "https://outlet.example/1"
    ] * 2


@pytest.mark.parametrize(
    ("address", "home"),
    [
        ("https://o.example", True), ("https://o.example/", True), ("http://o.example/index.php", True),
        ("https://o.example/?p=1", False), ("https://o.example/#/news/1", False), ("https://o.example/a", False),
        ("tag:o.example,2025:1", False), ("guid", False), ("https://[x/", False),
    ],
)  # fmt: skip
def test_a_home_page_is_no_article(address: str, home: bool) -> None:
    assert is_home(address) == home
