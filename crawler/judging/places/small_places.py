"""Small places, which are looked for only in reports of bases: their names are too many, and too short, for all news."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from typing import Any, NamedTuple

from crawler.judging.parties import CHINA_ASEAN
from crawler.judging.places.gazetteer import Place, gazetteer
from crawler.judging.places.town_tables import chinese_names, spelled, towns_of
from crawler.judging.text.matching import Findings, Hit, Matcher
from crawler.judging.text.nearness import Row, outermost
from crawler.judging.text.normal import normal_spelling
from crawler.judging.text.script import script_of
from crawler.judging.text.terms import patterns
from crawler.model import TermSet
from crawler.runtime.data_tables import table

_SET = "small_places_"
_SHORTEST_HAN = 3
_SHORTEST_AS_ONE = 4
_SYLLABLES = 2
_BY_SEAT = frozenset({"KH", "ID"})
"""Countries in which news that names a rural district and the seat of its province means the latter."""
_QUALIFIES = 20
"""Characters behind a name within which its country or province says which of several places it is."""


class SmallPlaces(NamedTuple):
    """The small places of one country: the matcher of their spellings, and which place a spelling means."""

    matcher: Matcher
    places: dict[str, Place]


@cache
def small_places(country: str) -> SmallPlaces:
    """The packaged towns and districts of a country, read at the first report of a base that concerns it."""
    known = {key: place for (_, key), place in gazetteer().places.items()}
    spellings: dict[str, dict[str, str]] = {"names": {}, "kinds": {}}
    places: dict[str, Place] = {}
    written = {"names": _written_as_one, "kinds": _in_chinese}
    for town in towns_of(country):
        place = _place(town)
        for kind, named in spellings.items():
            more = written[kind](town) if country == "VN" else ()
            for name in (*town.get(kind, ()), *more):
                key = normal_spelling(name)
                if _is_named_by(key, town, known.get(key)):
                    named.setdefault(key, name)
                    places.setdefault(key, place)
    # "Quận Long Biên" begins in small letters within a sentence.
    sets = [TermSet(_SET + kind, {"*": tuple(named.values())}) for kind, named in spellings.items()]
    return SmallPlaces(Matcher(patterns(sets, [_SET + "names"])), places)


def _written_as_one(town: Mapping[str, Any]) -> Iterator[str]:
    """A Vietnamese name of two syllables as English news writes it, too: Dalat, Sapa."""
    for name in town.get("names", ()):
        first, _, second = name.partition(" ")
        if name.isascii() and second.isalpha() and len(first + second) >= _SHORTEST_AS_ONE:
            yield first + second.lower()


def _in_chinese(town: Mapping[str, Any]) -> Iterator[str]:
    """A Vietnamese district in the characters of its syllables, with the word for what it is: 文关县 is Văn Quan."""
    table_of = spelled()
    for name in town.get("names", ()) if not town.get("of_city") else ():
        syllables = name.lower().split()
        if (
            name.isascii()
            or len(syllables) < _SYLLABLES
            or not all(s in table_of["syllables"] for s in syllables)
        ):
            continue
        for characters in product(*(table_of["syllables"][s] for s in syllables)):
            written = "".join(characters)
            yield from (
                written + kind for kind in table_of["kinds_of_districts"] if written not in chinese_names()
            )


def _place(town: Mapping[str, Any]) -> Place:
    """A town or district: of China with its province, of countries whose news tells rural districts by their seat with that."""
    above = town.get("in", "")
    if town["country"] in CHINA_ASEAN.ours.countries:
        # Elsewhere provinces were merged, and news goes on to call them as they were.
        return Place(town["name"], town["country"], province=above)
    seat = above if town["country"] in _BY_SEAT and above in gazetteer().country_of else ""
    return Place(town["name"], town["country"], seat=seat)


def _is_named_by(key: str, town: Mapping[str, Any], known: Place | None) -> bool:
    """Whether a spelling may mean a town or district, and no city of its country; one that was chosen may be part of a city."""
    chosen = town.get("of_city") and (town.get("short") or town["country"] == "VN")
    if not key or (known is not None and known.country == town["country"] and not chosen):
        return False
    # 启动 is no town of that name. Such short ones stand with the word for what they are, unless they were chosen.
    return len(key) >= _SHORTEST_HAN or bool(town.get("short")) or script_of(key[0]) != "han"


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
            small.matcher.find_in(findings.fields.values(), findings.lang).of(
                [_SET + "kinds", _SET + "names"]
            )
        ):
            if _is_free(hit, row, country, at_home=at_home) and not _is_of_longer_name(findings, hit):
                found[hit] = small.places[hit.pattern.key]
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
        return hit.pattern.set_name == _SET + "kinds"  # the word for a zone in "เขตปทุมวัน"
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
