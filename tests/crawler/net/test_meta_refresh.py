"""Redirects in markup are followed as Scrapy follows them, though only the beginning of a page is decoded for that."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware
from scrapy.http import HtmlResponse, Response, TextResponse

from crawler.net.meta_refresh import BriefMetaRefresh

CRAWLER = Crawler(Spider)  # one that runs nothing: it would install a reactor
SCRAPY, OURS = MetaRefreshMiddleware.from_crawler(CRAWLER), BriefMetaRefresh.from_crawler(CRAWLER)
REFRESH = '<meta http-equiv="refresh" content="{};url={}">'


def followed(middleware: MetaRefreshMiddleware, response: Response) -> str | None:
    found = middleware.process_response(Request("https://news.example/a"), response)
    assert found is response or isinstance(found, Request)
    return found.url if isinstance(found, Request) else None


def page(before: str, refresh: str, after: str, charset: str) -> HtmlResponse:
    text = f'<html><head><meta charset="{charset}">{before}{refresh}</head><body>{after}</body></html>'
    return HtmlResponse("https://news.example/a", body=text.encode(charset, "replace"), encoding=charset)


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "big5", "tis-620"])
@pytest.mark.parametrize(
    ("refresh", "target"),
    [
        (REFRESH.format(0, "/b"), "https://news.example/b"),
        (REFRESH.format(5, "https://other.example/"), "https://other.example/"),
        (REFRESH.format(900, "/b"), None),
        (REFRESH.format(0, "ftp://other.example/"), None),
        ("", None),
        (f"<noscript>{REFRESH.format(0, '/b')}</noscript>", None),
    ],
)
def test_what_stands_in_the_beginning_counts(charset: str, refresh: str, target: str | None) -> None:
    told = page(f"<title>{'基' * 3000}</title>", refresh, "基地 " * 20_000, charset)
    assert followed(OURS, told) == target


@given(
    st.text(max_size=40).map(lambda text: text * 120),
    st.integers(0, 200),
    st.sampled_from(["utf-8", "gb18030", "euc-kr"]),
)
def test_what_scrapy_follows_is_followed(before: str, delay: int, charset: str) -> None:
    told = page(before, REFRESH.format(delay, "/b"), before, charset)
    assert followed(OURS, told) == followed(SCRAPY, told)


@pytest.mark.parametrize("kind", [Response, TextResponse])
def test_other_answers_are_left_as_they_are(kind: type[Response]) -> None:
    answer = kind("https://news.example/a", body=REFRESH.format(0, "/b").encode())
    assert OURS.process_response(Request("https://news.example/a"), answer) is answer
