"""Numbers in any script, unit and scale as one value: 12.1 billion, 121亿 and 12,1 miliar are the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import cache, lru_cache
from typing import Any

from crawler.judging.text.searching import beginnings, matches_at
from crawler.judging.weights import weights
from crawler.runtime.data_tables import table

_NUMBER_BEGINS = re.compile("[0-9](?<![0-9_.,].)")
"""Where a number may begin: behind a letter it begins only where that ends a currency."""
_FOREIGN_DIGIT = re.compile(r"[^\D0-9]")
"""A decimal digit of any script but ours (``\\d`` is Unicode's category Nd)."""


@cache
def _data() -> Any:
    return table("scales.yaml")


@cache
def _scales() -> dict[str, float]:
    return {word.casefold(): float(value) for word, value in _data()["scales"].items()}


@cache
def _pattern() -> re.Pattern[str]:
    words = sorted(_data()["scales"], key=len, reverse=True)
    scale = "|".join(re.escape(w.casefold()) for w in words)
    # Most numbers have no scale behind them: that shows by its first letter.
    first, _ = beginnings(words)
    return re.compile(
        rf"(?:(?<![A-Za-zÀ-ỹ\d_.,])|(?<=\bRM)|(?<=\bRp))(\d[\d.,]*)(?:\s*(?=[{first}])({scale}))?",
        re.IGNORECASE,
    )


def ascii_digits(text: str) -> str:
    """``text`` with the digits of every script (Thai, Khmer, Burmese, full-width, …) as 0-9; length is kept."""
    return text if text.isascii() else _in_ascii(text)


@lru_cache(maxsize=8)
def _in_ascii(text: str) -> str:
    # Remembered for a moment: days, ordinals and numbers are looked for in one text, one after another.
    return _FOREIGN_DIGIT.sub(lambda m: str(unicodedata.digit(m[0])), text)


_WRITTEN = {
    decimal: re.compile(rf"(?:\d{{1,3}}(?:\{group}\d{{3}})+|\d+)(?:\{decimal}\d+)?")
    for decimal, group in (",.", ".,")
}
"""Digits with a sign for thousands, by the sign for decimals."""
_EITHER = re.compile(r"\d{1,3}[.,]\d{3}")


def _value(digits: str, comma: bool) -> float | None:
    """The value of digits with group and decimal signs, read by the language's convention, else by the other one."""
    digits = digits.rstrip(".,")
    # Outlets quote figures of others: the language's own
    # signs are tried first, then the other way round.
    for decimal, group in ((",", "."), (".", ",")) if comma else ((".", ","), (",", ".")):
        if _WRITTEN[decimal].fullmatch(digits):
            return float(digits.replace(group, "").replace(decimal, "."))
    return None


def _values(digits: str, lang: str | None) -> list[float]:
    """The values that digits may have: two where one sign before three digits may be either sign."""
    first = _value(digits, lang in _data()["decimal_comma"])
    both = lang in _data()["either_sign"] and _EITHER.fullmatch(digits.rstrip(".,"))
    second = _value(digits, lang not in _data()["decimal_comma"]) if both else None
    return [value for value in (first, second) if value is not None]


_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")


def amount_in(text: str, lang: str | None) -> float | None:
    """The value of the first number of a text with its scale; None where there is none.

    Args:
        text: a figure: "RM3.2 billion", 1000人, ១.០០០ នាក់.
        lang: its language, which says what a comma means. Three digits behind a sign are a group where no scale follows.
    """
    match = _pattern().search(ascii_digits(text))
    if match is None:
        return None
    digits = match[1].rstrip(".,")
    grouped = not match[2] and _GROUPED.fullmatch(digits)
    value = float(re.sub("[.,]", "", digits)) if grouped else _value(digits, lang in _data()["decimal_comma"])
    return None if value is None else value * _scales().get((match[2] or "").casefold(), 1.0)


def numbers_in(text: str, lang: str | None, besides: Collection[int] = ()) -> frozenset[str]:
    """The telling numbers of a text as canonical strings (four significant digits), years and small ones left out.

    Args:
        text: any text.
        lang: its language, which says what a comma means.
        besides: characters that belong to something else, such as a date; a number that begins at one is left out.
    """
    weigh = weights().dates
    found: set[str] = set()
    for match, value in (
        (m, value)
        for m in matches_at(_NUMBER_BEGINS, _pattern(), ascii_digits(text))
        if m.start() not in besides
        for value in _values(m[1], lang)
    ):
        scaled = value * _scales().get((match[2] or "").casefold(), 1.0)
        # 2025 and 2568 are years to news, unless a scale follows (2025 million).
        bare_year = not match[2] and value.is_integer() and (1900 <= value <= 2100 or 2500 <= value <= 2600)
        if not bare_year and (scaled >= weigh.least_number or not scaled.is_integer()):
            found.add(f"{scaled:.{weigh.digits}g}")
    return frozenset(found)
