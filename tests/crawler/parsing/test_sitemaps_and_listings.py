"""Sitemaps and list pages to entries."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from crawler.parsing.feeds import FeedError
from crawler.parsing.listings import Selectors, read_listing
from crawler.parsing.sitemaps import read_sitemap
from tests.builders import NOON
from tests.newsroom import formats
from tests.newsroom.news import items, outlets
from tests.newsroom.web import LISTING

URL = "https://outlet.example/sitemap.xml"


def address(path: str) -> str:
    return f"https://outlet.example{path}"


def of(outlet: str):  # type: ignore[no-untyped-def]
    return [i for i in items() if i.outlet.name == outlet and i.at <= NOON]


def test_a_news_sitemap_gives_titles_dates_and_outlet() -> None:
    published = of("nanhai-agency")
    body = formats.news_sitemap(outlets()["nanhai-agency"], published, address).encode()
    found = read_sitemap(body, url=URL, source="s", seen=NOON).entries
    assert [(e.title, e.url, e.published, e.outlet) for e in found] == [
        (i.title, address(i.path), i.at, "nanhai-agency") for i in published
    ]


def test_an_index_gives_its_newest_children() -> None:
    rows = "".join(
        f"<sitemap><loc>/s{i}.xml</loc><lastmod>2025-11-{i:02}</lastmod></sitemap>" for i in range(1, 20)
    )
    sitemap = read_sitemap(f"<sitemapindex>{rows}</sitemapindex>".encode(), url=URL, source="s", seen=NOON)
    assert sitemap.children == tuple(address(f"/s{i}.xml") for i in range(19, 14, -1))


def test_a_plain_sitemap_has_its_paths_as_titles_until_the_page_is_read() -> None:
    body = b"<urlset><url><loc>https://outlet.example/china-asean-talks.html</loc></url></urlset>"
    (entry,) = read_sitemap(body, url=URL, source="s", seen=NOON).entries
    assert entry.title == "china asean talks"


def test_entities_are_never_expanded() -> None:
    body = b'<!DOCTYPE u [<!ENTITY e SYSTEM "file:///etc/hostname">]><urlset><url><loc>https://o.example/&e;</loc></url></urlset>'
    assert all("/etc" not in e.url for e in read_sitemap(body, url=URL, source="s", seen=NOON).entries)


@pytest.mark.parametrize("body", [b"<html></html>", b"", b"<rss/>", b"words"])
def test_what_is_no_sitemap_is_refused(body: bytes) -> None:
    with pytest.raises(FeedError):
        read_sitemap(body, url=URL, source="s", seen=NOON)


def test_a_list_page_is_read_by_its_selectors() -> None:
    published = of("tonle-sap")
    body = formats.listing(outlets()["tonle-sap"], published, address).encode()
    found = read_listing(body, Selectors(**LISTING), url=address("/tonle-sap/feed"), source="s", seen=NOON)
    assert [(e.title, e.url, e.published) for e in found] == [
        (i.title, address(i.path), i.at) for i in published
    ]


@pytest.mark.parametrize(
    ("header", "meta"), [("gb2312", ""), ("", "gb2312"), ("iso-8859-1", "GBK"), ("gbk", "utf-8")]
)
def test_a_list_page_is_decoded_as_it_is_declared_where_that_fits(header: str, meta: str) -> None:
    page = f'<meta charset="{meta}"><ul><li><a href="/1">中国与老挝签署铁路合作协议 镕</a></li></ul>'.encode(
        "gb18030"
    )
    kind = f"text/html; charset={header}" if header else "text/html"
    (entry,) = read_listing(page, Selectors("li"), url=URL, source="s", seen=NOON, content_type=kind)
    assert entry.title == "中国与老挝签署铁路合作协议 镕"


@pytest.mark.parametrize(
    ("select", "part"),
    [
        (Selectors("div.gone"), "no element of the page matches select.item 'div.gone'"),
        (Selectors("li", link="b@href"), "none has a link at 'b@href'"),
        (Selectors("li["), "no CSS"),
    ],
)
def test_a_page_that_changed_says_which_selector_fails(select: Selectors, part: str) -> None:
    with pytest.raises(FeedError, match=part.replace("[", r"\[")):
        read_listing(b"<ul><li><a href='/1'>One</a></li></ul>", select, url=URL, source="s", seen=NOON)


SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:video="http://www.google.com/schemas/sitemap-video/1.1" '
    'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
)
PICTURE = "<image:image><image:loc>https://o.example/p.jpg</image:loc><image:title>DSC_1</image:title></image:image>"
FILM = "<video:video><video:title>clip</video:title><video:publication_date>2019-01-01</video:publication_date></video:video>"
NEWS = "<{0}:news><{0}:publication_date>2025-11-28T01:00:00Z</{0}:publication_date><{0}:title>ຂ່າວ R&amp;D</{0}:title></{0}:news>"


@pytest.mark.parametrize("spaces", [SPACES, 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"', ""])
@pytest.mark.parametrize("before", ["", PICTURE, FILM, PICTURE + FILM])
@pytest.mark.parametrize("prefix", ["news", "n"])
def test_of_an_address_only_its_own_fields_and_those_of_its_news_count(
    spaces: str, before: str, prefix: str
) -> None:
    if prefix == "n" and spaces != SPACES:
        pytest.skip("a prefix of one's own means nothing where it is not declared")
    row = f"<url>{before}<loc>https://o.example/1</loc>{NEWS.format(prefix)}{before}</url>"
    (entry,) = read_sitemap(
        f"<urlset {spaces}>{row}</urlset>".encode(), url=URL, source="s", seen=NOON
    ).entries
    assert (entry.url, entry.title) == ("https://o.example/1", "ຂ່າວ R&D")
    assert entry.published == NOON.replace(hour=1)


@pytest.mark.parametrize(
    ("broken", "url", "title"),
    [
        ("<loc>https://o.example/?a=1&b=2</loc>", "https://o.example/?a=1&b=2", "https://o.example/?a=1&b=2"),
        (f"<loc>/1</loc>{NEWS.format('news')}".replace("&amp;", "&"), "https://outlet.example/1", "ຂ່າວ R&D"),
        (
            f"<loc>/1</loc>{NEWS.format('news')}".replace("&amp;", "&nbsp;"),
            "https://outlet.example/1",
            "ຂ່າວ R D",
        ),
    ],
)
def test_broken_markup_costs_no_part_of_an_address_or_headline(broken: str, url: str, title: str) -> None:
    found = read_sitemap(
        f"<urlset {SPACES}><url>{broken}</url></urlset>".encode(), url=URL, source="s", seen=NOON
    )
    assert [(e.url, e.title) for e in found.entries] == [(url, title)]
    assert found.notes == ("broken XML, read as far as possible",)


def test_a_sitemap_is_read_to_its_end_and_one_that_is_cut_to_its_last_whole_address() -> None:
    rows = "".join(f"<url><loc>https://o.example/{n}</loc></url>" for n in range(12_000))
    whole = f"<urlset {SPACES}>{rows}</urlset>".encode()
    assert read_sitemap(whole, url=URL, source="s", seen=NOON).entries[-1].url == "https://o.example/11999"
    cut = read_sitemap(whole[: whole.index(b"/6000<") + 3], url=URL, source="s", seen=NOON)
    assert cut.entries[-1].url == "https://o.example/5999"
    assert cut.notes == ("broken XML, read as far as possible",)


def index_of(*rows: tuple[str, str]) -> list[str]:
    """The sitemaps that are asked with each poll of an index."""
    named = "".join(
        f"<sitemap><loc>/{name}</loc>{f'<lastmod>{changed}</lastmod>' if changed else ''}</sitemap>"
        for name, changed in rows
    )
    found = read_sitemap(f"<sitemapindex>{named}</sitemapindex>".encode(), url=URL, source="s", seen=NOON)
    assert len(found.children) + len(found.others) == len(rows)
    return [url.removeprefix("https://outlet.example/") for url in found.children]


MONTHS = [(year, month) for year in (2024, 2025) for month in range(1, 12)]


@pytest.mark.parametrize(
    "form", ["s-{}-{:02}.xml", "s{}{:02}.xml", "{}/{:02}/news.xml", "s.xml?yyyy={}&amp;mm={:02}", "s_{}_{}.xml", "post-{}.{:02}.xml.gz", "w{}-w{:02}.xml"]
)  # fmt: skip
@pytest.mark.parametrize("changed", ["", "2025-11-28", "Fri, 28 Nov 2025 00:00:00 GMT"])
def test_of_sitemaps_without_dates_of_their_own_the_dates_in_their_names_count(
    form: str, changed: str
) -> None:
    names = [form.format(*month) for month in MONTHS]
    for order in (names, names[::-1], names[5:] + names[:5]):
        assert index_of(*((name, changed) for name in order))[0] == names[-1].replace("&amp;", "&")


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("s-9-2025.xml", "s-11-2025.xml"), ("s-27-11-2025.xml", "s-28-11-2025.xml"), ("s-october-2025.xml", "s-november-2025.xml"),
        ("s-2025-oct.xml", "s-2025-nov.xml"), ("s-2567-12.xml", "s-2568-11.xml"), ("s-2024.xml", "s-2025.xml"),
        ("th/2568/9/s.xml", "th/2568/11/s.xml"), ("s-2025q3.xml", "s-2025q4.xml"),
    ],
)  # fmt: skip
def test_dates_in_names_are_read_in_every_form(older: str, newer: str) -> None:
    for order in ((older, newer), (newer, older)):
        assert index_of(*((name, "") for name in order)) == [newer, older]


def test_numbers_that_look_like_years_are_numbers_among_others() -> None:
    assert index_of(*((f"sitemap-{n}.xml", "") for n in range(1890, 2110)))[0] == "sitemap-2109.xml"


def test_of_numbered_sitemaps_both_ends_are_asked_those_of_articles_first() -> None:
    names = [
        *(f"tag-sitemap{n}.xml" for n in range(9)),
        *(f"post-sitemap{n}.xml" for n in range(1, 31)),
        "google-news.xml",
    ]
    asked = index_of(*((name, "") for name in names))
    assert asked == ["google-news.xml", "post-sitemap30.xml", "post-sitemap1.xml", "post-sitemap29.xml", "post-sitemap2.xml"]  # fmt: skip


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%a, %d %b %Y %H:%M:%S GMT", "%Y-%m-%dT%H:%M:%S+07:00"])
def test_dates_of_change_count_in_every_form(form: str) -> None:
    rows = [(f"{chr(97 + n)}.xml", NOON.replace(day=1 + n * 7 % 23).strftime(form)) for n in range(22)]
    newest = max(range(22), key=lambda n: n * 7 % 23)
    assert index_of(*rows)[0] == rows[newest][0]


def rows(*entries: tuple[str, str]) -> bytes:
    """A sitemap of addresses with the moments of their changes."""
    written = (f"<url><loc>{loc}</loc><lastmod>{changed}</lastmod></url>" for loc, changed in entries)
    return f"<urlset>{''.join(written)}</urlset>".encode()


@pytest.mark.parametrize("order", ["newest first", "newest last", "in no order"])
def test_of_too_many_addresses_the_newest_are_read_and_the_others_counted(
    order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.parsing.sitemaps.MOST_ADDRESSES", 500)
    listed = [
        (f"https://o.example/{n}", f"{NOON - timedelta(minutes=n):%Y-%m-%dT%H:%M:%SZ}") for n in range(530)
    ]
    if order == "newest last":
        listed.reverse()
    if order == "in no order":
        Random(1).shuffle(listed)
    found = read_sitemap(rows(*listed), url="https://o.example/s.xml", source="o", seen=NOON)
    assert {e.url for e in found.entries} == {f"https://o.example/{n}" for n in range(500)}
    assert found.notes[-1] == "it lists 530 addresses; the newest 500 were read, 30 left out"


@pytest.mark.parametrize("root", ["urlset", "sitemapindex"])
def test_addresses_that_are_none_are_counted_with_an_example(root: str) -> None:
    row = "url" if root == "urlset" else "sitemap"
    good = "https://o.example/a"
    locs = (good, "javascript:void(0)", "https://[::1", "", "mailto:a@o.example")
    body = f"<{root}>{''.join(f'<{row}><loc>{loc}</loc></{row}>' for loc in locs)}</{root}>"
    found = read_sitemap(body.encode(), url="https://o.example/s.xml", source="o", seen=NOON)
    assert [*(e.url for e in found.entries), *found.children] == [good]
    assert found.notes[-2:] == (
        "left out for want of an address: 1",
        "left out: 3, for 'javascript:void(0)' is no web address that can be asked",
    )
    none = body.replace(good, "about:blank").encode()
    said = "; ".join(read_sitemap(none, url="https://o.example/s.xml", source="o", seen=NOON).notes)
    assert "left out: 4, for 'about:blank'" in said


def test_headlines_that_cannot_be_read_are_counted() -> None:
    news = 'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
    body = f"<urlset {news}><url><loc>/a</loc><n:news><n:title>中国@@</n:title></n:news></url></urlset>"
    found = read_sitemap(
        body.encode().replace(b"@@", b"\xe4\xb8"), url="https://o.example/s.xml", source="o", seen=NOON
    )
    assert "headlines with characters that could not be read: 1, such as '中国\ufffd'" in found.notes


def _titles(rows: str, root: str = "urlset") -> list[str]:
    body = f"<{root} xmlns:image='http://www.google.com/schemas/sitemap-image/1.1'>{rows}</{root}>".encode()
    return [e.title for e in read_sitemap(body, url="https://o.example/s.xml", source="o", seen=NOON).entries]


def test_the_title_of_a_picture_within_the_news_is_not_that_of_the_news() -> None:
    picture = "<image:image><image:title>Photo</image:title></image:image>"
    row = f"<url><loc>https://o.example/1</loc><news>{picture}<title>A pact</title></news></url>"
    assert _titles(row) == ["A pact"]


def test_a_root_in_capital_letters_is_the_same() -> None:
    assert _titles("<URL><LOC>https://o.example/a-pact</LOC></URL>", "URLSET") == ["a pact"]


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("china-laos-pact/view?articleId=1", "china laos pact"), ("news/rail-pact/12345.html", "rail pact"),
        ("view?articleId=1", "https://o.example/view?articleId=1"), ("a", "a"), ("中国与老挝/index.html", "中国与老挝"),
    ],
)  # fmt: skip
def test_the_last_part_of_an_address_that_tells_something_stands_in_for_the_headline(
    path: str, title: str
) -> None:
    assert _titles(f"<url><loc>https://o.example/{path}</loc></url>") == [title]
