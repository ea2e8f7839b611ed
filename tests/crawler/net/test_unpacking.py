"""Compressed answers are read as far as they can be, and never beyond bounds."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.net.unpacking import DAMAGED, UnpackError, unpacked, unpacked_part

packed = partial(gzip.compress, mtime=0)
"""The same bytes each time, by which a test has the same name in each process."""

FEED = b"<rss>" + b"<item>news of the day</item>" * 400 + b"</rss>"
MOST = 10_000_000


def raw(data: bytes) -> bytes:
    """Deflate without a header, as some servers send it."""
    packing = zlib.compressobj(wbits=-15)
    return packing.compress(data) + packing.flush()


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (FEED, ""),
        (packed(FEED), ""),
        (packed(FEED) + b"\n<!-- cached -->", "gzip"),
        (packed(FEED) + b"\0" * 100, ""),
        (packed(FEED) + b"\x1f\x8b no member", ""),
        (packed(FEED[:99]) + packed(FEED[99:]), ""),
        (packed(FEED[:99]) + packed(b"") + packed(FEED[99:]) + b"x", ""),
        (packed(packed(FEED)), ""),
        (packed(FEED)[:-8], ""),
        (zlib.compress(FEED), ""),
        (zlib.compress(FEED, 9) + b"trailing", "deflate"),
        (raw(FEED), "deflate"),
        (raw(FEED) + b"trailing", "deflate"),
        (FEED, "gzip"),
        (FEED, "deflate"),
    ],
)
def test_what_is_whole_is_read_whole(body: bytes, coding: str) -> None:
    assert unpacked(body, MOST, coding) == FEED


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_what_is_cut_short_is_read_up_to_there(pack: Callable[[bytes], bytes]) -> None:
    body = pack(b"".join(b"<item>%d</item>" % n for n in range(5000)))
    found = unpacked(body[: len(body) // 2], MOST)
    assert found.startswith(b"<item>0</item><item>1</item>")
    assert len(found) > 10_000


@pytest.mark.parametrize(
    "body", [packed(b" " * 900_000), zlib.compress(b" " * 900_000), packed(b" " * 50_000) * 18]
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_what_unpacks_to_too_much_is_refused(body: bytes, pack: Callable[[bytes], bytes]) -> None:
    with pytest.raises(UnpackError) as caught:
        unpacked(pack(body), 800_000)
    assert caught.value.kind == "too large"


@given(st.binary(max_size=200), st.sampled_from(["", "gzip", "deflate"]))
def test_any_bytes_are_read_or_refused(body: bytes, coding: str) -> None:
    for data in (body, b"\x1f\x8b" + body, b"x\x9c" + body, packed(body) + body):
        try:
            assert len(unpacked(data, 1000, coding)) <= max(1000, len(data))
        except UnpackError as error:
            assert error.kind in ("encoding", "too large")


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
@pytest.mark.parametrize("how", ["cut", "turned round", "with a wrong checksum"])
def test_damage_is_said_and_what_comes_before_it_is_read(pack: Callable[[bytes], bytes], how: str) -> None:
    whole = b"".join(b"<item>%d</item>" % (n * n) for n in range(20_000))
    body = bytearray(pack(whole))
    if how == "cut":
        del body[len(body) // 2 :]
    elif how == "turned round":
        body[len(body) // 2 :] = b"\xff" * 500
    else:
        body[-5] ^= 0xFF
    found = unpacked_part(bytes(body), MOST)
    assert found.problem == DAMAGED
    assert found.content[:50_000] == whole[:50_000]


@pytest.mark.parametrize("body", [packed(FEED)[:12], packed(FEED)[:10], b"\x1f\x8b"])
def test_of_bytes_that_are_damaged_from_the_beginning_it_is_said(body: bytes) -> None:
    with pytest.raises(UnpackError, match="the compressed answer is damaged"):
        unpacked(body, MOST)


def test_of_too_much_the_beginning_can_be_had() -> None:
    found = unpacked_part(packed(FEED * 9), 1000)
    assert (found.content, found.is_cut) == (FEED[:1000], True)
