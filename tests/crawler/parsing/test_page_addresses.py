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
