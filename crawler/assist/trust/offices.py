"""The offices of people: an answer gives nobody another one than the reports do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache

from crawler.assist.judged_words import remembered
from crawler.assist.trust.said import pattern_of
from crawler.assist.trust.verdict import quoted
from crawler.judging.text.normal import normalise

Texts = Sequence[tuple[str, str]]


@cache
def _offices(lang: str) -> tuple[re.Pattern[str], tuple[tuple[str, re.Pattern[str]], ...]] | None:
    table = remembered("assist_claims.yaml")["offices"]
    of_lang = {office: words[lang] for office, words in table.items() if lang in words}
    if not of_lang:
        return None
    every = pattern_of((w for words in of_lang.values() for w in words), lang)
    return every, tuple((office, pattern_of(words, lang)) for office, words in of_lang.items())


def _offices_in(text: str, lang: str) -> list[tuple[str, frozenset[str]]] | None:
    """The words for offices in a text, in its order, each with the offices that it may stand for.

    None where the words of the language are not known.
    """
    known = _offices(lang)
    if known is None:
        return None
    every, each = known
    return [
        (m[0], frozenset(office for office, pattern in each if pattern.fullmatch(m[0])))
        for m in every.finditer(normalise(text).text)
    ]


def faults_of_offices(answer: str, to: str, texts: Texts, *, whole: bool) -> Iterator[str]:
    """What offices an answer names that no text does, or in another order.

    Args:
        answer: the answer.
        to: its language.
        texts: what it is made from.
        whole: whether it is a translation, which keeps who is named first.
    """
    ours = _offices_in(answer, to)
    theirs = [_offices_in(text, lang) for text, lang in texts]
    if not ours or any(found is None for found in theirs):
        return
    known = {office for found in theirs for _, offices in found or () for office in offices}
    for word, offices in ours:
        if known and not offices & known:
            yield f"It names an office that no report names: {quoted(word)}."
            return
    original = theirs[0] or []
    if whole and len(ours) == 2 and len(original) == 2:
        mine, behind = ours[0][1], ours[1][1]
        first, second = original[0][1], original[1][1]
        if not mine & first and not behind & second and mine & second and behind & first:
            yield f"It gives offices to others than the report does: {quoted(f'{ours[0][0]} … {ours[1][0]}')}."


@cache
def _fields(lang: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    table = remembered("assist_claims.yaml")["fields_of_office"]
    return tuple((field, pattern_of(words[lang], lang)) for field, words in table.items() if lang in words)


@cache
def _ministry(lang: str) -> re.Pattern[str] | None:
    known = remembered("assist_claims.yaml")["ministries"].get(lang)
    if known is None:
        return None
    fields = "|".join(pattern.pattern for _, pattern in _fields(lang))
    ways = []
    if known["behind"]:
        ways.append(rf"(?:{fields})\s?(?:{'|'.join(known['behind'])})")
    if known["before"]:
        before = "|".join(
            unicodedata.normalize("NFKC", w) for w in sorted(known["before"], key=len, reverse=True)
        )
        ways.append(rf"(?:{before})\s?(?:{fields})")
    return re.compile("|".join(ways))


def faults_of_ministries(answer: str, to: str, texts: Texts) -> Iterator[str]:
    """What ministry an answer names whose field no text has any word for."""
    pattern = _ministry(to)
    if pattern is None:
        return
    for match in pattern.finditer(normalise(answer).text):
        fields = [field for field, words in _fields(to) if words.search(match[0])]
        for text, lang in texts:
            theirs = dict(_fields(lang))
            plain = normalise(text).text
            if (
                not theirs
                or match[0] in plain
                or any(field not in theirs or theirs[field].search(plain) for field in fields)
            ):
                break
        else:
            yield f"It names a ministry of which no report speaks: {quoted(match[0])}."
            return
