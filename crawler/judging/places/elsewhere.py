"""The countries of the world that are neither party and have no set of their own, by their names in CLDR."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any

from crawler.judging.text.script import UNSPACED, script_of
from crawler.model import TermSet
from crawler.runtime.data_tables import table

NAME = "countries_elsewhere"
"""The name of the set; configurations refer to it."""
_LANGUAGES = [
    "ar",
    "de",
    "en",
    "es",
    "fr",
    "id",
    "ja",
    "km",
    "ko",
    "lo",
    "ms",
    "my",
    "pt",
    "ru",
    "th",
    "tl",
    "vi",
    "zh",
]
_CLDR = {"tl": "fil"}
_NO_COUNTRIES = frozenset(
    {
        "AC",
        "AQ",
        "BV",
        "CP",
        "CQ",
        "DG",
        "EA",
        "EU",
        "EZ",
        "HM",
        "IC",
        "QO",
        "TA",
        "UM",
        "UN",
        "XA",
        "XB",
        "XK",
        "ZZ",
    }
)
_OTHER_WORDS = frozenset({"chad", "jordan", "georgia", "niger", "guinea", "jersey", "turkey", "dominica", "georgien", "peru", "乍得", "马里", "约旦"})  # fmt: skip
"""Names that are as often something else: people, animals, wares, verbs."""
_SHORTEST_SPACED = 5
_SHORTEST_UNSPACED = 3


def countries_elsewhere(listed: Collection[str]) -> TermSet:
    """The set of all countries but those that are ``listed`` with a set of their own, as ISO codes."""
    territories = _packaged()
    return TermSet(NAME, {lang: tuple(_names(territories[lang], listed)) for lang in _LANGUAGES}, ())


def _names(territories: Mapping[str, str], listed: Collection[str]) -> Iterator[str]:
    for code, name in territories.items():
        # Short names are words besides: Áo is a coat, Ý an idea.
        if code not in listed and code not in _NO_COUNTRIES and _tells(name):
            yield name


def is_ambiguous(name: str) -> bool:
    """Whether a country's name is as often something else."""
    return name.casefold() in _OTHER_WORDS


def _tells(name: str) -> bool:
    least = _SHORTEST_UNSPACED if script_of(name[0]) in UNSPACED else _SHORTEST_SPACED
    return len(name) >= least and name.casefold() not in _OTHER_WORDS and "(" not in name


@cache
def _packaged() -> Mapping[str, Mapping[str, str]]:
    """The names of countries as they are packaged: Babel would read eighteen whole locales for them."""
    packaged: dict[str, Any] = table("parsed/territories.json")
    return packaged


def country_names(lang: str) -> Mapping[str, str] | None:
    """The names of all countries in a language by their codes (ISO 3166-1), as CLDR has them; None if it has no such language."""
    packaged = _packaged().get(lang)
    if packaged is not None:
        return packaged
    return _names_of_babel(lang)


@cache
def _names_of_babel(lang: str) -> Mapping[str, str] | None:
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - for languages that hardly any news is in

    try:
        found = Locale.parse(_CLDR.get(lang, lang)).territories
    except (ValueError, UnknownLocaleError):
        return None
    return {code: name for code, name in found.items() if len(code) == 2 and code.isalpha()}


def territories_of_babel() -> dict[str, dict[str, str]]:
    """The names of countries by language and code (ISO 3166-1), as CLDR has them; `scripts.build_parsed` packages them."""
    return {lang: dict(_names_of_babel(lang) or {}) for lang in _LANGUAGES}
