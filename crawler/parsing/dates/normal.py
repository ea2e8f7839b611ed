"""Written dates in one form: plain digits, lower case, no markup, no marks that cannot be seen."""

from __future__ import annotations

import html
import re
import unicodedata

LONGEST = 200
"""Characters of a date. What is longer is none, and would be searched for numbers by the square of its length."""
_DIGITS = {
    ord(chr(zero + value)): str(value)
    for zero in (
        0x0E50,
        0x0ED0,
        0x17E0,
        0x1040,
        0x1090,
        0x0660,
        0x06F0,
    )  # th, lo, km, my, Shan, Arabic, Persian
    for value in range(10)
}
_UNSEEN = dict.fromkeys(
    (0xAD, 0x2060, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
)
_DASHES = dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212), "-")
_TABLE = {**_DIGITS, **_UNSEEN, **_DASHES, ord("’"): "'", ord("‘"): "'"}
_MARKUP = re.compile(r"<[^<>]{0,200}>")
_ESCAPED = 3
"""How often markup may be escaped: broken feeds escape it once more."""
_HAN = dict(zip("〇零一二三四五六七八九", "00123456789", strict=True))
_HAN_NUMBER = re.compile(r"[〇零一二三四五六七八九十]{1,4}(?=\s?[年月日号號时時点點分])")


def normalised(text: str) -> str:
    """A text in which all ways to write a date look alike: names of months compare by it, too."""
    for _ in range(_ESCAPED):
        if "&" in text:
            text = html.unescape(text)
    if "<" in text:
        text = _MARKUP.sub(" ", text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_TABLE)).translate(_TABLE)
        text = _HAN_NUMBER.sub(_from_han, text)
    return " ".join(text.lower().split())


def _from_han(match: re.Match[str]) -> str:
    """A Chinese numeral below a hundred, or a year digit by digit: 二十六 is 26, 二〇二六 is 2026."""
    numeral = match[0]
    if "十" not in numeral:
        return "".join(_HAN[c] for c in numeral)
    tens, _, ones = numeral.partition("十")
    if len(tens) > 1 or len(ones) > 1:
        return numeral
    return str(int(_HAN.get(tens, "1")) * 10 + int(_HAN.get(ones, "0")))
