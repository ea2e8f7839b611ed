"""What a hub says counts only as far as it is proved, and what feeds say of hubs is read wherever they say it."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.parsing.feeds import read_feed
from crawler.polling import hubs
from crawler.polling.state import SourceState
from crawler.spiders.answer_headers import links_of
from tests.builders import NOON

KEYS = ("new key", "old key")
NAME = hubs.new_callback()
METHODS = ("sha1", *hubs.TRUSTED)


def signed(body: bytes, method: str, key: str) -> str:
    secret = hubs.keys_of(NAME, key).secret
    return f"{method}={hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()}"


@settings(max_examples=30)
@given(st.binary(max_size=200), st.sampled_from(METHODS), st.sampled_from(KEYS))
def test_what_was_signed_with_a_key_of_ours_is_right(body: bytes, method: str, key: str) -> None:
    header = signed(body, method, key)
    for written in (header, header.upper(), f" {header} "):
        assert hubs.check_signature(written, body, NAME, KEYS) == (True, method in hubs.TRUSTED)
    assert not hubs.check_signature(header, body + b"x", NAME, KEYS).is_right
    assert not hubs.check_signature(header, body, hubs.new_callback(), KEYS).is_right
    assert not hubs.check_signature(header[:-1], body, NAME, KEYS).is_right


@settings(max_examples=60)
@given(
    st.one_of(
        st.text(max_size=80),
        st.builds("{}={}".format, st.sampled_from((*METHODS, "new", "md5", "")), st.text(max_size=80)),
    )
)
def test_no_other_signature_is_right_whatever_it_says(header: str) -> None:
    assert hubs.check_signature(header, b"body", NAME, KEYS) == (False, False)
    assert hubs.check_signature(header, b"body", NAME, ()) == (False, False)


@settings(max_examples=60)
@given(st.text(max_size=100))
def test_no_address_is_guessed(token: str) -> None:
    assert hubs.callback_of(token, KEYS) is None


def test_an_address_is_known_by_each_of_our_keys_and_tells_no_secret() -> None:
    for key in KEYS:
        token, secret = hubs.keys_of(NAME, key)
        assert len(token) == hubs.TOKEN_LENGTH
        assert hubs.callback_of(token, KEYS) == NAME
        assert hubs.callback_of(token, ("another",)) is None
        assert secret not in token and token not in secret
        assert len(secret) < 200  # section 5.1


@settings(max_examples=60)
@given(st.one_of(st.integers().map(str), st.text(max_size=30)))
def test_a_lease_is_bounded_and_renewed_before_its_end(seconds: str) -> None:
    lease = hubs.lease_of(seconds)
    if lease is not None:
        assert hubs.SHORTEST_LEASE <= lease <= hubs.LEASE
        assert NOON < hubs.renewal(NOON, lease) < NOON + lease


def test_requests_that_come_to_nothing_become_rare_and_never_end() -> None:
    waits = [hubs.next_try(NOON, n) - NOON for n in (*range(15), 10_000)]
    assert waits[:3] == [timedelta(minutes=2), timedelta(minutes=4), timedelta(minutes=8)]
    assert waits[-1] == hubs.LONGEST_WAIT


ATOM = 'xmlns="http://www.w3.org/2005/Atom"'
FEEDS = {
    "atom": f'<feed {ATOM}><title>F</title><link rel="self" href="http://o.example/f"/><link href="https://hub.example/?a=1&amp;b=2" rel="hub"/>'
    "<entry><id>1</id><title>T</title></entry></feed>",
    "rss": '<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel><title>F</title><a:link rel="hub self" href="/both"/>'
    "<item><title>T</title><guid>1</guid></item></channel></rss>",
    "in an item": f'<feed {ATOM}><title>F</title><entry><id>1</id><title>T</title><link rel="hub" href="https://hub.example/"/></entry></feed>',
    "in a comment": f'<feed {ATOM}><title>F</title><!-- <link rel="hub" href="https://hub.example/"/> --><entry><id>1</id><title>T</title></entry></feed>',
    "no address": f'<feed {ATOM}><title>F</title><link rel="hub" href="javascript:x"/><entry><id>1</id><title>T</title></entry></feed>',
    "json": json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1", "feed_url": "https://o.example/f.json", "items": [{"id": "1", "title": "T"}],
            "hubs": [{"type": "rssCloud", "url": "https://cloud.example/"}, {"type": "WebSub", "url": "https://hub.example/"}, 7],
        }
    ),
}  # fmt: skip
NAMED = {
    "atom": (("https://hub.example/?a=1&b=2",), "http://o.example/f"),
    "rss": (("https://o.example/both",), "https://o.example/both"),
    "json": (("https://hub.example/",), "https://o.example/f.json"),
}


@pytest.mark.parametrize("form", FEEDS)
def test_a_feed_names_its_hub_before_its_items(form: str) -> None:
    kind = "application/feed+json" if form == "json" else "application/xml"
    feed = read_feed(
        FEEDS[form].encode(), url="https://o.example/feed", source="o", seen=NOON, content_type=kind
    )
    assert (feed.hints.hubs, feed.hints.topic) == NAMED.get(form, ((), None))


@pytest.mark.parametrize(
    ("header", "hub"),
    [
        ('<https://hub.example/>; rel="hub", <https://o.example/f?a=1,2>; rel="self"', ["https://hub.example/"]),
        ("<https://hub.example/>;title=\"a, <b>; rel=no\";REL=hub", ["https://hub.example/"]),
        ('<https://a.example/>; rel="next HUB", <https://b.example/> ; rel = hub', ["https://a.example/", "https://b.example/"]),
        ('<https://a.example/>; rel="hubs", <https://b.example/>; rel="next"; rel="hub", https://c.example/; rel=hub', []),
        ("", []),
        (None, []),
    ],
)  # fmt: skip
def test_links_in_headers(header: str | None, hub: list[str]) -> None:
    assert links_of(header, "hub") == hub


@settings(max_examples=60)
@given(st.text(max_size=300))
def test_no_header_breaks_it(header: str) -> None:
    assert all(header.count(link) for link in links_of(header, "hub"))


def test_the_first_hub_is_asked_and_none_without_a_topic() -> None:
    state = SourceState(
        "s", hints={"hubs": ["https://a.example/", "https://b.example/"], "topic": "https://o.example/f"}
    )
    named = ["https://a.example/", "https://b.example/"]
    assert hubs.announced(state) == [(hub, "https://o.example/f") for hub in named]
    hints = {"hubs": [f"https://h{n // 2}.example/" for n in range(99)], "topic": "x"}
    assert [h.hub for h in hubs.announced(SourceState("s", hints=hints))] == [
        f"https://h{n}.example/" for n in range(hubs.MOST_HUBS)
    ]
    assert hubs.announced(SourceState("s", hints={"hubs": [], "topic": "x"})) == []
    assert hubs.announced(SourceState("s", hints={"ttl": 5})) == []
