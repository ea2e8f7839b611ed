"""When a page says that its article was published."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.config.settings import Source
from crawler.ingest.articles import PageOrder, article_of
from crawler.parsing.pages import read_page
from tests.builders import NOON, entry

URL = "https://outlet.example/news/1"
OLD = datetime(2019, 11, 14, 1, tzinfo=UTC)
PAGE = (
    "<html><head><title>A base</title>{head}</head><body><nav>26 November 2025</nav><article><h1>A base opens</h1>{line}"
    "<p>" + "The base was opened by both sides, officials said. " * 8 + "</p>{behind}</article></body></html>"
)


def published(
    head: str = "", line: str = "", behind: str = "", lang: str = "en", **of_entry: object
) -> datetime | None:
    """When an article of a page is taken to be published."""
    page = read_page(PAGE.format(head=head, line=line, behind=behind).encode(), url=URL, seen=NOON)
    source = Source(name="outlet", url="https://outlet.example/feed", lang=lang)
    return article_of(PageOrder(URL, source, (1,), entry(url=URL, **of_entry)), page, NOON).published


def json_ld(told: str) -> str:
    """An element of JSON-LD."""
    return f'<script type="application/ld+json">{told}</script>'


@pytest.mark.parametrize(
    "head",
    [
        json_ld('{"@type": "NewsArticle", "datePublished": "2019-11-14T08:00:00+07:00"}'),
        json_ld(
            '[{"@type": "BreadcrumbList"}, {"@type": ["Article"], "datePublished": "2019-11-14T08:00:00+07:00"}]'
        ),
        json_ld(
            '{"@graph": [{"@type": "WebSite"}, {"@type": "ReportageNewsArticle", "datePublished": "2019-11-14T01:00:00Z"}]}'
        ),
        json_ld(
            '{"@type": "WebPage", "mainEntity": {"@type": "BlogPosting", "datePublished": "2019-11-14T01:00Z"}}'
        ),
        json_ld("not JSON") + json_ld('{"@type": "NewsArticle", "datePublished": "2019-11-14T01:00:00Z"}'),
        '<meta name="parsely-pub-date" content="2019-11-14T01:00:00Z">',
        '<span itemprop="datePublished" content="2019-11-14T01:00:00Z"></span>',
    ],
)
def test_metadata_state_when_a_page_was_published(head: str) -> None:
    assert published(head) == OLD


def test_what_a_page_only_lists_does_not_date_it() -> None:
    listed = (
        '{"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "datePublished": "2019-11-14"}]}'
    )
    assert published(json_ld(listed)) is None


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("en", "<div>By A. Writer | November 14, 2019</div>"),
        ("en", "<p>Published: 14 November 2019, updated 20 November 2019</p>"),
        ("id", "<div>Kamis, 14 November 2019 10:00 WIB</div>"),
        ("ms", "<div>14 November 2019</div>"),
        ("vi", "<div>Thứ năm, 14/11/2019 08:30 (GMT+7)</div>"),
        ("th", "<div>14 พฤศจิกายน 2562</div>"),
        ("th", "<div>14 พ.ย. ๒๕๖๒</div>"),
        ("lo", "<div>14 ພະຈິກ 2019</div>"),
        ("km", "<div>ថ្ងៃទី១៤ ខែវិច្ឆិកា ឆ្នាំ២០១៩</div>"),
        ("my", "<div>၁၄ နိုဝင်ဘာ ၂၀၁၉</div>"),
        ("tl", "<div>Nobyembre 14, 2019</div>"),
        ("zh", "<div>来源：日报 2019年11月14日</div>"),
        ("zh", "<div>2019/11/14 10:22</div>"),
        ("en", "<div>2019年11月14日</div>"),
    ],
)
def test_the_line_below_a_headline_dates_a_page_that_states_nothing(lang: str, line: str) -> None:
    assert published(line=line, lang=lang) == datetime(2019, 11, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "behind"),
    [
        ("<div>14 November</div>", ""),
        ("", "<aside>14 November 2019</aside>"),
        ("", "<div>Read also: 14 November 2019</div>"),
        ("<ul><nav>14 November 2019</nav></ul>", ""),
        ("<div>14 November 2031</div>", ""),
    ],
)
def test_other_dates_of_a_page_say_nothing(line: str, behind: str) -> None:
    assert published(line=line, behind=behind) is None


def test_metadata_that_are_days_earlier_than_the_feed_are_right() -> None:
    head = json_ld('{"@type": "NewsArticle", "datePublished": "2019-11-14T01:00:00Z"}')
    assert published(head, published=NOON) == OLD
    hours_before = json_ld('{"@type": "NewsArticle", "datePublished": "2025-11-28T01:00:00Z"}')
    assert published(hours_before, published=NOON) == NOON
    assert published(
        line="<div>14 November 2019</div>", published=NOON - timedelta(hours=1)
    ) == NOON - timedelta(hours=1)
