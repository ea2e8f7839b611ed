"""One key for all addresses of one feed, and other keys for other feeds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parsing.feed_addresses import feed_key

SEGMENT = st.text("abcdefghijklmnopqrstuvwxyz0123456789-_", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://outlet.example/rss", "https://www.outlet.example/rss/"),
        ("https://outlet.example/feed/", "http://outlet.example/?feed=rss2"),
        ("https://outlet.example/feed", "https://outlet.example/feed/atom/"),
        ("https://outlet.example/rss?b=2&a=1", "http://m.outlet.example/rss?a=1&b=2"),
        ("https://outlet.example/rss.xml?utm_source=x", "https://outlet.example/rss.xml"),
        ("https://outlet.example:443/rss", "http://outlet.example/rss"),
        ("http://feeds.feedburner.com/OutletNews", "https://feeds2.feedburner.com/outletnews?format=xml"),
        ("http://feedproxy.google.com/OutletNews", "https://feeds.feedburner.com/OutletNews/"),
        ("https://OUTLET.example/rss", "https://outlet.example//rss"),
    ],
)
def test_addresses_of_one_feed(one: str, other: str) -> None:
    assert feed_key(one) == feed_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://outlet.example/rss/a", "https://outlet.example/rss/b"),
        ("https://outlet.example/feed/", "https://outlet.example/category/feed/"),
        ("https://outlet.example/rss?unit=1", "https://outlet.example/rss?unit=2"),
        ("https://en.outlet.example/rss", "https://outlet.example/rss"),
        ("https://outlet.example/rss?cat=6511&format=xml", "https://outlet.example/rss?format=xml"),
        ("https://outlet.example:8080/rss", "https://outlet.example/rss"),
        ("http://feeds.feedburner.com/one", "http://feeds.feedburner.com/two"),
        ("https://outlet.example/?feed=rss2&cat=7", "https://outlet.example/?feed=rss2&cat=8"),
    ],
)
def test_addresses_of_two_feeds(one: str, other: str) -> None:
    assert feed_key(one) != feed_key(other)


@given(st.lists(SEGMENT, max_size=3), st.booleans(), st.booleans(), st.booleans())
def test_scheme_www_and_slash_make_no_other_feed(
    path: list[str], secure: bool, front: bool, slash: bool
) -> None:
    place = "/".join(path)
    written = f"http{'s' * secure}://{'www.' * front}outlet.example/{place}{'/' * slash}"
    assert feed_key(written) == feed_key(f"https://outlet.example/{place}")
    assert feed_key(f"https://{feed_key(written)}") == feed_key(written)
