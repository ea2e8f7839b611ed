"""Front pages are told from articles in every script, and what they link to is read as entries with their dates."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parsing.feeds import FeedError
from crawler.parsing.front_pages import is_front_page, read_links

SEEN = datetime(2025, 11, 30, 12, tzinfo=UTC)
HEADLINES = {
    "en": "Railway to the border opens for freight",
    "zh": "中老铁路货运量突破六千万吨大关",
    "th": "รถไฟจีนลาวเปิดให้บริการขนส่งสินค้า",
    "lo": "ທາງລົດໄຟລາວຈີນເປີດໃຫ້ບໍລິການ",
    "my": "တရုတ်မြန်မာ ရထားလမ်း ဖွင့်လှစ်",
    "vi": "Tuyến đường sắt đến biên giới mở cửa",
}


def listed(lang: str, count: int = 8, teaser: str = "") -> str:
    return "".join(
        f'<li><a href="/2025/11/{n + 10}/{n}0001.html">{HEADLINES[lang]} {n}</a>{teaser}</li>'
        for n in range(count)
    )


def page(*body: str, title: str = "Outlet", head: str = "") -> bytes:
    return f"<html><head><title>{title}</title>{head}</head><body>{''.join(body)}</body></html>".encode()


@pytest.mark.parametrize("lang", HEADLINES)
@pytest.mark.parametrize(
    "path", ["", "/", "/index.html", "/en/", "/zh-hant/", "/news/asean", "/list.php?cat=7"]
)
def test_a_page_of_headlines_is_a_front_page(lang: str, path: str) -> None:
    teaser = f"<p>{HEADLINES[lang]} {HEADLINES[lang]} {HEADLINES[lang]}</p>"
    assert is_front_page(page("<h1>ASEAN</h1>", listed(lang, teaser=teaser)), f"https://outlet.la{path}")


@pytest.mark.parametrize("lang", HEADLINES)
def test_an_article_is_none_however_many_others_stand_beside_it(lang: str) -> None:
    headline = HEADLINES[lang]
    prose = "".join(f"<p>{headline} {headline} {headline} {n}</p>" for n in range(4))
    short = page(f"<h1>{headline}</h1>", prose, listed(lang, 30), title=f"{headline} - Outlet")
    assert not is_front_page(short, "https://outlet.la/news/2025/11/30/1.html")
    said = page(prose, listed(lang, 30), head='<meta property="og:type" content="Article">')
    assert not is_front_page(said, "https://outlet.la/news/2025/11/30/1.html")


def test_a_home_page_is_one_also_where_it_calls_itself_an_article() -> None:
    said = page(listed("en", 4), head='<meta property="og:type" content="article">')
    assert is_front_page(said, "https://outlet.la/")
    named = page("<p>Loading</p>", head='<link rel="alternate" type="application/atom+xml" href="/a.xml">')
    assert is_front_page(named, "https://outlet.la")


def test_links_are_read_once_with_their_dates_and_without_menus_and_other_sites() -> None:
    body = (
        '<nav><a href="/menu/2025-11-01-entry">An entry of the menu that is long</a></nav>'
        '<div><a href="/a/20251129-one"><img alt=""></a><h3><a href="/a/20251129-one">Railway opens to the border</a></h3>'
        '<time datetime="2025-11-29T07:30:00+07:00"></time></div>'
        '<div><a href="https://news.outlet.la/b/20251128-two?utm_source=home"><h3>Port opens a new berth</h3> <p>Teaser</p></a></div>'
        '<a href="https://elsewhere.la/a/20251129-three">Somebody else opens a railway</a>'
        '<a href="/tag/railway-and-border-trade">Railway and border trade</a><a href="javascript:void(0)">Open the player of the day</a>'
    )
    found = read_links(page(body), url="https://www.outlet.la/", source="s", seen=SEEN)
    assert [(e.title, e.url.partition("?")[0]) for e in found] == [
        ("Railway opens to the border", "https://www.outlet.la/a/20251129-one"),
        ("Port opens a new berth", "https://news.outlet.la/b/20251128-two"),
    ]
    assert found[0].published == datetime(2025, 11, 29, 0, 30, tzinfo=UTC)


def test_a_page_without_links_to_articles_is_refused_by_name() -> None:
    with pytest.raises(FeedError, match="links to no articles"):
        read_links(page('<a href="/about">About</a>'), url="https://o.la/", source="s", seen=SEEN)


@given(
    st.binary(max_size=400), st.sampled_from(["https://o.la/", "https://o.la/a/1.html", "https://o.la:8/?q"])
)
def test_any_bytes_are_told_one_way_or_the_other(body: bytes, url: str) -> None:
    assert is_front_page(body, url) in (True, False)
    assert is_front_page(b"<a href='" + body + b"'>" + body + b"</a>", url) in (True, False)
