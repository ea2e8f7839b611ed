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


FEED = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
TEASERS = {
    "en": "The first train left on Monday with four hundred tonnes of fruit, the ministry said in a statement.",
    "zh": "首趟列车周一发车，载有四百吨水果，交通部门在声明中表示，下月起每周开行三班，沿线口岸已做好准备。",
    "th": "ขบวนแรกออกเดินทางเมื่อวันจันทร์พร้อมผลไม้สี่ร้อยตัน กระทรวงคมนาคมระบุในแถลงการณ์",
    "vi": "Chuyến tàu đầu tiên khởi hành hôm thứ Hai với bốn trăm tấn trái cây, Bộ Giao thông cho biết.",
    "id": "Kereta pertama berangkat pada hari Senin dengan empat ratus ton buah, kata kementerian itu.",
}
ITEMS = {
    "articles": '<article><h2><a href="{url}">{title}</a></h2><p>{teaser}</p></article>',
    "flat": '<h3><a href="{url}">{title}</a></h3><span>{n} May</span><p>{teaser}</p>',
    "rows": '<li><div><a href="{url}"><img alt=""></a></div><div><p><a href="{url}">{title}</a></p><p>{teaser}</p></div></li>',
    "paragraphs": '<div><p><a href="{url}">{title}</a></p><p>{teaser}</p><p>{teaser}</p></div>',
}


def items(lang: str, shape: str, address: str, count: int = 8) -> str:
    title, teaser = TEASERS[lang][:40], TEASERS[lang]
    one = ITEMS[shape]
    return "".join(
        one.format(n=n, url=address.format(n), title=f"{title} {n}", teaser=f"{teaser} {n}")
        for n in range(count)
    )


@pytest.mark.parametrize("lang", TEASERS)
@pytest.mark.parametrize("shape", ITEMS)
@pytest.mark.parametrize("address", ["/a/{}", "/n?x={}", "/news/2026/05/{}-train-to-the-border.html"])
def test_teasers_of_linked_articles_are_no_story_of_the_list(lang: str, shape: str, address: str) -> None:
    listing = page("<main><h1>News</h1>", items(lang, shape, address), "</main>", title="News", head=FEED)
    url = "https://outlet.la/news/"
    assert is_front_page(listing, url)
    assert len(read_links(listing, url=url, source="s", seen=SEEN)) == 8


@pytest.mark.parametrize("lang", TEASERS)
@pytest.mark.parametrize("shape", ITEMS)
@pytest.mark.parametrize("length", [3, 12])
def test_an_article_with_related_ones_and_a_feed_stays_an_article(lang: str, shape: str, length: int) -> None:
    related = items(lang, shape, "/a/{}")
    # A long story needs no headline to be known; a brief has one.
    headline = "Port opens" if length > 10 else TEASERS[lang][:60]
    story = "".join(f"<p>{TEASERS[lang]} {n}</p>" for n in range(length))
    body = f'<main><h1>{headline}</h1>{story}<div><a href="/a/1">{TEASERS[lang][:40]}</a></div></main>'
    known = page(body, f"<section>{related}</section>", title=f"{headline} | Outlet", head=FEED)
    assert not is_front_page(known, "https://outlet.la/news/port")
    flat = page(body.replace("main>", "div>"), related, title=f"{headline} | Outlet", head=FEED)
    assert not is_front_page(flat, "https://outlet.la/a/3")


def test_a_story_with_links_in_its_sentences_is_prose() -> None:
    told = "".join(
        f'<p>{TEASERS["en"]} <a href="/a/{n}">The treaty was signed in the spring</a> and is in force.</p>'
        for n in range(9)
    )
    assert not is_front_page(page("<h1>Week</h1>", told, head=FEED), "https://outlet.la/week")
