"""What leads somewhere in a text: links, addresses, telephone numbers, handles, hashtags. An answer brings none of its own."""

from __future__ import annotations

import re
import unicodedata

_DOMAINS = "com|org|net|info|biz|io|co|me|ly|app|dev|site|online|shop|link|live|news|top|xyz|club|click|gov|edu|int|asia|cn|hk|mo|tw|id|my|vn|th|la|kh|mm|ph|sg|bn|tl|ru|in|uk|us|eu|jp|kr|au|tk|gg|cc|tv|zip"
_DIGITS = (
    "zero|oh|one|two|three|four|five|six|seven|eight|nine"
    "|nol|kosong|satu|dua|tiga|empat|lima|enam|tujuh|delapan|lapan|sembilan"
    "|không|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|sero|isa|dalawa|tatlo|apat|anim|pito|walo|siyam"
)
"""Digits in words: four of them in a row are dictated, not counted."""
_KINDS = (
    ("link", re.compile(r"(?:[a-z][a-z0-9+.-]{1,12}:)?//[^\s<>]+|\b(?:https?|hxxps?|ftp|mailto|tel|javascript|data|file)\s?:\s?[^\s<>]+|\bwww\d?\.[^\s<>]+", re.IGNORECASE)),
    ("e-mail address", re.compile(r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\s?(?:\.|\(dot\)|\[dot\])\s?[\w-]+)+", re.IGNORECASE)),
    ("e-mail address", re.compile(r"\b[\w.+-]+ (?:at|arroba) [\w-]+(?: (?:dot|titik|chấm|punkt|punto) [\w-]+)+\b", re.IGNORECASE)),
    ("telephone number", re.compile(rf"\b(?:(?:{_DIGITS})[\s,-]+){{3,}}(?:{_DIGITS})\b|[零〇一二三四五六七八九幺]{{7,}}", re.IGNORECASE)),
    ("web address", re.compile(rf"(?<![\w@])[\w-]+(?:(?:\.|\[\.\]|\(\.\)|\[dot\]|\(dot\)|。| dot )[\w-]+)*(?:\.|\[\.\]|\(\.\)|\[dot\]|\(dot\)| dot )(?:{_DOMAINS})(?![\w-])(?:/[^\s<>]*)?", re.IGNORECASE)),
    ("address of a machine", re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])|\[[0-9a-f:]{6,}\]", re.IGNORECASE)),
    ("telephone number", re.compile(r"(?<![\w.,])(?:\+|00)\d[\d\s().-]{6,}\d|(?<![\w.,])\(?0\d{1,4}\)?[\s.-]\d{2,4}[\s.-]\d{3,}|(?<![\w.,/-])\d{3,4}[ -]\d{3,4}[ -]\d{3,4}(?![\w,])|(?<![\w.,])0\d{8,}(?![\w.,])")),
    ("handle", re.compile(r"(?<![\w.+-])@\s?\w{2,}")),
    ("hashtag", re.compile(r"(?<![\w&])#\s?[^\W\d]")),
    ("long code", re.compile(r"(?<![\w+/=-])(?=[\w+/=-]*\d|[\w+/=-]*[a-z][A-Z]|[\w+/=-]*=)[A-Za-z0-9+/_-]{20,}={0,2}(?![\w+/])|(?<!\w)[A-Za-z]{32,}(?!\w)|(?<!\w)[0-9a-f]{12,}(?=\w*[a-f])\w*", re.ASCII)),
)  # fmt: skip


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _same(text: str) -> str:
    return "".join(c for c in _plain(text).casefold() if not c.isspace())


def new_address(answer: str, source: str) -> tuple[str, str] | None:
    """What an answer leads to and its source does not have: the kind and the words; None where there is nothing."""
    known = _same(source)
    for kind, pattern in _KINDS:
        for match in pattern.finditer(_plain(answer)):
            if _same(match[0]).rstrip(".,;:)") not in known:
                return kind, match[0]
    return None
