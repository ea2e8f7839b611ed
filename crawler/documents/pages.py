"""What stands under the address of an article: a page, a PDF, or something that is refused by name."""

from __future__ import annotations

from datetime import datetime

from crawler.model import Document
from crawler.net import unpacking
from crawler.parsing.charsets import header_charset
from crawler.parsing.content_kinds import PDF, kind_of
from crawler.parsing.dates.context import Origin
from crawler.parsing.page_errors import PageError
from crawler.parsing.pdfs import PdfError, read_pdf

LARGEST = 20_000_000
"""Bytes of a page that is unpacked."""


def read_page_answer(
    body: bytes,
    *,
    url: str,
    seen: datetime,
    select: str | None = None,
    content_type: str = "",
    origin: Origin | None = None,
    first_part: str | None = None,
) -> Document:
    """The article that an answer holds; its bytes decide what it is, for servers name many files text/html that are none.

    Args:
        body: as sent, perhaps as a gzip file.
        url: its final address, after redirects.
        seen: when it was fetched.
        select: a CSS selector of the article's body, instead of automatic extraction.
        content_type: what the server says of it, with the charset.
        origin: what is known of where its dates were written.
        first_part: the address of the article's first page, where this is another one.

    Raises:
        PageError: it is something else, or holds no article.
        MemoryError: it needs more than there is.
    """
    try:
        content = unpacking.unpacked(body, LARGEST)
    except unpacking.UnpackError as error:
        raise PageError(f"the page cannot be unpacked: {error}") from None
    kind = kind_of(content, content_type)
    if kind == PDF:
        try:
            return read_pdf(content, url=url, seen=seen)
        except PdfError as error:
            raise PageError(str(error)) from None
    if kind is not None:
        raise PageError(f"it is {kind}, not a page")
    from crawler.parsing.pages import read_page  # noqa: PLC0415 - a quarter of a second, for the first page

    charset = header_charset(content_type)
    return read_page(
        content, url=url, seen=seen, select=select, charset=charset, origin=origin, first_part=first_part
    )
