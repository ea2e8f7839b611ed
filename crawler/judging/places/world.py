"""What a desk of other parties than the shipped one reads: names of all countries, and the places of its own.

Names of countries come from CLDR, adjectives and further names from ``data/countries.yaml``, places from the tables of the region
and of the rest of the world. All is put into the form that the shipped desk's own tables have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from crawler.judging.parties import Parties
from crawler.judging.places.elsewhere import is_ambiguous
from crawler.judging.territories import group_words, is_country, names_of_territories
from crawler.judging.text.script import UNSPACED, script_of
from crawler.runtime.data_tables import table

_SHORTEST_SPACED = 4
_SHORTEST_UNSPACED = 2
_SHORT_IN = {"hangul": 2, "arabic": 3, "devanagari": 2, "kana": 2, "cyrillic": 3, "latin": 3}
"""The least letters of a party's name, by script."""
_SHORTEST_VIETNAMESE = 2
"""Letters of the shortest name of a party in Vietnamese: Bỉ, Áo."""
_LONGEST_CODE = 3
_IN_BRACKETS = re.compile(r"^(.*?)\s*[(（](.*?)[)）]$")
_WITHIN_BRACKETS = re.compile(r"\s*\([^)]*\)")
_EXTRA = ("SARs", "SAR", "RAE", "R.A.S.")
_CASES = {"ия": ("ия", "ии", "ию", "ией"), "а": ("а", "ы", "и", "у", "ой", "е"), "ай": ("ай", "ая", "аю", "аем", "ае"),
          "ь": ("ь", "я", "ю", "ем", "е", "и", "ью"), "я": ("я", "и", "ю", "ей", "е")}  # fmt: skip
"""The endings of Russian names in their cases, by the ending of the name."""
_OF_CONSONANTS = ("", "а", "у", "ом", "е")


def world_listed(parties: Parties) -> dict[str, Any]:
    """Countries, provinces and cities for some parties, as ``data/places.json`` has them."""
    region = table("places.json")
    world = table("world_places.json")
    codes = parties.all
    countries = {
        code: _names_of(code, parties) for code in sorted(names_of_territories()["en"]) if is_country(code)
    }
    return {
        "countries": countries,
        "provinces": {
            code: named
            for code, named in (*region["provinces"].items(), *world["provinces"].items())
            if code in codes
        },
        "cities": [city for city in (*region["cities"], *world["cities"]) if city["country"] in codes],
    }


def world_aliases(parties: Parties) -> dict[str, Any]:
    """What else news calls countries, as ``data/aliases.yaml`` has it, with ``demonyms`` besides."""
    own = table("aliases.yaml")
    more = table("countries.yaml")
    countries = _named_besides(own["countries"])
    demonyms: dict[str, dict[str, tuple[str, ...]]] = {}
    joining = group_words()["joining"]
    for code, people in more["people"].items():
        named = countries.setdefault(code, {})
        for lang, words in people.items():
            named[lang] = [*named.get(lang, ()), *(w for w in words if not _is_small(w))]
            if small := tuple(w for w in words if _is_small(w)):
                demonyms.setdefault(code, {})[lang] = small
    for code, words in joining.items():
        if is_country(code):
            demonyms.setdefault(code, {})["*"] = tuple(w for w in words["words"])
    exceptions: dict[str, list[str]] = {code: [*words] for code, words in own["exceptions"].items()}
    for code, words in more["not"].items():
        exceptions.setdefault(code, []).extend(words)
    for code, words in joining.items():
        exceptions.setdefault(code, []).extend(words["not"])
    for code, people in more["people"].items():
        exceptions.setdefault(code, []).extend(_no_country(people, more["no_country"]))
    capitals = [*own["capitals"], *(c for c in more["capitals"].values() if c not in own["capitals"])]
    return {
        **own,
        "countries": countries,
        "demonyms": demonyms,
        "exceptions": exceptions,
        "capitals": capitals,
    }


def _no_country(people: Mapping[str, Iterable[str]], forms: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Longer names in which an adjective speaks of people or dishes, and not of the country."""
    for lang, words in people.items():
        for word in words:
            if not word.endswith("'s") and word[0] != "=":
                yield from (form.format(word) for form in forms.get(lang, ()))


def _is_small(word: str) -> bool:
    """Whether a word is in small letters of a script that has capitals in names: it is looked for however it is written."""
    return word[0].islower() and script_of(word[0]) == "latin"


def _names_of(code: str, parties: Parties) -> dict[str, list[str]]:
    """The names of a country by language."""
    found: dict[str, list[str]] = {}
    for lang, names in names_of_territories().items():
        if code not in names:
            continue
        kept = [
            n
            for n in _written(names[code], lang)
            if (_tells(n) or (code in parties.all and _is_short_there(n, lang)))
            and (code in parties.all or not is_ambiguous(n))
        ]
        if kept:
            found[lang] = kept
    return found


def _written(name: str, lang: str) -> Iterator[str]:
    """A name in its forms: Russian has cases, German and English the genitive."""
    for part in _parts(name):
        yield part
        if lang == "ru" and " " not in part:
            yield from _in_cases(part)
        if lang == "de" and part[-1] not in "sxz":
            yield f"{part}s"
        if lang == "en":
            yield f"{part}'s"


def _in_cases(name: str) -> Iterator[str]:
    for ending, cases in _CASES.items():
        if name.endswith(ending):
            yield from (name[: -len(ending)] + case for case in cases)
            return
    if name[-1] not in "иоуэы":
        yield from (name + case for case in _OF_CONSONANTS)


def _is_short_there(name: str, lang: str) -> bool:
    """Whether a name is as long as many are in a script that writes few vowels or a syllable a letter: مصر, 베트남, 인도."""
    least = _SHORT_IN.get(script_of(name[0]) or "", len(name) + 1)
    return len(name) >= (_SHORTEST_VIETNAMESE if lang == "vi" else least)


def _tells(name: str) -> bool:
    least = _SHORTEST_UNSPACED if script_of(name[0]) in UNSPACED else _SHORTEST_SPACED
    return len(name) >= least and name not in _EXTRA


@cache
def spellings_of_countries() -> Mapping[str, tuple[str, ...]]:
    """What each country is called in any language, adjectives and people included; a star stands for endings."""
    found: dict[str, dict[str, None]] = {}
    for lang, names in names_of_territories().items():
        for code, name in names.items():
            if is_country(code):
                found.setdefault(code, {}).update(dict.fromkeys(_parts(name)))
                found[code] |= dict.fromkeys(_in_cases(name)) if lang == "ru" and " " not in name else {}
    for words in (table("aliases.yaml")["countries"], table("countries.yaml")["people"], _of_nations()):
        for code, named in words.items():
            found.setdefault(code, {}).update(dict.fromkeys(n for of in named.values() for n in of))
    return {code: tuple(names) for code, names in found.items()}


def _named_besides(names: Mapping[str, Mapping[str, list[str]]]) -> dict[str, dict[str, list[str]]]:
    """Names of countries with those of nations within them, and adjectives, behind."""
    found = {code: dict(named) for code, named in names.items()}
    for code, also in _of_nations().items():
        named = found.setdefault(code, {})
        for lang, words in also.items():
            named[lang] = [*named.get(lang, ()), *words]
    return found


def _of_nations() -> dict[str, dict[str, list[str]]]:
    """What else countries are called: nations within them, English adjectives, and all by which a configuration may name them."""
    data = longer_names_table()
    found: dict[str, dict[str, list[str]]] = {code: dict(named) for code, named in data["nations"].items()}
    for code, words in data["adjectives"].items():
        named = found.setdefault(code, {})
        named["en"] = [*named.get("en", ()), *words]
    for name, code in table("countries.yaml")["also"].items():
        if is_country(code):
            named = found.setdefault(code, {})
            shown = f"={name.upper()}" if len(name) <= _LONGEST_CODE else name.title()
            named["en"] = [*named.get("en", ()), shown]
    return found


_NO_PARTS = frozenset({"Turks", "Heard", "Wallis", "Svalbard"})
"""Halves of names with "&" that are words or people, too."""


def _parts(name: str) -> tuple[str, ...]:
    """A name as news writes it: what CLDR has in brackets is another one, "&" is "and", and each half may stand alone."""
    bracketed = _IN_BRACKETS.match(name)
    found = dict.fromkeys(bracketed.groups() if bracketed else (name,))
    if not bracketed and " (" in name:
        found |= dict.fromkeys((name.split(" (", maxsplit=1)[0], _WITHIN_BRACKETS.sub("", name)))
    for part in tuple(found):
        if " & " in part:
            found[part.replace(" & ", " and ")] = None
            found |= dict.fromkeys(
                half for half in part.split(" & ") if len(half) > _SHORTEST_SPACED and half not in _NO_PARTS
            )
    for part in tuple(found):
        if part.startswith("St. "):
            found |= dict.fromkeys((f"Saint {part[4:]}", f"St {part[4:]}"))
        if "U.S." in part:
            found[part.replace("U.S.", "US")] = None
    return tuple(found)


@cache
def longer_names_table() -> Mapping[str, Any]:
    """``data/longer_names.json``: names that hold a country's, nations within a country, adjectives, languages; read once."""
    found: dict[str, Any] = table("longer_names.json")
    return found
