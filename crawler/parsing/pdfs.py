"""PDFs as articles: their text, title and date. Needs the extra ``pdf``."""

from __future__ import annotations

import logging
import re
from datetime import datetime
from io import BytesIO
from time import process_time
from typing import Any

from crawler.model import Document
from crawler.parsing.text import clean
from crawler.parsing.timestamps import believable
from crawler.parsing.urls import canonical
from crawler.runtime.error_words import in_words
from crawler.runtime.extras import how_to_add

log = logging.getLogger("aseanwatch")

MOST_PAGES, MOST_CHARACTERS = 60, 400_000
SECONDS = 1.0
"""Of computing, after which no further page is read: the first ones tell what a report is about."""
_LONGEST_TITLE = 200
_NO_TITLE = re.compile(
    r"^(?:untitled|microsoft (?:word|powerpoint|excel)\b.*|(?:slide|document|doc|dokumen|文档|presentation)\s*\d*|.*\.(?:docx?|pdf|pptx?|indd|xlsx?|rtf|wps|qxd))$",
    re.IGNORECASE,
)
"""What programs write where nobody gave a title."""
_ENDS = re.compile(r"[.!?:;。！？：；…”\")）។၊။]$")
_HYPHEN = re.compile(r"(?<=[a-z])-$")
_UNSPACED = re.compile("[\u0e01-\u0edf\u1000-\u109f\u1780-\u17d3\u3040-\u9fff\uff00-\uffef]")
_PAGE_NUMBER = re.compile(
    r"^\W*(?:page|halaman|trang|หน้า|第)?\s*\d{1,4}(?:\s*(?:/|of|dari|页|頁)\s*\d{0,4})?\W*$", re.IGNORECASE
)
_SHORT = 0.7
"""A line that is so much shorter than the longest ones ends its paragraph."""


class PdfError(ValueError):
    """A PDF that cannot be read."""


def read_pdf(body: bytes, *, url: str, seen: datetime) -> Document:
    """The article of a PDF.

    Args:
        body: as sent; what stands before its beginning is left out.
        url: its final address.
        seen: when it was fetched.

    Raises:
        PdfError: it has no text, is encrypted or broken, or the extra is not installed.
        MemoryError: it needs more than there is.
    """
    try:
        import pypdf  # noqa: PLC0415 - an extra
    except ImportError:
        raise PdfError(f"it is a PDF; to read these: {how_to_add('pdf')}") from None
    logging.getLogger("pypdf").setLevel(logging.ERROR)  # what it mends is of no interest to an operator
    start = max(body.find(b"%PDF-"), 0)
    try:
        reader = pypdf.PdfReader(BytesIO(body[start:]))
        if reader.is_encrypted and not reader.decrypt(""):
            raise PdfError("it is a PDF that is encrypted")
        text = _text(reader)
        title, date, author = _metadata(reader)
    except (PdfError, MemoryError):
        raise
    except Exception as error:  # a broken PDF makes its reader raise anything
        log.warning("a PDF cannot be read", exc_info=True)
        raise PdfError(f"the PDF cannot be read: {clean(in_words(error))}") from error
    if not text:
        raise PdfError("it is a PDF without text, such as a scanned one")
    return Document(
        url=canonical(url),
        title=title or clean(text.split("\n", 1)[0])[:_LONGEST_TITLE],
        text=text,
        published=believable(date, seen),
        author=author or None,
    )


def _text(reader: Any) -> str:
    paragraphs: list[str] = []
    left, end = MOST_CHARACTERS, process_time() + SECONDS
    for _, page in zip(range(MOST_PAGES), reader.pages, strict=False):
        found = page.extract_text() or ""
        paragraphs += _paragraphs(found[:left].split("\n"))
        left -= len(found)
        if left <= 0 or process_time() > end:
            break
    return "\n".join(paragraphs)


def _paragraphs(lines: list[str]) -> list[str]:
    """The lines of a page as paragraphs, without its number."""
    cleaned = [clean(line) for line in lines]
    longest = max(map(len, cleaned), default=0)
    found: list[str] = []
    is_open = False
    for line in cleaned:
        if not line or _PAGE_NUMBER.match(line):
            is_open = is_open and bool(line)
            continue
        if is_open:
            found[-1] = _joined(found[-1], line)
        else:
            found.append(line)
        is_open = len(line) > _SHORT * longest and not (_ENDS.search(line) and len(line) < 0.9 * longest)
    return found


def _joined(one: str, other: str) -> str:
    if _HYPHEN.search(one):
        return one[:-1] + other
    between = "" if _UNSPACED.match(one[-1]) and _UNSPACED.match(other) else " "
    return one + between + other


def _metadata(reader: Any) -> tuple[str, datetime | None, str]:
    """Title, date of creation and author; broken ones are left out."""
    information = _tried(lambda: reader.metadata)
    if information is None:
        return "", None, ""
    title = clean(str(_tried(lambda: information.title) or ""))[:_LONGEST_TITLE]
    date = _tried(lambda: information.creation_date)
    author = clean(str(_tried(lambda: information.author) or ""))[:_LONGEST_TITLE]
    return ("" if _NO_TITLE.match(title) else title), date if isinstance(date, datetime) else None, author


def _tried(read: Any) -> Any:
    try:
        return read()
    except MemoryError:
        raise
    except Exception:  # the date or the encoding of a broken PDF
        return None
