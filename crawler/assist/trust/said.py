"""What an answer says only where its reports do: that something is the first or the largest, doubles, falls, or is not so.

Which words say so in which language stands in ``assist_claims.yaml``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache

from crawler.assist.judged_words import remembered
from crawler.assist.trust.days import calendar_of
from crawler.assist.trust.verdict import quoted
from crawler.judging.text.normal import normalise
from crawler.judging.text.script import UNSPACED_LANGUAGES

Texts = Sequence[tuple[str, str]]
"""Texts, each with its language."""


def pattern_of(words: Iterable[str], lang: str) -> re.Pattern[str]:
    """A pattern of some of the table's expressions, on words of their own where the language parts words."""
    either = "|".join(sorted((unicodedata.normalize("NFKC", w) for w in words), key=len, reverse=True))
    if lang in UNSPACED_LANGUAGES:
        return re.compile(f"(?:{either})")
    return re.compile(rf"(?<![^\W_])(?:{either})(?![^\W_])")


@cache
def _claim(name: str, which: str, lang: str) -> re.Pattern[str] | None:
    words = _table()["claims"][name][which].get(lang)
    return pattern_of(words, lang) if words else None


def _table() -> Mapping[str, Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]]]:
    found: Mapping[str, Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]]] = remembered(
        "assist_claims.yaml"
    )
    return found


@cache
def _words(section: str, name: str, lang: str) -> re.Pattern[str] | None:
    found = remembered("assist_claims.yaml")[section]
    words = found[name].get(lang) if name else found.get(lang)
    return pattern_of(words, lang) if words else None


def _in(pattern: re.Pattern[str] | None, text: str) -> str:
    found = pattern.search(normalise(text).text) if pattern else None
    return found[0] if found else ""


TO_READERS = "words to the reader"


def faults_of_claims(answer: str, to: str, texts: Texts, *, whole: bool) -> Iterator[str]:
    """What an answer claims and no text may be said to.

    Args:
        answer: the answer.
        to: its language.
        texts: what it is made from.
        whole: whether it is a translation. A brief speaks to nobody, whatever its reports do.
    """
    dated = [(_undated(text, lang), lang) for text, lang in texts]
    for name in _table()["claims"]:
        claimed = _in(_claim(name, "says", to), answer)
        if not claimed:
            continue
        behind = [(_claim(name, "behind", lang), text) for text, lang in dated]
        is_alone = all(pattern is not None and not _in(pattern, text) for pattern, text in behind)
        if is_alone or (name == TO_READERS and not whole):
            yield f"It tells of {name} ({quoted(claimed)}), and no report does."
            return


_ANY_DAY = date(2024, 5, 15)
_COUNTED = re.compile(
    r"\d[\d.,]*[\s\u200b-]?(?:(?:million|billion|thousand|hundred|square|juta|miliar|bilion|ribu|triliun|triệu|tỷ|nghìn|ngàn|milyon|bilyon|libo|libong"
    r"|ล้าน|พัน|หมื่น|แสน|多?[万亿千百]多?|余|ລ້ານ|ພັນ|ໝື່ນ|ແສນ|លាន|ពាន់|ម៉ឺន|សែន|သန်း|သောင်း|ထောင်|သိန်း)\s?)*$"
)


def _undated(text: str, lang: str) -> str:
    """A text without the days that it names."""
    dated = calendar_of(text, lang, _ANY_DAY).taken
    return "".join(" " if i in dated else c for i, c in enumerate(text)) if dated else text


def faults_of_units(answer: str, to: str, texts: Texts) -> Iterator[str]:
    """In which units an answer counts and no text does."""
    # "20 tháng 11" is a day and counts no months.
    plain = normalise(_undated(answer, to)).text
    taken: set[int] = set()
    # The longest names first: a square kilometre is no kilometre.
    for unit in _units():
        pattern = _words("units", unit, to)
        for match in pattern.finditer(plain) if pattern else ():
            beside = plain[max(0, match.start() - 24) : match.start()]
            if match.start() in taken or not _COUNTED.search(beside):
                continue
            taken.update(range(*match.span()))
            theirs = [(_words("units", unit, lang), text) for text, lang in texts]
            if all(p is not None and not _in(_loose(p), text) for p, text in theirs):
                yield f"It counts in another unit than any report: {quoted(match[0])}."
                return


@cache
def _units() -> tuple[str, ...]:
    return tuple(remembered("assist_claims.yaml")["units"])


@cache
def _loose(pattern: re.Pattern[str]) -> re.Pattern[str]:
    """A unit right behind its figure: 50MW, 120ha."""
    return re.compile(pattern.pattern.replace(r"(?<![^\W_])", r"(?<![^\W\d_])", 1))


def is_opened(text: str, lang: str) -> bool:
    """Whether a text says of anything that it is open or works, and sets nothing in the future."""
    return bool(_in(_words("opened", "", lang), text)) and not _in(_words("future", "", lang), text)


def faults_of_time(answer: str, to: str, texts: Texts) -> Iterator[str]:
    """Whether an answer says that something has been of which all texts only say that it will be."""
    if not texts or not all(
        _in(_words("future", "", lang), text) and not _in(_words("past", "", lang), text)
        for text, lang in texts
    ):
        return
    past = _in(_words("surely_past", "", to), answer)
    if past and not _in(_words("future", "", to), answer):
        yield f"It tells as done what the reports tell as to come ({quoted(past)})."


def faults_of_direction(answer: str, to: str, texts: Texts) -> Iterator[str]:
    """Whether an answer says that something grows of which all texts only say that it shrinks, or the other way round."""
    for way, other in (("up", "down"), ("down", "up")):
        ours = _in(_direction(way, "says", to), answer)
        if not ours or _in(_direction(other, "behind", to), answer):
            continue
        against = [_in(_direction(other, "says", lang), text) for text, lang in texts]
        along = [_in(_direction(way, "behind", lang), text) for text, lang in texts]
        if against and all(against) and not any(along):
            yield f"It says {quoted(ours)} where the reports say {quoted(against[0])}."
            return


@cache
def _direction(way: str, which: str, lang: str) -> re.Pattern[str] | None:
    words = remembered("assist_claims.yaml")["directions"][way][which].get(lang)
    return pattern_of(words, lang) if words else None


_NO = re.compile(r"\b(?:no|not|none|neither|nor|without|lift\w*)\b")


def faults_of_negation(answer: str, to: str, texts: Texts) -> Iterator[str]:
    """Whether an answer leaves out that something is not so, where all texts say it, or says it where none may."""
    ours = _in(_words("negated", "", to), answer)
    negated = [_in(_words("negated", "", lang), text) for text, lang in texts]
    if negated and all(negated):
        # A ban that is not one is told by "not" alone.
        is_twice = all(_in(_words("reversing", "", lang), text) for text, lang in texts)
        kept = ours or _in(_NO, answer) if is_twice else _in(_words("keeps", "", to), answer)
        if not kept:
            yield f"It leaves out that something is not so ({quoted(negated[0])})."
    if ours and all(
        (p := _words("keeps", "", lang)) is not None and not _in(p, text) for text, lang in texts
    ):
        yield f"It says that something is not so ({quoted(ours)}), and no report has such a word."
