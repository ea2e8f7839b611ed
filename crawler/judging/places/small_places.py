"""Small places, which are looked for only in reports of bases: their names are too many, and too short, for all news."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from crawler.judging.places.gazetteer import Place
from crawler.judging.places.small_place_names import SET, SmallPlaceNames, names_of
from crawler.judging.text.matching import Findings, Hit, Matcher
from crawler.judging.text.nearness import Row, outermost
from crawler.judging.text.terms import Pattern
from crawler.runtime.data_tables import table

_QUALIFIES = 20
"""Characters behind a name within which its country or province says which of several places it is."""


class SmallPlaces:
    """The small places of one country: the matcher of their spellings, and which place a spelling means."""

    def __init__(self, names: SmallPlaceNames) -> None:
        self._names = names
        self._patterns: dict[int, Pattern] = {}
        self._numbers: dict[Pattern, int] = {}
        self.matcher = Matcher.of_keys(names.keys, self._patterns_of)

    def place(self, pattern: Pattern) -> Place:
        """The place that a pattern of the matcher means."""
        return self._names.places[self._names.place_of[self._numbers[pattern]]]

    def _patterns_of(self, key: int) -> tuple[Pattern, ...]:
        return tuple(map(self._pattern, self._names.rows[key]))

    def _pattern(self, number: int) -> Pattern:
        """The pattern of a spelling: one, whatever languages it is found in."""
        made = self._patterns.get(number)
        if made is None:
            made = self._patterns[number] = self._names.pattern(number)
            self._numbers[made] = number
        return made


@cache
def small_places(country: str) -> SmallPlaces:
    """The packaged towns and districts of a country, read at the first report of a base that concerns it."""
    return SmallPlaces(names_of(country))


def small_places_in(
    findings: Findings, countries: frozenset[str], taken: Sequence[Hit]
) -> list[tuple[Hit, Place]]:
    """The small places of some countries that an article names, where no larger name holds them.

    Args:
        findings: what was found in the article.
        countries: the codes of the countries that it concerns.
        taken: hits that mean something else.
    """
    row = Row(taken)
    found: dict[Hit, Place] = {}
    for country in sorted(countries):
        small = small_places(country)
        at_home = country == _words()["home"].get(findings.lang)
        for hit in outermost(
            small.matcher.find_in(findings.fields.values(), findings.lang).of([SET + "kinds", SET + "names"])
        ):
            if _is_free(hit, row, country, at_home=at_home) and not _is_of_longer_name(findings, hit):
                found[hit] = small.place(hit.pattern)
    return [(hit, found[hit]) for hit in outermost(found)]


def _is_free(hit: Hit, row: Row, country: str, *, at_home: bool) -> bool:
    """Whether a hit shares no characters with one of a row, or takes its place.

    "Hulu Terengganu" is not Terengganu, and "Skudai" is Johor Bahru. ``at_home``: the language is the country's own, so that a
    name is rather its district's than a city's elsewhere: An Dương is no Anyang in Vietnamese.
    """
    further = row.behind(hit, strictly=True)
    china = {"places_CN", "country_CN"}
    # "An Dương, Hà Nam (Trung Quốc)" is the one in China.
    abroad = (
        further is not None and further.pattern.set_name in china and further.start - hit.end <= _QUALIFIES
    )
    return all(
        o is None
        or o.end <= hit.start
        or hit.end <= o.start
        or _takes(hit, o, country, at_home=at_home and not abroad)
        for o in (row.before(hit), row.behind(hit))
    )


def _takes(hit: Hit, other: Hit, country: str, *, at_home: bool) -> bool:
    """Whether a small place takes the place of a larger one of which the name holds the other's, or is the same."""
    if not hit.start <= other.start or hit.end < other.end:
        return False
    if not other.pattern.set_name.startswith("places_"):
        return hit.pattern.set_name == SET + "kinds"  # the word for a zone in "เขตปทุมวัน"
    same = (hit.start, hit.end) == (other.start, other.end)
    return not same or other.pattern.set_name == f"places_{country}" or at_home


def _is_of_longer_name(findings: Findings, hit: Hit) -> bool:
    """Whether words with a capital stand right beside a name: "San Jose" in "San Jose Street".

    Words for kinds of places belong to it ("Kecamatan Dramaga", "Bang Lamung District"), as words of place before it do ("Di Dramaga").
    """
    field = findings.fields[hit.field]
    low, high = field.normal.span(hit.start, hit.end)
    text = field.original
    behind, before = _beside_names(findings.lang)
    return bool(behind.match(text[high : high + 24]) or before.search(text[max(0, low - 24) : low]))


@cache
def _words() -> Any:
    """The packaged words around places, read once."""
    return table("sites.yaml")


@cache
def _beside_names(lang: str | None) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A word with a capital behind a name, and one before it, that are no words for a kind of place and no words of place."""
    kinds = _words()["kinds"]
    where = table("bases.yaml")["where"]
    of_place = [*kinds["before"], *(where.get(lang) or where["en"])["before"]]
    behind = "|".join(map(re.escape, kinds["behind"]))
    before = "".join(rf"(?<!\b{re.escape(w[:1].upper() + w[1:])} )" for w in of_place)
    return re.compile(rf"[ -](?!(?:{behind})\b)[A-ZÀ-Þ]"), re.compile(rf"[A-ZÀ-Þ][\w'-]+ $(?<!\. ){before}")
