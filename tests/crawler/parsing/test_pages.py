"""Article pages to documents."""

from __future__ import annotations

import pytest

from crawler.parsing.pages import PageError, read_page
from tests.builders import NOON
from tests.newsroom import formats
from tests.newsroom.news import items

URL = "https://outlet.example/2025/11/1.html"


@pytest.mark.parametrize(
    "item", [i for i in items() if i.labels["story"] == "innovation-base"], ids=lambda i: i.outlet.lang
)
def test_the_text_comes_without_what_stands_around_it(item) -> None:  # type: ignore[no-untyped-def]
    others = [i for i in items() if i.outlet is item.outlet and i is not item][:4]
    page = read_page(
        formats.page(item, others, lambda p: f"https://outlet.example{p}").encode(), url=URL, seen=item.at
    )
    assert page.title == item.title
    assert page.published == item.at
    assert page.lang == item.outlet.lang
    assert "".join(page.text.split()) == "".join(item.text.split())


def test_a_selector_of_the_source_wins() -> None:
    body = (
        b"<body><div class='lead'>Lead.</div><article><p>" + b"Other words. " * 40 + b"</p></article></body>"
    )
    assert read_page(body, url=URL, seen=NOON, select=".lead").text == "Lead."


def test_a_selector_that_finds_nothing_is_named() -> None:
    with pytest.raises(PageError, match=r"select\.article '\.gone'"):
        read_page(b"<p>Words</p>", url=URL, seen=NOON, select=".gone")


def test_a_page_without_an_article_is_refused() -> None:
    with pytest.raises(PageError, match="no readable article"):
        read_page(b"<html><body></body></html>", url=URL, seen=NOON)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://outlet.example/2025/11/one.html?utm_source=x", "https://outlet.example/2025/11/one.html"),
        ("https://elsewhere.example/2025/11/1.html", URL),
        ("https://outlet.example/", URL),
        ("javascript:void(0)", URL),
    ],
)
def test_a_canonical_link_counts_only_on_its_own_site(link: str, expected: str) -> None:
    body = f'<head><link rel="canonical" href="{link}"></head><body><article><p>{"Words of news. " * 20}</p></article></body>'
    assert read_page(body.encode(), url=URL, seen=NOON).url == expected


def test_the_server_s_charset_is_kept() -> None:
    text = "中国与东盟国家的合作不断深化，双方贸易额持续增长。" * 5
    body = f"<html><body><article><p>{text}</p></article></body></html>".encode("gb18030")
    assert text in read_page(body, url=URL, seen=NOON, charset="gb18030").text


def test_links_of_the_text_and_an_original_on_another_site_are_read() -> None:
    body = (
        b"<html><head><title>Rice deal</title><link rel='canonical' href='https://agency.example/2025/rice-deal'></head><body>"
        b"<nav><a href='/about/us/all'>About</a></nav><article><h1>Rice deal</h1><p>China and Laos agreed on rice, as "
        b"<a href='https://other.example/news/77?utm_source=x'>reported</a> before, and both sides will meet again in the spring.</p></article>"
        b"</body></html>"
    )
    page = read_page(body, url="https://paper.example/news/9", seen=NOON)
    assert page.original == "https://agency.example/2025/rice-deal"
    assert page.links == ("https://other.example/news/77",)
    assert page.url == "https://paper.example/news/9"
