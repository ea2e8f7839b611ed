"""Towns that the gazetteer lacks: the names that a headline puts behind a word of place, and the text repeats.

They are no places to a map, and in another language they are written otherwise; but two reports in one language that put a
base into towns of different names tell of two bases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from crawler.judging.features import Feature, FeatureKind, feature
from crawler.judging.text.matching import Findings, Hit
from crawler.judging.text.normal import normalise
from crawler.judging.text.script import UNSPACED_LETTERS
from crawler.judging.weights import weights
from crawler.runtime.data_tables import table

_NAME = r"[^\W\d_]['’\w-]+"
_UNSPACED = re.compile(f"[{UNSPACED_LETTERS}]{{2,16}}")
"""A name in a script without spaces goes to the next space, sign, or word that the judge knows."""


_Spans = list[tuple[int, int]]


class _Named(NamedTuple):
    """A name behind a word of place; ``of_institution`` where a word says that it is taught there."""

    name: str
    of_institution: bool


def towns_in(findings: Findings, others: Iterable[Hit], places: Iterable[Hit]) -> frozenset[Feature]:
    """The features of the towns that a headline names, and its text too, and of the institutions that headline or lead name.

    Args:
        findings: what was found where.
        others: words that are known to be no town: countries, bases, acts.
        places: those that name places; they are no town that is unknown, but many an institution bears their name.
    """
    rule = _rules()["towns"].get(findings.lang)
    if rule is None:
        return frozenset()
    known = list(others)
    cities = list(places)
    text = findings.fields["text"].original
    titled, in_lead = (_names(findings, field, known, cities, rule) for field in ("title", "text"))
    # Only what the text repeats: a headline has capitals for
    # many reasons. Upper case, because datelines have it.
    towns = {n.name for n in titled if not n.of_institution and (n.name in text or n.name.upper() in text)}
    institutions = {own for n in (*titled, *in_lead) if n.of_institution and (own := _own_name(n.name))}
    return frozenset(
        {feature(FeatureKind.TOWN, normalise(name).text) for name in towns}
        | {feature(FeatureKind.INSTITUTION, own) for own in institutions}
    )


def _names(
    findings: Findings, field: str, others: Iterable[Hit], places: Iterable[Hit], rule: Any
) -> list[_Named]:
    """The names behind words of place in a headline, or in the lead of a text."""
    place = findings.fields[field]
    written = place.original if field == "title" else place.original[: weights().event_places.lead]
    taken, cities = (
        [place.normal.span(h.start, h.end) for h in hits if h.field == field] for hits in (others, places)
    )
    kinds = _rules()["institutions"]["before"].get(findings.lang, ())
    if rule["spaced"]:
        return _spaced(written, rule["before"], kinds, taken, cities)
    return _unspaced(written, rule["before"], kinds, taken + cities)


@cache
def _rules() -> Any:
    return table("bases.yaml")


def _own_name(name: str) -> str:
    """The part of an institution's name that tells it from others of its kind; empty if the name only says what it is."""
    return " ".join(w for w in normalise(name).text.split() if w not in _rules()["institutions"]["kinds"])


def _spaced(
    text: str, before: Sequence[str], kinds: Sequence[str], taken: _Spans, cities: _Spans
) -> list[_Named]:
    """Names of a few words with a capital each; countries in that of an institution are left out."""
    found = []
    weigh = weights().towns
    # (?!) never matches: a language without such words has no institution.
    kind = rf"(?P<kind>(?:{_any(kinds)})\s+)?" if kinds else "(?P<kind>(?!))?"
    for match in re.finditer(
        rf"(?<!\w)(?:{_any(before)})\s+{kind}(?P<name>{_NAME}(?:\s{_NAME}){{0,{weigh.institution_words - 1}}})",
        text,
    ):
        name: list[str] = []
        taught = bool(match["kind"])
        for word in re.finditer(_NAME, match["name"]):
            low = match.start("name") + word.start()
            high = match.start("name") + word.end()
            taught = taught or normalise(word[0]).text in _rules()["institutions"]["kinds"]
            is_party = (
                _overlaps(low, high, taken)
                and normalise(word[0]).text not in _rules()["institutions"]["kinds"]
            )
            if not word[0][0].isupper() or (not taught and (is_party or _overlaps(low, high, cities))):
                break
            if not is_party:
                name.append(word[0])
        if name:
            found.append(_Named(" ".join(name if taught else name[: weigh.town_words]), taught))
    return found


def _unspaced(text: str, before: Sequence[str], kinds: Sequence[str], taken: _Spans) -> list[_Named]:
    """What follows a word of place, known words at its beginning aside, up to the next known word."""
    found = []
    for match in re.finditer(_any([*before, *kinds]), text):
        start = match.end()
        while end := next((high for low, high in taken if low <= start < high), None):
            start = end
        run = _UNSPACED.match(text, start)
        if run is None:
            continue
        end = min((low for low, _ in taken if low > start), default=run.end())
        # A single character names no town in these scripts.
        if min(end, run.end()) - start > 1:
            found.append(_Named(text[start : min(end, run.end())], match[0] in kinds))
    return found


def _any(words: Sequence[str]) -> str:
    """A pattern of words, the longest first."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


def _overlaps(low: int, high: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start < high and low < end for start, end in spans)
