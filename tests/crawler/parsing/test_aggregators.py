"""Links of aggregators lead to the outlet where they hold its address; else the outlet's name stands for it."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parsing.aggregators import resolved
from crawler.parsing.feeds import read_feed
from tests.builders import NOON
from tests.ingesting import item, rss

OUTLET = "https://outlet.example/news/port-opens-berth?id=7"


def google(url: str, phone: str = "") -> str:
    """A link as Google News wrote them: a protocol buffer in base64."""

    def field(text: str, tag: bytes) -> bytes:
        data = text.encode()
        size = bytes([len(data)]) if len(data) < 128 else bytes([len(data) & 0x7F | 0x80, len(data) >> 7])
        return tag + size + data

    data = b"\x08\x13" + field(url, b"\x22") + (b"\xd2\x01" + field(phone, b"") if phone else b"")
    return f"https://news.google.com/rss/articles/{base64.urlsafe_b64encode(data).decode().rstrip('=')}?oc=5"


@pytest.mark.parametrize(
    "link",
    [
        google(OUTLET), google(OUTLET, "https://outlet.example/amp/port"), google(OUTLET + "&x=" + "a" * 150).replace("rss/", ""),
        "https://www.google.com/url?rct=j&url=https%3A%2F%2Foutlet.example%2Fnews%2Fport-opens-berth%3Fid%3D7&usg=x",
        "http://www.bing.com/news/apiclick.aspx?ref=FexRss&url=https%3a%2f%2foutlet.example%2fnews%2fport-opens-berth%3fid%3d7&c=1",
    ],
)  # fmt: skip
def test_the_outlet_s_own_address_is_found(link: str) -> None:
    assert resolved(link).startswith("https://outlet.example/news/port-opens-berth?id=7")


@pytest.mark.parametrize(
    "link",
    [OUTLET, google("AU_yqLP" + "x" * 40), "https://news.google.com/rss/articles/CBMi!!?oc=5", google("javascript:alert(1)"),
     "https://www.google.com/url?url=javascript:alert(1)"],
)  # fmt: skip
def test_links_that_hold_no_address_stay(link: str) -> None:
    assert resolved(link) == link


@given(st.text(max_size=60))
def test_any_link_is_survived(text: str) -> None:
    resolved(f"https://news.google.com/rss/articles/{text}")
    resolved(f"https://www.google.com/url?url={text}")


def test_an_entry_that_stays_with_the_aggregator_is_its_outlet_s() -> None:
    link = google("AU_yqLP" + "x" * 40)
    body = rss(
        item("Port opens berth - The Outlet", link).replace(
            "</item>", '<source url="https://outlet.example">The Outlet</source></item>'
        )
    )
    (entry,) = read_feed(body, url="https://news.google.com/rss/search?q=x", source="s", seen=NOON).entries
    assert (entry.outlet, entry.outlet_url, entry.url) == ("The Outlet", "https://outlet.example", link)
