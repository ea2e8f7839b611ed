"""What bytes under a page's address are, by their beginning: servers name many files text/html that are none."""

from __future__ import annotations

import codecs
import json
import re

_LOOKED_AT = 1_024
"""Bytes in which a PDF may begin (ISO 32000, annex H); what stands before is the server's."""
_MANY = 0.1
"""Share of control characters from which bytes are no text."""
_SIGNATURES = (
    (b"\x89PNG\r\n", "an image (PNG)"), (b"GIF87a", "an image (GIF)"), (b"GIF89a", "an image (GIF)"), (b"\xff\xd8\xff", "an image (JPEG)"),
    (b"BM", "an image (BMP)"), (b"II*\0", "an image (TIFF)"), (b"MM\0*", "an image (TIFF)"), (b"\0\0\1\0", "an image (icon)"),
    (b"ID3", "a sound (MP3)"), (b"OggS", "a sound or a video (Ogg)"), (b"fLaC", "a sound (FLAC)"), (b"\x1aE\xdf\xa3", "a video (Matroska)"), (b"FLV\1", "a video (Flash)"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"), (b"{\\rtf", "a document (RTF)"), (b"%!PS", "a document (PostScript)"),
    (b"Rar!\x1a\x07", "an archive (RAR)"), (b"7z\xbc\xaf\x27\x1c", "an archive (7z)"), (b"BZh", "an archive (bzip2)"), (b"\xfd7zXZ\0", "an archive (xz)"),
    (b"\x28\xb5\x2f\xfd", "an archive (zstd)"), (b"\x7fELF", "a program"), (b"MZ\x90", "a program"), (b"wOFF", "a font"), (b"wOF2", "a font"),
)  # fmt: skip
_IN_ZIP = (
    (b"word/", "a Word document"), (b"xl/", "a spreadsheet"), (b"ppt/", "a presentation"), (b"mimetypeapplication/epub", "a book (EPUB)"),
    (b"mimetypeapplication/vnd.oasis", "an OpenDocument file"), (b"AndroidManifest", "a program"),
)  # fmt: skip
_BOXES = {b"avif": "an image (AVIF)", b"heic": "an image (HEIF)", b"mif1": "an image (HEIF)"}
_ROOT = re.compile(
    rb"(?>\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\])?[^>]*>)*+<(?:[\w-]+:)?([\w-]+)",
    re.DOTALL | re.IGNORECASE,
)
OPML = "a list of feeds"
_ROOTS = {
    b"rss": "a feed", b"feed": "a feed", b"rdf": "a feed", b"urlset": "a sitemap", b"sitemapindex": "a sitemap", b"opml": OPML,
    b"svg": "an image (SVG)", b"error": "an error of the server (XML)", b"plist": "a list of properties",
}  # fmt: skip
_GUARDS = re.compile(rb"(?:\)\]\}'?,?|while\s*\(1\)\s*;?|for\s*\(\s*;\s*;\s*\)\s*;?)\s*")
"""What programs put before JSON so that it is no program."""
_WRAPPED = re.compile(rb"[\x00-\x7f]{0,300}?[(=]\s*(?=[{\[])")
"""The call or the assignment around JSON that is sent as a program (JSONP)."""
_TEXT_CONTROLS = frozenset(b"\t\n\x0b\x0c\r\x1b")
_PDF_HEAD = re.compile(rb"%PDF-\d\.\d[ \t]*[\r\n](?=.{0,1024}?\d+ \d+ obj\b)", re.DOTALL)
"""The first line of a PDF, with the first of its objects near behind it."""
PDF = "a PDF"


def kind_of(body: bytes, content_type: str = "") -> str | None:
    """What bytes are that are no page, such as "a PDF" or "an image (PNG)"; None for what can be a page.

    Args:
        body: as sent, unpacked.
        content_type: what the server says of it.
    """
    if is_pdf(body, content_type):
        return PDF
    start = body[:_LOOKED_AT]
    signed = next(
        (name for sign, name in _SIGNATURES if start.startswith(sign) and _is_signed(start, sign)), None
    ) or _in_container(body)
    if signed is not None:
        return signed
    text = start.removeprefix(codecs.BOM_UTF8).lstrip()
    if not text.startswith(b"<") and (data := _data_in(body, content_type)) is not None:
        return data
    root = (
        _ROOT.match(body[: 8 * _LOOKED_AT].removeprefix(codecs.BOM_UTF8)) if text.startswith(b"<") else None
    )
    if root is not None and (name := _ROOTS.get(root[1].lower())) is not None:
        return name
    return "no text" if _is_binary(start) else None


def _is_signed(start: bytes, sign: bytes) -> bool:
    """Whether a signature is no beginning of a text: one of letters counts only before bytes that are no text."""
    is_of_letters = sign.isascii() and sign.isalnum()
    return (
        not is_of_letters
        or sign.startswith(b"GIF")
        or any(byte < 32 and byte not in _TEXT_CONTROLS for byte in start)
    )


def is_pdf(body: bytes, content_type: str = "") -> bool:
    """Whether bytes are a PDF, perhaps behind what a server or a program put before it, such as its warnings as HTML.

    Args:
        body: as sent, unpacked.
        content_type: what the server says of it.
    """
    place = body[:_LOOKED_AT].find(b"%PDF-")
    if place == 0 or (place > 0 and b"<" not in body[:place]):
        return True
    # A page may mention the mark of a PDF, but has no objects of one behind it.
    head = _PDF_HEAD.search(body, 0, 8 * _LOOKED_AT)
    return head is not None and ("pdf" in content_type.lower() or b"startxref" in body[-2 * _LOOKED_AT :])


def _in_container(body: bytes) -> str | None:
    """What is in a container of many kinds of files: RIFF, ISO's boxes, zip."""
    if body.startswith(b"RIFF"):
        return "an image (WebP)" if body[8:12] == b"WEBP" else "a sound or a video (RIFF)"
    if body[4:8] == b"ftyp":
        return _BOXES.get(body[8:12], "a video (MP4)")
    if body.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        start = body[:4_096] + body[-4_096:]
        return next((name for sign, name in _IN_ZIP if sign in start), "an archive (zip)")
    return None


def _data_in(body: bytes, content_type: str) -> str | None:
    """What bytes are that are data for a program, alone or within a call of it; None where they are none."""
    text = body.removeprefix(codecs.BOM_UTF8).strip()
    guard, wrapped = _GUARDS.match(text), _WRAPPED.match(text)
    if text.startswith((b"{", b"[")) or guard:
        return (
            "JSON"
            if "json" in content_type.lower() or _is_json(text[guard.end() if guard else 0 :])
            else None
        )
    if wrapped and _is_json(text[wrapped.end() :].rstrip(b"; \t\r\n").removesuffix(b")")):
        return "JSON within a program (JSONP)"
    return None


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _is_binary(start: bytes) -> bool:
    """Whether bytes are no text in any encoding; those of UTF-16 and UTF-32 have zeros in an order."""
    if not start or start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)):
        return False
    if start[:4].count(0) in (2, 3):
        return False
    controls = sum(byte < 32 and byte not in _TEXT_CONTROLS for byte in start)
    return controls > _MANY * len(start)
