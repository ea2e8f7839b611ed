"""Codes of languages and countries by what people write for them: ``eng``, ``cn``, ``Chinese``, ``ภาษาไทย``, ``UK``, ``Thailand``.

Names and older codes come from CLDR by way of Babel. It is read only to say what was meant instead of a wrong code.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import cache

from crawler.judging.text.language import RECOGNISED, known

_NAMED_IN = ("en", "zh", "id", "ms", "vi", "th", "fil", "km", "lo", "my", "zh_Hant")
"""The languages whose names of languages and countries are understood."""
_BY_PEOPLE = {"mandarin": "zh", "putonghua": "zh", "bahasa": "id", "tagalog": "tl", "pilipino": "tl", "bahasa melayu": "ms"}  # fmt: skip
_COUNTRIES_BY_PEOPLE = {"burma": "MM", "england": "GB", "britain": "GB", "viet nam": "VN", "prc": "CN", "usa": "US", "uk": "GB", "east timor": "TL"}  # fmt: skip


def is_language(code: str) -> bool:
    """Whether a text is a code of ISO 639-1."""
    return code in RECOGNISED or code in _two_letters()


def is_country(code: str) -> bool:
    """Whether a text is a code of a country of ISO 3166-1."""
    return code in _countries()


def language_meant(written: str) -> str | None:
    """The ISO 639-1 code that a text most likely means: ``en`` for ``eng``, ``English`` or ``en-US``; ``zh`` for ``cn``."""
    low = " ".join(written.strip().replace("_", "-").split()).casefold()
    if not low:
        return None
    first = low.split("-")[0]
    found = known(low)
    if found is not None and found in RECOGNISED:
        return found
    named = _BY_PEOPLE.get(low) or _language_names().get(low)
    if named is None:
        named = _aliases().get(first) or _spoken_in(first)
    if named is None:
        close = difflib.get_close_matches(low, _language_names(), 1, 0.8) if len(low) > 2 else []
        named = _language_names()[close[0]] if close else None
    return named or (found if found is not None and is_language(found) else None)


def country_meant(written: str) -> str | None:
    """The ISO 3166-1 code (or ``ASEAN``) that a text most likely means: ``GB`` for ``UK``, ``TH`` for ``Thailand``."""
    low = " ".join(written.strip().split()).casefold()
    upper = low.upper()
    if upper == "ASEAN" or is_country(upper):
        return upper
    found = _COUNTRIES_BY_PEOPLE.get(low) or _country_aliases().get(upper) or _country_names().get(low)
    if found is None:
        close = difflib.get_close_matches(low, _country_names(), 1, 0.8) if len(low) > 2 else []
        found = _country_names()[close[0]] if close else None
    return found


def _locales() -> Iterable[object]:
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - read only to explain a mistake

    for name in _NAMED_IN:
        try:
            yield Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue


@cache
def _language_names() -> dict[str, str]:
    found: dict[str, str] = {}
    for locale in _locales():
        for code, name in locale.languages.items():  # type: ignore[attr-defined]
            short = known(code)
            # Chinese and zh-Hans are one language here; zh comes first in CLDR's order.
            if short is not None and name.casefold() not in found:
                found[name.casefold()] = short
    return found


@cache
def _two_letters() -> frozenset[str]:
    return frozenset(_language_names().values())


@cache
def _aliases() -> dict[str, str]:
    from babel.core import get_global  # noqa: PLC0415 - as above

    return {
        old.casefold(): short
        for old, new in get_global("language_aliases").items()
        if (short := known(str(new)))
    }


def _spoken_in(country: str) -> str | None:
    """The language of a country whose code was taken for one, such as ``vi`` of ``vn``."""
    from babel.core import get_global  # noqa: PLC0415 - as above

    likely = get_global("likely_subtags").get(f"und_{country.upper()}") if len(country) == 2 else None
    return known(str(likely)) if likely else None


@cache
def _country_names() -> dict[str, str]:
    found: dict[str, str] = {}
    for locale in _locales():
        for code, name in locale.territories.items():  # type: ignore[attr-defined]
            if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES:
                found.setdefault(name.casefold(), code)
    return found


_NO_COUNTRIES = frozenset({"ZZ", "XA", "XB", "XK", "EU", "UN", "EZ", "QO"})
"""What CLDR lists beside countries."""


@cache
def _countries() -> frozenset[str]:
    return frozenset(_country_names().values())


@cache
def _country_aliases() -> dict[str, str]:
    from babel.core import get_global  # noqa: PLC0415 - as above

    return {old: new[0] for old, new in get_global("territory_aliases").items() if len(new) == 1}
