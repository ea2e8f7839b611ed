"""``sources validate``, ``add`` and ``import`` with lists of sources that everybody can add to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from crawler.sources.catalogue import packaged_sources
from tests.conftest import run
from tests.faults.behaviours import answer
from tests.faults.server import FaultServer
from tests.ingesting import item, rss
from tests.newsroom.configuration import packaged, with_sections

FEED = rss(item("Port opens berth", "https://o.la/1", summary="Ships call."))
PAGE = b"""<html><body><div id="menu"><a href="/about">About</a></div>
<a href="/Detail.aspx?id=1">Port opens a new berth</a><a href="/detail.aspx?id=2">Railway carries freight</a></body></html>"""


@pytest.fixture
def site() -> Iterator[FaultServer]:
    pages = {
        "good": answer(FEED),
        "other": answer(FEED.replace(b"<channel>", b"<channel><language>th</language>")),
        "list": answer(PAGE, {"Content-Type": "text/html"}),
        "moved": answer(b"", {"Location": "/good"}, "301 Moved Permanently"),
    }
    with FaultServer(pages) as server:
        yield server


def configured(folder: Path) -> None:
    text = with_sections(
        packaged(),
        sources=[{"name": "there", "url": "http://www.there.la/feed/"}],
        subscriptions=[],
        storage={"url": "sqlite:///aseanwatch.db"},
        crawl={"allow_private": ["127.0.0.1"], "timeout": "5s"},
    )
    (folder / "config.yaml").write_text(text, encoding="utf-8")


def entry(name: str, url: str, more: str = "") -> str:
    return (
        f"  - {{name: {name}, url: '{url}', country: LA, outlet: Outlet {name},{more}"
        " evidence: {kind: publisher, by: its own page}}\n"
    )


def test_lists_are_checked_together_each_mistake_with_its_line(tmp_path: Path) -> None:
    configured(tmp_path)
    (tmp_path / "one.yaml").write_text("sources:\n" + entry("one", "https://one.la/feed"), encoding="utf-8")
    (tmp_path / "two.yaml").write_text(
        "sources:\n" + entry("two", "https://two.la/") + entry("three", "http://www.one.la/feed/"),
        encoding="utf-8",
    )
    done = run("sources", "validate", "one.yaml", "two.yaml", "none.yaml", cwd=tmp_path)
    assert done.status == 1
    assert "one.yaml is right: 1 source" in done.out
    assert "two.yaml:3: sources[1].url: is the same address as that of one of one.yaml" in done.err
    assert "none.yaml: No such file" in done.err
    assert run("sources", "validate", "one.yaml", cwd=tmp_path).status == 0


def test_with_network_each_source_is_asked(site: FaultServer, tmp_path: Path) -> None:
    configured(tmp_path)
    select = """ kind: listing, select: {item: "a[href*='detail.aspx' i]", link: '@href'},"""
    lines = (
        entry("good", site.address("good")),
        entry("gone", site.address("gone")),
        entry("moved", site.address("moved")),
        entry("other", site.address("other"), " lang: lo,"),
        entry("list", site.address("list"), select),
    )
    (tmp_path / "l.yaml").write_text("sources:\n" + "".join(lines), encoding="utf-8")
    done = run("sources", "validate", "--network", "l.yaml", cwd=tmp_path)
    assert done.status == 1
    assert done.err.splitlines() == [
        "l.yaml:3: gone: the server answers 404 Not Found",
        f"l.yaml:4: moved: it lives at {site.address('good')} now; write that address",
        "l.yaml:5: other: lang is lo, and it says that it is in th",
    ]


def test_a_list_is_imported_and_what_is_there_is_left_out(tmp_path: Path) -> None:
    configured(tmp_path)
    select = """ kind: listing, select: {item: "a[href*='x: y']", link: '@href'},"""
    text = "sources:\n" + entry("new", "https://new.la/", select) + entry("old", "https://there.la/feed")
    (tmp_path / "l.yaml").write_text(text, encoding="utf-8")
    done = run("sources", "import", "l.yaml", "--write", cwd=tmp_path)
    assert done.status == 0, done.err
    assert "1 of 2 feeds are new" in done.err
    sources = yaml.safe_load((tmp_path / "config.yaml").read_text(encoding="utf-8"))["sources"]
    assert [s["name"] for s in sources] == ["there", "new"]
    assert sources[1]["select"] == {"item": "a[href*='x: y']", "link": "@href"}
    assert run("check", cwd=tmp_path).status == 0
    (tmp_path / "l.yaml").write_text(text.replace("country: LA", "country: Laos"), encoding="utf-8")
    done = run("sources", "import", "l.yaml", "--write", cwd=tmp_path)
    assert done.status == 2 or done.status == 1
    assert "l.yaml:2: sources[0].country" in done.err


def test_packaged_sources_are_shown_and_added(tmp_path: Path) -> None:
    configured(tmp_path)
    shown = run("sources", "add", "--country", "MM", "--lang", "my", "--json", cwd=tmp_path).json
    assert {(s["country"], s["lang"]) for s in shown} == {("MM", "my")}
    assert all("never probed by us" in s["known"] for s in shown)
    done = run("sources", "add", shown[0]["name"], shown[1]["name"], cwd=tmp_path)
    assert "2 sources added" in done.err
    again = run("sources", "add", shown[0]["name"], cwd=tmp_path)
    assert "0 sources added" in again.err
    assert "1 was there already" in again.err
    assert run("sources", "add", "nobody", cwd=tmp_path).status == 2
    assert run("check", cwd=tmp_path).status == 0


def test_the_form_of_a_configuration_is_checked(tmp_path: Path) -> None:
    assert run("sources", "audit", "--form", cwd=tmp_path).status == 0  # the packaged one
    configured(tmp_path)
    text = (tmp_path / "config.yaml").read_text(encoding="utf-8")
    twice = text.replace("sources:\n", "sources:\n- name: again\n  url: https://there.la/feed\n", 1)
    (tmp_path / "config.yaml").write_text(twice, encoding="utf-8")
    done = run("sources", "audit", "--form", cwd=tmp_path)
    assert done.status == 1
    assert "again, there: the same feed" in done.out
    assert "LA: 0 sources, and 4 are wanted" in done.out


def undone(folder: Path, said: str) -> None:
    """Take the last change back that a command named."""
    number = said.split("changes undo ")[1].split(maxsplit=1)[0]
    taken = run("changes", "undo", number, cwd=folder)
    assert taken.status == 0, taken.err


def test_sources_that_are_added_by_command_are_taken_back(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    own = [{"name": "one", "url": "https://one.example/feed"}]
    config.write_text(
        with_sections(packaged(), storage={"url": f"sqlite:///{tmp_path}/s.db"}, sources=own),
        encoding="utf-8",
    )
    feeds = "".join(f'<outline text="F{n}" xmlUrl="https://u:secret{n}@f{n}.example/rss"/>' for n in range(2))
    (tmp_path / "feeds.opml").write_text(f"<opml><body>{feeds}</body></opml>", encoding="utf-8")
    without = run("sources", "add", packaged_sources()[0].name, cwd=tmp_path)
    assert "no store yet" in without.err
    assert run("db", "upgrade", cwd=tmp_path).status == 0
    before = config.read_bytes()
    added = run("sources", "add", packaged_sources()[1].name, cwd=tmp_path)
    undone(tmp_path, added.err)
    assert config.read_bytes() == before
    imported = run("sources", "import", "feeds.opml", "--write", cwd=tmp_path)
    assert imported.status == 0, imported.err
    listed = run("changes", "list", cwd=tmp_path)
    assert "f1" in listed.out
    assert "secret" not in listed.out
    last = int(imported.err.split("changes undo ")[1].split()[0])
    for number in (last, last - 1):
        assert run("changes", "undo", str(number), cwd=tmp_path).status == 0
    assert config.read_bytes() == before
    assert "undo" not in run("sources", "import", "feeds.opml", cwd=tmp_path).err


@pytest.mark.parametrize("option", ["--country=ZZ", "--lang=xx"])
def test_an_unknown_code_is_refused(tmp_path: Path, option: str) -> None:
    refused = run("sources", "add", option, cwd=tmp_path)
    assert refused.status == 2
    assert "unknown code" in refused.err
    assert run("sources", "add", "--country", "id", "--lang", "ID", cwd=tmp_path).status == 0


@pytest.mark.parametrize("data", [b"", "sources: []".encode("utf-16"), b"feeds:\n"])
def test_a_list_that_is_none_is_told_as_validate_tells_it(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "own.yaml").write_bytes(data)
    valid = run("sources", "validate", "own.yaml", cwd=tmp_path)
    refused = run("sources", "import", "own.yaml", cwd=tmp_path)
    assert refused.status != 0
    assert "OPML" not in refused.err
    assert valid.err.split()[-4:] == refused.err.split()[-4:]


def test_a_crawl_of_an_address_ignores_no_source_in_silence(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("extends: packaged\n", encoding="utf-8")
    configured = run("sources", "list", "--json", cwd=tmp_path)
    known = yaml.safe_load(configured.out)[0]["name"]
    for named, words in (("nosuch", "no source is named nosuch"), (known, "give one of them")):
        refused = run("crawl", "--url", "http://127.0.0.1:9/", "--source", named, cwd=tmp_path)
        assert refused.status == 2
        assert words in " ".join(refused.err.replace("│", " ").split())
