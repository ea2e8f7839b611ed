"""One canonical form for all addresses of a document."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.net.site_limiter import site_of
from crawler.parsing.aggregators import resolved
from crawler.parsing.urls import absolute, canonical, host_of, is_web_url, same_site, url_key


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


BIZ = "https://mp.weixin.qq.com/s"


@pytest.mark.parametrize(
    ("url", "form"),
    [
        (f"{BIZ}?__biz=Mz==&mid=22&idx=1&sn=ab&chksm=ff&scene=21&from=timeline#wechat_redirect", f"{BIZ}?__biz=Mz%3D%3D&idx=1&mid=22&sn=ab"),
        (f"{BIZ}/AbC-dEf?scene=1&clicktime=17&enterid=17&from=groupmessage&isappinstalled=0", f"{BIZ}/AbC-dEf"),
        (f"{BIZ}?src=11&timestamp=17&ver=5&signature=x", f"{BIZ}?signature=x&src=11&timestamp=17&ver=5"),
        ("https://o.example/n/7?from=singlemessage&isappinstalled=0&scene=4", "https://o.example/n/7"),
        ("https://o.example/n/7?scene=4", "https://o.example/n/7?scene=4"),
        ("https://o.example/n/7?pk_campaign=a&pk_kwd=b&mtm_source=c&mkt_tok=d&_hsenc=e&srsltid=f&igsh=g", "https://o.example/n/7"),
        ("https://o.example/tin-tuc-moi?ref=rss", "https://o.example/tin-tuc-moi"),
        ("https://o.example/n/7?ref=other.example&from=home", "https://o.example/n/7"),
        ("https://o.example/view?id=3&ref=facebook", "https://o.example/view?id=3"),
        ("https://o.example/view?ref=1234", "https://o.example/view?ref=1234"),
        ("https://o.example/view?ref=home", "https://o.example/view?ref=home"),
        ("https://o.example/?from=12", "https://o.example/?from=12"),
        ("https://o.example/a;jsessionid=0A1B.node1?x=1", "https://o.example/a?x=1"),
        ("https://o.example/a.jsp;jsessionid=0A1B", "https://o.example/a.jsp"),
        ("https://o.example/(S(abc123xyz))/news.aspx?id=1", "https://o.example/news.aspx?id=1"),
        ("https://o.example/n/7?PHPSESSID=abc&sid=0123456789abcdef0123456789abcdef", "https://o.example/n/7"),
        ("https://o.example/article.php?sid=123", "https://o.example/article.php?sid=123"),
        ("https://o.example/#item-0123456789abcdef", "https://o.example/#item-0123456789abcdef"),
    ],
)  # fmt: skip
def test_how_a_reader_came_is_left_out_where_something_else_says_what_is_read(url: str, form: str) -> None:
    assert canonical(url) == form


def test_what_chooses_the_document_stays() -> None:
    assert url_key("https://o.example/a?id=3") != url_key("https://o.example/a?id=4")
    assert url_key("https://o.example/A") != url_key("https://o.example/a")
    assert canonical("https://o.example/中国?q=东 盟") == canonical(
        "https://o.example/%E4%B8%AD%E5%9B%BD?q=%E4%B8%9C+%E7%9B%9F"
    )


@pytest.mark.parametrize(
    "link", ["javascript:x", "mailto:a@b.example", "", "http://", "data:text/html,x", "http://[bad"]
)
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


HOSTILE = [
    "http://", "https://", "TITLE: subtitle", "[", "]", "::1", "%", "%zz", "\ud800", "é", "例え.jp", ":99999", ":-1", ":0", ":٣", "@", "a@b", " ",
    "\t", "\0", "/", "//", "?", "#", "&=", "xn--", "..", ".", "a" * 70, "ß", "℀.com", "javascript:", ";", "\\", "news.google.com/rss/articles/CBM",
]  # fmt: skip


@given(st.lists(st.sampled_from(HOSTILE) | st.text(max_size=4), max_size=6).map("".join))
def test_whatever_stands_in_a_link_is_an_address_or_none_and_never_an_error(link: str) -> None:
    address = absolute("https://outlet.example/news/", link)
    for url in (link, address or ""):
        url_key(url).encode()  # no half of a character is left
        canonical(url).encode()
        assert same_site(url, url) in (True, False)
        assert host_of(url) == host_of(url).lower()
        assert isinstance(resolved(url), str)
    if address is not None:
        assert is_web_url(address)
        assert urlsplit(canonical(address)).port != 0
        assert site_of(urlsplit(address).netloc) is not None


@pytest.mark.parametrize(
    "link", ["http://TITLE: subtitle", "http://[half", "https://outlet.example:port/", "http://a:99999/x"]
)
def test_a_link_that_cannot_be_parsed_is_none(link: str) -> None:
    assert not is_web_url(link)
    assert absolute("https://outlet.example/", link) is None


def test_keys_that_begin_alike_differ_and_fit_into_an_index() -> None:
    long = [f"https://outlet.example/{'é' * 600}/{n}" for n in (1, 2)]
    keys = {url_key(url) for url in long}
    assert len(keys) == 2
    assert all(len(key.encode()) <= 1100 for key in keys)
