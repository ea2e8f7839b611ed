"""When a page says that its article was published."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.config.settings import Source
from crawler.ingest.articles import PageOrder, article_of
from crawler.parsing.dates.context import Origin
from crawler.parsing.dates.verdict import Doubt
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
    found = published(line=line, lang=lang)
    assert found is not None
    assert found.date() == OLD.date()


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


TEXT = "".join(
    f"<p>The base was opened by both sides on day {n}, officials of both sides said, and more is to come.</p>"
    for n in range(4)
)


def day(
    body: str, head: str = "", lang: str | None = "en", url: str = URL, title: str = "A base opens in Kuantan"
) -> str | None:
    """The day of a page in its outlet's zone or in UTC; both are the same here."""
    html = f"<html><head><title>{title} | Outlet</title>{head}</head><body>{body}</body></html>"
    found = read_page(html.encode(), url=url, seen=NOON, origin=Origin(url, lang)).published
    return f"{found:%Y-%m-%d}" if found else None


H1 = "<h1>A base opens in Kuantan</h1>"
OLDER = "<time datetime='2018-01-02T00:00:00Z'>2 Jan 2018</time>"


@pytest.mark.parametrize(
    "body",
    [
        f"<div class='ticker'><a href='/b'>Old</a>{OLDER}</div>{H1}<time datetime='2019-11-14T02:00:00Z'>14 Nov</time>{TEXT}",
        f"<div class='x1'>28/11/2025 19:00</div>{H1}<div class='x2'>14/11/2019 09:20</div>{TEXT}",
        f"{H1}<p>14 November 2019</p><p>Updated: 20 November 2019</p>{TEXT}",
        f"{H1}<p>Updated 20 November 2019</p><p>Published 14 November 2019</p>{TEXT}",
        f"{H1}<h2>The ceremony on 1 October 2019 in Kuantan</h2><p>By A. Writer - November 14, 2019</p>{TEXT}",
        f"{H1}<div><b>14</b> <i>Nov</i> <u>2019</u></div>{TEXT}",
        f"{H1}<p>{'The lead tells it in one sentence that goes on for some time. ' * 3}</p><div>14 November 2019</div>{TEXT}",
        f"{H1}<time class='entry-date published updated' datetime='2019-11-14T08:00:00+07:00'>then</time>{TEXT}",
        f"{H1}<abbr class='published' title='2019-11-14T08:00:00+07:00'>long ago</abbr>{TEXT}",
        f"<div class='d'><h2>Thursday, 14 November 2019</h2><div><h3>A base opens in Kuantan</h3>{TEXT}</div></div>",
        f"<table><tr><td><b><font>A base opens in Kuantan</font></b></td></tr><tr><td>Outlet 2019-11-14 08:30</td></tr><tr><td>{TEXT}</td></tr></table>",
        f"<header><h1>Outlet</h1></header><h2>A base opens in Kuantan</h2><p>14.11.2019 08:30</p>{TEXT}",
        f"<div class='has-sidebar'>{H1}<p>14 November 2019</p>{TEXT}</div>",
        f"{H1}<div>14 November 2019</div>{TEXT}<ul>" + "".join(f"<li><a href='/{n}'>Other news</a> {n} May 2019</li>" for n in range(1, 9)) + "</ul>",
        f"{H1}<div>14 November 2019</div>{TEXT}<div itemscope itemtype='https://schema.org/Comment'><time itemprop='datePublished' datetime='2019-12-05'>5 Dec</time></div>",
        f"<div itemscope itemtype='http://schema.org/NewsArticle'>{H1}<meta itemprop='datePublished' content='2019-11-14T01:00:00Z'></div>{TEXT}"
        + "".join(f"<div itemscope itemtype='http://schema.org/NewsArticle'><h3>Other {n}</h3><meta itemprop='datePublished' content='2019-10-0{n}'></div>" for n in range(1, 4)),
    ],
)  # fmt: skip
def test_the_day_beside_the_headline_is_told_from_clocks_tickers_changes_and_other_news(body: str) -> None:
    assert day(body) == "2019-11-14"


@pytest.mark.parametrize(
    "body",
    [
        f"<div class='widget Blog'><h2>Thursday</h2><h3>A base opens in Kuantan</h3>{TEXT}<div class='post-footer'><abbr class='published' title='2019-11-14T08:00:00+07:00'>08:00</abbr></div></div>",
        f"{H1}{TEXT}<div class='footer'><time itemprop='datePublished' datetime='2019-11-14'>14.11.</time></div>",
        f"{H1}<aside class='meta'><time pubdate datetime='2019-11-14T08:00:00+07:00'>then</time></aside>{TEXT}",
        f"{H1}{TEXT}<footer class='node__meta'><span property='schema:dateCreated' content='2019-11-14T01:45:46+00:00'></span></footer>",
        f"{H1}{TEXT}<span property='dc:date dc:created' content='2019-11-14T01:45:46+00:00'></span>"
        "<div typeof='schema:Comment'><span property='dc:date' content='2019-11-20T01:45:46+00:00'></span></div>",
        f"{H1}<ul class='nav meta'><li>14 Nov 2019 18:29</li></ul>{TEXT}",
        f"<h3 class='teaser-meta'>14.11.2019</h3>{H1}{TEXT}",
    ],
)  # fmt: skip
def test_a_frame_may_hold_what_the_article_says_of_itself(body: str) -> None:
    assert day(body) == "2019-11-14"


@pytest.mark.parametrize(
    "line",
    [
        "Dieser Artikel wurde am 14. November 2019 um 14:48 von A. Writer in Technik eingestellt",
        "Letzte Änderung: 20.11.2019 - 14:49:39<br>Erschienen am: 14.11.2019<br>Lesungen: 61",
        "am 14. November 2019 um 23:03 Uhr gepostet und unter Medien abgelegt",
        "This entry was posted on Thursday, November 14, 2019 at 8:00 am and is filed under News",
        "Diterbitkan: Kamis, 14 November 2019 08:00 WIB",
        "Ngày đăng: 14/11/2019",
        "发布时间：2019年11月14日 08:00",
        "เผยแพร่เมื่อ 14 พฤศจิกายน 2562",
        "Опубликовано: 14 ноября 2019",
    ],
)
def test_a_line_that_says_so_dates_the_publication_wherever_it_stands(line: str) -> None:
    assert day(f"{H1}{TEXT}<div class='x7'>{line}</div>") == "2019-11-14"


@pytest.mark.parametrize(
    "line",
    [
        "© 2019 Outlet. Published: 14 November 2019",
        "The film will be published 14 November 2019",
    ],
)
def test_other_lines_with_such_words_date_nothing(line: str) -> None:
    assert day(f"{H1}{TEXT}<div class='x7'>{line}</div>") is None


def test_a_list_of_other_news_dates_nothing_whatever_words_stand_in_it() -> None:
    row = (
        "<li><a href='/b'>The harvest of durians begins early this year</a> Published: 14 November 2019</li>"
    )
    assert day(f"{H1}{TEXT}<ul>{row}</ul>") is None


@pytest.mark.parametrize(
    "beginning",
    ["14.11.2019 „", "Kuantan (14.11.2019). ", "14 November 2019 – ", "JAKARTA, 14/11/2019 - "],
)
def test_an_article_may_begin_with_its_date(beginning: str) -> None:
    assert day(f"{H1}<p>{beginning}{TEXT.removeprefix('<p>')}", lang="id") == "2019-11-14"


@pytest.mark.parametrize(
    "beginning", ["On 14 November 2019, ", "14 November 2019 was the day when ", "2019年11月14日，"]
)
def test_a_sentence_that_begins_with_a_day_tells_of_it(beginning: str) -> None:
    assert day(f"{H1}<p>{beginning}{TEXT.removeprefix('<p>')}") is None


def test_what_readers_see_counts_before_an_attribute_that_names_another_day() -> None:
    shown = "<time datetime='2019-11-20T10:18:46Z'>Publié le 14 novembre 2019</time>"
    assert day(f"{H1}{shown}{TEXT}") == "2019-11-14"


def test_local_time_that_a_template_calls_utc_is_not_believed() -> None:
    wrong = json_ld('{"@type": "NewsArticle", "datePublished": "2019-11-15T04:25:06Z"}')
    right = "<meta property='article:published_time' content='2019-11-14T21:25:06+00:00'>"
    body = H1.replace("Kuantan", "Jakarta") + TEXT
    page = f"<html><head><title>A</title>{wrong}{right}</head><body>{body}</body></html>"
    found = read_page(page.encode(), url=URL, seen=NOON, origin=Origin(URL, "id")).published
    assert found == datetime(2019, 11, 14, 21, 25, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://web.archive.org/web/20210106023242/http://outlet.example/2019/11/14/base/", "2019-11-14"),
        ("https://web.archive.org/web/20210106023242/http://outlet.example/base/", None),
        ("https://outlet.example/news/14-11-2019-base", "2019-11-14"),
        ("https://outlet.example/news/11-10-2019-base", None),
    ],
)
def test_an_address_dates_a_page_that_says_nothing(url: str, expected: str | None) -> None:
    assert day(H1 + TEXT, url=url) == expected


def test_the_order_of_a_language_is_that_of_its_short_dates() -> None:
    assert day(f"{H1}<p>05.11.19</p>{TEXT}", lang="de") == "2019-11-05"
    page = f"<html lang='en-GB'><head><title>A base</title></head><body>{H1}<p>05/11/2019</p>{TEXT}</body></html>"
    found = read_page(page.encode(), url=URL, seen=NOON).published
    assert found is not None
    assert found.month == 11
    american = page.replace("en-GB", "en-US")
    assert read_page(american.encode(), url=URL, seen=NOON).published is None, "templates come with it"


@pytest.mark.parametrize(
    "head",
    [
        "<meta name='pubdate' content='now'><meta property='article:published_time' content='0000-00-00'><meta name='PubDate' content='2019-11-14 08:00'>",
        "<meta property='og:time' content='2019-11-14 08:00:00'>",
        "<meta property='article:published_time' content='14 พ.ย. 2562 09:20'>",
        "<meta name='dateUpdate' content='2019-11-14 08:00:00'>",
        "<meta name='publish_timestamp' content='1573693200'>",
        json_ld('{"@type": "NewsArticle", "headline": "A "quoted" word", "datePublished": "2019-11-14T08:00:00+07:00"}'),
        json_ld('/*<![CDATA[*/ {"@type": "NewsArticle", "datePublished": "2019-11-14T08:00:00+07:00",} /*]]>*/'),
        json_ld('[{"@type": "NewsArticle", "headline": "Others", "datePublished": "2019-01-01"}, {"@type": "NewsArticle", "headline": "A base opens in Kuantan", "datePublished": "2019-11-14"}]'),
        json_ld('{"@type": "NewsArticle", "mainEntityOfPage": {"@id": "https://outlet.example/news/1"}, "datePublished": "2019-11-14"}') + json_ld('{"@type": "NewsArticle", "datePublished": "2018-01-01"}'),
        json_ld('{"@type": "NewsArticle", "datePublished": 1573693200}'),
        "<script>window.state = {\"article\": {\"publishTime\": \"2019-11-14 08:00:00\"}}</script>",
    ],
)  # fmt: skip
def test_one_bad_date_does_not_end_the_search(head: str) -> None:
    assert day(H1 + TEXT, head) == "2019-11-14"


def test_metadata_of_other_articles_say_nothing_of_the_page() -> None:
    others = '[{"@type": "NewsArticle", "headline": "One", "datePublished": "2019-01-01"}, {"@type": "NewsArticle", "headline": "Two", "datePublished": "2019-02-01"}]'
    assert day(H1 + TEXT, json_ld(others)) is None
    assert day(H1 + "<p>14 November 2019</p>" + TEXT, json_ld(others)) == "2019-11-14"


def test_an_address_corrects_the_date_of_a_later_build() -> None:
    head = "<meta name='date' content='2025-11-20'>"
    assert day(H1 + TEXT, head, url="https://outlet.example/2019/11/14/base.html") == "2019-11-14"
    stated = "<meta property='article:published_time' content='2025-11-20T08:00:00Z'>"
    again = json_ld('{"@type": "NewsArticle", "datePublished": "2025-11-20T08:00:00Z"}')
    url = "https://outlet.example/2019/11/14/base.html"
    assert day(H1 + TEXT, stated + again, url=url) == "2019-11-14", "printed again"
    assert day(H1 + TEXT, stated, url="https://outlet.example/2019/11/14.html") == "2025-11-20", (
        "the fourteenth"
    )


def test_a_date_that_the_server_writes_at_every_request_is_none() -> None:
    assert day(H1 + TEXT, f"<meta name='date' content='{NOON.isoformat()}'>") is None


def test_days_that_nothing_tells_apart_are_none() -> None:
    assert day(f"{H1}<p>05/11/2019</p>{TEXT}") is None
    assert day(f"{H1}<p>05/11/2019</p>{TEXT}", lang="vi") == "2019-11-05"
    assert day(H1 + TEXT + "<p>Copyright 14 November 2019 Outlet</p>") is None


@pytest.mark.parametrize(("lang", "hour"), [("zh", 22), ("id", 23), ("en", 6)])
def test_a_time_without_a_zone_is_that_of_the_outlet(lang: str, hour: int) -> None:
    html = f"<html lang='{lang}'><head><meta property='article:published_time' content='2019-11-15 06:30:00'></head><body>{H1}{TEXT}</body></html>"
    found = read_page(html.encode(), url=URL, seen=NOON).published
    assert found is not None
    assert (found.hour, found.minute) == (hour, 30)


def test_a_sure_date_of_the_page_corrects_a_doubtful_one_of_the_feed() -> None:
    head = json_ld('{"@type": "NewsArticle", "datePublished": "2025-11-28T01:00:00Z"}')
    stated = datetime(2025, 11, 28, 1, tzinfo=UTC)
    in_doubt = NOON - timedelta(hours=1)
    for basis in (
        "to the day",
        "to the minute; zone assumed",
        f"to the minute; zone stated; {Doubt.CUSTOM}",
        f"to the second; zone stated; {Doubt.FUTURE}",
    ):
        assert published(head, published=in_doubt, date_basis=basis) == stated
    for basis in ("to the second; zone stated", "to the minute; zone of the source", None):
        assert published(head, published=in_doubt, date_basis=basis) == in_doubt


def test_a_bare_day_of_the_page_corrects_another_day_and_not_a_moment_in_it() -> None:
    doubtful = {"date_basis": f"to the minute; zone stated; {Doubt.CUSTOM}"}
    line = "<div>27 November 2025</div>"
    right = datetime(2025, 11, 27, 9, 20, tzinfo=UTC)
    assert published(line=line, published=right, **doubtful) == right
    assert published(line=line, published=right - timedelta(days=20), **doubtful) == datetime(
        2025, 11, 27, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("before", "line", "behind"),
    [
        ('<div class="top"><span>Wednesday, 26 November 2025</span></div>', "", ""),
        ('<div class="top"><span>Rabu, 26 November 2025</span></div>', "", ""),
        ('<div class="hd"><b>2025年11月26日 星期三</b></div>', "", ""),
        ('<div class="bar">Thứ tư, 26/11/2025</div>', "", ""),
        ("", "<h2>The fair opens on 20 November 2025</h2>", ""),
        ("", "<p>The pact was signed in Vientiane on 20 November 2025.</p>", ""),
        ("", "<p>协议已于2025年11月20日由双方代表在万象正式签署并生效。</p>", ""),
        ("", "<p>Perjanjian itu diteken di Vientiane pada 20 November 2025.</p>", ""),
        ("", "", "<div class='box'><a href='/2'>Ferry fares rise before the long holiday begins</a> <span>20 November 2025</span></div>"),
        ("", "", "<div><p><a href='/2'>Giá vé phà tăng trước kỳ nghỉ lễ dài ngày ở miền Nam</a></p><i>20/11/2025</i></div>"),
        ("", "", "<div id='c1'><b>Jo</b> <span>November 20, 2025 at 3:14 pm</span><p>Well said</p></div>"),
        ("", "", "<div id='binhluan'><b>An</b> <span>20/11/2025</span><p>Hay</p></div>"),
        ("", "", "<div class='pinglun'><b>网友</b> <span>2025-11-20</span><p>好</p></div>"),
    ],
)  # fmt: skip
def test_a_page_without_a_date_of_its_own_has_none(before: str, line: str, behind: str) -> None:
    page = PAGE.format(head="", line=line, behind="").replace("<article>", f"{before}<article>")
    page = page.replace("</article>", f"</article>{behind}")
    assert read_page(page.encode(), url=URL, seen=NOON, origin=Origin(URL, "id")).published is None


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ('<time datetime="2019-11-14"></time>', True),
        ('<p>By A. Writer <time datetime="2019-11-14T08:00:00+07:00"></time></p>', True),
        ('<p>1 January 2031</p><time datetime="2019-11-14"></time>', True),
        ('<time datetime="2562-11-14"></time>', True),
        ('<time datetime="2019-11-14"></time><time datetime="2019-12-01"></time>', False),
        ('<aside class="related"><time datetime="2019-11-14"></time></aside>', False),
    ],
)
def test_a_time_element_that_a_program_fills_in_dates_a_page(line: str, day: bool) -> None:
    found = read_page(
        PAGE.format(head="", line=line, behind="").encode(), url=URL, seen=NOON, origin=Origin(URL, "th")
    ).published
    assert (found.date() if found else None) == (OLD.date() if day else None)
