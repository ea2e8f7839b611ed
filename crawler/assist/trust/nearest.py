"""The sentences that a statement is most likely made from: those that share most of its numbers and places with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from crawler.assist.trust.amounts import amounts
from crawler.assist.trust.days import calendar_of
from crawler.assist.trust.where import named_or_aimed_at

_ENDS = re.compile(r"(?<=[。！？；!?။។])\s*|(?<=[.])\s+(?=[^a-z\s])|\n+")
_ANY_DAY = date(2024, 5, 15)
_BY_NUMBER = 2
"""A number tells sentences apart better than a place."""
_MOST_SENTENCES = 40
"""Sentences of a text that are looked at: what is told stands in its beginning."""


def sentences(text: str) -> list[str]:
    """The sentences of a text. Languages without full stops have one for each paragraph."""
    return [s for s in (part.strip() for part in _ENDS.split(text)) if s]


def _anchors(text: str, lang: str, *, lenient: bool) -> tuple[set[float], set[str]]:
    calendar = calendar_of(text, lang, _ANY_DAY)
    values = {v for a in amounts(text, lang, lenient=lenient, besides=calendar.taken) for v in a.values}
    values |= {100.0 * month + day for month, day in calendar.named_days}
    places = {n.place.name if n.place else n.country for n in named_or_aimed_at(text, lang)}
    return values, places


def nearest(answer: str, to: str, texts: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The sentences nearest to an answer, each with its language: all that share as much of it as any does.

    Args:
        answer: the answer.
        to: its language.
        texts: what it is made from, each with its language.
    """
    values, places = _anchors(answer, to, lenient=False)
    scored: list[tuple[int, tuple[str, str]]] = []
    for text, lang in texts:
        for sentence in sentences(text)[:_MOST_SENTENCES]:
            theirs, where = _anchors(sentence, lang, lenient=True)
            score = _BY_NUMBER * len(values & theirs) + len(places & where)
            scored.append((score, (sentence, lang)))
    best = max((score for score, _ in scored), default=0)
    return [found for score, found in scored if score == best]
