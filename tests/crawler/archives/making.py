"""Archives for tests: WARC files as crawlers write them, and as damage leaves them."""

from __future__ import annotations

import gzip
import html
import io
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import brotli
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

SEEN = "2025-12-05T10:00:00Z"
PAGE = ("Content-Type", "text/html; charset=utf-8")


def markup(title: str, text: str, published: str | None = None, lang: str = "en") -> str:
    """A page with an article."""
    paragraphs = "".join(f"<p>{html.escape(part)}</p>" for part in text.split("\n"))
    date = f'<time datetime="{published}">{published}</time>' if published else ""
    return (
        f'<html lang="{lang}"><head><meta charset="utf-8"><title>{html.escape(title)}</title></head><body>'
        f"<article><h1>{html.escape(title)}</h1>{date}{paragraphs}</article></body></html>"
    )


def page_of(row: dict[str, Any]) -> str:
    """The page of a row of news."""
    return markup(row["title"], row["text"], row.get("published"), row.get("lang") or "en")


class Warc:
    """A WARC that is being written, record by record."""

    def __init__(self, *, packed: bool = True) -> None:
        self.stream = io.BytesIO()
        self.writer = WARCWriter(self.stream, gzip=packed)
        self.writer.write_record(self.writer.create_warcinfo_record("made.warc.gz", {"software": "tests"}))

    def page(
        self,
        url: str,
        body: bytes | str,
        *headers: tuple[str, str],
        status: str = "200 OK",
        seen: str = SEEN,
        kind: str = "response",
    ) -> int:
        """Add a page as its server sent it. Returns where its record begins."""
        start = self.stream.tell()
        content = body.encode() if isinstance(body, str) else body
        head = StatusAndHeaders(status, list(headers or (PAGE,)), protocol="HTTP/1.1")
        record = self.writer.create_warc_record(
            url, kind, payload=io.BytesIO(content), http_headers=head, warc_headers_dict={"WARC-Date": seen}
        )
        self.writer.write_record(record)
        return start

    def other(self, kind: str, url: str, content_type: str, body: bytes = b"x") -> None:
        """Add a record of another kind."""
        record = self.writer.create_warc_record(
            url, kind, payload=io.BytesIO(body), warc_content_type=content_type
        )
        self.writer.write_record(record)

    @property
    def content(self) -> bytes:
        """The file so far."""
        return self.stream.getvalue()

    def write(self, path: Path) -> Path:
        """Write it to a file."""
        path.write_bytes(self.content)
        return path


def news_warc(path: Path, rows: Iterable[dict[str, Any]], *, packed: bool = True) -> Path:
    """A WARC of the pages of rows."""
    made = Warc(packed=packed)
    for row in rows:
        made.page(row["url"], page_of(row))
    return made.write(path)


def chunked(body: bytes, sizes: Sequence[int] = (7, 100, 1000)) -> bytes:
    """A body in chunks (RFC 9112, 7.1)."""
    parts, at, n = [], 0, 0
    while at < len(body):
        piece = body[at : at + sizes[n % len(sizes)]]
        parts.append(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        at, n = at + len(piece), n + 1
    return b"".join(parts) + b"0\r\n\r\n"


def coded(body: bytes, coding: str) -> bytes:
    """A body with a Content-Encoding."""
    if coding == "br":
        return bytes(brotli.compress(body, quality=1))
    if coding == "deflate":
        return zlib.compress(body)
    if coding == "zstd":
        from crawler.archives.compression import zstd

        return zstd.compress(body)
    return gzip.compress(body)
