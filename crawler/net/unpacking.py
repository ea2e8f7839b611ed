"""Compressed bytes unpacked the way browsers do: what is readable is read, within bounds.

Servers and caches append comments, zeros or a second member to gzip, cut it short, or send it under a plain type.
"""

from __future__ import annotations

import zlib
from contextlib import suppress
from typing import Any, NamedTuple

_GZIP = b"\x1f\x8b"
_PIECE = 64 * 1024
_AUTOMATIC, _RAW = 47, -15
"""Window sizes of zlib: gzip or zlib by its header, and deflate without one."""
MOST_LAYERS = 3
MOST_MEMBERS = 10_000


_TELLING = 100
"""So many bytes unpacked before an error show that the bytes were packed, and do not only begin like it."""
DAMAGED = "the compressed answer is damaged; what comes before the damage was read"


class UnpackError(Exception):
    """Nothing readable: ``kind`` is "encoding" or "too large", the text one line."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Unpacked(NamedTuple):
    """The content of bytes, as far as it could be read.

    ``problem`` is why it is not all; ``is_cut`` says that it is not all because it is too much.
    """

    content: bytes
    problem: str | None = None
    is_cut: bool = False


def unpacked(body: bytes, most: int, coding: str = "") -> bytes:
    """The content of bytes that are compressed, also where it is damaged at its end; see `unpacked_part`.

    Raises:
        UnpackError: the content is larger, or nothing of it can be read.
    """
    found = unpacked_part(body, most, coding)
    if found.is_cut:
        raise UnpackError("too large", "the answer is larger than crawl.max_size when unpacked")
    return found.content


def unpacked_part(body: bytes, most: int, coding: str = "") -> Unpacked:
    """The content of bytes that are compressed, by their own header or by what the answer says; other bytes as they are.

    What comes before damage is read, and of too much the beginning.

    Args:
        body: as they were sent.
        most: bytes of the content at most.
        coding: the answer's Content-Encoding, where nobody has undone it yet.

    Raises:
        UnpackError: it is compressed, and nothing of it can be read.
    """
    problem, is_cut = None, False
    for _ in range(MOST_LAYERS):
        if body.startswith(_GZIP):
            found = _members(body, most)
        elif _seems_zlib(body):
            found = _stream(body, 0, most, _AUTOMATIC)
            if found.is_damaged and len(found.content) < _TELLING:
                break  # text that only begins like it
            coding = ""
        elif "deflate" in coding:
            found = _stream(body, 0, most, _RAW)
            if found.is_damaged:
                break
            coding = ""
        else:
            break
        if found.is_damaged and not found.content:
            raise UnpackError("encoding", "the compressed answer is damaged; nothing of it can be read")
        body = found.content
        problem = DAMAGED if found.is_damaged else problem
        is_cut = is_cut or found.is_cut
    return Unpacked(body, problem, is_cut)


def _seems_zlib(body: bytes) -> bool:
    """RFC 1950, 2.2: deflate, and a check value."""
    return (
        len(body) > 2 and body[0] & 0x8F == 8 and body[1] & 0x20 == 0 and (body[0] << 8 | body[1]) % 31 == 0
    )


class _Stream(NamedTuple):
    """What a compressed stream holds, and the offset of what comes behind it.

    ``is_damaged`` says that it breaks off or goes wrong, ``is_cut`` that there was more than wanted.
    """

    content: bytes
    end: int
    is_damaged: bool = False
    is_cut: bool = False


def _members(body: bytes, most: int) -> _Stream:
    """All members of a gzip file (RFC 1952, section 2.2), without the bytes behind them that are none."""
    parts: list[bytes] = []
    place = size = 0
    for _ in range(MOST_MEMBERS):
        member = _stream(body, place, most - size, _AUTOMATIC)
        if member.is_damaged and parts and not member.content:
            break  # bytes behind it that only begin like a member
        parts.append(member.content)
        size += len(member.content)
        if member.is_damaged or member.is_cut:
            return _Stream(b"".join(parts), member.end, member.is_damaged, member.is_cut)
        place = member.end
        if not body.startswith(_GZIP, place):
            break
    return _Stream(b"".join(parts), place)


def _stream(body: bytes, place: int, most: int, window: int) -> _Stream:
    """Decompress one stream from a place on, as far as it goes."""
    unpacking = zlib.decompressobj(wbits=window)
    parts: list[bytes] = []
    size = 0
    while place < len(body) and not unpacking.eof:
        piece = body[place : place + _PIECE]
        before = unpacking.copy()
        try:
            found = unpacking.decompress(piece, most - size + 1)
        except zlib.error:
            parts.append(_before_damage(before, piece, most - size))
            return _Stream(b"".join(parts), place, is_damaged=True)
        size += len(found)
        if size > most:
            parts.append(found[: len(found) - (size - most)])
            return _Stream(b"".join(parts), place, is_cut=True)
        parts.append(found)
        place += len(piece) - len(unpacking.unused_data) - len(unpacking.unconsumed_tail)
    return _Stream(b"".join(parts), place, is_damaged=not unpacking.eof)


def _before_damage(unpacking: Any, piece: bytes, most: int) -> bytes:
    """What a piece holds before the byte at which it goes wrong: zlib keeps nothing of a call that fails."""
    parts: list[bytes] = []
    size = 0
    with suppress(zlib.error):
        for n in range(len(piece)):
            parts.append(unpacking.decompress(piece[n : n + 1], most - size + 1))
            size += len(parts[-1])
            if size > most:
                break
    return b"".join(parts)[:most]
