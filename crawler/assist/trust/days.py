"""Days, months and years that a text names, so that those of an answer can be held against those of what it is made from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from babel import Locale

from crawler.judging.text.dates import dates_in
from crawler.judging.text.numbers import ascii_digits
from crawler.judging.text.script import UNSPACED_LANGUAGES
from crawler.parsing.dates.days import common_era

Day = tuple[int, int]
"""A month and a day of it."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a text says of time.

    Attributes:
        days: the days that it names, each with where; days told by weekdays and distances count from the reference.
        months: the numbers of the months that it names without a day, each with where.
        years: the years of its days.
        taken: the characters of all these: their digits are no other numbers.
    """

    days: tuple[tuple[Day, int, int], ...]
    months: tuple[tuple[int, int, int], ...]
    years: frozenset[int]
    taken: frozenset[int]

    @property
    def named_days(self) -> frozenset[Day]:
        """The days alone."""
        return frozenset(day for day, _, _ in self.days)

    @property
    def named_months(self) -> frozenset[int]:
        """The months alone, and those of the days."""
        return frozenset(m for m, _, _ in self.months) | {day[0] for day, _, _ in self.days}


_LOCALES = {
    "en": "en",
    "id": "id",
    "ms": "ms",
    "vi": "vi",
    "th": "th",
    "tl": "fil",
    "km": "km",
    "lo": "lo",
    "my": "my",
}
_FURTHER_MONTHS = {
    "th": {"ม.ค.": 1, "ก.พ.": 2, "มี.ค.": 3, "เม.ย.": 4, "พ.ค.": 5, "มิ.ย.": 6, "ก.ค.": 7, "ส.ค.": 8, "ก.ย.": 9, "ต.ค.": 10, "พ.ย.": 11, "ธ.ค.": 12},
    "vi": {"tháng giêng": 1, "tháng một": 1, "tháng hai": 2, "tháng ba": 3, "tháng tư": 4, "tháng năm": 5, "tháng sáu": 6, "tháng bảy": 7, "tháng tám": 8,
           "tháng chín": 9, "tháng mười": 10, "tháng mười một": 11, "tháng mười hai": 12, "tháng chạp": 12},
    "km": {"មករា": 1, "កុម្ភៈ": 2, "មីនា": 3, "មេសា": 4, "ឧសភា": 5, "មិថុនា": 6, "កក្កដា": 7, "សីហា": 8, "កញ្ញា": 9, "តុលា": 10, "វិច្ឆិកា": 11, "ធ្នូ": 12},
    "en": {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12},
}  # fmt: skip
_CHINESE_MONTH = re.compile(
    r"(?<![\d.])(1[0-2]|0?[1-9])月(?:份|初|底|中旬|上旬|下旬)?(?!\d)|(?<![一二三四五六七八九十个])(十[一二]?|[一二三四五六七八九])月(?![氏亮球])"
)
_VIETNAMESE_MONTH = re.compile(r"tháng (1[0-2]|0?[1-9])(?![\d%])", re.IGNORECASE)
_ENGLISH_MAY = r"(?:(?<=\bin )|(?<=\bby )|(?<=\bsince )|(?<=\bfrom )|(?<=\buntil )|(?<=\blast )|(?<=\bnext )|(?<=\blate )|(?<=\bearly )|(?<=\bthis )|(?<=\bof )|(?<=\bmid-))May\b|\bMay(?= (?:19|20)\d\d)"
_ENGLISH_SLASHED = re.compile(r"(?<![\d/.])(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?(?![\d/%])")
_OTHER_END = re.compile(
    r"\s?(?:日|号|號)?\s?(?:[-–—~～至到]|to|and|đến|sampai|hingga|s/d|ถึง|ຫາ|ដល់|မှ)\s?(?:ngày |วันที่ )?(\d{1,2})(?:st|nd|rd|th|日|号|號)?(?!\d|[.,/:]\d|\s?(?:%|million|billion|万|亿))",
    re.IGNORECASE,
)
_OTHER_BEGIN = re.compile(
    r"(?<![\d.,/])(\d{1,2})(?:st|nd|rd|th)?\s?(?:[-–—~～至到]|to|and|đến|sampai|hingga|s/d|ถึง|ຫາ|ដល់)\s?(?:ngày |วันที่ )?$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![\d.,])(\d{4})(?!\d)")
_HAN = "一二三四五六七八九"


@cache
def _months(lang: str) -> tuple[re.Pattern[str], dict[str, int]] | None:
    if lang not in _LOCALES:
        return None
    locale = Locale.parse(_LOCALES[lang])
    found: dict[str, int] = dict(_FURTHER_MONTHS.get(lang, {}))
    tags = ("format", "stand-alone")
    for context in tags:
        found |= {
            n.casefold(): m
            for m, n in locale.months[context]["wide"].items()
            if not any(c.isdigit() for c in n)
        }
    if lang == "tl":
        found |= {n.casefold(): m for m, n in Locale.parse("en").months["format"]["wide"].items()}
    found.pop("may", None)
    names = "|".join(re.escape(n) for n in sorted(found, key=len, reverse=True))
    pattern = f"(?:{names})" if lang in UNSPACED_LANGUAGES else rf"(?<![^\W\d_])(?:{names})(?![^\W_])"
    return re.compile(pattern, re.IGNORECASE), found


def _months_in(plain: str, lang: str) -> Iterator[tuple[int, int, int]]:
    if lang == "zh":
        for match in _CHINESE_MONTH.finditer(plain):
            number = (
                int(match[1])
                if match[1]
                else (10 if match[2][0] == "十" else 0) + (_HAN.find(match[2][-1]) + 1)
            )
            yield number, *match.span()
    if lang == "vi":
        yield from ((int(m[1]), *m.span()) for m in _VIETNAMESE_MONTH.finditer(plain))
    known = _months(lang)
    if known is not None:
        pattern, names = known
        for match in pattern.finditer(plain):
            # "march" and "mar" are words without their capital.
            if lang != "en" or match[0][0].isupper():
                yield names[match[0].casefold()], *match.span()
    if lang in ("en", "tl"):
        yield from ((5, *m.span()) for m in re.finditer(_ENGLISH_MAY, plain))


def _slashed(plain: str) -> Iterator[tuple[Day, int, int]]:
    """Dates in English by numbers alone: nobody knows whether the month stands first, so both days are named."""
    for match in _ENGLISH_SLASHED.finditer(plain):
        one, other = int(match[1]), int(match[2])
        if match[3] is None and "/" not in match[0]:
            continue
        for month, day in ((one, other), (other, one)):
            if 1 <= month <= 12 and 1 <= day <= 31:
                yield (month, day), *match.span()


@lru_cache(maxsize=256)
def calendar_of(text: str, lang: str, reference: date) -> Calendar:
    """What a text says of time.

    Args:
        text: any text.
        lang: its language.
        reference: the day that weekdays and words such as "yesterday" count from.
    """
    plain = ascii_digits(text)
    days = [
        ((m.day.month, m.day.day), m.start, m.end)
        for m in dates_in(text, lang, reference)
        if not _is_bare(plain[m.start : m.end]) and not _EACH_WEEK.match(plain, max(0, m.start - 1))
    ]
    if lang == "en":
        days += _slashed(plain)
    for (month, _), start, end in list(days):
        if not any(c.isdigit() for c in plain[start:end]):
            continue
        behind = _OTHER_END.match(plain, end)
        if behind and 1 <= int(behind[1]) <= 31:
            days.append(((month, int(behind[1])), *behind.span()))
        before = _OTHER_BEGIN.search(plain, max(0, start - 24), start)
        if before and 1 <= int(before[1]) <= 31:
            days.append(((month, int(before[1])), *before.span()))
    days, short_years = _with_short_years(plain, lang, days)
    taken = {i for _, start, end in days for i in range(start, end) if plain[start:end].strip()}
    months = [found for found in _months_in(plain, lang) if found[1] not in taken]
    years = {common_era(int(m[1])) for _, start, end in days for m in _YEAR.finditer(plain, start, end)}
    years |= short_years
    taken |= {i for _, start, end in months for i in range(start, end)}
    return Calendar(tuple(days), tuple(months), frozenset(years), frozenset(taken))


_SHORT_YEAR = re.compile(r"\s?(\d{2})(?![\d.,:/])")
_BUDDHIST_CENTURY = 2500


def _with_short_years(
    plain: str, lang: str, days: list[tuple[Day, int, int]]
) -> tuple[list[tuple[Day, int, int]], set[int]]:
    """Days with the two digits behind them that are a year of the Buddhist calendar: ๕ ธ.ค. ๖๘."""
    if lang not in ("th", "lo", "km"):
        return days, set()
    found: list[tuple[Day, int, int]] = []
    years: set[int] = set()
    for day, start, end in days:
        short = _SHORT_YEAR.match(plain, end) if _NAMED_MONTH.search(plain, start, end) else None
        years |= {common_era(_BUDDHIST_CENTURY + int(short[1]))} if short else set()
        found.append((day, start, short.end() if short else end))
    return found, years


_NAMED_MONTH = re.compile(r"\d\D*[^\W\d]\D*$")
_EACH_WEEK = re.compile(r"每(?:周|星期)[一二三四五六七](?=[班次趟列架航])")
"""How often in a week, and no day of it: 每周三班 are three flights."""
_BARE = re.compile(r"\d{1,2}\s?[日号號일]")


def _is_bare(words: str) -> bool:
    """Whether a mention is a day without its month, which is kept as a number."""
    return _BARE.fullmatch(words) is not None


def spans(found: Iterable[tuple[object, int, int]]) -> frozenset[int]:
    """The characters of some mentions."""
    return frozenset(i for _, start, end in found for i in range(start, end))
