"""Countries, regions and groups of countries by their codes and English names, and what they contain.

Countries and their names come from CLDR (ISO 3166-1), regions from CLDR's territory containment (UN M.49), groups and their
members from ``data/groups.yaml``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from crawler.judging.parties import CHINA_ASEAN, Parties, Party
from crawler.runtime.data_tables import table
from crawler.runtime.near import near_names, nearest

_LETTERS = 2
_NO_COUNTRIES = frozenset(
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
)
"""Codes of CLDR that are of none: unions, exceptional reservations, what is unknown."""
_CLOSE = 3
"""How many near names are told for one that is not known."""
_SURELY = 0.85
"""The share of letters in common from which one name is taken to be meant by another."""
_LATIN = frozenset({"en", "id", "ms", "vi", "tl", "fr", "de", "pt", "es"})


class UnknownTerritoryError(ValueError):
    """A name that is no country, region or group; the message has near ones."""


@cache
def group_words() -> Mapping[str, Any]:
    """``data/groups.yaml``: groups of countries, and what regions and pairs of countries are called; read once."""
    found: dict[str, Any] = table("groups.yaml")
    return found


def groups() -> Mapping[str, Any]:
    """The groups of ``data/groups.yaml`` by their codes."""
    found: dict[str, Any] = group_words()["groups"]
    return found


@cache
def regions() -> Mapping[str, frozenset[str]]:
    """The countries of each region, by its code in UN M.49."""
    return {code: frozenset(members) for code, members in table("regions.json").items()}


@cache
def names_of_territories() -> Mapping[str, Mapping[str, str]]:
    """The names of countries and regions, by language and code."""
    names: dict[str, dict[str, str]] = table("parsed/territories.json")
    more: dict[str, dict[str, str]] = table("region_names.json")
    return {lang: {**names.get(lang, {}), **more.get(lang, {})} for lang in {**names, **more}}


def is_country(code: str) -> bool:
    """Whether a code is that of a country (ISO 3166-1)."""
    return (
        len(code) == _LETTERS and code.isalpha() and code not in _NO_COUNTRIES and code in _named_in_english()
    )


@cache
def _named_in_english() -> frozenset[str]:
    """The codes that CLDR has an English name for; the shipped desk reads no more than these."""
    return frozenset(table("parsed/territories.json")["en"])


@cache
def countries_of(code: str) -> frozenset[str]:
    """The countries that a code stands for: those of a region or group, else itself alone; none where it is not known."""
    if code in CHINA_ASEAN.theirs.codes:
        return CHINA_ASEAN.theirs.countries  # known without the tables
    if len(code) == _LETTERS and code.isalpha() and code != "EU":
        return frozenset({code})
    if code in groups():
        return frozenset(groups()[code]["members"])
    return regions().get(code, frozenset())


def is_grouped(code: str) -> bool:
    """Whether a code is that of a region or group, which asks for any of its countries."""
    return countries_of(code) not in (frozenset(), frozenset({code}))


@cache
def groups_within(countries: frozenset[str]) -> tuple[str, ...]:
    """The groups and regions of several countries that lie wholly among some: Mercosur in Latin America, ECOWAS in Africa."""
    return tuple(
        code
        for code in (*groups(), *regions())
        if len(countries_of(code)) > 1 and countries_of(code) <= countries
    )


@cache
def _by_name() -> dict[str, str]:
    """Codes by all that people may write: the code, the English name, and further names."""
    english = names_of_territories()["en"]
    found = {
        folded(name.split(" (")[0]): code
        for code, name in english.items()
        if code in regions() or is_country(code)
    }
    found |= {folded(code): code for code in english if code in regions() or is_country(code)}
    for code, group in groups().items():
        for name in (code, group["name"], *group.get("also", ())):
            found[folded(name)] = code
    return found | {folded(name): code for name, code in table("countries.yaml")["also"].items()}


def folded(name: str) -> str:
    """A name without case, accents and punctuation; "côte d'ivoire" and "Cote-d-Ivoire" are one."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in plain if c.isalnum())


def territory(name: str) -> str:
    """The code of a country, region or group by its code or English name.

    Raises:
        UnknownTerritoryError: there is none of that name.
    """
    if name in CHINA_ASEAN.ours.codes + CHINA_ASEAN.theirs.codes:
        return name  # known without the tables
    found = _by_name().get(folded(name))
    if found is None:
        raise UnknownTerritoryError(unknown_territory(name))
    return found


def territory_meant(written: str) -> str | None:
    """The code of the country, region or group that a text most likely means, in any language or as a former code; None where none is near.

    ``GB`` for ``UK`` and ``England``, ``TH`` for ``ไทย`` and ``Thailnad``, ``002`` for ``Africa``.
    """
    known = _by_name()
    found = known.get(folded(written)) or _in_any_language(written)
    if found is None and len(written.strip()) > _LETTERS:
        close = nearest(folded(written), known, _SURELY) or nearest(
            folded(written), _foreign_names(), _SURELY
        )
        found = (known.get(close) or _foreign_names()[close]) if close else None
    return found


def _in_any_language(written: str) -> str | None:
    return _former_codes().get(written.strip().upper()) or _foreign_names().get(folded(written))


@cache
def _foreign_names() -> Mapping[str, str]:
    """Codes by the names of countries, regions and groups in all languages."""
    from babel import Locale  # noqa: PLC0415 - read only to explain a mistake

    # Babel alone has the names in traditional characters.
    lists = [*names_of_territories().values(), dict(Locale.parse("zh_Hant").territories)]
    found: dict[str, str] = {}
    for names in lists:
        for code, name in names.items():
            if code in regions() or is_country(code):
                found.setdefault(folded(name.split(" (")[0]), code)
    for code, group in groups().items():
        for name in (n for words in group["names"].values() for n in words):
            found.setdefault(folded(name), code)
    found.pop("", None)
    return found


@cache
def _former_codes() -> Mapping[str, str]:
    from babel.core import get_global  # noqa: PLC0415 - as above

    return {old: new[0] for old, new in get_global("territory_aliases").items() if len(new) == 1}


def unknown_territory(name: str) -> str:
    """What to say of a name that is no country, region or group, with near ones."""
    same = _in_any_language(name)
    close = [same] if same else [_by_name()[n] for n in near_names(folded(name), _by_name(), _CLOSE)]
    near = dict.fromkeys(close)
    hint = f"; near it: {', '.join(f'{code} ({english_name(code)})' for code in near)}" if near else ""
    return f"{name!r} is no country (ISO 3166-1), region (UN M.49) or group of countries by code or English name{hint}"


def english_name(code: str) -> str:
    """What a country, region or group is called in English: "China", "Africa", "ASEAN"."""
    return name_in(code, "en")


def name_in(code: str, lang: str) -> str:
    """What a country, region or group is called in a language; in English where it has no name there.

    A group is called by its short form where news does so ("ASEAN"), else by its name ("Central Asia").
    """
    group = groups().get(code)
    if group is None or code == "EU":
        return _of_cldr(code, lang)
    if "as_region" in group and not group["names"]:
        return _of_cldr(group["as_region"], lang)
    own = [n for n in group["names"].get(lang, ()) if n[0] != "=" and n[-1] != "*" and not n.isascii()]
    # In Latin script a short form is the same everywhere; other scripts have names of their own.
    if own and lang not in _LATIN:
        return str(own[0])
    return code if group.get("short") else str(group["name"])


def _of_cldr(code: str, lang: str) -> str:
    names = names_of_territories()
    return str(names.get(lang, {}).get(code) or names["en"].get(code, code)).split(" (")[0]


def party(codes: Iterable[str]) -> Party:
    """One side from what a configuration names.

    Raises:
        UnknownTerritoryError: one of them is not known, or none is given.
    """
    found = tuple(dict.fromkeys(map(territory, codes)))
    if not found:
        raise UnknownTerritoryError("a party needs a country, region or group")
    countries = frozenset[str]().union(*map(countries_of, found))
    return Party(found, countries)


def parties(ours: Iterable[str], theirs: Iterable[str]) -> Parties:
    """Both sides.

    A country that both name is of the side that names it itself: of "IN and BRICS" India is ours alone.

    Raises:
        UnknownTerritoryError: one is not known, or the same countries stand on both sides.
    """
    one, other = party(ours), party(theirs)
    common = one.countries & other.countries
    named = common.intersection(one.codes), common.intersection(other.codes)
    if named[0] & named[1]:
        both = ", ".join(english_name(code) for code in sorted(named[0] & named[1]))
        raise UnknownTerritoryError(f"{both} cannot stand on both sides")
    first = Party(one.codes, one.countries - (common - named[0] if named[1] else frozenset()) - named[1])
    second = Party(other.codes, other.countries - (first.countries & other.countries))
    if not first.countries or not second.countries:
        raise UnknownTerritoryError("both sides have the same countries")
    return Parties(first, second)
