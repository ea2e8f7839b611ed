"""Tables and JSON in whatever encoding, as UTF-8: found out where they first say something of it, and no byte lost in silence."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable
from typing import IO, Any

from crawler.archives.compression import BROKEN
from crawler.archives.items import LARGEST
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
            is_marked = self._is_first and bool(chunk.startswith(_MARKS) or wide_encoding(chunk[:4]))
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
            try:
                more = _filled(self._stream, _CHUNK)
            except BROKEN:
                break  # the next one who reads hears of it
            if not more:
                break
            chunk += more
        is_marked = bool(chunk.startswith(_MARKS) or wide_encoding(chunk[:4]))
        lines = chunk.split(b"\n")
        telling = b"\n".join(line for line in lines if not line.isascii())
        self.encoding = encoding_of_table(chunk if is_marked or len(chunk) <= _CHUNK else telling[:_CHUNK])
        self._decoder = _decoder(self.encoding)
        if not self.encoding.startswith("utf"):
            self._note(f"read as {self.encoding}, as its bytes look; --encoding says otherwise")
            self._decoder = _LinesDecoder(self.encoding, self._note)
        return chunk


class _LinesDecoder(codecs.IncrementalDecoder):
    """Decodes a file that is mostly of an older encoding, and its lines in UTF-8 as what they are.

    That is how files are that were put together of others. Only a guessed encoding is put aside so.
    """

    def __init__(self, encoding: str, note: Callable[[str], None]) -> None:
        super().__init__(_KEPT)
        self._encoding = encoding
        self._note = note
        self._is_noted = False
        self._begun = b""
        # Two letters of GB 18030 or Thai may be one of UTF-8 by chance, and accented ones hardly.
        self._least = 1 if codecs.lookup(encoding).name.startswith(("cp125", "iso8859", "latin")) else 4

    def decode(self, data: Any, final: bool = False) -> str:
        """Decode whole lines; the last one waits for its end."""
        lines = (self._begun + bytes(data)).split(b"\n")
        self._begun = b"" if final else lines.pop()
        if len(self._begun) > LARGEST:
            lines, self._begun = [*lines, self._begun], b""
            return "\n".join(map(self._of_line, lines))
        return "\n".join(map(self._of_line, lines)) + ("" if final or not lines else "\n")

    def _of_line(self, line: bytes) -> str:
        if line.isascii():
            return line.decode("ascii")
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            return line.decode(self._encoding, _KEPT)
        if len(text) - len(line.translate(None, _BEYOND)) < self._least:
            return line.decode(self._encoding, _KEPT)
        if not self._is_noted:
            self._note("some of its lines are in UTF-8, and are read so")
            self._is_noted = True
        return text


_BEYOND = bytes(range(128, 256))
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE)


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    return codecs.getincrementaldecoder(encoding)(_KEPT)


def _filled(stream: IO[bytes], size: int) -> bytes:
    """So many bytes; fewer at the end only, or where it breaks off: then reading on says how."""
    parts: list[bytes] = []
    read = getattr(stream, "read1", stream.read)
    try:
        while size and (part := read(size)):
            parts.append(part)
            size -= len(part)
    except BROKEN:
        if not parts:
            raise
    return b"".join(parts)


def wide_encoding(start: bytes) -> str:
    """The encoding of a file whose characters take two or four bytes, by its first ones; empty for any other."""
    for mark, name in (
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if start.startswith(mark):
            return name
    # Without a mark: JSON and the headings of tables begin with ASCII.
    if len(start) >= 4 and start[0] and start[2] and not (start[1] or start[3]):
        return "utf-16-le"
    if len(start) >= 4 and start[1] and start[3] and not (start[0] or start[2]):
        return "utf-16-be"
    return ""


def encoding_of_table(sample: bytes) -> str:
    """How a table is encoded, by its beginning: by a mark, as UTF-8 where it is, else as its bytes say."""
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if wide := wide_encoding(sample):
        return wide
    try:
        # The last character may be cut.
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return _of_parts(sample)
    return "utf-8"


def _of_parts(sample: bytes) -> str:
    """How what is not in UTF-8 is encoded; UTF-8 where that is too little to tell: it is refused then, and named."""
    lines = [line for line in sample.split(b"\n") if not line.isascii()]
    others = b"\n".join(line for line in lines[:-1] or lines if not _is_utf8(line))
    size = len(others.translate(None, _ASCII))
    if not size or (size < _ENOUGH and size * 2 < sum(len(line.translate(None, _ASCII)) for line in lines)):
        return "utf-8"
    return decode(others).encoding


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
