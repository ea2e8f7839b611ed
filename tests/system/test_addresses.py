"""``crawl --url`` takes any address: a home page whose feed is found, a list of links, an article, an OPML file, a PDF."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import Done, run
from tests.faults.behaviours import answer
from tests.faults.server import FaultServer
from tests.ingesting import item, rss
from tests.newsroom.configuration import packaged, with_sections
from tests.pdfs import pdf

NOW = datetime.now(UTC)
HTML = {"Content-Type": "text/html; charset=utf-8"}
TEXT = (
    "The railway between the border and the capital carries freight from Monday on, the ministry said. " * 9
)


def page(title: str, *body: str, head: str = "") -> bytes:
    return f"<html><head><title>{title}</title>{head}</head><body>{''.join(body)}</body></html>".encode()


def article(number: int) -> bytes:
    return page(
        f"Railway carries freight {number}",
        f"<article><h1>Railway carries freight {number} to the border</h1><p>{TEXT}</p><p>{TEXT}</p></article>",
        head='<meta property="og:type" content="article">',
    )


def links(count: int, teaser: str = "") -> str:
    return "".join(
        f'<div class="card"><a href="/news/2025-{n:03}-railway"><h3>Railway number {n} carries freight to the border</h3></a>{teaser}</div>'
        for n in range(count)
    )


def feed(site: FaultServer, *numbers: int) -> bytes:
    rows = (
        item(
            f"Railway carries freight {n} to the border",
            site.address(f"news/2025-{n:03}-railway"),
            at=NOW - timedelta(hours=n),
        )
        for n in numbers
    )
    return rss(*rows)


@pytest.fixture
def site() -> Iterator[FaultServer]:
    with FaultServer({}) as server:
        for n in range(12):
            server.behaviours[f"news/2025-{n:03}-railway"] = answer(article(n), HTML)
        yield server


def crawl(site: FaultServer, folder: Path, *paths: str) -> Done:
    text = with_sections(
        packaged(),
        sources=[],
        subscriptions=[],
        storage={"url": "sqlite:///aseanwatch.db"},
        crawl={"allow_private": ["127.0.0.1"], "timeout": "5s"},
    )
    (folder / "config.yaml").write_text(text, encoding="utf-8")
    urls = [word for path in paths for word in ("--url", site.address(path))]
    return run("crawl", *urls, "--all", "--output", "new.jsonl", cwd=folder)


def rows(folder: Path) -> int:
    file = folder / "new.jsonl"
    return len(file.read_text(encoding="utf-8").splitlines()) if file.exists() else 0


def test_of_a_home_page_the_best_feed_is_crawled_and_the_others_are_named(
    site: FaultServer, tmp_path: Path
) -> None:
    alternate = '<link rel="alternate" type="application/rss+xml" href="{}">'
    head = alternate.format("/all.xml") + alternate.format("/sport.xml")
    site.behaviours |= {
        "": answer(page("Outlet", links(5), head=head), HTML),
        "all.xml": answer(feed(site, 0, 1, 2)),
        "sport.xml": answer(feed(site, 9)),
    }
    done = crawl(site, tmp_path, "")
    assert done.status == 0, done.err
    assert rows(tmp_path) == 3
    assert f"is crawled: {site.address('all.xml')}" in done.err
    assert f"also there: {site.address('sport.xml')} (feed, 1 entry)" in done.err
    # The site named its feeds, so that nothing was guessed.
    assert "rss.xml" not in site.counts
    again = crawl(site, tmp_path, "")
    assert (again.status, rows(tmp_path)) == (0, 3)
    site.behaviours["all.xml"] = answer(feed(site, 0, 1, 2, 4))
    assert (crawl(site, tmp_path, "").status, rows(tmp_path)) == (0, 4)


def test_a_news_sitemap_that_only_robots_txt_names_is_found(site: FaultServer, tmp_path: Path) -> None:
    stamp = (NOW - timedelta(hours=1)).isoformat()
    urls = "".join(
        f"<url><loc>{site.address(f'news/2025-{n:03}-railway')}</loc><news:news><news:publication_date>{stamp}"
        f"</news:publication_date><news:title>Railway {n}</news:title></news:news></url>"
        for n in range(4)
    )
    sitemap = (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>'
    )
    site.behaviours |= {
        "section/asean": answer(page("ASEAN", links(8, "<p>Freight goes by rail to the border now.</p>")), HTML),
        "robots.txt": answer(b"User-agent: *\nDisallow:\nSitemap: /deep/news-map.xml\n", {"Content-Type": "text/plain"}),
        "deep/news-map.xml": answer(sitemap.encode(), {"Content-Type": "application/xml"}),
    }  # fmt: skip
    done = crawl(site, tmp_path, "section/asean")
    assert done.status == 0, done.err
    assert "its news sitemap is crawled" in done.err
    assert rows(tmp_path) == 4


def test_a_page_without_any_feed_is_read_as_a_list(site: FaultServer, tmp_path: Path) -> None:
    menu = "<nav>" + "".join(
        f'<a href="/menu-entry-number-{n}">A long entry of the menu</a>' for n in range(9)
    )
    site.behaviours[""] = answer(page("Outlet", menu, "</nav>", links(6), "<footer>About</footer>"), HTML)
    done = crawl(site, tmp_path, "")
    assert done.status == 0, done.err
    assert "its 6 links to articles are read as a list" in done.err
    assert rows(tmp_path) == 6


def test_where_nothing_is_found_it_is_said_what_was_tried(site: FaultServer, tmp_path: Path) -> None:
    site.behaviours[""] = answer(page("Empty", "<script>draw()</script>"), HTML)
    done = crawl(site, tmp_path, "")
    assert done.status == 1
    assert (
        "neither an article nor a list of articles, and no feed was found (looked at: links of the page"
        in done.err
    )
    assert "Sources: 0 ok, 0 unchanged, 1 failed" in done.out


def test_an_article_with_many_links_to_others_stays_an_article(site: FaultServer, tmp_path: Path) -> None:
    body = f"<h1>Railway opens to the border today</h1><div><p>{TEXT}</p><p>{TEXT}</p></div>"
    site.behaviours["story/12345-railway-opens"] = answer(
        page("Railway opens to the border today", body, links(12)), HTML
    )
    done = crawl(site, tmp_path, "story/12345-railway-opens")
    assert done.status == 0, done.err
    assert rows(tmp_path) == 1
    assert "home page" not in done.err


def test_the_feeds_of_an_opml_file_are_crawled(site: FaultServer, tmp_path: Path) -> None:
    outlines = "".join(
        f'<outline text="{n}" type="rss" xmlUrl="{site.address(n + ".xml")}"/>' for n in ("one", "two")
    )
    site.behaviours |= {
        "reader.opml": answer(f'<opml version="2.0"><body>{outlines}</body></opml>'.encode()),
        "one.xml": answer(feed(site, 1, 2)),
        "two.xml": answer(feed(site, 5)),
    }
    done = crawl(site, tmp_path, "reader.opml")
    assert done.status == 0, done.err
    assert "an OPML file with 2 feeds" in done.err
    assert rows(tmp_path) == 3


def test_a_pdf_and_a_redirect_to_a_home_page(site: FaultServer, tmp_path: Path) -> None:
    site.behaviours |= {
        "report.pdf": answer(pdf("Railway report", TEXT, TEXT), {"Content-Type": "application/pdf"}),
        "old": answer(b"", {"Location": "/"}, "301 Moved Permanently"),
        "": answer(page("Outlet", links(3), head='<link rel="alternate" type="application/atom+xml" href="f">'), HTML),
        "f": answer(feed(site, 3)),
    }  # fmt: skip
    done = crawl(site, tmp_path, "report.pdf", "old")
    assert done.status == 0, done.err
    assert rows(tmp_path) == 2
