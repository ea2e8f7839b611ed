"""Who wrote an article: persons, else the agency or outlet that is named in their place; no desks, editors or photographers."""

from __future__ import annotations

import json

import pytest

from crawler.parsing.pages import read_page
from tests.builders import NOON

TEXT = "<p>" + "The ministers agreed on a timetable for the works and on who pays for them. " * 3 + "</p>"


def author(head: str = "", line: str = "", after: str = "") -> str | None:
    body = f"<html><head><title>Rail link</title>{head}</head><body><article><h1>Rail link</h1>{line}{TEXT}{after}</article></body></html>"
    return read_page(body.encode(), url="https://hc.example/news/1", seen=NOON).author


def linked(value: object, **more: object) -> str:
    told = {
        "@type": "NewsArticle",
        "headline": "Rail link",
        "author": value,
        "publisher": {"@type": "Organization", "name": "Harbour Courier"},
    } | more
    return f'<script type="application/ld+json">{json.dumps(told)}</script>'


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"@type": "Person", "name": "Grace Tan"}, "Grace Tan"),
        ([{"@type": "Person", "name": "Grace Tan"}, {"@type": "Person", "name": "Daniel Okoro"}], "Grace Tan, Daniel Okoro"),
        ("Grace Tan and Daniel Okoro", "Grace Tan, Daniel Okoro"),
        ({"@type": "Person", "name": ["Grace Tan", "Daniel Okoro"]}, "Grace Tan, Daniel Okoro"),
        ({"@type": "Person", "givenName": "Grace", "familyName": "Tan"}, "Grace Tan"),
        ({"@type": ["Person", "Organization"], "name": "Grace Tan"}, "Grace Tan"),
        ([{"@type": "Organization", "name": "Reuters"}, {"@type": "Person", "name": "Grace Tan"}], "Grace Tan"),
        ({"@type": "Organization", "name": "Reuters"}, "Reuters"),
        ({"@type": "Organization", "name": "Ministry of Transport"}, "Ministry of Transport"),
        ({"@type": "Person", "name": "Harbour Courier"}, "Harbour Courier"),
        ({"@type": "Person", "name": "admin"}, None),
        ("https://www.facebook.com/harbourcourier", None),
        (None, None),
    ],
)  # fmt: skip
def test_linked_data_names_persons(value: object, expected: str | None) -> None:
    assert author(linked(value)) == expected


@pytest.mark.parametrize(
    "name", ["author", "byl", "dable:author", "parsely-author", "article:author", "DC.creator"]
)
def test_metadata_name_persons(name: str) -> None:
    assert author(f'<meta name="{name}" content="By Grace Tan">') == "Grace Tan"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("By Grace Tan | 28 November 2025", "Grace Tan"),
        ("By GRACE TAN and DANIEL OKORO", "GRACE TAN, DANIEL OKORO"),
        ("Penulis: Dewi Lestari | Editor: Bagus Pratama", "Dewi Lestari"),
        ("Reporter: Dewi Lestari, Editor: Bagus Pratama", "Dewi Lestari"),
        ("Oleh Nurul Aisyah", "Nurul Aisyah"),
        ("记者 陈晓雯 报道", "陈晓雯"),
        ("海港网记者 陈晓雯、林志远", "陈晓雯, 林志远"),
        ("来源：海港网　作者：陈晓雯　责任编辑：林志远", "陈晓雯"),
        ("责任编辑：林志远", None),
        ("ผู้สื่อข่าว: สมชาย ใจดี", "สมชาย ใจดี"),
        ("Tác giả: Nguyễn Thu Hà", "Nguyễn Thu Hà"),
        ("Theo TTXVN", "TTXVN"),
        ("By Reuters", "Reuters"),
        ("By MEI LIN; photos by AZHAR", "MEI LIN"),
        ("Photo: Grace Tan", None),
        ("By Staff Reporter", None),
    ],
)
def test_a_line_below_the_headline_names_persons(line: str, expected: str | None) -> None:
    assert author(line=f"<div>{line}</div>") == expected


@pytest.mark.parametrize(
    "markup",
    [
        '<a rel="author" href="/a/1">Grace Tan</a>',
        '<span itemprop="author" itemscope><span itemprop="name">Grace Tan</span></span>',
        '<p class="byline">By <a href="/a/1">Grace Tan</a></p>',
        '<span class="author-name">Grace Tan</span>',
        '<span class="byline"><span class="author vcard"><a class="url fn" href="/author/1">Grace Tan</a></span></span>',
        '<footer class="meta"><address class="p-author">Grace Tan</address></footer>',
        '<div class="metaInfoAuthorList">Grace Tan</div>',
        '<div class="article-card__author">Grace Tan</div>',
        '<div class="byline">By <a href="/author/1">Grace Tan</a> in <a href="/news">Harbour News</a> · <a href="#">Share</a></div>',
        '<span class="author">Grace Tan<script>window.show("x")</script></span>',
    ],
)
def test_markup_names_persons(markup: str) -> None:
    assert author(line=markup) == "Grace Tan"


def test_the_authors_of_comments_and_other_stories_are_none() -> None:
    assert author(after='<div class="comments"><span class="author">Daniel Okoro</span></div>') is None


def test_an_agency_counts_before_the_outlet_and_a_person_before_both() -> None:
    outlet = linked({"@type": "Organization", "name": "Harbour Courier"})
    assert author(outlet) == "Harbour Courier"
    assert author(outlet, line='<span class="byline">By Reuters</span>') == "Reuters"
    assert author(outlet, line='<span class="byline">By Grace Tan</span>') == "Grace Tan"


def test_the_full_name_of_a_byline_counts_before_an_account() -> None:
    assert author('<meta name="author" content="gtan">', '<p class="byline">By Grace Tan</p>') == "Grace Tan"
    assert author('<meta name="author" content="gtan">') == "gtan"


def test_who_runs_the_site_is_no_author() -> None:
    assert author('<meta name="author" content="Harbour Web Agency GmbH">') is None


def test_a_box_around_the_headline_is_not_beside_the_article() -> None:
    page = f"""<div class="content with-sidebar"><h1>Rail link</h1><p class="byline">By Grace Tan</p>{TEXT}</div>
        <div class="sidebar"><p class="byline">By Daniel Okoro</p></div>"""
    read = read_page(f"<title>Rail link</title>{page}".encode(), url="https://hc.example/1", seen=NOON)
    assert read.author == "Grace Tan"


def test_a_name_to_the_right_below_the_text_signs_it() -> None:
    assert author(after='<p style="text-align:right;"><strong>Nguyễn Thu Hà</strong></p>') == "Nguyễn Thu Hà"


def test_the_line_below_a_heading_with_a_kicker_is_found() -> None:
    line = "<div>Pewarta: Dewi Lestari | Editor: Bagus Pratama</div>"
    page = f"<title>Rail link</title><h1><span class='kicker'>Business</span> Rail link</h1>{line}{TEXT}"
    assert read_page(page.encode(), url="https://hc.example/1", seen=NOON).author == "Dewi Lestari"


OTHER = "<a href='/z'>Ferry fares rise before the long holiday</a>"
CARDS = [
    f"<div class='hero'><h2>{OTHER}</h2><span class='author'>Wrong Person</span></div>",
    f"<div class='box'>{OTHER}<span class='author'>Wrong Person</span></div>",
    f"<div class='opinion-list'><div class='item'>{OTHER}<p class='author-name'>Wrong Person</p></div></div>",
    f"<ul><li>{OTHER} <a rel='author' href='/author/w'>Wrong Person</a></li></ul>",
]


@pytest.mark.parametrize("card", CARDS)
def test_the_bylines_of_other_stories_are_none_of_the_article_s(card: str) -> None:
    def read(before: str, line: str, behind: str) -> str | None:
        page = f"<title>Rail link</title>{before}<article><h1>Rail link</h1>{line}{TEXT}</article>{behind}"
        return read_page(page.encode(), url="https://hc.example/news/1", seen=NOON).author

    assert read(card, "", "") is None
    assert read("", "", card) is None
    assert read(card, "<div class='byline'>By Grace Tan</div>", card) == "Grace Tan"
    assert read(card, "<p>By Grace Tan</p>", card) == "Grace Tan"


@pytest.mark.parametrize(
    ("line", "after", "expected"),
    [
        ("<p>2025-11-27 09:41 | 发布者: <a href='/u/4'>陶文静</a> | 查看: 12</p>", "", "陶文静"),
        ("<p>发布者: admin | 查看: 12</p>", "", None),
        ("<p>Reporter</p><p>Rina Kusuma</p><p>Editor</p><p>Budi Santoso</p>", "", "Rina Kusuma"),
        ("<p>Penulis</p><p>Rina</p>", "", "Rina"),
        ("<div>Rina Kusuma, CNN Indonesia</div>", "", "Rina Kusuma"),
        ("<div>Rina Kusuma - Tribun News</div>", "", "Rina Kusuma"),
        ("<p>By Lorna Cruz, Philippine Star</p>", "", "Lorna Cruz"),
        ("<p>By LORNA CRUZ, Inquirer Central Luzon / @lorna</p>", "", "LORNA CRUZ"),
        ("<p>By Lorna Cruz, Jordan Chan</p>", "", "Lorna Cruz, Jordan Chan"),
        ("<div>Vientiane, Laos</div>", "", None),
        ("", "<p style='text-align:right'>Lê An (TTXVN/Vietnam+)</p>", "Lê An"),
        ("", "<p style='text-align: right'><strong>Lê An - Diễm My</strong></p>", "Lê An, Diễm My"),
        ("", "<p align='right'><b>Lê An</b></p>", "Lê An"),
        ("", "<p style='text-align:right'><b>Theo VnExpress</b></p>", None),
    ],
)  # fmt: skip
def test_bylines_without_a_word_before_the_name(line: str, after: str, expected: str | None) -> None:
    assert author(line=line, after=after) == expected
