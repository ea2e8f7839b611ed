"""Which edition of a series an article speaks of: "the 22nd China-ASEAN Expo", 第22届, ke-22, ครั้งที่ 22, "Forum 2025"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawler.judging.text.numbers import ascii_digits
from crawler.judging.text.searching import beginnings, matches_at
from crawler.judging.weights import weights

_WORDS = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
)
_ELEVENTH = 11
_ARABIC_WORDS = (
    ("أولى", "أول"),
    ("ثانية", "ثاني"),
    ("ثالثة", "ثالث"),
    ("رابعة", "رابع"),
    ("خامسة", "خامس"),
    ("سادسة", "سادس"),
    ("سابعة", "سابع"),
    ("ثامنة", "ثامن"),
    ("تاسعة", "تاسع"),
    ("عاشرة", "عاشر"),
    ("حادية", "حادي"),
)
_ARABIC = {
    word: 1 if number == _ELEVENTH else number
    for number, words in enumerate(_ARABIC_WORDS, 1)
    for word in words
}
"""Arabic ordinal numbers of both genders; the eleventh is a first that only ever stands before ten or a multiple of it."""
_ARABIC_TENS = {"عشر": 10, "عشرة": 10, "عشرون": 20, "عشرين": 20, "ثلاثون": 30, "ثلاثين": 30}
_HAN = {c: i for i, c in enumerate("零一二三四五六七八九")}
_ORDINAL = re.compile(
    r"(?<!\w)(?P<en>\d{1,3})(?:st|nd|rd|th|ª|º|ème|e)(?!\w)"
    r"|第\s?(?P<zh>\d{1,3}|[一二三四五六七八九十百]{1,4})\s?[届屆次轮回]|(?P<zh1>首[届屆])"
    r"|제\s?(?P<ko>\d{1,3})\s?[회차]|(?<![\w-])(?P<ru>\d{1,3})-(?:й|я|е|го|му|ой|ом|ю|м)(?!\w)"
    rf"|(?<!\w)(?:ال)?(?P<ar>{'|'.join(_ARABIC)})(?: (?:و?ال)?(?P<ar_tens>عشرة?|عشرون|عشرين|ثلاثون|ثلاثين))?(?!\w)"
    r"|(?<!\w)ke-? ?(?P<id>\d{1,3})(?!\w)|(?<!\w)ika-?(?P<tl>\d{1,3})(?!\w)|thứ (?P<vi>\d{1,3})(?!\w)"
    r"|(?:ครั้งที่|ຄັ້ງທີ່?|ເທື່ອທີ່?|លើកទី)\s?(?P<sea>\d{1,3})|(?P<my>\d{1,3})\s?(?:ကြိမ်မြောက်|ကြိမ် မြောက်)"
    rf"|(?<!\w)(?P<word>{'|'.join(_WORDS)})(?!\w)",
    re.IGNORECASE,
)
_WITHOUT_EDGE = "0-9第首제คຄເល"
"""First characters of ordinals before which a letter may stand."""
_BEHIND_NUMBER = r"(?=[0-9]{0,2}(?:[^\W\d]|-|\s[^\W\d]))"
_BEHIND_LETTER = "(?=รั้งที่|ັ້ງທີ່?|ທື່ອທີ່?|ើកទី)"
"""What must stand behind the first character: a letter or a dash behind a number, the rest of a word behind its letter."""
_FIRST, _REST = beginnings([*_WORDS, "ke", "ika", "thứ"])
_MAY_BEGIN = re.compile(
    rf"[{_WITHOUT_EDGE}{_FIRST}ا{''.join(sorted({word[0] for word in _ARABIC}))}]"
    rf"(?:(?<=[0-9]){_BEHIND_NUMBER}|(?<=[第首제])|(?<=[คຄເល]){_BEHIND_LETTER}"
    rf"|(?<![{_WITHOUT_EDGE}])(?<!\w.)(?:(?<=[^{_FIRST}])|(?={_REST})))"
)
"""Where an ordinal number may begin."""
_OF_TIME = re.compile(
    r"[\s-]*(?:consecutive |straight )?(?:year|time|anniversary|century|day|month|quarter|half|largest|biggest|most|time)",
    re.IGNORECASE,
)
"""What follows an ordinal number that counts something else than editions."""
_YEAR = re.compile(r"(?<![\d.,])(20[0-4]\d|25[5-9]\d)(?![\d.,]?\d|\s?%)")
_BUDDHIST = 543


def _han_number(text: str) -> int:
    """A Chinese numeral below one thousand."""
    total = unit = 0
    for char in text:
        if char == "百":
            total = total + (unit or 1) * 100
            unit = 0
        elif char == "十":
            total = total + (unit or 1) * 10
            unit = 0
        else:
            unit = _HAN[char]
    return total + unit


def _value(match: re.Match[str]) -> int:
    kind, text = next((k, v) for k, v in match.groupdict().items() if v is not None)
    if kind == "ar":
        return _ARABIC[text] + _ARABIC_TENS.get(match["ar_tens"], 0)
    if kind == "zh1":
        return 1
    if kind == "word":
        return _WORDS.index(text.lower()) + 1
    return int(text) if text.isdigit() else _han_number(text)


def ordinals_in(text: str) -> list[tuple[int, int, int]]:
    """The ordinal numbers of a text: where each begins and ends, and what it is."""
    return [(*m.span(), _value(m)) for m in matches_at(_MAY_BEGIN, _ORDINAL, ascii_digits(text))]


def _years_in(text: str) -> list[tuple[int, int]]:
    found = ((m.start(), int(m[1])) for m in _YEAR.finditer(ascii_digits(text)))
    return [(at, year - _BUDDHIST if year > 2500 else year) for at, year in found]


def editions(text: str, series: Iterable[tuple[str, int, int]]) -> frozenset[str]:
    """The editions that a text names, as ``NAME#22`` where it counts them, ``NAME@2025`` where it says the year.

    Args:
        text: a field of an article as written.
        series: what series it names, each with the characters where the name begins and ends.
    """
    signs = [("#", at, n) for at, end, n in ordinals_in(text) if not _OF_TIME.match(text, end)] + [
        ("@", at, year) for at, year in _years_in(text)
    ]
    weigh = weights().editions
    found: set[str] = set()
    for name, low, high in series:
        near = [
            (max(low - at, at - high, 0), sign, n)
            for sign, at, n in signs
            if low - weigh.before <= at <= high + weigh.behind
        ]
        # A count and a year may both be named; reports
        # in other languages may have only one of them.
        for mark in "#@":
            # The nearest: a sentence may name the editions of two series.
            best = min((x for x in near if x[1] == mark), default=None)
            if best:
                found.add(f"{name}{mark}{best[2]}")
    return frozenset(found)
