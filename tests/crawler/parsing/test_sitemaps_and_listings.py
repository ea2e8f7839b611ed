"""Sitemaps and list pages to entries."""

from __future__ import annotations

import pytest

from crawler.parsing.feeds import FeedError
from crawler.parsing.listings import Selectors, read_listing
from crawler.parsing.sitemaps import read_sitemap
from tests.builders import NOON
from tests.newsroom import formats
from tests.newsroom.news import items, outlets
from tests.newsroom.web import LISTING

URL = "https://outlet.example/sitemap.xml"


def address(path: str) -> str:
    return f"https://outlet.example{path}"


def of(outlet: str):  # type: ignore[no-untyped-def]
    return [i for i in items() if i.outlet.name == outlet and i.at <= NOON]


def test_a_news_sitemap_gives_titles_dates_and_outlet() -> None:
    published = of("nanhai-agency")
    body = formats.news_sitemap(outlets()["nanhai-agency"], published, address).encode()
    found = read_sitemap(body, url=URL, source="s", seen=NOON).entries
    assert [(e.title, e.url, e.published, e.outlet) for e in found] == [
        (i.title, address(i.path), i.at, "nanhai-agency") for i in published
    ]


def test_an_index_gives_its_newest_children() -> None:
    rows = "".join(
        f"<sitemap><loc>/s{i}.xml</loc><lastmod>2025-11-{i:02}</lastmod></sitemap>" for i in range(1, 20)
    )
    sitemap = read_sitemap(f"<sitemapindex>{rows}</sitemapindex>".encode(), url=URL, source="s", seen=NOON)
    assert sitemap.children == tuple(address(f"/s{i}.xml") for i in range(19, 14, -1))


def test_a_plain_sitemap_has_its_paths_as_titles_until_the_page_is_read() -> None:
    body = b"<urlset><url><loc>https://outlet.example/china-asean-talks.html</loc></url></urlset>"
    (entry,) = read_sitemap(body, url=URL, source="s", seen=NOON).entries
    assert entry.title == "china asean talks"


def test_entities_are_never_expanded() -> None:
    body = b'<!DOCTYPE u [<!ENTITY e SYSTEM "file:///etc/hostname">]><urlset><url><loc>https://o.example/&e;</loc></url></urlset>'
    assert all("/etc" not in e.url for e in read_sitemap(body, url=URL, source="s", seen=NOON).entries)


@pytest.mark.parametrize("body", [b"<html></html>", b"", b"<rss/>", b"words"])
def test_what_is_no_sitemap_is_refused(body: bytes) -> None:
    with pytest.raises(FeedError):
        read_sitemap(body, url=URL, source="s", seen=NOON)


def test_a_list_page_is_read_by_its_selectors() -> None:
    published = of("tonle-sap")
    body = formats.listing(outlets()["tonle-sap"], published, address).encode()
    found = read_listing(body, Selectors(**LISTING), url=address("/tonle-sap/feed"), source="s", seen=NOON)
    assert [(e.title, e.url, e.published) for e in found] == [
        (i.title, address(i.path), i.at) for i in published
    ]


@pytest.mark.parametrize(
    ("select", "part"),
    [
        (Selectors("div.gone"), "no element of the page matches select.item 'div.gone'"),
        (Selectors("li", link="b@href"), "none has a link at 'b@href'"),
        (Selectors("li["), "no CSS"),
    ],
)
def test_a_page_that_changed_says_which_selector_fails(select: Selectors, part: str) -> None:
    with pytest.raises(FeedError, match=part.replace("[", r"\[")):
        read_listing(b"<ul><li><a href='/1'>One</a></li></ul>", select, url=URL, source="s", seen=NOON)
