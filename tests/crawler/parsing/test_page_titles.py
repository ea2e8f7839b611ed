"""The headline of a page, without the name of its site."""

from __future__ import annotations

import json

import pytest

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
