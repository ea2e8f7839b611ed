"""What stands for the name of a base that no report names: its kind, the countries that it is of, and its city.

"joint laboratory (China–Laos), Vientiane" says what is known, where a name cut out of the text would say something else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.judging.bases.name_words import country_in_english
from crawler.judging.places.elsewhere import country_names
from crawler.judging.territories import name_in

_MOST_SIDES = 3
_DESCRIBED = re.compile(r"[^()]+ \([^()]+–[^()]+\)(?:, .+)?")


def description(
    kind: str,
    countries: Sequence[str],
    cities: Sequence[str],
    lang: str | None,
    region: str = "",
    *,
    home: str = "CN",
) -> str:
    """A base told by its kind, parties and cities.

    Args:
        kind: what it is, in the language.
        countries: the codes of the countries that it is of; left out where they are not a few.
        cities: the English names of the cities in which it lies.
        lang: the language; cities are added in Latin script only.
        region: what our side is joined by instead of countries, in that language: "ASEAN".
        home: the code of who stands for our side, which comes first.
    """
    if region:
        countries = [home]
    sides = [_country(code, lang) for code in sorted(countries, key=lambda c: (c != home, c))]
    sides += [region] if region else []
    found = f"{kind} ({'–'.join(sides)})" if 2 <= len(sides) <= _MOST_SIDES and all(sides) else kind
    if cities and kind[-1:].isascii():
        found = f"{found}, {', '.join(cities)}"
    return found


def is_description(name: str) -> bool:
    """Whether what stands for a name only describes a base."""
    return _DESCRIBED.fullmatch(name) is not None


def _country(code: str, lang: str | None) -> str:
    """What a country is called in a language, without what CLDR adds in brackets."""
    if lang in (None, "en", "und") or code in ("HK", "MO"):
        return country_in_english(code)
    if len(code) > 2 or code == "EU":
        return name_in(code, str(lang))
    names = country_names(str(lang))
    return country_in_english(code) if names is None else names.get(code, "").split(" (")[0]
