"""Tables in whatever encoding, as UTF-8: found out where they first say something of it, and no byte lost in silence."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable
from typing import IO, Any

from crawler.parsing.charsets import decode

_CHUNK, _MOST = 1 << 18, 1 << 23
"""Bytes that are read at once, and at most until it is known how they are encoded."""
_ENOUGH = 400
"""Bytes beyond ASCII by which an encoding is told from others."""
_ASCII = bytes(range(128))
_UNDECODABLE = re.compile("[\udc00-\udcff]")
_KEPT = "aseanwatch-kept"


def _keep(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no text, as halves of characters, which no text has. As ``surrogateescape``, but for every byte."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error(_KEPT, _keep)


def undecodable(text: str) -> str:
    """The first byte in a text that could not be decoded, as two digits; empty where all could."""
    found = _UNDECODABLE.search(text)
    return f"{ord(found[0]) - 0xDC00:02X}" if found else ""


class TableText(io.RawIOBase):
    """The bytes of a table as UTF-8, in which bytes that are no text are kept as lone halves (``surrogatepass``).

    A file whose beginning is ASCII says nothing of its encoding, so it is found out where the first other bytes are.

    Args:
        stream: the file, unpacked.
        encoding: how it is written, where somebody says so.
        note: hears in which encoding it is read, where that was guessed.
    """

    def __init__(self, stream: IO[bytes], encoding: str | None, note: Callable[[str], None]) -> None:
        self._stream = stream
        self._note = note
        self._is_guessed = encoding is None
        self._is_first = True
        self.encoding = encoding or "utf-8"
        self._decoder = _decoder(encoding) if encoding else None
        self._left = b""

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer."""
        while not self._left:
            chunk = _filled(self._stream, _CHUNK)
            self._left = self._utf8(chunk)
            if not chunk:
                break
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size

    def _utf8(self, chunk: bytes) -> bytes:
        if self._decoder is None:
            is_marked = self._is_first and chunk.startswith(_MARKS)
            self._is_first = False
            if chunk.isascii() and not is_marked:
                return chunk
            chunk = self._decide(chunk)
        assert self._decoder is not None
        is_last = len(chunk) < _CHUNK
        return self._decoder.decode(chunk, is_last).encode("utf-8", "surrogatepass")

    def _decide(self, chunk: bytes) -> bytes:
        """Find out the encoding by what is beyond ASCII; returns what was read for that."""
        while len(chunk.translate(None, _ASCII)) < _ENOUGH and len(chunk) < _MOST:
            more = _filled(self._stream, _CHUNK)
            if not more:
                break
            chunk += more
        is_marked = chunk.startswith(_MARKS)
        lines = chunk.split(b"\n")
        telling = b"\n".join(line for line in lines if not line.isascii())
        self.encoding = encoding_of_table(chunk if is_marked or len(chunk) <= _CHUNK else telling[:_CHUNK])
        self._decoder = _decoder(self.encoding)
        if not self.encoding.startswith("utf"):
            self._note(f"read as {self.encoding}, as its bytes look; --encoding says otherwise")
        return chunk


_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE)


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    return codecs.getincrementaldecoder(encoding)(_KEPT)


def _filled(stream: IO[bytes], size: int) -> bytes:
    """So many bytes; fewer at the end only, also where a stream gives less at once."""
    parts: list[bytes] = []
    while size and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def encoding_of_table(sample: bytes) -> str:
    """How a table is encoded, by its beginning: by a mark, as UTF-8 where it is, else as its bytes say."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
    ):  # fmt: skip
        if sample.startswith(mark):
            return name
    try:
        # The last character may be cut.
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return decode(sample).encoding
    return "utf-8"
