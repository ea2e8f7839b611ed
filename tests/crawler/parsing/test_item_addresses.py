"""Where items lead to: links as they were meant, identities in place of links, and which of too many items are read."""

from __future__ import annotations

import json

import pytest

from crawler.parsing.feeds import read_feed
from tests.builders import NOON
from tests.ingesting import item, rss


@pytest.mark.parametrize("form", ["rss", "broken rss", "json"])
def test_of_a_feed_with_too_many_items_both_ends_are_read(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.parsing.items.MOST_ITEMS", 10)
    listed = [item(f"Headline {n}", f"https://o.example/{n}") for n in range(13)]
    body = rss(*listed)
    if form == "broken rss":
        body = body.replace(b"</channel>", b"<b></channel>")
    if form == "json":
        rows = [{"id": str(n), "url": f"https://o.example/{n}", "title": f"Headline {n}"} for n in range(13)]
        body = json.dumps({"items": rows}).encode()
    feed = read_feed(body, url="https://o.example/feed", source="o", seen=NOON)
    assert [e.title for e in feed.entries] == [f"Headline {n}" for n in (0, 1, 2, 3, 4, 8, 9, 10, 11, 12)]
    assert "it lists 13 items; those at both ends were read, 3 between them left out" in feed.notes


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("http:///news/1.html", "https://www.outlet.example/news/1.html"),
        ("http:///outlet.example/news/1", "http://outlet.example/news/1"),
        ("https:/outlet.example/a", "https://outlet.example/a"),
        ("https//outlet.example/a", "https://outlet.example/a"),
        ("http://https://outlet.example/a?b=1", "https://outlet.example/a?b=1"),
        ("http:\\\\outlet.example\\a", "http://outlet.example/a"),
        ("www.outlet.example/a/1", "https://www.outlet.example/a/1"),
        ("www.outlet.example/tin-tức", "https://www.outlet.example/tin-tức"),
        ("/a/1", "https://www.outlet.example/a/1"),
        ("index.html", "https://www.outlet.example/rss/index.html"),
    ],
)
@pytest.mark.parametrize("end", ["", "<b>"])
def test_a_link_is_read_as_it_was_meant(link: str, url: str, end: str) -> None:
    body = rss(item("Headline", link, "1")).replace(b"</channel>", f"{end}</channel>".encode())
    feed = read_feed(body, url="https://www.outlet.example/rss/feed.xml", source="o", seen=NOON)
    assert [e.url for e in feed.entries] == [url]


@pytest.mark.parametrize(
    ("identity", "is_address"),
    [
        ("https://o.example/news/1", True),
        ("http://www.o.example/?p=12", True),
        ("https://other.example/news/1", False),
        ("https://o.example/", False),
        ("tag:o.example,2026:1", False),
    ],
)
@pytest.mark.parametrize("link", ["", "<link></link>", "<link>javascript:void(0)</link>"])
def test_an_identity_on_the_site_is_the_address_where_there_is_no_other(
    identity: str, link: str, is_address: bool
) -> None:
    body = rss(
        f"<item><title>A</title>{link}<guid isPermaLink='false'>{identity}</guid></item>",
        item("B", "https://o.example/b"),
    )
    feed = read_feed(body, url="https://o.example/feed", source="o", seen=NOON)
    assert [e.url for e in feed.entries] == [*([identity] if is_address else []), "https://o.example/b"]
    said = "; ".join(feed.notes)
    assert ("left out" in said) is not is_address
    if is_address and "javascript" not in link:
        assert "items without a link whose identity is taken for their address: 1" in said
