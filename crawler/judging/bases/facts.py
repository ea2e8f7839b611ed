"""What else a sentence says of a base: who builds it, and its figures."""

from __future__ import annotations

import re
from functools import cache

from crawler.judging.entities.known import entities
from crawler.judging.text.matching import Matcher
from crawler.judging.text.numbers import ascii_digits
from crawler.judging.text.searching import beginnings, matches_at
from crawler.judging.text.terms import patterns
from crawler.judging.weights import weights
from crawler.runtime.data_tables import table

_PARTNERS = ("organisations",)


@cache
def _organisations() -> Matcher:
    sets = [e for e in entities() if e.name.partition(":")[0] in _PARTNERS]
    return Matcher(patterns(sets, [e.name for e in sets]))


def partners_in(sentence: str, lang: str | None) -> tuple[str, ...]:
    """The organisations that a sentence names, by their English names, in its order."""
    found = _organisations().find({"text": sentence}, lang)
    hits = sorted((h for hits in found.hits.values() for h in hits), key=lambda h: h.start)
    return tuple(dict.fromkeys(h.pattern.set_name.partition(":")[2] for h in hits))[
        : weights().bases.most_facts
    ]


@cache
def _figure() -> re.Pattern[str]:
    data = table("scales.yaml")
    scales = "|".join(map(re.escape, sorted(data["scales"], key=len, reverse=True)))
    units = "|".join(map(re.escape, sorted(data["units"], key=len, reverse=True)))
    money = "|".join(map(re.escape, sorted(data["currencies"], key=len, reverse=True)))
    number = r"\d[\d.,]*"
    return re.compile(
        rf"(?:(?:{money})\s?{number}(?:[\s-]*(?:{scales}))?"
        rf"|(?<![A-Za-z\d.,]){number}[\s-]*(?:{scales})?[\s-]*(?:of |de )?(?:{money}|{units})(?![A-Za-z]))",
        re.IGNORECASE,
    )


@cache
def _figure_begins() -> re.Pattern[str]:
    """Where a figure may begin: a number before what its scale or unit may begin with, or a currency with a number behind it."""
    data = table("scales.yaml")
    first, rest = beginnings(data["currencies"])
    behind, _ = beginnings([*data["scales"], *data["units"], *data["currencies"], "of", "de"])
    number = rf"(?<=[0-9])(?<![A-Za-z\d.,].)(?=[\d.,]*[\s-]*(?i:[{behind}]))"
    # A currency is looked for where a number follows soon: most letters may begin one.
    longest = max(map(len, data["currencies"]))
    money = rf"(?<![0-9])(?=[^0-9]{{0,{longest}}}+[0-9])(?={rest}\s?\d)"
    return re.compile(rf"[0-9{first}](?:{number}|{money})")


def figures_in(text: str, lang: str | None) -> tuple[str, ...]:
    """The sums of money, areas and numbers of people, firms or jobs that a text names, as written.

    Args:
        text: a sentence or the beginning of a text.
        lang: its language; figures are read alike in all.
    """
    # Searched in plain digits, quoted as written:
    # `ascii_digits` keeps the length, so places are the same.
    matches = matches_at(_figure_begins(), _figure(), ascii_digits(text))
    found = (" ".join(text[m.start() : m.end()].split()) for m in matches)
    return tuple(dict.fromkeys(found))[: weights().bases.most_facts]
