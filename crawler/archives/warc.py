"""Web archives (WARC, ISO 28500) record by record, whatever is wrong with some of them.

warcio reads them. Around it stand the bounds that strangers' files need, and the way on behind damage: records that are packed
one by one can be found again, for each begins with the sign of gzip.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import redirect_stderr, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from lzma import LZMAError
from typing import IO, Any, NamedTuple
from urllib.parse import urlsplit

from crawler.archives.compression import brotli, zstd
from crawler.archives.files import OpenedArchive
from crawler.archives.items import (
    LARGEST,
    ArchivedPage,
    ArchiveError,
    ArchiveItem,
    NoArticleThere,
    RefusedRecord,
)
from crawler.net.unpacking import UnpackError, unpacked
from crawler.parsing.urls import is_web_url
from crawler.runtime.extras import how_to_add

_HEADERS = 1_000_000
"""Bytes of the header lines of one record."""
_BLOCK, _WINDOW = 1 << 14, 1 << 20
"""Bytes that are unpacked at once, which may become a thousand times as many, and in which the next record is looked for."""
_MEMBER = re.compile(rb"\x1f\x8b\x08")
_PLAIN_RECORD = re.compile(rb"WARC/[01]\.\d+\r?\n")
_NO_PAGES = re.compile(
    r"(?:image|audio|video|font)/|application/(?:javascript|json|zip|octet-stream|rss|atom|xml\b|x-shockwave)|text/(?:css|javascript|xml)",
    re.IGNORECASE,
)
"""Media types that are no page of an article."""
_NAMES = {
    "warcinfo": "about the archive",
    "request": "requests",
    "metadata": "metadata",
    "revisit": "revisits",
}


class _TooLongError(Exception):
    """The header lines of a record do not end."""


def read_warc(archive: OpenedArchive, position: int) -> Iterator[ArchiveItem]:
    """The records of a web archive behind a position.

    Args:
        archive: the archive; its places are offsets in bytes where each record can be found again, else numbers of records.
        position: the place of the last record that was taken, or 0.

    Raises:
        ArchiveError: warcio is missing, or nothing of it is a web archive.
    """
    try:
        import warcio  # noqa: F401, PLC0415 - an extra
    except ModuleNotFoundError:
        raise ArchiveError(f"web archives need: {how_to_add('archive')}") from None
    if archive.can_seek:
        yield from _with_offsets(archive.stream, position)
    else:
        for number, item in enumerate(_one_pass(archive.stream), 1):
            if number > position:
                yield replace(item, place=number)


def _one_pass(stream: IO[bytes]) -> Iterator[ArchiveItem]:
    """The records of what can be read only once, as far as they can be read."""
    place = 0
    try:
        for item in _records(stream):
            place = item.place
            yield item
    except _BrokenError as broken:
        yield RefusedRecord(max(place, broken.offset), f"{broken.why}; what stands behind it cannot be found")
    except _OneMemberError:
        yield RefusedRecord(
            place + 1, "it is packed as a whole, not record by record: unpack it before (gzip -dc)"
        )


def _with_offsets(stream: IO[bytes], position: int) -> Iterator[ArchiveItem]:
    """The records of a file, in which reading goes on at the next one wherever one is broken."""
    if position > stream.seek(0, io.SEEK_END):
        yield from _packed_as_one(stream, position)
        return
    begin = position
    count, refused = 0, -1
    while True:
        stream.seek(begin)
        last = begin
        try:
            for item in _records(stream):
                count += 1
                last = item.place
                # Where reading went on, the first record is the last one of before. At 0 stands `warcinfo`.
                if item.place > position or position == 0:
                    yield item
            return
        except _OneMemberError:
            # That shows behind the first records.
            yield from _packed_as_one(stream, stream.seek(0, io.SEEK_END) + count)
            return
        except _BrokenError as broken:
            # Behind the last whole record and not where reading stopped: a damaged one is read far beyond its end.
            # It may be found itself; then it breaks once more, and is looked for behind its beginning.
            following = _next_record(stream, last + 1)
            if not count and begin == 0 and following is None:
                raise ArchiveError(f"is no web archive: {broken.why}") from None
            place = broken.offset if following is None else min(broken.offset, following)
            if place != refused:
                yield RefusedRecord(max(place, 1), broken.why)
            refused = place
            if following is None:
                return
            begin = following
            position = max(position, following - 1)


def _packed_as_one(stream: IO[bytes], position: int) -> Iterator[ArchiveItem]:
    """The records of a file that was packed as a whole. They have no places of their own: they are counted behind its size."""
    end = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    for number, item in enumerate(_one_pass(gzip.GzipFile(fileobj=stream)), 1):  # type: ignore[arg-type]
        if end + number > position:
            yield replace(item, place=end + number)


class _BrokenError(Exception):
    """Reading cannot go on behind an offset."""

    def __init__(self, offset: int, why: str) -> None:
        super().__init__(why)
        self.offset = offset
        self.why = why


class _OneMemberError(Exception):
    """The file is packed as a whole, not record by record."""


def _records(stream: IO[bytes]) -> Iterator[ArchiveItem]:
    """The records from where a stream stands.

    Raises:
        _BrokenError: what stands at an offset is no record.
        _OneMemberError: it is packed as a whole.
    """
    from warcio.archiveiterator import WARCIterator  # noqa: PLC0415 - an extra
    from warcio.exceptions import ArchiveLoadFailed  # noqa: PLC0415 - an extra

    iterator = WARCIterator(stream)
    iterator.reader = reader = _bounded_reader()(iterator.fh, block_size=_BLOCK)
    while True:
        reader.begin_record()
        try:
            with redirect_stderr(io.StringIO()):  # warcio prints what it finds odd
                record = next(iterator, None)
                item = None if record is None else _item_of(record, iterator.offset)
                if item is not None:
                    iterator.read_to_end()
        except ArchiveLoadFailed as error:
            if "non-chunked gzip" in str(error):
                raise _OneMemberError from None
            raise _BrokenError(iterator.offset, f"it is no record: {_one_line(error)}") from None
        except _TooLongError:
            raise _BrokenError(iterator.offset, f"its header has more than {_HEADERS:,} bytes") from None
        except (OSError, EOFError, ValueError, zlib.error, LZMAError, zstd.ZstdError) as error:
            raise _BrokenError(iterator.offset, f"it is damaged: {_one_line(error)}") from None
        if item is None:
            if reader.is_cut:
                yield RefusedRecord(max(iterator.offset, 1), "the file ends within it")
            return
        if isinstance(item, ArchivedPage) and _is_cut(record, reader):
            yield RefusedRecord(item.place, "the file ends within it", item.url)
        else:
            yield item


def _is_cut(record: Any, reader: Any) -> bool:
    """Whether a file ends within a record. A wrong Content-Length alone says nothing: where records are packed, their packing does."""
    lacks = getattr(record.raw_stream, "limit", 0) > 0
    return lacks and not (reader.decompressor is not None and reader.decompressor.eof)


def _one_line(error: object) -> str:
    return " ".join(str(error).split())[:160] or type(error).__name__


@cache
def _bounded_reader() -> Any:
    """A class that reads header lines within bounds, and that does not pass over damage in silence."""
    from warcio.bufferedreaders import DecompressingBufferedReader  # noqa: PLC0415 - an extra

    class BoundedReader(DecompressingBufferedReader):  # type: ignore[misc]
        decompressor: Any
        num_block_read: int
        is_packed = is_cut = False

        def begin_record(self) -> None:
            self.left = _HEADERS

        def close_decompressor(self) -> None:
            unpacking = self.decompressor
            self.is_cut = unpacking is not None and not unpacking.eof and self.num_block_read > 0
            super().close_decompressor()

        def readline(self, length: int | None = None) -> bytes:
            line: bytes = super().readline(self.left + 1 if length is None else min(length, self.left + 1))
            self.left -= len(line)
            if self.left < 0:
                raise _TooLongError
            return line

        def _decompress(self, data: bytes) -> bytes:
            if self.decompressor is None or not data:
                return data
            try:
                found = bytes(self.decompressor.decompress(data))
                self.is_packed = True
                return found
            except zlib.error:
                if self.num_block_read or self.is_packed:
                    raise
                self.decompressor = None  # not packed
                return data

    return BoundedReader


def _item_of(record: Any, place: int) -> ArchiveItem:
    """A record as an item; only of a page the content is read."""
    url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<> ")
    head = _head_of(record)
    if other := _passed_over(record.rec_type, url, head):
        return NoArticleThere(place, other)
    seen = _moment(record.rec_headers.get_header("WARC-Date"))
    if seen is None:
        return RefusedRecord(place, "its WARC-Date cannot be read", url)
    body = _body_of(record, head)
    if body is None:
        return RefusedRecord(place, f"its page is larger than {LARGEST // 1_000_000} MB", url)
    if not body.strip():
        return NoArticleThere(place, "empty pages")
    return ArchivedPage(place, url, seen, body, head.content_type)


def _passed_over(kind: str, url: str, head: _ResponseHead) -> str | None:
    """What a record is that holds no page of an article, as far as its headers say."""
    if kind not in ("response", "resource", "conversion"):
        return _NAMES.get(kind, "records of other kinds")
    if not is_web_url(url):
        return "no web address"
    parts = urlsplit(url)
    is_front = parts.path in ("", "/") and not parts.query
    for what, holds in (
        ("redirects", head.status.startswith("3")),
        ("errors of servers", head.status not in ("", "200")),
        ("robots.txt", parts.path == "/robots.txt"),
        ("no pages (pictures, feeds, scripts)", _NO_PAGES.match(head.content_type) is not None),
        ("front pages", is_front),
    ):
        if holds:
            return what
    return None


class _ResponseHead(NamedTuple):
    """What the head of an HTTP response says; for other records what the record does."""

    status: str
    content_type: str
    coding: str
    is_chunked: bool


def _head_of(record: Any) -> _ResponseHead:
    http = record.http_headers
    if http is None:
        return _ResponseHead("", record.rec_headers.get_header("Content-Type") or "", "", False)

    def said(name: str) -> str:
        # Common Crawl keeps what it undid under a name of its own.
        return http.get_header(name) or ""

    return _ResponseHead(
        (http.get_statuscode() or "").strip(),
        said("Content-Type"),
        said("Content-Encoding").lower().strip(),
        "chunked" in said("Transfer-Encoding").lower(),
    )


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _body_of(record: Any, head: _ResponseHead) -> bytes | None:
    """A page's content as its author wrote it; None where it is too large."""
    from warcio.bufferedreaders import ChunkedDataReader  # noqa: PLC0415 - an extra

    stream = record.raw_stream
    if head.is_chunked:
        stream = ChunkedDataReader(stream, decomp_type=None)
    body = _read(stream)
    return None if body is None else _decoded(body, head.coding)


def _read(stream: Any) -> bytes | None:
    parts: list[bytes] = []
    size = 0
    while part := stream.read(_BLOCK):
        size += len(part)
        if size > LARGEST:
            return None
        parts.append(part)
    return b"".join(parts)


def _decoded(body: bytes, coding: str) -> bytes | None:
    """Content without its Content-Encoding, within bounds; as it is where somebody undid that already. None: too large."""
    for name in reversed([c.strip() for c in coding.split(",") if c.strip()]):
        with suppress(brotli.error, zstd.ZstdError, EOFError):
            if name == "br":
                found = brotli.Decompressor().process(body, output_buffer_limit=LARGEST + 1)
            elif name == "zstd":
                found = zstd.ZstdDecompressor().decompress(body, LARGEST + 1)
            else:
                try:
                    found = unpacked(body, LARGEST, name)
                except UnpackError as error:
                    if error.kind == "too large":
                        return None
                    found = body
            body = bytes(found)
            if len(body) > LARGEST:
                return None
    return body


def _next_record(stream: IO[bytes], start: int) -> int | None:
    """Where the next record begins in a file, at an offset or behind it; None if there is none."""
    stream.seek(start)
    offset, window = start, b""
    while piece := stream.read(_WINDOW):
        window += piece
        for match in sorted(
            [*_MEMBER.finditer(window), *_PLAIN_RECORD.finditer(window)], key=lambda found: found.start()
        ):
            if match[0].startswith(b"WARC") or _holds_record(window, match.start()):
                return offset + match.start()
        kept = window[-64:]
        offset += len(window) - len(kept)
        window = kept
    return None


def _holds_record(window: bytes, start: int) -> bool:
    try:
        return zlib.decompressobj(wbits=31).decompress(window[start : start + 4096], 16).startswith(b"WARC/")
    except zlib.error:
        return False
