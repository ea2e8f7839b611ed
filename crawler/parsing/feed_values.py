"""Values in well-formed feeds: text and dates without markup of their own."""

from __future__ import annotations

import re
from contextlib import suppress

from lxml import etree


class NeedsFallback(Exception):  # noqa: N818 - no error, the other parser is asked
    """Bytes that the fast way does not vouch for."""


_WIDE = re.compile("[^\x00-\xff]")
_DIGIT = re.compile(r"\d")
_C1 = re.compile("[\x80-\x9f]")
_CP1252 = {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}


def text_of(element: etree._Element | None) -> str:
    """The text of an element that has no elements inside, repaired as feedparser does it."""
    if element is None:
        return ""
    if len(element):
        raise NeedsFallback(f"elements inside {element.tag}")
    text: str = (element.text or "").strip()
    if text.isascii():
        return text
    if not _WIDE.search(text):
        with suppress(UnicodeError):  # UTF-8 that was taken for Latin-1 and encoded once more
            text = text.encode("latin-1").decode("utf-8")
    # What can be printed has none; to see that takes less than the pattern.
    return text.translate(_CP1252) if not text.isprintable() and _C1.search(text) else text


def date_of(element: etree._Element) -> str:
    """A date as it is written; one with markup in it, or without a number, is the tolerant parser's to make sense of."""
    text = text_of(element)
    if text and (not _DIGIT.search(text) or "<" in text or "&" in text):
        raise NeedsFallback(f"the date {text!r}")
    return text
