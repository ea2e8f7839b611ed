"""One canonical form for all addresses of a document."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reading.urls import absolute, canonical, is_web_url, url_key


@pytest.mark.parametrize(
    "url",
    [
        "https://outlet.example/a/b?id=3",
        "http://www.outlet.example/a/b/?id=3",
        "https://OUTLET.example:443/a/b?id=3&utm_source=rss&fbclid=1#top",
        "https://m.outlet.example/a//b?id=3",
        "https://outlet.example/amp/a/b?id=3",
    ],
)
def test_all_addresses_of_a_document_have_one_key(url: str) -> None:
    assert url_key(url) == "outlet.example/a/b?id=3"


def test_what_chooses_the_document_stays() -> None:
    assert url_key("https://o.example/a?id=3") != url_key("https://o.example/a?id=4")
    assert url_key("https://o.example/A") != url_key("https://o.example/a")
    assert canonical("https://o.example/中国?q=东 盟") == canonical("https://o.example/%E4%B8%AD%E5%9B%BD?q=%E4%B8%9C+%E7%9B%9F")


@pytest.mark.parametrize("link", ["javascript:x", "mailto:a@b.example", "", "http://", "data:text/html,x", "http://[bad"])
def test_what_is_no_web_address(link: str) -> None:
    assert absolute("https://o.example/", link) is None


urls = st.builds(
    lambda path, query: f"https://o.example/{path}?{query}",
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20),
).filter(is_web_url)


@given(urls)
def test_a_canonical_address_is_its_own_canonical_address(url: str) -> None:
    once = canonical(url)
    assert canonical(once) == once
    assert url_key(once) == url_key(url)
