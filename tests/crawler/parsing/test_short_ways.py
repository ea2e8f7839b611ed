"""What is looked for only where it may be is found wherever it is."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from crawler.documents import kinds
from crawler.parsing.dating import _SURE, _first_day, _place, day_of_address
from crawler.parsing.hints import hints_of
from tests.builders import NOON

_PIECES = st.sampled_from(
    [
        b"<item>",
        b"</item>",
        b"<entry>",
        b"</entry>",
        b"<url>",
        b"</url>",
        b"x" * 1999,
        b"x" * 700,
        b" ",
        b"</rss>",
    ]
)


@given(st.lists(_PIECES, max_size=8).map(b"".join))
def test_a_digest_is_of_all_items_wherever_the_last_ends(body: bytes) -> None:
    first = kinds._FIRST_ITEM.search(body)
    last = max(body.rfind(tag) for tag in kinds._LAST_ITEM)
    part = body[first.start() : last] if first and last > first.start() else body
    assert kinds.digest_of(body) == f"{kinds.READING}{hashlib.blake2b(part, digest_size=16).hexdigest()}"


_STEPS = st.sampled_from(
    [
        "2018",
        "05",
        "12",
        "2561",
        "1979",
        "/",
        "-",
        "_",
        "٢٠١٨",
        "a",
        "?id=",
        "#",
        "https://web.archive.org/web/20200101/",
    ]
)


@given(st.lists(_STEPS, max_size=9).map("".join))
def test_a_day_of_an_address_is_found_wherever_it_stands(rest: str) -> None:
    url = f"https://outlet.example/{rest}"
    assert day_of_address(url, NOON, parted=True) == _first_day(_place(url), (_SURE,), NOON)


def test_hints_are_read_however_their_names_are_written() -> None:
    head = (
        "<rss><channel><TTL>30</TTL><SY:UpdatePeriod>hourly</SY:UpdatePeriod><skiphours><hour>3</hour></skiphours>"
        "<skipDays><DAY>Sunday</DAY></skipDays><itunes:new-feed-url>https://o.example/new</itunes:new-feed-url><item>"
    )
    found = hints_of(head, "https://o.example/feed")
    assert found.ttl is not None
    assert found.period is not None
    assert (found.skip_hours, found.skip_days, found.moved) == ({3}, {6}, "https://o.example/new")
