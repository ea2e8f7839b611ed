"""The next page of an article is told from the next article."""

from __future__ import annotations

import pytest

from crawler.parsing.page_addresses import next_part_of
from crawler.parsing.page_tree import tree_of

URL = "https://outlet.example/news/rail-link-12345.html"


@pytest.mark.parametrize(
    ("url", "link", "expected"),
    [
        (URL, '<link rel="next" href="?page=2">', f"{URL}?page=2"),
        (URL + "?page=2", '<a rel="next" href="?page=3">3</a>', f"{URL}?page=3"),
        ("https://o.example/c1/20251128_9.html", '<a href="20251128_9_2.html">下一页</a>', "https://o.example/c1/20251128_9_2.html"),
        ("https://o.example/c1/20251128_9_2.html", '<a href="20251128_9_3.html">下一页</a>', "https://o.example/c1/20251128_9_3.html"),
        ("https://o.example/rail-link/", '<a href="/rail-link/2/">Next page</a>', "https://o.example/rail-link/2/"),
        (URL, '<a href="?hal=2">Selanjutnya</a>', f"{URL}?hal=2"),
        (URL, '<div class="pagination"><b>1</b><a href="?p=2">2</a><a href="?p=3">3</a></div>', f"{URL}?p=2"),
        (URL, '<link rel="next" href="/news/harbour-fees-12346.html">', None),
        (URL, '<a href="/news/harbour-fees-12346.html">Next</a>', None),
        (URL, '<a rel="next" href="https://elsewhere.example/news/rail-link-12345.html?page=2">2</a>', None),
        (URL + "?page=3", '<a rel="prev" href="?page=2">2</a>', None),
        ("https://o.example/2025/11/28/", '<a rel="next" href="/2025/11/29/">next</a>', None),
        (URL, '<a href="http://TITLE: subtitle">Next</a><a rel="next" href="?page=2">2</a>', f"{URL}?page=2"),
    ],
)  # fmt: skip
def test_the_next_part_differs_only_in_its_number(url: str, link: str, expected: str | None) -> None:
    tree = tree_of(f"<html><head></head><body><p>Words</p>{link}</body></html>")
    assert next_part_of(tree, url) == expected


@pytest.mark.parametrize(
    ("path", "following"),
    [
        ("/?p=120", "/?p=121"),
        ("/?p=1", "/?p=2"),
        ("/news/12", "/news/13"),
        ("/news/1", "/news/2"),
        ("/news/1.html", "/news/2.html"),
        ("/opinion/base-report-4.html", "/opinion/base-report-5.html"),
        ("/berita/99", "/berita/100"),
        ("/index.php?page=12", "/index.php?page=13"),
        ("/read.php?p=12", "/read.php?p=13"),
        ("/topik-3", "/topik-4"),
        ("/2025/11/28/8", "/2025/11/28/9"),
    ],
)
def test_the_number_of_an_article_is_no_number_of_a_part(path: str, following: str) -> None:
    tree = tree_of(
        f"<html><head><link rel=next href='{following}'></head><body><a rel=next href='{following}'>Next</a></body></html>"
    )
    assert next_part_of(tree, f"https://o.example{path}") is None


@pytest.mark.parametrize(
    ("path", "following"),
    [
        ("/?p=120", "/?p=120&page=2"),
        ("/read.php?id=7", "/read.php?id=7&page=2"),
        ("/story/", "/story/?page=2"),
        ("/story/page/1", "/story/page/2"),
        ("/c/88_1.html", "/c/88_2.html"),
        ("/c/content_88.htm", "/c/content_88_2.htm"),
        ("/news/12", "/news/12/2"),
    ],
)
def test_the_second_part_has_the_address_of_the_first_with_a_number(path: str, following: str) -> None:
    tree = tree_of(f"<html><head></head><body><a href='{following}'>Next page</a></body></html>")
    assert next_part_of(tree, f"https://o.example{path}") == f"https://o.example{following}"


def test_a_later_part_is_known_by_the_first_one() -> None:
    tree = tree_of(
        "<html><head></head><body><a href='/rail-link/3'>3</a><a rel=next href='/rail-link/3'>3</a></body></html>"
    )
    url, first = "https://o.example/rail-link/2", "https://o.example/rail-link"
    assert next_part_of(tree, url) is None
    assert next_part_of(tree, url, first) == "https://o.example/rail-link/3"


@pytest.mark.parametrize(
    "link",
    [
        '<nav class="navigation post-navigation"><div class="nav-links"><a rel="next" href="/rail-link-2">Next</a></div></nav>',
        '<div class="nav-next"><a rel="next" href="/rail-link-2">Next</a></div>',
        '<a rel="next" href="/rail-link-2">Rail link: the second tender was won by two firms</a>',
    ],
)
def test_navigation_between_posts_leads_to_no_part(link: str) -> None:
    tree = tree_of(f"<html><head></head><body><p>Words</p>{link}</body></html>")
    assert next_part_of(tree, "https://o.example/rail-link") is None
