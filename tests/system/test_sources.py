"""``sources discover``, ``probe``, ``import``, ``export`` and ``coverage`` on a small site on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from crawler.config.adding import with_sources
from crawler.documents.reader import ReaderPool
from crawler.fetching.fetchers import make_fetcher
from crawler.model import AseanwatchError
from crawler.sources.discovery import discover
from crawler.sources.opml import Outline, name_for, read_opml, write_opml
from tests.builders import shipped
from tests.conftest import run
from tests.faults.behaviours import answer
from tests.faults.server import FaultServer
from tests.ingesting import item, rss
from tests.newsroom.configuration import over_packaged, packaged

NOW = datetime.now(UTC)
HOME = b"""<html><head><link rel="alternate" type="application/rss+xml" title="News" href="/all.xml">
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed"></head>
<body><a href="/section/rss">RSS of a section</a> <a href="/story/1">Port opens berth</a></body></html>"""
HTML = {"Content-Type": "text/html"}


def feed(name: str, count: int = 8, age: timedelta = timedelta(hours=1)) -> bytes:
    rows = (
        item(
            f"{name} {n}",
            f"https://o.example/{name}/{n}",
            at=NOW - age - timedelta(hours=n),
            summary="Ships call.",
        )
        for n in range(count)
    )
    return rss(*rows)


@pytest.fixture
def site() -> Iterator[FaultServer]:
    pages = {
        "": answer(HOME, HTML), "all.xml": answer(feed("all")), "comments/feed": answer(feed("comments")), "section/rss": answer(feed("section", 3)),
        "feed": answer(feed("all")), "atom.xml": answer(feed("old", age=timedelta(days=400))), "plain": answer(b"<html><p>Nothing.</p></html>", HTML),
        "robots.txt": answer(b"Sitemap: /news-map.xml\nUser-agent: *\nDisallow:\n", {"Content-Type": "text/plain"}),
    }  # fmt: skip
    with FaultServer(pages) as server:
        yield server


def found(site: FaultServer, path: str = "") -> list[str]:
    async def look() -> list[str]:
        readers, fetcher = (
            ReaderPool(),
            make_fetcher(shipped().crawl.model_copy(update={"allow_private": ("127.0.0.1",)})),
        )
        try:
            return [
                c.url.removeprefix(site.address(""))
                for c in await discover(fetcher, readers, site.address(path), NOW)
            ]
        finally:
            readers.close()
            fetcher.close()

    return asyncio.run(look())


def test_the_feed_that_a_page_links_to_comes_first_and_comments_come_late(site: FaultServer) -> None:
    ranked = found(site)
    assert ranked[0] == "all.xml"
    assert ranked.index("section/rss") < ranked.index("comments/feed")
    assert "feed" not in ranked  # the same entries as all.xml


def test_the_usual_places_are_looked_at_where_a_page_says_nothing(site: FaultServer) -> None:
    assert found(site, "plain")[0] == "feed"


def test_a_feed_s_own_address_is_found_as_it_is(site: FaultServer) -> None:
    assert found(site, "section/rss")[0] == "section/rss"


def test_a_site_that_does_not_answer_is_told(site: FaultServer) -> None:
    with pytest.raises(AseanwatchError, match="404"):
        found(site, "nowhere")


def configured(folder: Path, *sources: dict[str, str]) -> None:
    sections = {
        "crawl": {"allow_private": ["127.0.0.1"], "timeout": "5s"},
        "sources": list(sources),
        "subscriptions": [],
    }
    (folder / "config.yaml").write_text(over_packaged(**sections), encoding="utf-8")


def test_a_source_is_found_added_probed_and_accounted_for(site: FaultServer, tmp_path: Path) -> None:
    configured(tmp_path, {"name": "first", "url": site.address("section/rss"), "lang": "en", "country": "SG"})
    done = run("sources", "discover", site.address(""), "--add", cwd=tmp_path)
    assert done.status == 0, done.err
    added = yaml.safe_load((tmp_path / "config.yaml").read_text())["sources"][-1]
    assert added["url"] == site.address("all.xml")
    probed = run("sources", "probe", added["name"], "first", "--json", cwd=tmp_path)
    assert [p["entries"] for p in probed.json] == [8, 3]
    assert run("crawl", "--no-pages", cwd=tmp_path).status == 0
    health = run("sources", "health", "--json", cwd=tmp_path).json
    assert [(h["outcome"], h["new_entries"]) for h in health] == [("ok", 3), ("ok", 8)]
    assert all(h["next"] for h in health)
    assert run("coverage", cwd=tmp_path).status == 0


def test_a_failing_language_makes_coverage_exit_1_and_says_what_to_do(
    site: FaultServer, tmp_path: Path
) -> None:
    configured(
        tmp_path,
        {"name": "well", "url": site.address("all.xml"), "lang": "en", "country": "SG"},
        {"name": "gone", "url": site.address("nowhere"), "lang": "lo", "country": "LA"},
    )
    assert run("crawl", "--no-pages", cwd=tmp_path).status == 1
    done = run("coverage", "--json", cwd=tmp_path)
    assert done.status == 1
    assert done.json["short"] == ["lo", "LA"]
    (problem,) = next(s for s in done.json["sources"] if s["name"] == "gone")["problems"]
    assert (problem["kind"], "discover" in problem["advice"]) == ("failing", True)
    shown = run("coverage", cwd=tmp_path)
    assert shown.status == 1
    assert "404" in shown.out


def test_feeds_of_a_reader_are_taken_over_with_their_folders_and_given_back(tmp_path: Path) -> None:
    configured(tmp_path, {"name": "mine", "url": "https://o.example/mine.xml"})
    (tmp_path / "reader.opml").write_text(
        '<opml version="2.0"><body><outline text="Press"><outline text="Laos"><outline text="Vientiane Daily &amp; Co" type="rss" '
        'xmlUrl="https://o.example/lao.xml" language="lo"/></outline></outline><outline text="Mine" xmlUrl="https://o.example/mine.xml"/>'
        '<outline text="Bad" xmlUrl="javascript:alert(1)"/></body></opml>'
    )
    before = (tmp_path / "config.yaml").read_text()
    shown = run("sources", "import", "reader.opml", cwd=tmp_path)
    assert "1 of 2 feeds are new" in shown.err
    assert (tmp_path / "config.yaml").read_text() == before
    done = run("sources", "import", "reader.opml", "--write", cwd=tmp_path)
    assert done.status == 1
    assert "javascript:alert(1)' is no web address" in done.err
    added = yaml.safe_load((tmp_path / "config.yaml").read_text())["sources"][-1]
    assert added == {
        "name": "vientiane-daily-co",
        "url": "https://o.example/lao.xml",
        "kind": "feed",
        "lang": "lo",
        "folder": "Press / Laos",
    }
    out = run("sources", "export", cwd=tmp_path).out
    outlines = {o.url: o for o in read_opml(out.encode(), "out").feeds}
    assert outlines["https://o.example/lao.xml"].folder == "Press / Laos"


@pytest.mark.parametrize(
    "data", [b"", b"<html/>", b"\x00", b'<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>']
)
def test_what_is_no_opml_is_told(data: bytes) -> None:
    with pytest.raises(AseanwatchError, match=r"no OPML|no text"):
        read_opml(data, "file.opml")


def test_a_shipped_configuration_keeps_its_comments_when_sources_are_added() -> None:
    old = packaged()
    new = with_sources(
        old, [{"name": "added", "url": "https://o.example/a: b", "kind": "feed", "country": "NO"}]
    )
    assert [line for line in new.splitlines() if line not in old.splitlines()] == [
        '  - {name: added, url: "https://o.example/a: b", kind: feed, country: "NO"}'
    ]
    assert yaml.safe_load(new)["sources"][-1]["country"] == "NO"


def test_names_are_made_that_no_other_has() -> None:
    assert name_for("Báo Mới!", "https://baomoi.example/", ()) == "bao-moi"
    assert name_for("新闻", "https://news.example.cn/feed", ()) == "news-example-cn"
    assert name_for("News", "https://x.example/", {"news", "news-2"}) == "news-3"
    assert write_opml(()).count("outline") == 0
    assert Outline("a", "b").folder == ""
