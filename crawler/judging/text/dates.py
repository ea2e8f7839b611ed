"""Dates as news writes them, in the languages of the region and with the Buddhist era, against a reference day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import NamedTuple

from crawler.judging.text.lunar import lunar_days
from crawler.judging.text.numbers import ascii_digits
from crawler.judging.text.searching import beginnings, matches_at
from crawler.judging.weights import weights
from crawler.runtime.calendar_names import months_of, weekdays_of
from crawler.runtime.data_tables import kept_table

_LOCALES = {"en": "en", "id": "id", "ms": "ms", "vi": "vi", "th": "th", "tl": "fil", "km": "km", "lo": "lo", "my": "my",
            "de": "de", "fr": "fr", "pt": "pt", "es": "es", "ru": "ru", "ar": "ar"}  # fmt: skip
_WEEKDAYS_ZH = {f"{w}{d}": i for w in ("星期", "周", "礼拜") for i, d in enumerate("一二三四五六日")}
_BUDDHIST = 543
"""The Buddhist era of the Thai, Lao and Khmer calendars is 543 years ahead of the common era."""

_NUMERIC = re.compile(
    r"([0-9](?<![\d.,].)\d?)(?:/(\d{1,2})(?:/(\d{2,4}))?|[.-](\d{1,2})[.-](\d{2,4}))(?![\d%])"
)
_DIGIT = re.compile(r"\d")
_ISO = re.compile(r"([0-9](?<!\d.)\d{3})-(\d{1,2})-(\d{1,2})(?!\d)")
_CHINESE = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})[日号號]")
_IN_WORDS = "〇一二三四五六七八九十廿卅"
_CHINESE_IN_WORDS = re.compile(
    rf"(?<![{_IN_WORDS}正腊闰历曆])(?:([{_IN_WORDS}]{{4}})年)?([一二三四五六七八九十]{{1,2}})月([{_IN_WORDS}]{{1,3}})[日号號]"
)
_CHINESE_BEGINS = re.compile("[0-9](?=[0-9]{0,3}[年月日号號])")
_IN_WORDS_BEGINS = re.compile(rf"[{_IN_WORDS}](?<![{_IN_WORDS}正腊闰历曆].)(?=[{_IN_WORDS}]{{0,3}}[年月])")
"""Where the days of Chinese and Japanese may begin."""
_KOREAN = re.compile(r"(?:(\d{4})년\s?)?(?:(\d{1,2})월\s?)?(?<![\d.,])(\d{1,2})일(?!간)")
_KOREAN_BEGINS = re.compile(r"[0-9](?=[0-9]{0,3}(?:년|월|일))")
_EAST_ASIAN = {
    "zh": (_CHINESE_BEGINS, _CHINESE),
    "ja": (_CHINESE_BEGINS, _CHINESE),
    "ko": (_KOREAN_BEGINS, _KOREAN),
}
"""Days are numbered alike in these languages: year, month, day; a bare day is one of the last month."""
_CHINESE_MONTH = re.compile(r"(?:(\d{4})年)?(?<!\d)(\d{1,2})月(?!\d|份?[以至到])")
_VIETNAMESE = re.compile(
    r"ngày (\d{1,2}) tháng (\d{1,2})(?: năm (\d{4}))?"
    r"|(?:ngày|hôm|sáng|trưa|chiều|tối|thứ \w+|chủ nhật),? (\d{1,2})[.-](\d{1,2})(?:[.-](\d{4}))?(?![\d%]|[.-]\d)"
)
_VIETNAMESE_BEGINS = re.compile("[nhstc](?=gày|ôm|áng|rưa|hiều|ối|hứ |hủ nhật)")


_YEAR_WORDS = r"ពុទ្ធសករាជ|พ\.ศ\.|ປີ|ឆ្នាំ|ปี|năm|tahun"
_UNSPACED = frozenset({"th", "lo", "km", "my"})
"""Words of these languages stand side by side: a month's name begins behind another word."""


_Found = tuple[int, int, date | None]
"""Where a day is named, and which; None where there is no such day."""


@dataclass(frozen=True, slots=True)
class DateMention:
    """A day that a text names, at characters ``[start, end)``."""

    start: int
    end: int
    day: date


class _CalendarNames(NamedTuple):
    """Names of months and weekdays in lower case (CLDR), each with its number."""

    months: dict[str, int]
    weekdays: dict[str, int]


@cache
def _names(lang: str) -> _CalendarNames:
    locale = _LOCALES[lang]
    # The wide names first: where a short one is the name of another month too, the short one counts.
    months = {
        m.name.lower().rstrip("."): m.number
        for width in ("wide", "abbreviated")
        for m in months_of(locale)
        if m.width == width and not m.name.isdigit()
    }
    days = {d.name.lower(): d.number for d in weekdays_of(locale) if d.width == "wide"}
    return _CalendarNames(months, days)


def calendar_names() -> list[Iterable[str]]:
    """The names of months and weekdays in every language that dates are read in, in lower case."""
    return [names for lang in _LOCALES for names in _names(lang)]


_BEFORE_MONTH = r"(?:st|nd|rd|th|\s?hb)?\.?\s*(?:of |de |ng |ខែ|เดือน|ເດືອນ)?\s*"
"""What may stand between a day's number and the name of its month."""


@cache
def _month_pattern(lang: str) -> re.Pattern[str]:
    months = sorted(_names(lang).months, key=len, reverse=True)
    names = "|".join(re.escape(m) for m in months)
    year = rf"(?:[,\s]*(?:{_YEAR_WORDS})?\s*(\d{{4}}))?"
    before = rf"(?P<d1>\d{{1,2}}){_BEFORE_MONTH}(?P<m1>{names})\.?{year}"
    after = rf"(?P<m2>{names})\.?\s*(?:လ)?\s*(?P<d2>\d{{1,2}})(?!\d){year}"
    return re.compile(rf"(?<![^\W\d_])(?:{before}|{after})", re.IGNORECASE)


@cache
def _month_begins(lang: str) -> re.Pattern[str]:
    """Where a day of a month may begin: a number before what a month's name may begin with, or the name of a month."""
    first, rest = beginnings(_names(lang).months)
    number = rf"(?<=[0-9])(?=(?i:\d?{_BEFORE_MONTH}[{first}]))"
    return re.compile(rf"[0-9{first}](?<![^\W\d_].)(?:{number}|(?={rest}))")


def _day(year: str | int | None, month: int, day: int, reference: date) -> date | None:
    """A date; without a year the one nearest to the reference, with two digits this century's."""
    try:
        if year is None:
            # News of January names days of December, and the other way round.
            near = [date(reference.year + shift, month, day) for shift in (-1, 0, 1)]
            return min(near, key=lambda d: abs((d - reference).days))
        number = int(year)
        number = number - _BUDDHIST if number > 2400 else number + 2000 if number < 100 else number
        return date(number, month, day)
    except ValueError:
        return None


def _weekday(index: int, reference: date) -> date:
    """The latest such weekday on or before the reference, because news is about the days just past."""
    return reference - timedelta(days=(reference.weekday() - index) % 7)


def dates_in(text: str, lang: str | None, reference: date) -> list[DateMention]:
    """The days that a text names, in its order.

    Args:
        text: any text.
        lang: its language; names of months and weekdays are read in it.
        reference: the day of publication, which dates without a year and weekdays are relative to.
    """
    return list(_dates_in(text, lang, reference, weights().dates.day_ahead))


# Several rules ask for the days of one sentence.
@lru_cache(maxsize=64)
def _dates_in(text: str, lang: str | None, reference: date, _ahead: timedelta) -> Sequence[DateMention]:
    """The same by the weight on which it depends."""
    plain = ascii_digits(text)
    low = plain.lower()
    # Most sentences have no number, and most forms of a date need one.
    has_digits = _DIGIT.search(plain) is not None
    found: list[_Found] = []
    if has_digits:
        found += [(*m.span(), _day(m[1], int(m[2]), int(m[3]), reference)) for m in _ISO.finditer(plain)]
    if lang == "zh":
        found += lunar_days(plain, reference)
        found += _weekdays_zh(plain, reference)
    elif lang in _LOCALES:
        if has_digits:
            found += _days_of_months(plain, low, lang, reference)
        found += _weekdays_named(plain, low, lang, reference)
        # English is left out: 05/11 is a day of May or of November there, and nobody knows which.
        if lang != "en" and has_digits:
            found += [
                (*m.span(), _day(m[3] or m[5], int(m[2] or m[4]), int(m[1]), reference))
                for m in _NUMERIC.finditer(plain)
            ]
    if lang in ("zh", "ja"):
        found += [
            (*m.span(), _in_words(m, reference))
            for m in matches_at(_IN_WORDS_BEGINS, _CHINESE_IN_WORDS, plain)
        ]
    if has_digits and lang in _EAST_ASIAN:
        found += [(*m.span(), _chinese(m, reference)) for m in matches_at(*_EAST_ASIAN[lang], plain)]
    if has_digits and lang == "vi":
        found += [
            (*m.span(), _day(m[3] or m[6], int(m[2] or m[5]), int(m[1] or m[4]), reference))
            for m in matches_at(_VIETNAMESE_BEGINS, _VIETNAMESE, low)
        ]
    found += _relative(low, lang, reference)
    if not found:
        return ()
    named = sorted((DateMention(start, end, day) for start, end, day in found if day), key=lambda m: m.start)
    # "The day before yesterday" is not yesterday.
    return [m for m in named if not any(_lies_in(m, other) for other in named)]


def _lies_in(mention: DateMention, other: DateMention) -> bool:
    """Whether a mention is only a part of another, longer one."""
    inside = other.start <= mention.start and mention.end <= other.end
    return inside and mention.end - mention.start < other.end - other.start


def months_in(text: str, lang: str | None, reference: date) -> list[date]:
    """The months that a text names without a day, each as its last day; without a year the latest one not to come."""
    plain = ascii_digits(text).lower()
    if lang == "zh":
        numbers = [(int(m[2]), m[1]) for m in _CHINESE_MONTH.finditer(plain)]
    elif lang in _LOCALES:
        names = _names(lang).months
        numbers = [(names[m[1]], m[2]) for m in _bare_month(lang).finditer(plain)]
    else:
        return []
    return [last for month, year in numbers if (last := _month_end(month, year, reference))]


@cache
def _bare_month(lang: str) -> re.Pattern[str]:
    names = "|".join(
        re.escape(m)
        for m in sorted(_names(lang).months, key=len, reverse=True)
        if len(m) > 3 or m.isascii() is False
    )
    alone, goes_on = ("", "") if lang in _UNSPACED else (r"(?<![^\W\d_])", r"[^\W\d_]|")
    year = rf"(?:\s*(?:{_YEAR_WORDS})?\s*(\d{{4}})(?!\d))?"
    return re.compile(rf"(?<!\d)(?<!\d )(?<!\d\. ){alone}({names})(?!{goes_on}\.?,? ?\d{{1,2}}(?!\d)){year}")


def _month_end(month: int, year: str | None, reference: date) -> date | None:
    number = int(year) if year else reference.year - (month > reference.month)
    number = number - _BUDDHIST if number > 2400 else number
    if not (1 <= month <= 12 and 1 <= number < 9999):
        return None
    return date(number + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _chinese(match: re.Match[str], reference: date) -> date | None:
    """A Chinese, Japanese or Korean date; a bare day ("28日") is the latest such one up to the day after the reference."""
    if match[2]:
        return _day(match[1], int(match[2]), int(match[3]), reference)
    latest = reference + weights().dates.day_ahead
    # From the latest day on, a month back.
    days = (latest - timedelta(days=back) for back in range(31))
    return next((day for day in days if day.day == int(match[3])), None)


def _in_words(match: re.Match[str], reference: date) -> date | None:
    """A Chinese date in words: 十二月一日, 二〇二五年十二月廿一日."""
    year = "".join(str(_IN_WORDS.index(c)) for c in match[1]) if match[1] else None
    month, day = _number_in_words(match[2]), _number_in_words(match[3])
    return _day(year, month, day, reference)


def _number_in_words(words: str) -> int:
    """A number below a hundred: 一, 十二, 二十, 廿一; 0 where it is none."""
    parts = re.fullmatch(
        r"(?:(?P<times>[二三]?)(?P<ten>十)|(?P<tens>[廿卅]))?(?P<ones>[一二三四五六七八九]?)", words
    )
    if parts is None:
        return 0
    times = _IN_WORDS.index(parts["times"] or "一") if parts["ten"] else 0
    times = {"廿": 2, "卅": 3}.get(parts["tens"] or "", times)
    return 10 * times + (_IN_WORDS.index(parts["ones"]) if parts["ones"] else 0)


def _relative(low: str, lang: str | None, reference: date) -> list[_Found]:
    """Days given by their distance: today, kemarin, hôm qua, 昨日."""
    return [
        (*m.span(), reference + timedelta(days=shift))
        for pattern, word, shift in _relative_words(lang)
        if word in low
        for m in pattern.finditer(low)
    ]


@cache
def _relative_words(lang: str | None) -> list[tuple[re.Pattern[str], str, int]]:
    shifts = kept_table("relative_days.yaml").get(lang, {})
    return [
        (_whole(word, word[0] < "\u0e00"), word, shift) for shift, words in shifts.items() for word in words
    ]


def _whole(word: str, spaced: bool) -> re.Pattern[str]:
    """A word as a whole, where its script parts words."""
    return re.compile(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])" if spaced else re.escape(word))


@cache
def _weekdays(lang: str) -> list[tuple[re.Pattern[str], str, int]]:
    return [(_whole(name, name.isascii()), name, index) for name, index in _names(lang).weekdays.items()]


@cache
def _alike(lang: str) -> re.Pattern[str]:
    """The characters that count as letters of a month's name where case is ignored, and have another one in lower case."""
    letters = _letters_of_months(lang)
    same = _matching(letters, _like_any_month())
    return re.compile("|".join(char for char in same if char.lower() not in letters) or r"(?!)")


@cache
def _like_any_month() -> str:
    """All characters that count as letters of a month's name in any language: the others are looked at once, not for each language."""
    letters = frozenset[str]().union(*map(_letters_of_months, _LOCALES))
    return "".join(_matching(letters, "".join(map(chr, range(0x10000)))))


def _letters_of_months(lang: str) -> frozenset[str]:
    return frozenset(letter for name in _names(lang).months for letter in name)


def _matching(letters: frozenset[str], text: str) -> list[str]:
    """The characters of a text that are some letters, whatever their case."""
    found: list[str] = re.findall(f"(?i:[{re.escape(''.join(sorted(letters)))}])", text)
    return found


def _days_of_months(plain: str, low: str, lang: str, reference: date) -> list[_Found]:
    months = _names(lang).months
    found: list[_Found] = []
    # Most texts name no month: its name is far quicker looked for than a day of it.
    if not any(name in low for name in months) and (plain.isascii() or not _alike(lang).search(plain)):
        return found
    for match in matches_at(_month_begins(lang), _month_pattern(lang), plain):
        name = match["m1"] or match["m2"]
        day = match["d1"] or match["d2"]
        years = [g for g in match.groups() if g and len(g) == 4 and g.isdigit()]
        found.append(
            (*match.span(), _day(years[0] if years else None, months[name.lower()], int(day), reference))
        )
    return found


def _weekdays_named(plain: str, low: str, lang: str, reference: date) -> list[_Found]:
    found: list[_Found] = []
    for pattern, name, index in _weekdays(lang):
        if name in low:
            found += [
                (*m.span(), _weekday_at(low, m.start(), m.end(), index, reference))
                for m in pattern.finditer(low)
                if _is_weekday(plain, m, lang)
            ]
    return found


def _weekdays_zh(plain: str, reference: date) -> list[_Found]:
    return [
        (*m.span(), _weekday_at(plain, m.start(), m.end(), _WEEKDAYS_ZH[m[0]], reference))
        for m in _WEEKDAY_ZH.finditer(plain)
    ]


_WEEKDAY_ZH = re.compile("|".join(sorted(_WEEKDAYS_ZH)))


def _weekday_at(low: str, start: int, end: int, index: int, reference: date) -> date:
    """The weekday at a place of a text: the latest one, last week's, or the next, as the words beside it say."""
    coming, last = _beside_weekdays("coming"), _beside_weekdays("last_week")
    if coming.says(low, start, end):
        return reference + timedelta(days=(index - reference.weekday()) % 7 or 7)
    if last.says(low, start, end):
        return reference - timedelta(days=reference.weekday() + 7 - index)
    return _weekday(index, reference)


class _Beside(NamedTuple):
    """Words right before or behind the name of a weekday."""

    before: tuple[str, ...]
    behind: tuple[str, ...]

    def says(self, low: str, start: int, end: int) -> bool:
        """Whether one of them stands beside ``[start, end)``."""
        before = low[max(0, start - 16) : start].rstrip()
        behind = low[end : end + 24].lstrip()
        # The Chinese ones hold the beginning of the name: 下周一.
        begun = low[max(0, start - 1) : start + 2].rstrip("一二三四五六日天")
        return before.endswith(self.before) or begun.endswith(self.before) or behind.startswith(self.behind)


@cache
def _beside_weekdays(list_of: str) -> _Beside:
    words = kept_table("relative_days.yaml")[list_of]
    return _Beside(tuple(words["before"]), tuple(words["behind"]))


@cache
def _ambiguous(lang: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Names of weekdays that need a capital, and words before them that make up for it."""
    data = kept_table("relative_days.yaml")
    return frozenset(data["capital_weekdays"].get(lang, ())), tuple(data["weekday_before"].get(lang, ()))


def _is_weekday(plain: str, match: re.Match[str], lang: str) -> bool:
    names, before = _ambiguous(lang)
    if match[0] not in names:
        return True
    written = plain[match.start() : match.end()]
    if written.split()[-1][:1].isupper():
        return True
    return bool(before) and plain[: match.start()].lower().rstrip().endswith(before)
