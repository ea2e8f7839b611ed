"""Feeds of every kind to entries; what is no feed is refused with its reason."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parsing.feeds import FeedError, read_feed
from tests.builders import NOON
from tests.newsroom import formats
from tests.newsroom.news import items, outlets

URL = "https://outlet.example/feed"


def read(body: bytes | str, content_type: str = ""):  # type: ignore[no-untyped-def]
    data = body.encode() if isinstance(body, str) else body
    return read_feed(data, url=URL, source="outlet", seen=NOON, content_type=content_type)


def rss(item: str, channel: str = "") -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>O</title>{channel}{item}</channel></rss>'


@pytest.mark.parametrize(
    "form", ["rss20", "rss20_short", "rss091", "rss10", "atom", "atom_short", "jsonfeed"]
)
def test_every_form_gives_the_same_entries(form: str) -> None:
    published = [i for i in items() if i.outlet.name == "straits-ledger" and i.at <= NOON]
    feed = read(
        formats.FORMS[form](
            outlets()["straits-ledger"], published, lambda path: f"https://outlet.example{path}"
        )
    )
    assert [e.title for e in feed.entries] == [i.title for i in published]
    assert [e.url.partition("?")[0] for e in feed.entries] == [
        f"https://outlet.example{i.path}" for i in published
    ]
    if form != "rss091":
        assert [e.published for e in feed.entries] == [i.at for i in published]
    whole = {i.title: i.text for i in published}
    assert all(whole[e.title].startswith((e.content or e.summary)[:60]) for e in feed.entries)
    assert feed.notes == ()


def test_an_entry_keeps_what_the_feed_says() -> None:
    (entry,) = read(
        rss(
            "<item><title>&lt;b&gt;Bold&lt;/b&gt; &amp;amp; new</title><link>/a?x=1#top</link><guid isPermaLink='false'>g-1</guid>"
            "<author>desk@outlet.example (Desk)</author><pubDate>Fri, 28 Nov 2025 08:00:00 +0800</pubDate>"
            "<description>&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;</description>"
            '<source url="https://other.example">Other</source><enclosure url="/p.jpg" type="image/jpeg"/></item>'
        )
    ).entries
    assert (entry.guid, entry.title, entry.url) == ("g-1", "Bold & new", "https://outlet.example/a?x=1#top")
    assert entry.summary == "One.\nTwo."
    assert entry.published == datetime(2025, 11, 28, tzinfo=UTC)
    assert (entry.outlet, entry.image) == ("Other", "https://outlet.example/p.jpg")


@pytest.mark.parametrize(
    ("body", "kind", "part"),
    [
        (b"", "empty", "the answer is empty"),
        (b"  \n", "empty", "the answer is empty"),
        (b"<!doctype html><html><body>Moved</body></html>", "not a feed", "a web page (HTML)"),
        (b"{broken", "not a feed", "no JSON"),
        (b'{"version": "1"}', "not a feed", "no list of items"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "not a feed", "cannot be read as a feed"),
        (b"just words", "not a feed", "cannot be read as a feed"),
    ],
)
def test_what_is_no_feed_is_refused(body: bytes, kind: str, part: str) -> None:
    with pytest.raises(FeedError) as caught:
        read(body)
    assert caught.value.kind == kind
    assert part in str(caught.value)


def test_a_truncated_feed_gives_what_can_be_read_and_says_so() -> None:
    whole = rss(
        "".join(f"<item><title>T{i}</title><link>https://o.example/{i}</link></item>" for i in range(10))
    )
    feed = read(whole[: len(whole) * 2 // 3])
    assert 4 <= len(feed.entries) < 10
    assert "broken XML" in feed.notes[0]


def test_a_wrong_encoding_is_noted_and_read() -> None:
    body = (
        '<?xml version="1.0" encoding="utf-8"?>'
        + rss("<item><title>Café</title><link>https://o.example/1</link></item>")[21:]
    )
    feed = read(body.encode("cp1252"), "application/xml; charset=utf-8")
    assert feed.entries[0].title == "Café"
    assert "encoding" in feed.notes[0]


def test_an_empty_feed_is_noted() -> None:
    assert read(rss("")).notes == ("the feed has no entries",)


def test_items_without_an_address_or_words_are_left_out() -> None:
    feed = read(
        rss(
            "<item><title>No link</title></item><item><link>javascript:alert(1)</link><title>x</title></item>"
        )
    )
    assert feed.entries == ()


def test_dates_that_cannot_be_true_are_refused_and_buddhist_years_converted() -> None:
    def moment(text: str) -> datetime | None:
        return (
            read(
                json.dumps({"items": [{"url": "https://o.example/1", "title": "x", "date_published": text}]})
            )
            .entries[0]
            .published
        )

    assert moment("2568-11-28T10:00:00Z") == datetime(2025, 11, 28, 10, tzinfo=UTC)
    assert moment("2031-01-01T00:00:00Z") is None
    assert moment("yesterday") is None


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_give_entries_or_a_feed_error(body: bytes) -> None:
    try:
        feed = read(body)
    except FeedError as error:
        assert str(error)
    else:
        assert all(e.url.startswith("http") for e in feed.entries)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda c: (
            st.lists(c, max_size=3)
            | st.dictionaries(
                st.sampled_from(["items", "url", "title", "id", "authors", "date_published", "content_html"]),
                c,
                max_size=5,
            )
        ),
        max_leaves=12,
    )
)
def test_any_json_gives_entries_or_a_feed_error(value: object) -> None:
    try:
        read(json.dumps(value), "application/feed+json")
    except FeedError as error:
        assert error.kind in ("not a feed", "empty")


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("2025/05/06 09:30:00", "2025-05-06T09:30"),
        ("2025年5月6日 09:30", "2025-05-06T09:30"),
        ("2025年05月06日 星期二 09:30", "2025-05-06T09:30"),
        ("2025.05.06", "2025-05-06T00:00"),
        ("26/04/2025 09:30", "2025-04-26T09:30"),
        ("26-04-2025", "2025-04-26T00:00"),
        ("04/26/2025 09:30:00 PM", "2025-04-26T21:30"),
        ("26/04/2568 09:30 WIB", "2025-04-26T02:30"),
        ("Thứ Bảy, 26/04/2025 09:30", "2025-04-26T09:30"),
        ("09:30 | 26/04/2025", "2025-04-26T09:30"),
        ("Sabtu, 26 Apr 2025 09:30:00 +0700", "2025-04-26T02:30"),
        ("Sat, 26 Apr 2025 01:30:00 +0700", "2025-04-25T18:30"),
        ("20250426", "2025-04-26T00:00"),
    ],
)
def test_dates_as_the_region_writes_them_are_read_to_the_day(said: str, means: str) -> None:
    (entry,) = read(rss(f"<item><title>A</title><link>/a</link><pubDate>{said}</pubDate></item>")).entries
    assert entry.published == datetime.fromisoformat(means).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "said",
    [
        "Mon, 01 Jan 0001 00:00:00 GMT",
        "Wed, 30 Nov -0001 00:00:00 +0000",
        "0001-01-01T00:00:00Z",
        "0000-00-00 00:00:00",
        "+10000-01-01T00:00:00Z",
        "05/04/2025",  # of two days
        "2025-05",
        "2025年13月45日",
    ],
)
def test_what_names_no_day_is_no_date_rather_than_an_old_one(said: str) -> None:
    (entry,) = read(rss(f"<item><title>A</title><link>/a</link><pubDate>{said}</pubDate></item>")).entries
    assert entry.published is None
