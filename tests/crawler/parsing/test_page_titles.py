"""The headline of a page, without the name of its site."""

from __future__ import annotations

import json

import pytest

from crawler.parsing.headline_likeness import is_headline_of_part
from crawler.parsing.pages import read_page
from tests.builders import NOON

TEXT = "<p>" + "The ministers agreed on a timetable for the works and on who pays for them. " * 3 + "</p>"


def title(head: str = "", heading: str = "", url: str = "https://www.harbourcourier.example/news/1") -> str:
    body = f"<html><head>{head}</head><body>{heading}<article>{TEXT}</article></body></html>"
    return read_page(body.encode(), url=url, seen=NOON).title


def og(name: str, value: str) -> str:
    return f'<meta property="og:{name}" content="{value}">'


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("<title>Rail link opens in March | Harbour Courier</title>", "Rail link opens in March"),
        ("<title>Rail link opens in March - Harbour Courier</title>", "Rail link opens in March"),
        ("<title>Harbour Courier: Rail link opens in March</title>", "Rail link opens in March"),
        ("<title>Rail link opens in March &#8211; HarbourCourier.example</title>", "Rail link opens in March"),
        ("<title>中马铁路三月通车_海港新闻网</title>", "中马铁路三月通车"),
        ("<title>中马铁路三月通车-国际频道-海港网</title>", "中马铁路三月通车"),
        ("<title>中马铁路三月通车--海港日报</title>", "中马铁路三月通车"),
        ("<title>รถไฟจีนลาวเปิดเดือนมีนาคม | ข่าวท่าเรือ</title>", "รถไฟจีนลาวเปิดเดือนมีนาคม"),
        ("<title>Jalur kereta dibuka Maret » Kabar Pelabuhan</title>", "Jalur kereta dibuka Maret"),
        ("<title>Đường sắt mở cửa tháng Ba - Báo Cảng Biển</title>", "Đường sắt mở cửa tháng Ba"),
        ("<title>China-ASEAN rail link opens - and what it means</title>", "China-ASEAN rail link opens - and what it means"),
        ("<title>Trade: why tariffs stay | Harbour Courier</title>", "Trade: why tariffs stay"),
        (og("title", "Rail link opens in March | Harbour Courier") + og("site_name", "Harbour Courier"), "Rail link opens in March"),
        (og("title", "A &amp;quot;new&amp;quot; link"), 'A "new" link'),
    ],
)  # fmt: skip
def test_the_name_of_the_site_is_no_part_of_it(head: str, expected: str) -> None:
    assert title(head) == expected


def test_a_first_heading_with_the_site_s_name_is_passed_over() -> None:
    heading = '<header><h1><a href="/">Daily Planet News</a></h1></header><h1>Rail link opens in March</h1>'
    assert (
        title("<title>Rail link opens in March | Daily Planet News</title>", heading)
        == "Rail link opens in March"
    )


def test_what_most_places_agree_on_counts() -> None:
    told = json.dumps({"@type": "NewsArticle", "headline": "Rail link opens in March"})
    head = (
        og("title", "You will not believe what opens in March")
        + "<title>Rail link opens in March - HC</title>"
    )
    head += f'<script type="application/ld+json">{told}</script>'
    assert title(head, "<h1>Rail link opens in March</h1>") == "Rail link opens in March"


def test_an_element_marked_as_the_headline_stands_in_for_a_heading() -> None:
    assert (
        title("<title>Harbour Courier</title>", '<div class="news-title">Rail link opens in March</div>')
        == "Rail link opens in March"
    )


def test_linked_data_is_read_as_pages_write_it() -> None:
    broken = '<!-- {"@graph": [{"@type": ["NewsArticle"], "headline": "Rail\nlink &amp; port",}]} -->'
    assert (
        title(f'<script type="application/ld+json">{broken}</script><title>Harbour Courier</title>')
        == "Rail link & port"
    )


@pytest.mark.parametrize(
    "headline",
    [
        "商务部副部长一行到访位于北京的中国-东盟中心",
        "广西宣布启用中国-东盟技术转移中心",
        "打造面向东盟开放合作的新高地——走进南宁国际会展中心",
        "Party chief to visit Beijing next week - state media",
    ],
)
def test_a_heading_is_not_cut_where_it_ends_like_the_name_of_an_outlet(headline: str) -> None:
    html = f"<title>{headline}</title><meta property='og:title' content='{headline}'><article><h1>{headline}</h1><p>{'x ' * 60}</p></article>"
    assert read_page(html.encode(), url="https://o.example/1.html", seen=NOON).title == headline


SEARCHED = "Rail link times, fares and map"


@pytest.mark.parametrize(
    "heading",
    [
        "<h1>How a rail link will change a port town</h1>",
        "<h1 class='headline'><span class='kicker'>Transport</span> How a rail link will change a port town</h1>",
        "<h1>How a rail link will change a port town <small>By Grace Tan</small> <time>3 May</time></h1>",
        "<h1 class='breadcrumb'>Business</h1><h1>How a rail link will change a port town</h1>",
    ],
)
def test_the_shown_heading_counts_before_a_title_for_search_engines(heading: str) -> None:
    head = f'{og("title", SEARCHED)}<meta name="twitter:title" content="{SEARCHED}"><title>{SEARCHED} | Harbour Courier</title>'
    assert title(head, heading) == "How a rail link will change a port town"


@pytest.mark.parametrize(
    "heading", ["<h1>World</h1>", "<h1 class='page-category'>World news of the day</h1>"]
)
def test_the_name_of_a_section_is_no_headline(heading: str) -> None:
    assert title(og("title", "Rail link opens in March for freight and passengers"), heading).startswith(
        "Rail link opens"
    )


def test_a_kicker_belongs_to_the_headline_where_linked_data_say_so() -> None:
    whole = "Transport: Rail link opens in March"
    told = f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "headline": whole})}</script>'
    heading = "<h1><span class='kicker'>Transport</span> Rail link opens in March</h1>"
    assert title(f"<title>{whole}</title>{told}", heading) == whole
    assert title(f"<title>{whole}</title>", heading) == "Rail link opens in March"


def test_a_wording_that_a_quotation_mark_cut_is_whole_elsewhere() -> None:
    cut = '<meta property="og:title" content="Minister calls the link "a bridge" to all"><title>Minister calls the link</title>'
    assert title(cut, '<h1>Minister calls the link "a bridge" to all</h1>').endswith('"a bridge" to all')


def test_a_heading_of_the_site_gives_way_to_what_is_named_like_a_headline() -> None:
    heading = "<h1>កាសែតកំពង់ផែ</h1><h2 class='post-title'>ផ្លូវដែកថ្មីបើកដំណើរការ</h2>"
    assert title("<title>ផ្លូវដែកថ្មីបើកដំណើរការ - កាសែតកំពង់ផែ</title>", heading) == "ផ្លូវដែកថ្មីបើកដំណើរការ"


def test_links_without_an_address_do_not_name_the_site() -> None:
    assert title("", "<a>Rail link opens in March</a><h1>Rail link opens in March</h1>") == (
        "Rail link opens in March"
    )
    headed = "<a>Rail link opens in March</a><h1>Rail link opens in March</h1><div class='box-title'>Most read</div>"
    assert title("", headed) == "Rail link opens in March"


def test_a_bar_of_korean_and_a_colon_part_the_site_s_name() -> None:
    assert title("<title>철도 개통ㅣ항구일보</title>") == "철도 개통"
    assert (
        title(og("site_name", "海港日报") + "<title>中马铁路三月通车：海港日报</title>") == "中马铁路三月通车"
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Rail link agreed", "Rail link agreed", True),
        ("Rail link agreed", "Rail link agreed - Page 2", True),
        ("Rail link agreed", "Rail link agreed (2)", True),
        ("Rail link agreed", "Page 2: Rail link agreed", True),
        ("铁路项目签约", "铁路项目签约(第2页)", True),
        ("Jalur kereta disepakati", "Jalur kereta disepakati Halaman 2", True),
        ("Rail link agreed", "Harbour fees rise", False),
        ("Base report 4", "Harbour report 5", False),
        ("铁路项目签约", "港口收费上调", False),
    ],
)
def test_the_parts_of_an_article_have_one_headline(one: str, other: str, same: bool) -> None:
    assert is_headline_of_part(one, other) is same


SUBIC = "Grain terminal at Subic opens after years of delay"


@pytest.mark.parametrize(
    ("named", "headings"),
    [
        (f"Zambales Courier - {SUBIC}", f"<h1>Zambales Courier</h1><h2>{SUBIC}</h2>"),
        (f"Zambales Courier - {SUBIC}", f"<h1 class=logo>Zambales Courier</h1><h2>{SUBIC}</h2>"),
        (f"{SUBIC} - Regions - Zambales Courier", f"<h1>Regions</h1><h2>{SUBIC}</h2>"),
        (f"{SUBIC} - Zambales Courier", f"<h1><a href='/regions'>Regions</a></h1><h2>{SUBIC}</h2>"),
        ("滇南新闻网-勐海咖啡种植面积三年翻番", "<h1>滇南新闻网</h1><h2>勐海咖啡种植面积三年翻番</h2>"),
        ("Nelayan Madura kembali melaut pekan ini | Daerah", "<h1>Daerah</h1><h3>Nelayan Madura kembali melaut pekan ini</h3>"),
    ],
)  # fmt: skip
def test_a_heading_that_names_the_site_or_a_section_is_no_headline(named: str, headings: str) -> None:
    expected = next(
        part
        for part in (SUBIC, "勐海咖啡种植面积三年翻番", "Nelayan Madura kembali melaut pekan ini")
        if part in named
    )
    assert title(f"<title>{named}</title>", headings) == expected


def test_a_heading_below_the_headline_is_none() -> None:
    head = "<title>Grain terminal at Subic opens - Zambales Courier</title>"
    assert (
        title(head, "<h1>Grain terminal at Subic opens</h1><h2>Zambales Courier</h2>")
        == "Grain terminal at Subic opens"
    )
