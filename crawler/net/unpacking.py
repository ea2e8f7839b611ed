"""Compressed bytes unpacked the way browsers do: what is readable is read, within bounds.

Servers and caches append comments, zeros or a second member to gzip, cut it short, or send it under a plain type.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

_GZIP = b"\x1f\x8b"
_PIECE = 64 * 1024
_AUTOMATIC, _RAW = 47, -15
"""Window sizes of zlib: gzip or zlib by its header, and deflate without one."""
MOST_LAYERS = 3
MOST_MEMBERS = 10_000


class UnpackError(Exception):
    """Nothing readable: ``kind`` is "encoding" or "too large", the text one line."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def unpacked(body: bytes, most: int, coding: str = "") -> bytes:
    """The content of bytes that are compressed, by their own header or by what the answer says; other bytes as they are.

    Args:
        body: as they were sent.
        most: bytes of the content at most.
        coding: the answer's Content-Encoding, where nobody has undone it yet.

    Raises:
        UnpackError: the content is larger, or nothing of it can be read.
    """
    for _ in range(MOST_LAYERS):
        if body.startswith(_GZIP):
            body = _members(body, most)
        elif _seems_zlib(body) or "deflate" in coding:
            try:
                body = _one(body, most, _AUTOMATIC if _seems_zlib(body) else _RAW)
            except zlib.error:
                return body  # text that only begins like it
            coding = ""
        else:
            break
    return body


def _seems_zlib(body: bytes) -> bool:
    """RFC 1950, 2.2: deflate, and a check value."""
    return (
        len(body) > 2 and body[0] & 0x8F == 8 and body[1] & 0x20 == 0 and (body[0] << 8 | body[1]) % 31 == 0
    )


def _members(body: bytes, most: int) -> bytes:
    """All members of a gzip file (RFC 1952, section 2.2), without the bytes behind them that are none."""
    parts: list[bytes] = []
    place = size = 0
    for _ in range(MOST_MEMBERS):
        try:
            content, place = _member(body, place, most - size, _AUTOMATIC)
        except zlib.error:
            if not parts:
                raise UnpackError("encoding", "the answer is no whole gzip file") from None
            break
        parts.append(content)
        size += len(content)
        if not body.startswith(_GZIP, place):
            break
    return b"".join(parts)


def _one(body: bytes, most: int, window: int) -> bytes:
    return _member(body, 0, most, window).content


class _Member(NamedTuple):
    """A decompressed stream, and the offset of what comes behind it."""

    content: bytes
    end: int


def _member(body: bytes, place: int, most: int, window: int) -> _Member:
    """Decompress one stream from a place on, also one that is cut short."""
    unpacking = zlib.decompressobj(wbits=window)
    parts: list[bytes] = []
    size = 0
    while place < len(body) and not unpacking.eof:
        piece = body[place : place + _PIECE]
        found = unpacking.decompress(piece, most - size + 1)
        size += len(found)
        if size > most:
            raise UnpackError("too large", "the answer is larger than crawl.max_size when unpacked")
        parts.append(found)
        place += len(piece) - len(unpacking.unused_data) - len(unpacking.unconsumed_tail)
    return _Member(b"".join(parts), place)
