"""Numbers of a text as values, in whichever script, scale and words they are written: 三亿, 300 triệu and 300 million are one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from crawler.assist.judged_words import remembered
from crawler.judging.text.numbers import ascii_digits
from crawler.judging.text.script import UNSPACED_LANGUAGES


class Amount(NamedTuple):
    """A number at characters ``[start, end)`` of a text.

    Attributes:
        values: what it may be worth: more than one where a sign can be read in two ways, or a year by two calendars.
        is_sure: whether it surely is a number that a translation keeps; words such as "one" are not.
        is_share: whether it is a share of a hundred.
        is_day: whether words beside it make it the day of a month.
    """

    start: int
    end: int
    values: frozenset[float]
    is_sure: bool
    is_share: bool = False
    is_day: bool = False


_BUDDHIST = 543
_BUDDHIST_YEARS = range(2440, 2700)
_SURE_WORDS = frozenset({"en", "id", "ms", "tl"})
"""Languages whose words for numbers are hardly ever other words or parts of names."""
_LEAST_WORD = 3
"""One and two stand in too many turns of phrase: one of, the two sides."""
_LEAST_SCALED = 100
_CLOCK = re.compile(
    r"(?<![\d.,:])([01]?\d|2[0-4])(?:[:：h](\d{2})(?::\d{2})?(?!\d|[.:]\d)|\.(\d{2})(?=\s?(?:น\.|WIB|WITA|WIT|[ap]\.?m\b|giờ)))",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"(?:st|nd|rd|th|hb)(?!\w)")
_RANGE = re.compile(r"\s?(?:[-–—~至到]|to|and|đến|sampai|hingga|ถึง|ຫາ|ដល់)\s?", re.IGNORECASE)
_ROMAN = re.compile(r"(?<![\w-])(?=[XVI]{2,})(X{0,3})(IX|IV|V?I{0,3})(?![\w])")
_ROMAN_ONE = re.compile(
    r"(?:(?<=quý )|(?<=Quý )|(?<=QUÝ )|(?<=kuartal )|(?<=semester )|(?<=triwulan )|(?<=tahap )|(?<=fasa )|(?<=suku )|(?<=giai đoạn ))[IV](?![\w-])"
)
"""A quarter or phase by a single letter."""
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}
_NUMBER = r"\d{1,3}(?:[\u00a0\u202f]\d{3})+(?!\d)|\d+(?:[.,'’٫٬]\d+)*"
_GLUE = re.compile(r"[\s\-\u200b]*(?:(?:and|dan|lẻ|linh|at)\s+|[多余餘来來几幾]|[+]|กว่า|ກວ່າ)?[\s\u200b]*")
_HAN_FIVE_YEARS = re.compile("十([一二三四五六七八九])五")
_HAN_DIGITS = re.compile("[〇零一二三四五六七八九]{4}(?=年)")
_HAN = dict(zip("〇零一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_TENTHS = re.compile(
    "([0-9一二两三四五六七八九])成(?:([一二三四五六七八九])|(?![立为为功员都本果就绩分熟交品长套型因效份]))"
)
_SHORT_YEAR = re.compile(
    r"(?:(?<=ปี )|(?<=ปี)|(?<=ปีพ\.ศ\. )|(?<=['’]))\d{2}(?![\d.,])|(?<!\d)\d{2}(?=年(?![前后後来來内內间間期多]))"
)
_DECADE = re.compile(r"\d0(?=年代)|(?<=thập niên )\d0|(?<=thập kỷ )\d0|\d{3}0(?=s(?!\w))")


@cache
def _words() -> Any:
    return remembered("number_words.yaml")


@cache
def _scales(lang: str) -> dict[str, float]:
    own = _words()["scales"].get(lang, {})
    every = remembered("scales.yaml")["scales"]
    return {str(w).casefold(): float(v) for w, v in (*every.items(), *own.items())}


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What the words of a language say: numbers, multiples, and words for shares."""

    pattern: re.Pattern[str]
    numbers: dict[str, float]
    multiples: dict[str, float]
    teens: frozenset[str]
    shares: frozenset[str]


@cache
def _meaning(lang: str) -> _Meaning:
    known = _words()
    numbers = {w.casefold(): float(v) for w, v in known["numbers"].get(lang, {}).items()}
    multiples = {w.casefold(): float(v) for w, v in known["multiples"].get(lang, {}).items()} | _scales(lang)
    teens = frozenset(known["teens"].get(lang, ()))
    shares = frozenset(w.casefold() for w in known["percent"])
    spelled = sorted({*numbers, *multiples, *teens, *shares}, key=len, reverse=True)
    latin = "|".join(re.escape(w) for w in spelled if _is_spaced(w))
    other = "|".join(_in_unspaced(w) for w in spelled if not _is_spaced(w))
    pattern = rf"(?P<number>{_NUMBER})|(?<![^\W\d_])(?P<latin>{latin})(?![^\W_])|(?P<other>{other})"
    return _Meaning(re.compile(pattern, re.IGNORECASE), numbers, multiples, teens, shares)


def _in_unspaced(word: str) -> str:
    # 千瓦 and 千米 are units, not thousands.
    return rf"{word}(?![瓦米克卡帕赫伏焦])" if word == "千" else re.escape(word)


def _is_spaced(word: str) -> bool:
    return word[0].isalpha() and word[0] < "\u0e00"


def _group_and_decimal(digits: str, comma: bool, either: bool) -> set[float]:
    """The values of digits with group and decimal signs; by the other custom only where the own one makes no number, or ``either``."""
    plain = re.sub("[\u00a0\u202f'’]", "", digits).replace("٫", ".").replace("٬", ",")
    found: list[float] = []
    for decimal, group in ((",", "."), (".", ",")) if comma else ((".", ","), (",", ".")):
        whole = rf"(?:\d{{1,3}}(?:\{group}\d{{3}})+|\d+)"
        if re.fullmatch(rf"{whole}(?:\{decimal}\d+)?", plain):
            found.append(float(plain.replace(group, "").replace(decimal, ".")))
    if not found:  # 3.0.1 is a version: its parts as one
        return {float(re.sub(r"\D", "", plain)[:15])}
    # What the own custom reads as groups is no fraction; three digits behind the own decimal sign may be a group.
    own_group = "." if comma else ","
    return {found[0]} if not either or own_group in plain else set(found)


@dataclass(slots=True)
class _Run:
    """Numbers and words side by side that are one number, while it is read."""

    start: int = -1
    end: int = -1
    pieces: list[tuple[set[float], float]] = field(default_factory=list)
    current: set[float] | None = None
    words: int = 0
    digits: int = 0
    first: set[float] = field(default_factory=set)

    def values(self) -> set[float]:
        total = {0.0}
        for some, _ in self.pieces:
            total = {a + b for a in total for b in some}
        return {a + b for a in total for b in self.current} if self.current is not None else total


def amounts(text: str, lang: str, *, lenient: bool, besides: Collection[int] = ()) -> list[Amount]:
    """The numbers of a text, in its order.

    Args:
        text: any text.
        lang: its language, which says what a comma means and which words are numbers.
        lenient: whether signs are read by both customs, as in what outlets write; an answer keeps to its language's.
        besides: characters that belong to something else, such as a date.
    """
    plain = ascii_digits(text)
    taken = set(besides)
    found: list[Amount] = []
    for match in _CLOCK.finditer(plain):
        if match.start() not in taken:
            hour, minute = int(match[1]) % 12, int(match[2] or match[3])
            # A time of day is a number of its own kind: hours by twelve, minutes behind the point.
            found.append(Amount(*match.span(), frozenset({-(hour + minute / 100 + 1)}), is_sure=False))
            taken.update(range(*match.span()))
    for match in (*_HAN_FIVE_YEARS.finditer(plain), *_HAN_DIGITS.finditer(plain)) if lang == "zh" else ():
        value = (
            10 + _HAN[match[1]]
            if match.re is _HAN_FIVE_YEARS
            else int("".join(str(_HAN[c]) for c in match[0]))
        )
        found.append(Amount(*match.span(), frozenset({float(value)}), is_sure=False))
        if match.re is _HAN_DIGITS:
            taken.update(range(*match.span()))
    for match in _TENTHS.finditer(plain) if lang == "zh" else ():
        # 五成 and 三成五 are tenths.
        ten, one = (_HAN.get(c, 0) if not c.isdigit() else int(c) for c in (match[1], match[2] or "0"))
        found.append(Amount(*match.span(), frozenset({float(10 * ten + one)}), is_sure=False, is_share=True))
    for match in _halves().finditer(plain):
        found.append(Amount(*match.span(), frozenset({50.0, 0.5, 2.0}), is_sure=False, is_share=True))
    for match in (*_ROMAN.finditer(plain), *_ROMAN_ONE.finditer(plain)):
        found.append(Amount(*match.span(), frozenset({float(_roman(match[0]))}), is_sure=False))
    runs = list(_Reader(plain, lang, lenient).runs(taken))
    for run, behind in zip(runs, [*runs[1:], _Run()], strict=False):
        amount = _amount(plain, lang, run)
        # "5–7 million": the scale is that of both.
        if (
            not run.pieces
            and behind.pieces
            and behind.digits
            and _RANGE.fullmatch(plain, run.end, behind.start)
        ):
            scale = behind.pieces[-1][1]
            amount = amount._replace(values=amount.values | {v * scale for v in amount.values})
        found.append(amount)
    return sorted(found)


def _roman(numeral: str) -> int:
    values = [_ROMAN_VALUES[c] for c in numeral]
    return sum(-v if v < w else v for v, w in zip(values, [*values[1:], 0], strict=True))


class _Reader:
    """Reads the numbers of a text, one run of digits and words after another."""

    def __init__(self, plain: str, lang: str, lenient: bool) -> None:
        self._plain, self._lang = plain, lang
        self._meaning = _meaning(lang)
        self._comma = lang in _commas()
        self._either = lenient or lang in remembered("scales.yaml")["either_sign"]
        self._run = _Run()
        # In Burmese the scale may stand before the number: သန်း ၃၀၀.
        self._scale_before: float | None = None

    def runs(self, taken: Collection[int]) -> Iterator[_Run]:
        """The runs, without what begins at a character that is taken."""
        for match in self._meaning.pattern.finditer(self._plain):
            word = match[0].casefold()
            is_other = match.start() in taken or word in self._meaning.shares
            if is_other or not _GLUE.fullmatch(self._plain, max(self._run.end, 0), match.start()):
                yield from self._ended()
            if is_other:
                self._scale_before = None
            elif match["number"] or word in self._meaning.numbers:
                values = self._values(match, word)
                if not _fits(self._run, self._plain, match, values):
                    yield from self._ended()
                self._add(match, values)
            else:
                self._apply(match, word)
        yield from self._ended()

    def _ended(self) -> Iterator[_Run]:
        if self._run.start >= 0:
            yield self._run
            self._run = _Run()

    def _values(self, match: re.Match[str], word: str) -> set[float]:
        if not match["number"]:
            return {self._meaning.numbers[word]}
        values = _group_and_decimal(match[0], self._comma, self._either)
        if self._lang in remembered("scales.yaml")["either_sign"]:
            values |= _group_and_decimal(match[0], not self._comma, either=False)
        if self._scale_before is not None and not self._run.pieces:
            values |= {v * self._scale_before for v in values}
        return values

    def _add(self, match: re.Match[str], values: set[float]) -> None:
        run = self._run
        if run.start < 0:
            run.start = match.start()
        run.current = values if run.current is None else {a + b for a in run.current for b in values}
        run.digits, run.words = run.digits + bool(match["number"]), run.words + (not match["number"])
        run.end = match.end()
        self._scale_before = None

    def _apply(self, match: re.Match[str], word: str) -> None:
        """A multiple, or what makes a number one of the teens."""
        run = self._run
        if word in self._meaning.teens:
            run.current = {v + 10 for v in run.current} if run.current is not None else None
        else:
            multiple = self._meaning.multiples[word]
            if run.start < 0:
                self._scale_before = multiple if self._lang == "my" else None
                if self._lang not in UNSPACED_LANGUAGES or multiple >= _LEAST_SCALED:
                    return
                run.start, run.current = match.start(), {1.0}  # สิบ, 十
            _multiply(run, multiple)
            run.words += 1
        run.end = match.end() if run.start >= 0 else run.end


@cache
def _commas() -> frozenset[str]:
    """The languages that write a decimal comma."""
    return frozenset(remembered("scales.yaml")["decimal_comma"])


def _fits(run: _Run, plain: str, match: re.Match[str], values: set[float]) -> bool:
    """Whether a further number belongs to one that is being read: "twenty" and "five", 1亿 and 2000 before 万."""
    if run.start < 0:
        return True
    if match["number"]:
        # "3 million 2025" is two numbers, 3万5000 is one.
        return run.current is None and run.end == match.start()
    if run.current is None:
        return bool(run.pieces) and not run.digits and max(values) < run.pieces[-1][1]
    low = max(values)
    return not run.digits and all(v >= 10 and v % 10 == 0 and low < 10 for v in run.current)


def _multiply(run: _Run, multiple: float) -> None:
    section = run.current if run.current is not None else ({0.0} if run.pieces else {1.0})
    while run.pieces and run.pieces[-1][1] < multiple:
        some, _ = run.pieces.pop()
        section = {a + b for a in section for b in some}
    run.first |= section
    run.pieces.append(({v * multiple for v in section if v} or {multiple}, multiple))
    run.current = None


def _amount(plain: str, lang: str, run: _Run) -> Amount:
    text = plain[run.start : run.end]
    values = run.values()
    if run.digits == 1 and not run.words and text.isdigit():
        values |= _years(plain, run.start, run.end)
        values |= _hours(plain, run.start, run.end)
    before, behind = (
        plain[max(0, run.start - 16) : run.start].rstrip().casefold(),
        plain[run.end : run.end + 20].lstrip().casefold(),
    )
    if lang == "zh" and behind.startswith("千瓦"):
        # 50万千瓦 are 500 megawatts.
        values |= {v / 1_000 for v in values} | {v / 1_000_000 for v in values}
    is_share = before.endswith(_shares()) or behind.startswith(_shares())
    days = _words()["days"]
    is_day = not run.words and (
        before.endswith(tuple(days["before"]))
        or behind.startswith(tuple(days["behind"]))
        or bool(_ORDINAL.match(plain, run.end))
    )
    return Amount(run.start, run.end, frozenset(values), _is_sure(run, lang, values, plain), is_share, is_day)


@cache
def _halves() -> re.Pattern[str]:
    words = [re.escape(w) for w in _words()["halves"]]
    latin = "|".join(w for w in words if _is_spaced(w))
    return re.compile(
        rf"(?<![^\W_])(?:{latin})(?![^\W_])|{'|'.join(w for w in words if not _is_spaced(w))}", re.IGNORECASE
    )


@cache
def _shares() -> tuple[str, ...]:
    return tuple(w.casefold() for w in _words()["percent"])


_COUNTED_IN_HAN = frozenset("家个座条项所名次辆架艘份批省市县校吨届")
"""Characters behind a number that counts: 三家企业 is three firms, 三亚 a town."""


def _is_sure(run: _Run, lang: str, values: set[float], plain: str) -> bool:
    if run.digits:
        return True
    if lang == "zh" and run.words == 1 and min(values) > 1:
        is_ordinal = plain[max(0, run.start - 1) : run.start] == "第"
        is_count = plain[run.end : run.end + 1] in _COUNTED_IN_HAN and min(values) >= _LEAST_WORD
        if is_ordinal or (is_count and run.end < len(plain)):
            return True
    if lang in _SURE_WORDS:
        return min(values) >= _LEAST_WORD
    # 三亿 and ສາມຮ້ອຍ are numbers; 三亚 is a town, and so may be any single word.
    return run.words > 1 and min(values) >= _LEAST_SCALED


def _years(plain: str, start: int, end: int) -> set[float]:
    """What else bare digits are worth: a year of the Buddhist calendar, a year in two digits, a decade."""
    number = int(plain[start:end][:15])
    found: set[float] = set()
    if number in _BUDDHIST_YEARS:
        found.add(number - _BUDDHIST)
    short = _SHORT_YEAR.match(plain, start, min(len(plain), end + 2))
    if short and end - start == 2:
        found |= {2000.0 + number, 2500.0 + number - _BUDDHIST}
    if _DECADE.match(plain, start, min(len(plain), end + 2)):
        found |= {1900.0 + number, 2000.0 + number} if number < 100 else {float(number % 100)}
    return found


@cache
def _hour_words() -> tuple[str, ...]:
    return tuple(str(w).casefold() for w in _words()["hours"])


def _hours(plain: str, start: int, end: int) -> set[float]:
    number = int(plain[start:end][:15])
    beside = plain[end : end + 8].lstrip().casefold().startswith(_hour_words()) or plain[
        :start
    ].rstrip().casefold().endswith(("pukul", "jam", "ម៉ោង", "at", "kl."))
    return {-(number % 12 + 1.0)} if number <= 24 and beside else set()


def unproved(
    answer: Sequence[Amount], support: Sequence[Amount], further: Collection[float] = ()
) -> Amount | None:
    """The first sure number of an answer that has no equal in what it is made from."""
    every = {v for a in support for v in a.values} | set(further)
    shares = {v for a in support if a.is_share for v in a.values}
    for amount in answer:
        if amount.is_sure and not _meets(amount.values, shares if amount.is_share and shares else every):
            return amount
    return None


def missing(
    answer: Sequence[Amount], source: Sequence[Amount], further: Collection[float] = ()
) -> Amount | None:
    """The first sure number of what an answer is made from that the answer has not."""
    every = {v for a in answer for v in a.values} | set(further)
    return next((a for a in source if a.is_sure and not _meets(a.values, every)), None)


def _meets(values: Collection[float], others: Collection[float]) -> bool:
    return any(abs(v - o) <= 1e-12 * max(abs(v), abs(o), 1e-9) for v in values for o in others)


@cache
def _currencies() -> tuple[re.Pattern[str], dict[str, str]]:
    codes = {w.casefold(): code for code, words in _words()["currencies"].items() for w in words}
    spelled = sorted(codes, key=len, reverse=True)
    parts = [
        rf"(?<![^\W\d_]){re.escape(w)}(?![^\W\d_])"
        if w[0].isascii() and w[-1].isalpha() and w not in ("rm", "rp")
        else rf"(?<![^\W\d_]){re.escape(w)}(?=\.?\s?\d)"
        if w in ("rm", "rp")
        else re.escape(w)
        for w in spelled
    ]
    return re.compile("|".join(parts), re.IGNORECASE), codes


_MONEY_NEAR = 14


def money_in(text: str) -> list[tuple[int, int]]:
    """Where a text names currencies."""
    return [match.span() for match in _currencies()[0].finditer(text)]


def currencies(text: str, *, beside_numbers: bool = False) -> dict[str, tuple[int, int]]:
    """The currencies that a text names by their ISO 4217 codes, each with where; ``beside_numbers``: only right beside numbers."""
    pattern, codes = _currencies()
    plain = ascii_digits(text)
    found: dict[str, tuple[int, int]] = {}
    for match in pattern.finditer(plain):
        near = plain[max(0, match.start() - _MONEY_NEAR) : match.end() + 4]
        if not beside_numbers or any(c.isdigit() for c in near):
            found.setdefault(codes[match[0].casefold()], match.span())
    return found
