"""Who wrote an article: persons, not desks, agencies, editors or photographers."""

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
        ({"@type": "Organization", "name": "Reuters"}, None),
        ({"@type": "Person", "name": "Harbour Courier"}, None),
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
        ("Theo TTXVN", None),
        ("By Reuters", None),
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
    ],
)
def test_markup_names_persons(markup: str) -> None:
    assert author(line=markup) == "Grace Tan"


def test_the_authors_of_comments_and_other_stories_are_none() -> None:
    assert author(after='<div class="comments"><span class="author">Daniel Okoro</span></div>') is None
